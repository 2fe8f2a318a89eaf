//! What the real side was seen to do for each operation, and which of it the subject did.

use crate::finding::Finding;
use crate::lacking::{Recorded, lacking, lacking_at_all};
use crate::rejections::Rejections;
use crate::run::Run;
use cassettes::operation::Operation;
use forms::forms;
use kinds::{kinds, own_kinds};
use more::more;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

mod contradicted;
mod forms;
mod kinds;
mod more;

pub use crate::lacking::Unverified;

/// One thing that the real side was seen to do, backed by evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Behaviour {
    /// Kebab-case: `success`, `next-page`, `not-found`, …
    pub kind: String,
    /// Whether the subject did it, too; none where it was not possible to tell.
    pub reproduced: Option<bool>,
    /// The exchanges that show it, as people cite them.
    pub evidence: Vec<String>,
    /// Why it was not possible to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// One operation's behaviours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationCoverage {
    /// For example `GET /v1/customers/{id}`.
    pub operation: String,
    /// Whom it was asked of, where several were recorded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub upstreams: Vec<String>,
    /// In alphabetical order.
    pub behaviours: Vec<Behaviour>,
    /// What was never seen of it, in the order in which it is worth learning.
    pub unverified: Vec<Unverified>,
}

/// Which behaviours were seen, and which were reproduced.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// How many were seen.
    pub behaviours: usize,
    /// How many of them the subject showed.
    pub reproduced: usize,
    /// How many more nobody ever provoked.
    pub unverified: usize,
    /// By operation.
    pub operations: Vec<OperationCoverage>,
}

/// How much evidence a behaviour lists.
const MOST_EVIDENCE: usize = 5;

#[derive(Default)]
struct Seen {
    evidence: Vec<String>,
    judged: bool,
    did: bool,
    /// Why it was not judged, where it was not.
    because: Option<String>,
}

type All<'r> = BTreeMap<&'r Operation, BTreeMap<String, Seen>>;

/// Counts what was seen and what was reproduced. A behaviour that a finding is about was not reproduced,
/// whatever else the subject did.
pub fn coverage(run: &Run<'_>, findings: &[Finding]) -> Coverage {
    let rejections = Rejections::of(run);
    let mut all = single(run, &rejections);
    let mut more = more(run);
    forms(run, &mut more);
    for (operation, kinds) in more.0 {
        for (kind, shown) in kinds {
            let seen = all.entry(operation).or_default().entry(kind.to_owned()).or_default();
            seen.evidence.extend(shown.evidence);
            seen.judged |= shown.did + shown.did_not > 0;
            // One that was seen at every turn is done at every turn; an order is unstable if it ever was.
            seen.did |= shown.did > 0 && (shown.did_not == 0 || is_data(kind));
            seen.because = Some("the mock's answers have nothing there to tell it by".to_owned());
        }
    }
    let recorded = Recorded::of(run);
    let contradicted = contradicted::of(run, &rejections, findings);
    let mut upstreams = upstreams(run);
    let mut total = Coverage::default();
    let beside = lacking_at_all(&recorded);
    for (operation, kinds) in all {
        let denied = contradicted.get(operation);
        let mut behaviours: Vec<Behaviour> =
            kinds.into_iter().map(|(kind, seen)| behaviour(kind, seen, denied)).collect();
        unnamed(operation, findings, &mut behaviours);
        let mut unverified = lacking(&recorded, operation);
        for (_, one) in beside.iter().filter(|(of, _)| of == operation) {
            if unverified.iter().all(|own| own.kind != one.kind) {
                unverified.push(one.clone());
            }
        }
        total.behaviours += behaviours.len();
        total.reproduced += behaviours.iter().filter(|b| b.reproduced == Some(true)).count();
        total.unverified += unverified.len();
        let upstreams = upstreams.remove(operation).unwrap_or_default().into_iter().map(str::to_owned);
        total.operations.push(OperationCoverage {
            operation: operation.to_string(),
            upstreams: upstreams.collect(),
            behaviours,
            unverified,
        });
    }
    total
}

