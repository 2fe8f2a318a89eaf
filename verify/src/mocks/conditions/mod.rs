//! What stubs want of requests, as data.

mod asked;
mod condition;
mod credential;
mod custom;
mod fit;
mod json;
mod json_path;
mod moment;
mod number;
mod path;
mod pattern;
mod text;

pub use asked::{Asked, Value};
pub use condition::{BodyTest, Condition};
pub(crate) use credential::is_other_credential;
pub use custom::Custom;
pub use fit::Fit;
pub use json::{JsonTest, same_number};
pub use json_path::{JsonPath, Standing};
pub use moment::{Moment, When, read as read_moment};
pub use number::NumberTest;
pub use path::PathTemplate;
pub use pattern::{Dialect, Pattern, PatternError};
pub use text::Text;
