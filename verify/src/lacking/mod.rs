//! What the evidence itself lacks: behaviours that are to be expected of an operation and that nobody ever
//! provoked, each with the lessons that would teach it.

mod again;
mod asked;
mod carried;
mod choices;
mod conflicts;
mod doors;
mod empties;
mod every;
mod gone;
mod lack;
mod lesson;
mod limits;
mod markup;
mod misses;
mod pages;
mod pairs;
mod paths;
mod questions;
mod ranges;
mod roles;
mod seen;
mod spoilt;
mod strange;
#[cfg(test)]
mod tests;
mod unknown;
mod unverified;
mod versions;
mod whole;
mod wrong;

pub(crate) use conflicts::{ENDS, is_version};
pub(crate) use doors::field_of;
pub(crate) use every::{CORE, lacks};
pub use every::{lacking, lacking_at_all};
pub(crate) use lack::Lack;
pub(crate) use lesson::replaced;
pub(crate) use limits::{limit, too_high};
pub(crate) use roles::{OTHER, strangers};
pub use seen::Recorded;
pub(crate) use spoilt::content_of;
pub use unverified::Unverified;
pub(crate) use versions::NO_TAG;
pub(crate) use whole::whole;
