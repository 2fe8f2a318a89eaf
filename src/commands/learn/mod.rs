//! `truetape learn`: plans of lessons, taught.

mod belief_broken;
mod command;
mod derive;
mod dry;
mod findings;
mod plan;
mod progress;
mod table;

pub(crate) use belief_broken::BELIEF_BROKEN;
pub(crate) use command::{Arguments, run};
