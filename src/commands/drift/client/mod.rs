//! `truetape drift client`: how the requests of a suite differ from those of an earlier run.

mod command;
mod journals;
mod judge;
mod notes;
mod renew;
mod run;

pub(super) use command::{Arguments, run};
