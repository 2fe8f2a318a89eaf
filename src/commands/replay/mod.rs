//! `truetape replay CASSETTE... [-- CMD]`: serves cassettes to a client or a suite.

mod admin;
mod audit;
mod command;
mod conditions;
mod journal;
mod load;
mod report;
mod serve;
mod told;
mod watch;

pub(crate) use command::{Arguments, run};
pub(crate) use conditions::ConditionFlags;
pub(crate) use journal::journal;
pub(crate) use load::{load, load_lean, prepared, rules};
pub(crate) use serve::{announce, cannot_listen, perform};
