//! # retries-changed
//!
//! After a failure the client sends a request again more often than it did, or less often.
//!
//! Group: when and how often
//!
//! ## Why it matters
//!
//! How often a library tries is a default that its upgrades change. Fewer tries show failures to users that nobody
//! saw before; more of them do twice what must be done once, unless a key tells the other side that it is the same.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things
//! < 503
//! > GET /v1/things
//! < 200 {"data":[]}
//! - 0.0 c1 #1
//! - 0.5 c1 #2
//! + 0.0 c1 #1
//! ```
//!
//! A charge that is sent again now, without a key:
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":100}
//! < 504
//! > POST /v1/charges
//! >> {"amount":100}
//! < 201 {"id":"ch_1"}
//! - 0.0 c1 #1
//! + 0.0 c1 #1
//! + 0.5 c1 #2
//! ```
//!
//! ## Quiet
//!
//! As often, by another clock, and two tests that both look at a failure:
//!
//! ```
//! > GET /v1/things
//! < 503
//! > GET /v1/things
//! < 200 {"data":[]}
//! > GET /v1/broken
//! < 500
//! > GET /v1/other
//! < 200 1
//! - 0.0 c1 #1
//! - 0.5 c1 #2
//! - 1.0 c1 #3
//! - 1.1 c1 #3 again
//! - 1.2 c1 #4
//! + 0.0 c1 #3
//! + 0.1 c1 #4
//! + 0.2 c1 #1
//! + 0.9 c1 #2
//! + 1.2 c1 #3 again
//! ```

use super::calls_added::times;
use super::drift::Drift;
use super::places::add;
use super::runs::{Run, Runs};
use super::tries::{Retried, failure, retried};
use crate::finding::{Complaint, Findings, Severity};
use crate::idempotency::key;
use cassettes::meta::Meta;
use cassettes::operation::{Effect, Operation, effect};
use std::collections::{BTreeMap, BTreeSet};

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("retries-changed", include_str!("retries_changed.rs")), compare };

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    // One policy is one cause: by method, and how often it is tried.
    let mut causes: BTreeMap<Cause, Vec<(Operation, Retried)>> = BTreeMap::new();
    for slot in runs.shared() {
        let failing = |run: &Run<'_>, calls: &[usize]| {
            calls.iter().any(|&call| failure(&run.conduct.calls[call]).is_some())
        };
        if failing(runs.first(), &slot.before[0]) || failing(&runs.after, &slot.after) {
            findings.check();
        }
        let Some(one) = retried(runs, slot) else { continue };
        let safety = safety(runs, &one);
        let key = (slot.operation.method.clone(), one.before.len(), one.after.len(), safety);
        causes.entry(key).or_default().push((slot.operation.clone(), one));
    }
    for ((method, was, is, safety), all) in causes {
        complain(runs, findings, (&method, was, is, safety), &all);
    }
}

/// A method, how often it was sent and is, and whether that is safe.
type Cause = (String, usize, usize, Safety);

/// Whether sending it again may do something twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Safety {
    /// Nothing tells that it is the same.
    Twice,
    /// A key does.
    Keyed,
    /// It may be repeated, or is sent less often.
    Safe,
}

fn complain(
    runs: &Runs<'_>,
    findings: &mut Findings,
    (method, was, is, safety): (&str, usize, usize, Safety),
    all: &[(Operation, Retried)],
) {
    let Some((_, first)) = all.first() else { return };
    let failures: BTreeSet<&str> = all.iter().map(|(_, one)| one.failure.as_str()).collect();
    let failures = listed(&failures.into_iter().collect::<Vec<_>>());
    let took = |run: &Run<'_>, one: &[usize]| {
        let (first, last) = (run.conduct.calls[one[0]].served, run.conduct.calls[one[one.len() - 1]].served);
        last.end.saturating_sub(first.at)
    };
    let (long, now) = (took(runs.first(), &first.before), took(&runs.after, &first.after));
    // What takes a moment takes another one each time.
    let within = |took: u64| match (long.max(now) >= 2_000_000, took) {
        (false, _) => String::new(),
        (true, 0..1_000_000) => " within a second".to_owned(),
        (true, took) => format!(" within {} s", (took + 500_000) / 1_000_000),
    };
    let key = match safety {
        Safety::Twice => ", without an idempotency key",
        Safety::Keyed => ", with the same idempotency key",
        Safety::Safe => "",
    };
    let hint = match (safety, is > was) {
        (Safety::Twice, _) => {
            "send an idempotency key that stays the same from try to try, or turn the retries off"
        }
        (_, true) => {
            "look whether that many tries are wanted: set their number instead of taking the default"
        }
        (_, false) => "set the number of tries instead of taking the default",
    };
    let complaint = Complaint {
        severity: if safety == Safety::Twice { Severity::Error } else { Severity::Warning },
        operation: runs.over(all.iter().map(|(operation, _)| operation)),
        message: format!(
            "after {failures}, {method} was sent {}{}, and is now sent {}{}{key}",
            times(was),
            within(long),
            times(is),
            within(now)
        ),
        place: format!("{method} {failures}"),
        real: runs.first().quote(&first.before),
        other: runs.after.quote(&first.after),
        hint: Some(hint.to_owned()),
    };
    add(findings, complaint, all.len());
}

/// `409, 500 and 503`
fn listed(all: &[&str]) -> String {
    match all {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

/// Whether doing it again does it twice, and nothing tells that it is the same.
fn safety(runs: &Runs<'_>, one: &Retried) -> Safety {
    let Some(&first) = one.after.first() else { return Safety::Safe };
    let request = runs.after.conduct.calls[first].request();
    let repeatable =
        matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE" | "QUERY");
    if repeatable || effect(&request) == Effect::Reads || one.after.len() <= one.before.len() {
        return Safety::Safe;
    }
    let keys: Vec<Option<String>> =
        one.after.iter().map(|&call| key(&runs.after.conduct.calls[call].request())).collect();
    let same = keys.iter().all(|key| key.is_some() && *key == keys[0]);
    if same { Safety::Keyed } else { Safety::Twice }
}
