//! A live server as a subject: a mock, a sandbox, the vendor itself.

mod body;
mod client;
mod failure;
mod subject;

pub use client::{LiveError, LiveLimits};
pub use subject::Live;
