//! Client drift: how the requests of a run differ from those of an earlier one.

mod agents;
mod asked;
mod backoff_changed;
mod bodies;
mod body_changed;
mod calls_added;
mod calls_lost;
mod calls_reordered;
mod chance;
mod claims_changed;
mod connections_changed;
mod cookies;
mod drift;
mod drifted;
pub mod examples;
mod follows;
mod give_up_changed;
mod header_changed;
mod header_values;
mod headers;
mod orders;
mod over;
mod page_size_changed;
mod places;
mod polls;
mod query_changed;
mod recording;
mod retries_changed;
mod reuse;
mod runs;
mod sizes;
mod slots;
mod spelling;
#[cfg(test)]
mod tests;
mod tries;

use crate::volatile::normal;
pub use drift::{Drift, GROUPS};
pub use drifted::{Baseline, Options, drifted};
pub use recording::recording;
pub use runs::{Run, Runs};
pub use slots::Slot;

/// Every item of this shelf, in alphabetical order.
pub static DRIFTS: &[&Drift] = &[
    &backoff_changed::DRIFT,
    &body_changed::DRIFT,
    &calls_added::DRIFT,
    &calls_lost::DRIFT,
    &calls_reordered::DRIFT,
    &claims_changed::DRIFT,
    &connections_changed::DRIFT,
    &give_up_changed::DRIFT,
    &header_changed::DRIFT,
    &page_size_changed::DRIFT,
    &query_changed::DRIFT,
    &retries_changed::DRIFT,
];

/// The item of that name.
pub fn find(name: &str) -> Option<&'static Drift> {
    DRIFTS.iter().copied().find(|drift| drift.meta.name == name)
}
