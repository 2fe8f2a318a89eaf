//! `truetape learn`: plans of lessons, taught.

mod belief_broken;
mod command;
mod derive;
mod dry;
mod findings;
mod lessons;
mod plan;
mod progress;
mod wanted;

pub(crate) use belief_broken::BELIEF_BROKEN;
pub(crate) use command::{Arguments, run};
