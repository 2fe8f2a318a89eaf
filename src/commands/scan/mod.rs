//! `truetape scan`: secrets in cassettes and any other text.

mod cassette;
mod command;
mod secret_leaked;
mod sources;

pub(crate) use command::{Arguments, run};
pub(crate) use secret_leaked::SECRET_LEAKED;
