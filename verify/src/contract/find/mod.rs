//! Every exchange that reports a number of some name, and who disagrees about one thing.

mod agreement;
mod amount;
mod asked;
mod beside;
mod disagreements;
mod documents;
mod entity;
#[expect(clippy::module_inception, reason = "the engine is called as what it does")]
mod find;
mod html;
mod ids;
mod joins;
mod name;
mod near;
mod notes;
mod parents;
mod recorded;
mod reporters_disagree;
mod same;
mod scales;
mod series;
mod sightings;
mod table;
#[cfg(test)]
mod together_tests;

pub use find::{FindError, Search, Unknown, find};
pub use reporters_disagree::{Page, REPORTERS_DISAGREE};
pub use same::SameError;
