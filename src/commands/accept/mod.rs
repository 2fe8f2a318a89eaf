//! `truetape accept`: a re-recording becomes the truth, or findings are accepted for a while.

mod choice;
mod command;
mod findings;
mod linked;
mod markdown;
mod one_by_one;
mod part;
mod recording;
mod report;
mod shown;
mod take;

pub(crate) use command::{Arguments, run};
