//! Stands in for an upstream and records what it says.

mod body;
mod client;
mod course;
mod ending;
mod forward;
mod frames;
mod handler;
mod hosts;
mod keep;
mod late;
mod lead_back;
mod place;
mod refusal;
mod reply;
mod upload;
mod websocket;

pub use forward::{Forward, Knows, Others, Passing};
pub use handler::{Proxy, Standing};
pub use hosts::{Hosts, HostsError};
