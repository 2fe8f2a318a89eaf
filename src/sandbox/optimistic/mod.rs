//! The mock as people write it: one page with everything, everything found, everybody let in, one error
//! for all errors, numbers through floats, times in UTC, and a network that never fails.

mod fixtures;
mod listings;
mod objects;
mod routes;

pub(super) use routes::router;
