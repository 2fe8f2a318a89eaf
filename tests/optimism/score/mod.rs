//! Runs every fake, counts, and writes the page that says how well verify does.

mod judge;
mod outcome;
mod page;
mod run;

pub(crate) use judge::{judge, rules};
pub(crate) use outcome::Outcome;
pub(crate) use page::{page, vendors};
pub(crate) use run::everything;
