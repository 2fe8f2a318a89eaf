//! `truetape drift`: what stopped being true.

mod client;
mod command;
mod history;
mod scheduled;
mod vendor;

pub(crate) use command::{Arguments, run};
