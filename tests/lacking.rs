//! A cassette whose unhappy exchanges were taken out says so: what is no longer seen is unverified, with the
//! lesson that would teach it, and never reproduced.

use cassettes::{
    facets::{error_class::error_of, not_found::miss_of},
    model::{Cassette, Exchange, Timestamp},
    store,
};
use std::{collections::BTreeMap, path::Path};
use verify::behaviour::{Coverage, OperationCoverage};

fn tour() -> Cassette {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("cassettes/library/sandbox/tour.yaml");
    store::load(&path).expect("loads").cassette
}

fn is_happy(exchange: &Exchange) -> bool {
    let reply = exchange.answer.reply().filter(|r| r.status < 400 && r.status != 304);
    reply.is_some_and(|r| {
        error_of(r, Some(&exchange.request)).is_none() && miss_of(&exchange.request, r).is_none()
    })
}

fn learned(cassette: &Cassette) -> Coverage {
    verify::learned(std::slice::from_ref(cassette), Timestamp(0), None).coverage
}

/// The kinds under which a lost behaviour may be missed; none for what nothing foretells.
fn missed_as(kind: &str) -> &'static [&'static str] {
    match kind {
        "not-found" | "gone" | "null" | "no-content" | "not-found-by-code" => {
            &["not-found", "gone-after-delete"]
        }
        "validation" | "terminal" | "conflict" => &["validation", "conflict", "idempotency-conflict"],
        "idempotency-conflict" => &["idempotency-conflict"],
        "auth" | "forbidden" => &["auth"],
        "rate-limit" => &["rate-limit"],
        "not-modified" => &["not-modified"],
        kind if kind.starts_with("rejected-") => &["auth"],
        _ => &[],
    }
}

#[test]
fn what_was_taken_out_is_unverified() {
    let whole = tour();
    let exchanges: Vec<Exchange> = whole.exchanges.iter().filter(|e| is_happy(e)).cloned().collect();
    let happy = Cassette { exchanges, ..whole.clone() };
    let (before, after) = (learned(&whole), learned(&happy));
    let left: BTreeMap<&str, &OperationCoverage> =
        after.operations.iter().map(|o| (o.operation.as_str(), o)).collect();
    let mut checked = 0;
    for operation in &before.operations {
        // An operation that never succeeded is not there any more.
        let Some(now) = left.get(operation.operation.as_str()) else { continue };
        for lost in operation.behaviours.iter().filter(|b| now.behaviours.iter().all(|n| n.kind != b.kind)) {
            let names = missed_as(&lost.kind);
            let lacking = now.unverified.iter().find(|u| names.contains(&u.kind.as_str()));
            if !names.is_empty() {
                checked += 1;
                let kinds: Vec<&str> = now.unverified.iter().map(|u| u.kind.as_str()).collect();
                assert!(lacking.is_some(), "{}: {} is not among {kinds:?}", operation.operation, lost.kind);
            }
        }
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn what_was_seen_is_not_unverified() {
    for cassette in [tour()] {
        for operation in learned(&cassette).operations {
            for lack in &operation.unverified {
                assert!(
                    operation.behaviours.iter().all(|b| b.kind != lack.kind),
                    "{}: {} was seen",
                    operation.operation,
                    lack.kind
                );
                assert!(lack.lesson.contains(": ") && !lack.because.is_empty(), "{lack:?}");
            }
        }
    }
}
