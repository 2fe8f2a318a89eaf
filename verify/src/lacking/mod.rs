//! What the evidence itself lacks: behaviours that are to be expected of an operation and that nobody ever
//! provoked, each with the lessons that would teach it.

mod again;
mod asked;
mod doors;
mod every;
mod lack;
mod lesson;
mod misses;
mod pages;
mod seen;
mod spoilt;
mod unknown;
mod unverified;
mod wrong;

pub(crate) use doors::field_of;
pub use every::lacking;
pub(crate) use every::{CORE, lacks};
pub(crate) use lack::Lack;
pub(crate) use lesson::replaced;
pub use seen::Recorded;
pub(crate) use spoilt::content_of;
pub use unverified::Unverified;