/// Whom each operation was asked of; nothing where everything was asked of one.
fn upstreams<'r>(run: &'r Run<'_>) -> BTreeMap<&'r Operation, BTreeSet<&'r str>> {
    let cases = run.cases.iter().map(|case| (&case.operation, case.exchange));
    let unjudged = run.unjudged.iter().map(|one| (&one.operation, one.exchange));
    let mut by: BTreeMap<&Operation, BTreeSet<&str>> = BTreeMap::new();
    for (operation, exchange) in cases.chain(unjudged) {
        by.entry(operation).or_default().insert(&exchange.upstream);
    }
    let all: BTreeSet<&str> = by.values().flatten().copied().collect();
    if all.len() > 1 { by } else { BTreeMap::new() }
}

/// Adds what findings are about and nothing else says.
fn unnamed(operation: &Operation, findings: &[Finding], behaviours: &mut Vec<Behaviour>) {
    let kinds: BTreeSet<&str> = behaviours.iter().map(|b| b.kind.as_str()).collect();
    let has_denied = behaviours.iter().any(|b| b.reproduced == Some(false));
    let mut more: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for finding in findings.iter().filter(|f| f.operation == *operation) {
        if let Some(kind) = contradicted::unnamed(finding, &kinds, has_denied) {
            more.entry(kind).or_default().extend(finding.real.exchange.clone());
        }
    }
    for (kind, evidence) in more {
        let seen = Seen { evidence, judged: true, ..Seen::default() };
        behaviours.push(behaviour(kind, seen, None));
    }
    behaviours.sort_by(|a, b| a.kind.cmp(&b.kind));
}

fn behaviour(kind: String, mut seen: Seen, denied: Option<&BTreeSet<String>>) -> Behaviour {
    let mut known = BTreeSet::new();
    seen.evidence.retain(|cite| known.insert(cite.clone()));
    seen.evidence.truncate(MOST_EVIDENCE);
    let reproduced = match (seen.did, denied.is_some_and(|d| d.contains(&kind))) {
        (_, true) => Some(false),
        (true, false) => Some(true),
        (false, false) => seen.judged.then_some(false),
    };
    let because = seen.because.filter(|_| reproduced.is_none());
    Behaviour { kind, reproduced, evidence: seen.evidence, because }
}

/// Whether a kind depends on the data that happens to be there: fixtures need not show it each time.
fn is_data(kind: &str) -> bool {
    kind.starts_with("number-")
        || kind.starts_with("time-")
        || matches!(kind, "page-cap" | "order-unstable" | "members-unstable")
}

/// The behaviours that single exchanges show.
fn single<'r>(run: &'r Run<'_>, rejections: &Rejections<'_>) -> All<'r> {
    let mut all: All<'r> = BTreeMap::new();
    for case in &run.cases {
        for kind in
            kinds(run, rejections, &case.operation, (&case.exchange.request, &case.real), case.exchange)
        {
            let seen = all.entry(&case.operation).or_default().entry(kind).or_default();
            seen.judged = true;
            seen.evidence.extend(case.real.cite.clone());
        }
    }
    for one in run.unjudged.iter().filter(|u| u.is_evidence()) {
        for kind in kinds(run, rejections, &one.operation, (&one.exchange.request, &one.real), one.exchange) {
            let seen = all.entry(&one.operation).or_default().entry(kind).or_default();
            seen.evidence.extend(one.real.cite.clone());
            seen.because.get_or_insert_with(|| one.reason.to_string());
        }
    }
    let mut did = |operation: &Operation, kinds: Vec<String>| {
        let Some(seen) = all.get_mut(operation) else { return };
        for kind in kinds {
            if let Some(seen) = seen.get_mut(&kind) {
                seen.did = true;
            }
        }
    };
    for case in &run.cases {
        let shown = kinds(run, rejections, &case.operation, (&case.asked, &case.other), case.exchange);
        did(&case.operation, shown);
    }
    for extra in &run.extras {
        // Only what the answer itself says: the question was none of the recorded ones.
        did(&extra.operation, own_kinds(run, &extra.operation, &extra.asked, &extra.other));
    }
    all
}

#[cfg(test)]
mod tests;
