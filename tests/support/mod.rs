//! A scripted upstream, a running truetape, and a client that sees every byte.

pub mod client;
pub mod run;
pub mod upstream;

pub use client::{Answer, ask, ask_raw, get};
pub use run::{Done, Running, truetape};
pub use upstream::{Asked, Upstream};
