//! # time-frozen
//!
//! Every time at a place is the same on the mock, where on the real side each is another.
//!
//! ## Why it matters
//!
//! Sorting by time, asking for what is newer than the last, and expiry are never exercised.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/events
//! < 200 [{"at":"2026-01-02T03:04:05Z"},{"at":"2026-01-02T03:05:09Z"},{"at":"2026-01-03T13:04:55Z"}]
//! ~ 200 [{"at":"2020-01-01T00:00:00Z"},{"at":"2020-01-01T00:00:00Z"},{"at":"2020-01-01T00:00:00Z"}]
//! ```
//!
//! Things that were read more than once:
//!
//! ```
//! > GET /v1/events
//! < 200 [{"id":1,"at":"2026-01-02T03:04:05Z"},{"id":2,"at":"2026-01-02T03:05:09Z"},{"id":3,"at":"2026-01-03T13:04:55Z"}]
//! ~ 200 [{"id":1,"at":"2020-01-01T00:00:00Z"},{"id":2,"at":"2020-01-01T00:00:00Z"},{"id":3,"at":"2020-01-01T00:00:00Z"}]
//! > GET /v1/events
//! < 200 [{"id":1,"at":"2026-01-02T03:04:05Z"},{"id":2,"at":"2026-01-02T03:05:09Z"},{"id":3,"at":"2026-01-03T13:04:55Z"}]
//! ~ 200 [{"id":1,"at":"2020-01-01T00:00:00Z"},{"id":2,"at":"2020-01-01T00:00:00Z"},{"id":3,"at":"2020-01-01T00:00:00Z"}]
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/events
//! < 200 [{"at":"2026-01-02T03:04:05Z"},{"at":"2026-01-02T03:05:09Z"},{"at":"2026-01-03T13:04:55Z"}]
//! ~ 200 [{"at":"2020-01-01T00:00:00Z"},{"at":"2020-01-01T00:00:00Z"},{"at":"2020-01-02T00:00:00Z"}]
//! ```
//!
//! Too few to tell:
//!
//! ```
//! > GET /v1/events
//! < 200 [{"at":"2026-01-02T03:04:05Z"},{"at":"2026-01-02T03:05:09Z"}]
//! ~ 200 [{"at":"2020-01-01T00:00:00Z"},{"at":"2020-01-01T00:00:00Z"}]
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::shape::Node;
use cassettes::meta::Meta;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("time-frozen", include_str!("time_frozen.rs")), case: None, run: Some(judge) };

/// Fewer times than this prove nothing.
const ENOUGH: u32 = 3;

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let Some(other_node) = group.other.nodes.get(place) else { continue };
            let (real, other) = (node.times(place), other_node.times(place));
            let count = |all: usize| u32::try_from(all).unwrap_or(u32::MAX);
            // A thing that was read twice has its time twice.
            let things = |node: &Node| count(node.within.difference(&node.null_within).count());
            let values = things(node);
            let distinct = values >= ENOUGH && count(real.len()) >= values;
            if !distinct || other.is_empty() || things(other_node) < ENOUGH {
                continue;
            }
            findings.check();
            let (&[(_, written, _, written_at)], Some((_, text, _, at))) = (other.as_slice(), real.first())
            else {
                continue;
            };
            findings.add(Complaint {
                severity: Severity::Warning,
                operation: group.operation.clone(),
                message: format!(
                    "each `{place}` is another time on the real side, as {text}; the mock's are all {written}"
                ),
                place: place.to_string(),
                real: (*at).clone(),
                other: written_at.clone(),
                hint: Some(format!("let the mock's `{place}` differ from one to the next")),
            });
        }
    }
}
