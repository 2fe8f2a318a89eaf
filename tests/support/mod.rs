//! A scripted upstream, a running truetape, and a client that sees every byte.

pub(crate) mod client;
pub(crate) mod drift;
pub(crate) mod lives;
pub(crate) mod run;
pub(crate) mod upstream;

pub(crate) use client::{Answer, ask, ask_within, get};
pub(crate) use run::{Done, Running, truetape, truetape_with};
pub(crate) use upstream::Upstream;
