//! Vendor drift: who is asked again, what is told of it, and whether that is right.

mod extra;
mod outcome;
mod page;
mod run;
mod told;
mod twin;
mod unchanged;
mod unknowable;
mod verdicts;
mod weather;

pub(crate) use outcome::Outcome;
pub(crate) use page::page;
pub(crate) use run::everything;
