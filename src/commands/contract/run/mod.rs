//! `truetape contract run CASES`: one input matrix, asked of every implementation.

mod askers;
mod asking;
mod command;
mod http;
mod program;
mod question;
mod read;
mod tape;

pub(super) use command::{Arguments, perform};
