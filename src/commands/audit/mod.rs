//! `truetape audit JOURNAL [CASSETTE...]`: judges what clients did, from the journal of a replay.

mod command;
mod found;
mod judge;
mod selection;

pub(crate) use command::{Arguments, run};
pub(crate) use judge::{Judge, auditor};
pub(crate) use selection::audits;
