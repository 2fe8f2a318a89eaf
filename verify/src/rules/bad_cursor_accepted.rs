//! # bad-cursor-accepted
//!
//! The real side rejects a cursor that it never gave; the mock answers with a page.
//!
//! Group: pages
//!
//! ## Why it matters
//!
//! Cursors expire, get cut and get mixed up between tenants. A client that has never seen one rejected
//! takes the error for the end of the listing, or retries it for ever.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things?limit=1
//! < 200 {"data":[{"id":"a"}],"next":"t1"}
//! ~ 200 {"data":[{"id":"m"}],"next":"x1"}
//! > GET /v1/things?limit=1&cursor=t1
//! < 200 {"data":[{"id":"b"}],"next":null}
//! ~ 200 {"data":[{"id":"n"}],"next":null}
//! > GET /v1/things?limit=1&cursor=nonsense
//! < 400 {"error":{"code":"invalid_cursor"}}
//! ~ 200 {"data":[{"id":"m"}],"next":"x1"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/things?limit=1
//! < 200 {"data":[{"id":"a"}],"next":"t1"}
//! ~ 200 {"data":[{"id":"m"}],"next":"x1"}
//! > GET /v1/things?limit=1&cursor=t1
//! < 200 {"data":[{"id":"b"}],"next":null}
//! ~ 200 {"data":[{"id":"n"}],"next":null}
//! > GET /v1/things?limit=1&cursor=nonsense
//! < 400 {"error":{"code":"invalid_cursor"}}
//! ~ 400 {"error":{"code":"invalid_cursor"}}
//! ```

use super::Rule;
use crate::case::{Case, Said};
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use cassettes::facets::error_class::Class;
use cassettes::facets::pagination::{Slot, slot_value};
use cassettes::meta::Meta;
use cassettes::model::Request;
use cassettes::operation::Operation;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("bad-cursor-accepted", include_str!("bad_cursor_accepted.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for operation in run.listings.0.keys() {
        let slots = cursor_slots(run, operation);
        for case in run.of(operation) {
            // 404 and 410 are how some say that there is no such page; the rest is about who asks, or how often.
            let about_the_cursor = match case.real.status() {
                // GraphQL rejects with 200.
                Some(200) => error_in_success(case),
                status => matches!(status, Some(400 | 404 | 410 | 412 | 416 | 422)),
            };
            let Some(slot) = slots.iter().find(|s| slot_value(&case.exchange.request, s).is_some()) else {
                continue;
            };
            if !about_the_cursor || !asked_well_otherwise(run, operation, &case.exchange.request, slot) {
                continue;
            }
            findings.check();
            if case.other.is_success() && !hides_error(&case.asked, &case.other) {
                findings.add(Complaint {
                    severity: Severity::Error,
                    operation: operation.clone(),
                    message: format!(
                        "the real side rejects a cursor that it never gave ({slot}), the mock answers it"
                    ),
                    place: slot.to_string(),
                    real: case.real.whole(),
                    other: case.other.whole(),
                    hint: Some("let the mock reject cursors that it did not give".to_owned()),
                });
            }
        }
    }
}

/// Whether the real side rejects what was asked for here, and not who asks, within a success.
fn error_in_success(case: &Case<'_>) -> bool {
    let meant = case.real.meant(&case.exchange.request);
    meant
        .as_ref()
        .and_then(|m| m.error.as_ref())
        .is_some_and(|f| matches!(f.class, Class::Validation | Class::Terminal | Class::Other))
}

fn hides_error(asked: &Request, said: &Said<'_>) -> bool {
    said.meant(asked).is_some_and(|m| m.error.is_some())
}

/// The places in requests that carry a cursor. A whole URL is taken apart into what it added.
fn cursor_slots(run: &Run<'_>, operation: &Operation) -> BTreeSet<Slot> {
    let mut slots = BTreeSet::new();
    for walk in run.walks.iter().filter(|w| w.operation == *operation) {
        for (edge, pair) in walk.edges.iter().zip(walk.real.windows(2)) {
            if edge.slot != Slot::Target {
                slots.insert(edge.slot.clone());
                continue;
            }
            let before = pair[0].asked.query_pairs();
            let added = pair[1].asked.query_pairs().into_iter().filter(|p| !before.contains(p));
            slots.extend(added.map(|(name, _)| Slot::Query(name)));
        }
    }
    slots
}

/// Whether the same question with another value there was answered: then the value was at fault.
fn asked_well_otherwise(run: &Run<'_>, operation: &Operation, bad: &Request, slot: &Slot) -> bool {
    let Slot::Query(name) = slot else { return true };
    let rest = |request: &Request| -> Vec<(String, String)> {
        let mut rest: Vec<_> = request.query_pairs().into_iter().filter(|(n, _)| n != name).collect();
        rest.sort();
        rest
    };
    // What the bad one leaves unsaid cannot be what was wrong with it.
    let held = |good: &Request| rest(bad).iter().all(|pair| rest(good).contains(pair));
    run.of(operation).any(|c| c.real.is_success() && held(&c.exchange.request))
}
