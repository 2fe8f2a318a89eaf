//! What can be asked, one file for each thing.

mod audits;
mod chains;
mod clock;
mod control;
mod events;
mod exchanges;
mod health;
mod journal;
mod metrics;
mod misses;
mod router;
mod sessions;
mod which;

pub(super) use router::router;
