//! What became of each recorded refusal: misses, errors, rejected credentials and failures. One lie has
//! one fate, so that rules about neighbouring lies do not all complain about it.

mod codes;
mod decide;
mod evidence;
mod fate;
mod merge;
mod reading;

pub(crate) use codes::{Lost, lost_codes, required_codes};
pub(crate) use evidence::{at_where, complaint, judge_each, listed};
pub(crate) use fate::{Fate, Fated, Judged, fates};
pub(crate) use reading::Side;

#[cfg(test)]
mod tests;
