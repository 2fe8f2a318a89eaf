//! `truetape verify CASSETTE... --mock SUBJECT`: asks a mock what the real side was asked.

mod asking;
mod command;
mod notes;
mod selection;

pub(crate) use asking::{Judging, ask};
pub(crate) use command::{Arguments, exit, run, view};
pub(crate) use selection::{Selection, rules};
