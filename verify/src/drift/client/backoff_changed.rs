//! # backoff-changed
//!
//! Between the tries of one thing the client waits longer or shorter than it did.
//!
//! Group: when and how often
//!
//! ## Why it matters
//!
//! A client that no longer waits before it tries again wears out a side that is in trouble and is locked out by one
//! that counts. Waits that are drawn at random are told only where so many of them were seen that chance does not
//! explain the difference; two earlier runs help.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things
//! < 503
//! > GET /v1/things
//! < 503
//! > GET /v1/things
//! < 200 {"data":[]}
//! - 0.0 c1 #1
//! - 0.502 c1 #2
//! - 1.505 c1 #3
//! + 0.0 c1 #1
//! + 0.003 c1 #2
//! + 0.006 c1 #3
//! ```
//!
//! ## Quiet
//!
//! Waits that are drawn:
//!
//! ```
//! > GET /v1/things
//! < 503
//! > GET /v1/things
//! < 503
//! > GET /v1/things
//! < 200 {"data":[]}
//! - 0.0 c1 #1
//! - 0.341 c1 #2
//! - 1.017 c1 #3
//! + 0.0 c1 #1
//! + 0.782 c1 #2
//! + 1.234 c1 #3
//! ```
//!
//! The same waits on a busy machine:
//!
//! ```
//! > GET /v1/things
//! < 503
//! > GET /v1/things
//! < 200 {"data":[]}
//! - 0.0 c1 #1
//! - 0.502 c1 #2
//! + 0.0 c1 #1
//! + 0.644 c1 #2
//! ```

use super::chance::{Waits, differ};
use super::drift::Drift;
use super::over::Over;
use super::places::add;
use super::runs::{Run, Runs};
use super::tries::{failure, retried, tries};
use crate::conduct::{Again, seconds};
use crate::finding::{Complaint, Findings, Severity};
use cassettes::meta::Meta;
use cassettes::model::Micros;
use cassettes::operation::Operation;
use std::collections::BTreeMap;

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("backoff-changed", include_str!("backoff_changed.rs")), compare };

/// The waits after one kind of failure, by which try they came before.
#[derive(Default)]
struct Seen {
    before: Waits,
    after: Waits,
    /// The tries that are quoted.
    shown: Option<(Vec<usize>, Vec<usize>)>,
    tries: usize,
}

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    // Each operation by itself: its client may have a policy of its own.
    let mut by: BTreeMap<(String, Operation), Seen> = BTreeMap::new();
    for slot in runs.shared() {
        let after: Vec<Vec<usize>> = retries(&runs.after, &slot.after);
        let before: Vec<Vec<Vec<usize>>> =
            runs.before.iter().zip(&slot.before).map(|(run, calls)| retries(run, calls)).collect();
        let (Some(first), Some(own)) = (before[0].first(), after.first()) else { continue };
        // Another number of tries is another policy: that is told, with the time that it takes.
        if retried(runs, slot).is_some() {
            continue;
        }
        findings.check();
        let Some(kind) = failure(&runs.first().conduct.calls[first[0]]) else { continue };
        let seen = by.entry((kind, slot.operation.clone())).or_default();
        for (run, all) in runs.before.iter().zip(&before) {
            all.iter().for_each(|one| take(run, one, &mut seen.before));
        }
        after.iter().for_each(|one| take(&runs.after, one, &mut seen.after));
        seen.tries += after.len();
        if seen.shown.is_none() {
            seen.shown = Some((first.clone(), own.clone()));
        }
    }
    let mut causes: BTreeMap<String, Vec<(Operation, Seen)>> = BTreeMap::new();
    for ((kind, operation), seen) in by {
        if differ(&seen.before, &seen.after) {
            causes.entry(kind).or_default().push((operation, seen));
        }
    }
    for (kind, all) in causes {
        let Some((seen, (before, after))) =
            all.iter().find_map(|(_, seen)| Some((seen, seen.shown.as_ref()?)))
        else {
            continue;
        };
        let over = Over::some(all.iter().map(|(operation, _)| operation));
        let complaint = Complaint {
            severity: Severity::Warning,
            operation: over.operation.clone(),
            message: format!(
                "after {kind}, the client waits {} before it tries again, and waited {}",
                told(&seen.after),
                told(&seen.before)
            ),
            place: kind,
            real: runs.first().quote(before),
            other: runs.after.quote(after),
            hint: Some("set the waits between tries instead of taking the default".to_owned()),
        };
        add(findings, complaint, &over, all.iter().map(|(_, seen)| seen.tries).sum());
    }
}

/// The tries that took more than one request.
fn retries(run: &Run<'_>, calls: &[usize]) -> Vec<Vec<usize>> {
    let at_once = |one: &Vec<usize>| {
        one.len() > 1
            && one.windows(2).all(|two| run.conduct.is_at_once(Again { first: two[0], second: two[1] }))
    };
    tries(run, calls).into_iter().filter(at_once).collect()
}

fn take(run: &Run<'_>, one: &[usize], waits: &mut Waits) {
    for (number, two) in one.windows(2).enumerate() {
        let (a, b) = (run.conduct.calls[two[0]].served, run.conduct.calls[two[1]].served);
        let over = a.gave_up.unwrap_or(a.end);
        waits.entry(number).or_default().push(b.at.saturating_sub(over));
    }
}

/// `0.502 s, 1.003 s`
fn told(waits: &Waits) -> String {
    let middle = |all: &Vec<Micros>| {
        let mut all = all.clone();
        all.sort_unstable();
        all.get(all.len() / 2).copied().unwrap_or(0)
    };
    let all: Vec<String> = waits.values().take(4).map(|all| seconds(middle(all))).collect();
    all.join(", then ")
}
