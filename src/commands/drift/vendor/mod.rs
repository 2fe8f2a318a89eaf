//! `truetape drift vendor CASSETTE... [--upstream URL]`: the real side is asked again what the cassettes hold.

mod allowed;
mod command;
mod mock;
mod notes;
mod progress;
mod proposal;
mod sides;

pub(super) use command::{Arguments, run};
