//! What the evidence itself lacks: behaviours that are to be expected of an operation and that nobody ever
//! provoked, each with the lesson that would teach it.

mod every;
mod lesson;
mod misses;
mod pages;
mod seen;
mod unverified;

pub use every::lacking;
pub(crate) use misses::CORE;
pub use seen::Recorded;
pub use unverified::Unverified;
