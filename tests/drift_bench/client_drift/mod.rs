//! Client drift: a client that changed in one habit, one that changed in none, and what is told of either.

mod changed;
mod habits;
mod kinds;
mod page;
mod replayed;
mod told;
mod unchanged;
mod wire;

pub(crate) use changed::{Outcome, everything};
pub(crate) use page::page;
