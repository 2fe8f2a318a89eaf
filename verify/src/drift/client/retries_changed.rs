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
//! As often, and each time as another thing:
//!
//! ```
//! > POST /v1/charges
//! > idempotency-key: 0b9f2d1e-8a51-4a8e-a0c1-6d4c1b1f9a01
//! >> {"amount":1}
//! < 503
//! > POST /v1/charges
//! > idempotency-key: 0b9f2d1e-8a51-4a8e-a0c1-6d4c1b1f9a01
//! >> {"amount":1}
//! < 201 {"id":"ch_1"}
//! - 0.0 c1 #1
//! - idempotency-key: 0b9f2d1e-8a51-4a8e-a0c1-6d4c1b1f9a01
//! - 0.5 c1 #2
//! - idempotency-key: 0b9f2d1e-8a51-4a8e-a0c1-6d4c1b1f9a01
//! + 0.0 c1 #1
//! + idempotency-key: 0b9f2d1e-8a51-4a8e-a0c1-6d4c1b1f9a01
//! + 0.5 c1 #2
//! + idempotency-key: 6f1c2b77-1d9a-4a10-9d2f-2f3f6a0e7c55
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
use super::over::Over;
use super::places::add;
use super::runs::{Run, Runs};
use super::slots::Slot;
use super::tries::{Retried, failure, retried, tries};
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
    let mut rekeyed: BTreeMap<String, Vec<(Operation, Retried)>> = BTreeMap::new();
    for slot in runs.shared() {
        let failing = |run: &Run<'_>, calls: &[usize]| {
            calls.iter().any(|&call| failure(&run.conduct.calls[call]).is_some())
        };
        if failing(runs.first(), &slot.before[0]) || failing(&runs.after, &slot.after) {
            findings.check();
        }
        if let Some(one) = is_new_key(runs, slot) {
            rekeyed.entry(slot.operation.method.clone()).or_default().push((slot.operation.clone(), one));
        }
        let Some(one) = retried(runs, slot) else { continue };
        let safety = safety(runs, &one);
        let key = (slot.operation.method.clone(), one.before.len(), one.after.len(), safety);
        causes.entry(key).or_default().push((slot.operation.clone(), one));
    }
    for ((method, was, is, safety), all) in causes {
        complain(runs, findings, (&method, was, is, safety), &all);
    }
    for (method, all) in rekeyed {
        another_key(runs, findings, &method, &all);
    }
}

/// The tries of a request whose key was the same from try to try, and no longer is.
fn is_new_key(runs: &Runs<'_>, slot: &Slot) -> Option<Retried> {
    let longest = |run: &Run<'_>, calls: &[usize]| {
        tries(run, calls).into_iter().filter(|one| one.len() > 1).max_by_key(Vec::len)
    };
    let keys = |run: &Run<'_>, one: &[usize]| -> Option<Vec<String>> {
        one.iter().map(|&call| key(&run.conduct.calls[call].request())).collect()
    };
    let is_same = |keys: &[String]| keys.iter().all(|key| *key == keys[0]);
    for (run, calls) in runs.before.iter().zip(&slot.before) {
        keys(run, &longest(run, calls)?).filter(|keys| is_same(keys))?;
    }
    let (before, after) = (longest(runs.first(), &slot.before[0])?, longest(&runs.after, &slot.after)?);
    keys(&runs.after, &after).filter(|keys| !is_same(keys))?;
    let failure = failure(&runs.after.conduct.calls[after[0]])?;
    Some(Retried { failure, before, after })
}

fn another_key(runs: &Runs<'_>, findings: &mut Findings, method: &str, all: &[(Operation, Retried)]) {
    let Some((_, first)) = all.first() else { return };
    let over = Over::some(all.iter().map(|(operation, _)| operation));
    let complaint = Complaint {
        severity: Severity::Error,
        operation: over.operation.clone(),
        message: format!(
            "after {}, {method} is sent again with another idempotency key, and had the same from try to try",
            first.failure
        ),
        place: format!("{method} key"),
        real: runs.first().quote(&first.before),
        other: runs.after.quote(&first.after),
        hint: Some("make the key once for each thing that is done, not for each try".to_owned()),
    };
    add(findings, complaint, &over, all.len());
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
    let over = Over::some(all.iter().map(|(operation, _)| operation));
    let complaint = Complaint {
        severity: if safety == Safety::Twice { Severity::Error } else { Severity::Warning },
        operation: over.operation.clone(),
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
    add(findings, complaint, &over, all.len());
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
