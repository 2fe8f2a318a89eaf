//! What became of each recorded refusal: misses, errors, rejected credentials and failures. One lie has
//! one fate, so that rules about neighbouring lies do not all complain about it.

mod codes;
mod decide;
mod door;
mod evidence;
mod fate;
mod merge;
mod passing;
mod reading;
mod tombstone;

pub(crate) use codes::{Lost, lost_codes, required_codes};
pub(crate) use decide::is_failure_in_success;
pub(crate) use evidence::{at_where, complaint, judge_each, listed};
pub(crate) use fate::{Fate, Fated, Judged, fates};
pub(crate) use reading::Side;
pub(crate) use tombstone::is_tombstone;

#[cfg(test)]
mod tests;
