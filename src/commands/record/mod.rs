//! `truetape record`.

mod command;
mod mixed;
mod mode;
mod partial;
mod proxying;
mod report;
mod session;

pub(crate) use command::{Arguments, run};
pub(crate) use partial::Anew;
pub(crate) use proxying::Reach;
pub(crate) use session::{Session, Setup};
