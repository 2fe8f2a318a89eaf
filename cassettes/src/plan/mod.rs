//! Plans of lessons: what the real side is to be asked so that it shows how it really behaves, and what is
//! believed of it. Pure data, read from YAML with the lines at which things stand, and written back.

mod content;
mod error;
mod fill;
mod lesson;
mod moments;
mod nearest;
mod places;
#[expect(clippy::module_inception, reason = "the file is called after the one thing that it holds")]
mod plan;
mod read;
mod read_lesson;
mod write;

#[cfg(test)]
mod tests;

pub use content::Content;
pub use error::PlanError;
pub use fill::{Unfilled, fill, fill_json, names_in, names_in_json};
pub use lesson::Lesson;
pub use moments::{seconds, settled};
pub use nearest::nearest;
pub use places::{Place, PlaceError};
pub use plan::{Plan, TokenSpec};
