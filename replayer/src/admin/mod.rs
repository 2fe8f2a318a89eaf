//! The admin API below the reserved path: looking into a replay, putting it back, beginning sessions.
//!
//! It is a router of its own beside the hot path. `docs/openapi.json` describes it, is served by it, and is
//! tested against it.

mod api;
mod desk;
mod findings;
mod guard;
mod live;
mod problem;
mod reply;
mod routes;

pub(crate) use api::{Admin, Spot};
