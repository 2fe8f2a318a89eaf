//! Stands in for an upstream and records what it says.

mod client;
mod course;
mod ending;
mod handler;
mod lead_back;
mod place;
mod refusal;
mod reply;
mod upload;

pub use handler::{Proxy, Standing};
