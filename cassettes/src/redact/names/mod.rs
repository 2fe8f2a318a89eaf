//! Names under which secrets stand: the default list, the project's additions, and what it keeps.

mod fold;
mod judge;
mod lists;
mod paths;
mod sense;
mod value;

pub(super) use fold::fold;
pub use judge::Names;
pub(super) use judge::{Judge, Spoken};
pub use paths::RuleError;
pub(super) use sense::{Mark, Sense};
pub(super) use value::looks_random;
