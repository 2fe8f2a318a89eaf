//! `truetape drift history [FILE]`: what earlier runs found.

mod chart;
mod command;
mod document;

pub(super) use command::{Arguments, run};
