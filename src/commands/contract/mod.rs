//! `truetape contract`: one number that several services compute.

mod command;
mod find;
mod run;

pub(crate) use command::{Arguments, run};
