//! A scripted tour of the vendor, good roads and bad: what the demo asks, and what the tests record.

mod script;
mod step;

pub(crate) use script::tour;
pub(crate) use step::{Said, TourStep};
