//! # calls-reordered
//!
//! The same things are asked for in another order.
//!
//! Group: which calls
//!
//! ## Why it matters
//!
//! A client that confirms before it reserves, or looks before it writes where it wrote first, sees other answers
//! from a side that keeps state. What runs at once has no order, what is only looked at needs none, and tests that are
//! shuffled have none among each other: an order is told where something is written, one request waits for another, and
//! each test has a session of its own, two earlier runs agree, or a long run is the same but for one step. What is asked
//! at once loses its own order alone: what was over before it still comes before what begins after it.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/holds
//! < 201 1
//! > POST /v1/confirmations
//! < 201 2
//! > GET /v1/a
//! < 200 3
//! - 0.0 c1 #1
//! - 0.1 c1 #2
//! - 0.2 c1 #3
//! = 0.0 c1 #1
//! = 0.1 c1 #2
//! = 0.2 c1 #3
//! + 0.0 c1 #2
//! + 0.1 c1 #1
//! + 0.2 c1 #3
//! ```
//!
//! Around others that are asked at once:
//!
//! ```
//! > POST /v1/holds
//! < 201 1
//! > GET /v1/a
//! < 200 2
//! > GET /v1/b
//! < 200 3
//! > POST /v1/confirmations
//! < 201 4
//! > GET /v1/c
//! < 200 5
//! - 0.0 c1 #1
//! - 0.100-0.120 c2 #2
//! - 0.101-0.115 c3 #3
//! - 0.2 c1 #4
//! - 0.3 c1 #5
//! = 0.0 c1 #1
//! = 0.100-0.120 c3 #3
//! = 0.101-0.115 c2 #2
//! = 0.2 c1 #4
//! = 0.3 c1 #5
//! + 0.0 c1 #4
//! + 0.100-0.120 c2 #2
//! + 0.101-0.115 c3 #3
//! + 0.2 c1 #1
//! + 0.3 c1 #5
//! ```
//!
//! ## Quiet
//!
//! At once, or in tests that are shuffled:
//!
//! ```
//! > GET /v1/a
//! < 200 1
//! > GET /v1/b
//! < 200 2
//! > GET /v1/c
//! < 200 3
//! - 0.0 c1 #1
//! - 0.1 c1 #2
//! - 0.2 c1 #3
//! + 0.0 c1 #3
//! + 0.1 c1 #1
//! + 0.2 c1 #2
//! ```

use super::drift::Drift;
use super::orders::{Firm, orders};
use super::over::Over;
use super::places::add;
use super::runs::Runs;
use crate::finding::{Complaint, Findings, Severity};
use cassettes::meta::Meta;
use cassettes::operation::{Effect, effect};
use std::collections::BTreeSet;

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("calls-reordered", include_str!("calls_reordered.rs")), compare };

/// So many different steps in one order are no accident.
const LONG: usize = 7;

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    let orders = orders(runs);
    let named = orders.len() >= 2;
    let learned = runs.before.len() > 1;
    for order in &orders {
        findings.check();
        let (old, new) = (order.slots(0), order.slots(runs.before.len()));
        if old == new || (1..runs.before.len()).any(|run| order.slots(run) != old) {
            continue;
        }
        let Some((first, last)) = differing(&old, &new) else { continue };
        let distinct = old.iter().collect::<BTreeSet<_>>().len();
        let one_step = is_one_move(&old[first..=last], &new[first..=last]) && last - first <= 3;
        let long = distinct >= LONG && one_step && !order.is_windowed;
        let is_told = (learned || named || long) && order.is_certain(first, last);
        if !is_told || !is_doing(runs, &old[first..=last]) {
            continue;
        }
        let calls = |run: &[Firm]| run[first..=last].iter().map(|one| one.call).collect::<Vec<_>>();
        let moved = (first..=last).filter(|&at| old[at] != new[at]);
        let operations = moved.map(|at| &runs.slots[old[at]].operation);
        let over = Over::some(operations);
        let name = |slot: usize| runs.slots[slot].operation.to_string();
        let complaint = Complaint {
            severity: Severity::Warning,
            operation: over.operation.clone(),
            message: format!("{} comes before {}, and came after it", name(new[first]), name(old[first])),
            place: format!("{} {}", name(new[first]), name(old[first])),
            real: runs.first().quote(&calls(&order.runs[0])),
            other: runs.after.quote(&calls(&order.runs[runs.before.len()])),
            hint: Some("look whether the other side answers the same in this order".to_owned()),
        };
        add(findings, complaint, &over, 1);
    }
}

/// Whether one of these steps does something: in which order things are looked at makes no difference, and whoever
/// looks at several at once may share a connection.
fn is_doing(runs: &Runs<'_>, steps: &[usize]) -> bool {
    let first = |slot: &usize| runs.slots[*slot].after.first().copied();
    let mut calls = steps.iter().filter_map(first).map(|call| &runs.after.conduct.calls[call]);
    calls.any(|call| effect(&call.request()) == Effect::Writes)
}

fn differing(a: &[usize], b: &[usize]) -> Option<(usize, usize)> {
    let differs = |at: &usize| a[*at] != b[*at];
    Some(((0..a.len()).find(differs)?, (0..a.len()).rev().find(differs)?))
}

/// Whether one step alone stands elsewhere.
fn is_one_move(a: &[usize], b: &[usize]) -> bool {
    a.len() == b.len() && a.len() > 1 && (a[1..] == b[..b.len() - 1] || a[..a.len() - 1] == b[1..])
}
