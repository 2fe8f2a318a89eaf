//! Values of answers that always repeat the request's: which they are on the real side, and whether the
//! subject repeats them.

mod learn;
mod places;

pub(crate) use learn::{heard, is_unmistakable};
pub(crate) use places::At;
