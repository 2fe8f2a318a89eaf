//! `truetape record`.

mod command;
mod report;
mod session;

pub(crate) use command::{Arguments, run};
pub(crate) use session::{Session, Setup};
