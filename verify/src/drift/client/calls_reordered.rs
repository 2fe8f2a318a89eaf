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
//! shuffled have none among each other: an order is told where something is written on one connection, and where each
//! test has a session of its own, where two earlier runs agree on it, or where a long run is the same but for one step.
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
use super::over::Over;
use super::places::add;
use super::runs::{Run, Runs};
use crate::finding::{Complaint, Findings, Severity};
use cassettes::meta::Meta;
use cassettes::operation::{Effect, effect};
use std::collections::{BTreeMap, BTreeSet};

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("calls-reordered", include_str!("calls_reordered.rs")), compare };

/// So many different steps in one order are no accident.
const LONG: usize = 7;

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    let slot_of = |run: usize| -> BTreeMap<usize, usize> {
        let slots = runs.slots.iter().enumerate();
        slots
            .flat_map(|(number, slot)| {
                let calls = slot.before.get(run).unwrap_or(&slot.after);
                calls.iter().map(move |&call| (call, number))
            })
            .collect()
    };
    let before: Vec<Orders<'_>> =
        runs.before.iter().enumerate().map(|(at, run)| orders(run, &slot_of(at))).collect();
    let after = orders(&runs.after, &slot_of(runs.before.len()));
    let sessions: BTreeSet<&str> =
        after.keys().filter(|s| before.iter().all(|b| b.contains_key(*s))).copied().collect();
    let named = sessions.len() >= 2;
    for session in sessions {
        let (was, is) = (&before[0][session], &after[session]);
        findings.check();
        let steps = |order: &[(usize, usize)]| order.iter().map(|(slot, _)| *slot).collect::<Vec<_>>();
        let (old, new) = (steps(was), steps(is));
        if old == new || !is_same_set(&old, &new) {
            continue;
        }
        let learned = before.len() > 1;
        if before.iter().any(|run| steps(&run[session]) != old) {
            continue;
        }
        let Some((first, last)) = differing(&old, &new) else { continue };
        let distinct = old.iter().collect::<BTreeSet<_>>().len();
        let one_step = is_one_move(&old[first..=last], &new[first..=last]) && last - first <= 3;
        if !is_doing(runs, &old[first..=last]) || !(learned || named || (distinct >= LONG && one_step)) {
            continue;
        }
        let calls =
            |order: &[(usize, usize)]| order[first..=last].iter().map(|(_, call)| *call).collect::<Vec<_>>();
        let operations = old[first..=last].iter().map(|&slot| &runs.slots[slot].operation);
        let over = Over::some(operations);
        let name = |slot: usize| runs.slots[slot].operation.to_string();
        let complaint = Complaint {
            severity: Severity::Warning,
            operation: over.operation.clone(),
            message: format!("{} comes before {}, and came after it", name(new[first]), name(old[first])),
            place: format!("{} {}", name(new[first]), name(old[first])),
            real: runs.first().quote(&calls(was)),
            other: runs.after.quote(&calls(is)),
            hint: Some("look whether the other side answers the same in this order".to_owned()),
        };
        add(findings, complaint, &over, 1);
    }
}

/// By session: the steps in order, each a slot and its request, where one came after the other.
type Orders<'r> = BTreeMap<&'r str, Vec<(usize, usize)>>;

fn orders<'r>(run: &'r Run<'_>, slot_of: &BTreeMap<usize, usize>) -> Orders<'r> {
    let mut all: Orders<'r> = Orders::new();
    let mut latest: BTreeMap<&str, usize> = BTreeMap::new();
    let mut broken: BTreeSet<&str> = BTreeSet::new();
    for (number, call) in run.conduct.calls.iter().enumerate() {
        let session = call.served.session.as_str();
        if latest.insert(session, number).is_some_and(|last| !comes_after(run, last, number)) {
            broken.insert(session);
        }
        if let Some(&slot) = slot_of.get(&number) {
            all.entry(session).or_default().push((slot, number));
        }
    }
    // What runs at once has no order.
    all.retain(|session, _| !broken.contains(session));
    all
}

/// Whether a request can only have come after another: on its connection. On two connections fast answers may come
/// after each other by chance, though they were asked for at once.
fn comes_after(run: &Run<'_>, last: usize, next: usize) -> bool {
    let (last, next) = (run.conduct.calls[last].served, run.conduct.calls[next].served);
    // The server knows a little later than its client that an answer was taken.
    last.connection.id == next.connection.id && next.at >= last.end.saturating_sub(1_000)
}

/// Whether one of these steps does something: in which order things are looked at makes no difference, and whoever
/// looks at several at once may share a connection.
fn is_doing(runs: &Runs<'_>, steps: &[usize]) -> bool {
    let first = |slot: &usize| runs.slots[*slot].after.first().copied();
    let mut calls = steps.iter().filter_map(first).map(|call| &runs.after.conduct.calls[call]);
    calls.any(|call| effect(&call.request()) == Effect::Writes)
}

fn is_same_set(a: &[usize], b: &[usize]) -> bool {
    let sorted = |all: &[usize]| {
        let mut all = all.to_vec();
        all.sort_unstable();
        all
    };
    a.len() == b.len() && sorted(a) == sorted(b)
}

fn differing(a: &[usize], b: &[usize]) -> Option<(usize, usize)> {
    let differs = |at: &usize| a[*at] != b[*at];
    Some(((0..a.len()).find(differs)?, (0..a.len()).rev().find(differs)?))
}

/// Whether one step alone stands elsewhere.
fn is_one_move(a: &[usize], b: &[usize]) -> bool {
    a.len() == b.len() && a.len() > 1 && (a[1..] == b[..b.len() - 1] || a[..a.len() - 1] == b[1..])
}
