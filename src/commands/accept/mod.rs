//! `truetape accept`: a re-recording becomes the truth, or findings are accepted for a while.

mod choice;
mod command;
mod findings;
mod markdown;
mod recording;
mod report;
mod shown;

pub(crate) use command::{Arguments, run};
