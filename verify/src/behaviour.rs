//! What the real side was seen to do for each operation, and which of it the subject did.

use crate::case::Said;
use crate::run::Run;
use cassettes::facets::FACETS;
use cassettes::model::{Answer, Exchange, Request};
use cassettes::operation::Operation;
use serde::Serialize;
use std::collections::BTreeMap;

/// One thing that the real side was seen to do, backed by evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Behaviour {
    /// Kebab-case: `success`, `next-page`, `not-found`, …
    pub kind: String,
    /// Whether the subject did it, too; none where it was not possible to tell.
    pub reproduced: Option<bool>,
    /// The exchanges that show it, as people cite them.
    pub evidence: Vec<String>,
}

/// One operation's behaviours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationCoverage {
    /// For example `GET /v1/customers/{id}`.
    pub operation: String,
    /// In alphabetical order.
    pub behaviours: Vec<Behaviour>,
}

/// Which behaviours were seen, and which were reproduced.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// How many were seen.
    pub behaviours: usize,
    /// How many of them the subject showed.
    pub reproduced: usize,
    /// By operation.
    pub operations: Vec<OperationCoverage>,
}

/// How much evidence a behaviour lists.
const MOST_EVIDENCE: usize = 5;

#[derive(Default)]
struct Seen {
    evidence: Vec<String>,
    judged: bool,
}

/// Counts what was seen and what was reproduced.
pub fn coverage(run: &Run<'_>) -> Coverage {
    let mut seen: BTreeMap<&Operation, BTreeMap<String, Seen>> = BTreeMap::new();
    let judged = run.cases.iter().map(|c| (c.exchange, &c.operation, &c.real, true));
    let unjudged =
        run.unjudged.iter().filter(|u| u.is_evidence()).map(|u| (u.exchange, &u.operation, &u.real, false));
    for (exchange, operation, real, judged) in judged.chain(unjudged) {
        for kind in kinds(run, operation, exchange, real) {
            let seen = seen.entry(operation).or_default().entry(kind).or_default();
            seen.judged |= judged;
            seen.evidence.extend(real.cite.clone());
        }
    }
    let mut done: BTreeMap<&Operation, Vec<String>> = BTreeMap::new();
    for case in &run.cases {
        let answered = case.as_subject_exchange();
        done.entry(&case.operation).or_default().extend(kinds(run, &case.operation, &answered, &case.other));
    }
    for extra in &run.extras {
        // Only what the answer itself says: the question was none of the recorded ones.
        done.entry(&extra.operation).or_default().extend(own_kinds(
            run,
            &extra.operation,
            &extra.asked,
            &extra.other,
        ));
    }
    let mut total = Coverage::default();
    for (operation, kinds) in seen {
        let did = done.get(operation).map(Vec::as_slice).unwrap_or_default();
        let behaviours: Vec<Behaviour> = kinds
            .into_iter()
            .map(|(kind, mut seen)| {
                seen.evidence.truncate(MOST_EVIDENCE);
                let reproduced = if did.contains(&kind) { Some(true) } else { seen.judged.then_some(false) };
                Behaviour { kind, reproduced, evidence: seen.evidence }
            })
            .collect();
        total.behaviours += behaviours.len();
        total.reproduced += behaviours.iter().filter(|b| b.reproduced == Some(true)).count();
        total.operations.push(OperationCoverage { operation: operation.to_string(), behaviours });
    }
    total
}

/// Every behaviour that one exchange shows.
fn kinds(run: &Run<'_>, operation: &Operation, exchange: &Exchange, said: &Said<'_>) -> Vec<String> {
    let mut kinds: Vec<String> = FACETS.iter().filter_map(|facet| (facet.label)(exchange)).collect();
    kinds.extend(own_kinds(run, operation, &exchange.request, said));
    if kinds.is_empty() {
        kinds.extend(said.status().map(|status| format!("status-{status}")));
    }
    kinds.sort();
    kinds.dedup();
    kinds
}

/// What an answer shows by itself: its status, its failure, its place in a listing.
fn own_kinds(run: &Run<'_>, operation: &Operation, asked: &Request, said: &Said<'_>) -> Vec<String> {
    let mut kinds = Vec::new();
    match said.answer.as_ref() {
        Answer::Failed(failure) => kinds.push(format!("failed-{}", failure.kind)),
        Answer::Reply(reply) => match reply.status {
            200..=299 => kinds.push("success".to_owned()),
            304 => kinds.push("not-modified".to_owned()),
            300..=399 => kinds.push("redirect".to_owned()),
            _ => {}
        },
    }
    if let Some(listing) = run.listings.0.get(operation)
        && said.is_success()
        && let Some(count) = listing.count(said)
    {
        // Where nothing speaks of the end, a page that is not full is the last.
        let counted = listing.places.is_empty().then(|| listing.goes_on(said, asked));
        let more = listing.says_more(said).or(counted);
        kinds.extend(more.map(|more| if more { "next-page" } else { "last-page" }.to_owned()));
        if count == 0 {
            kinds.push("empty-list".to_owned());
        }
    }
    kinds
}
