//! Answers made ready to be written: exact bytes, when each is due, and how the answer ends.

mod head;
mod prepared;

pub(crate) use prepared::{End, Part, Prepared, prepare};
