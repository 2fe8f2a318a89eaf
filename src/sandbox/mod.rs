//! A practice vendor on loopback, and two mocks of it.
//!
//! The vendor shows every facet that truetape knows, each on a route of its own; `GET /` lists them, and
//! so does `index.rs`. It is deterministic: its data come from a seed, its clock is handed in. The honest
//! mock behaves as it does with data of its own; the optimistic one is what people write.

mod ask;
mod cast;
mod clock;
mod data;
mod faults;
mod index;
mod optimistic;
mod options;
mod random;
mod reply;
mod serve;
mod tokens;
mod tour;
mod vendor;

#[cfg(test)]
mod tests;

pub(crate) use options::{DEFAULT_KEY, Kind, Options};
pub(crate) use serve::serve;
pub(crate) use tour::{Said, tour};
