//! Names under which secrets stand: the default list, the project's additions, and what it keeps.

mod below;
mod convention;
mod fold;
mod judge;
mod kinds;
mod lists;
mod paths;
mod sense;
#[cfg(test)]
mod tests;
mod tokens;
mod value;
mod words;

pub(super) use convention::worth_remembering;
pub(super) use fold::fold;
pub use judge::Names;
pub(super) use judge::{Judge, Spoken};
pub use paths::RuleError;
pub(super) use sense::{Mark, Sense};
pub(super) use value::looks_random;
pub(super) use words::{is_protocol, is_remark, is_words};
