//! # status-changed
//!
//! The mock answers with another status of the same class: 200 for 201, 302 for 307.
//!
//! Group: headers
//!
//! ## Why it matters
//!
//! Clients branch on the exact number: they read Location after 201, poll after 202, keep the method after
//! 307.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/jobs
//! < 202 {"id":1}
//! ~ 200 {"id":7}
//! ```
//!
//! ```
//! > POST /v1/charges
//! < 422 {"error":{"code":"amount_too_small"}}
//! ~ 400 {"error":{"code":"amount_too_small"}}
//! ```
//!
//! The other number is known for another error:
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":1}
//! < 422 {"error":{"code":"amount_too_small"}}
//! ~ 400 {"error":{"code":"amount_too_small"}}
//! > POST /v1/charges
//! >> {
//! < 400 {"error":{"code":"malformed_json"}}
//! ~ 400 {"error":{"code":"malformed_json"}}
//! ```
//!
//! The code is kept, and the number that clients retry by is not:
//!
//! ```
//! > POST /v1/charges
//! < 429 {"error":{"code":"rate_limited"}}
//! ~ 503 {"error":{"code":"rate_limited"}}
//! ```
//!
//! A thing that the real side held before the recording began (for information only):
//!
//! ```
//! > PUT /v1/things/a
//! >> {"size":1}
//! < 200 {"id":"a","size":1}
//! ~ 201 {"id":"a","size":1}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > POST /v1/jobs
//! < 202 {"id":1}
//! ~ 202 {"id":7}
//! ```
//!
//! Both were seen for the operation:
//!
//! ```
//! > PUT /v1/things/a
//! < 201 {"id":"a"}
//! ~ 200 {"id":"a"}
//! > PUT /v1/things/a
//! < 200 {"id":"a"}
//! ~ 200 {"id":"a"}
//! ```

use super::Rule;
use crate::case::{Case, Said};
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use cassettes::facets::error_class::Class;
use cassettes::meta::Meta;
use cassettes::model::Request;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("status-changed", include_str!("status_changed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for (operation, cases) in run.operations() {
        let judged = cases.iter().map(|c| (&c.exchange.request, &c.real));
        let unjudged = run.unjudged_of(operation).filter(|u| u.is_evidence());
        let all = judged.chain(unjudged.map(|u| (&u.exchange.request, &u.real)));
        let known: BTreeSet<(u16, Meaning)> =
            all.filter_map(|(asked, said)| Some((said.status()?, meaning(said, asked)?))).collect();
        for case in cases {
            let (Some(real), Some(other)) = (case.real.status(), case.other.status()) else { continue };
            // 401 and 403 exchanged is a finding of its own.
            let refusals = real != other && [real, other].iter().all(|s| matches!(s, 401 | 403));
            if refusals || case.exchange.request.method == "DELETE" {
                continue;
            }
            let (meant, said) =
                (meaning(&case.real, &case.exchange.request), meaning(&case.other, &case.asked));
            let (Some(meant), Some(said)) = (meant, said) else { continue };
            if !comparable((real, &meant), (other, &said)) {
                continue;
            }
            findings.check();
            if real == other || known.contains(&(other, meant)) {
                continue;
            }
            let severity = match real {
                _ if made_anew(run, case) => Severity::Info,
                ..400 => Severity::Error,
                _ => Severity::Warning,
            };
            findings.add(Complaint {
                severity,
                operation: operation.clone(),
                message: format!("the real side answers {real}, the mock {other}"),
                place: real.to_string(),
                real: case.real.at_status(),
                other: case.other.at_status(),
                hint: Some(format!("answer {real} on the mock")),
            });
        }
    }
}

/// Whether a thing was replaced on the real side and is new to the mock, with nothing recorded that would
/// have made it: where each began, not how it speaks.
fn made_anew(run: &Run<'_>, case: &Case<'_>) -> bool {
    let path = |request: &Request| request.target.split(['?', '#']).next().unwrap_or_default().to_owned();
    let replaced = case.exchange.request.method == "PUT"
        && matches!(case.real.status(), Some(200 | 204))
        && case.other.status() == Some(201);
    let own = path(&case.exchange.request);
    let before = run.cassettes.get(case.cassette).map_or(&[][..], |c| &c.exchanges[..case.position]);
    replaced && !before.iter().any(|e| path(&e.request) == own)
}

/// What an answer means apart from its number: the class and the codes of an error, or none.
type Meaning = Option<(Class, BTreeSet<String>)>;

/// Misses have styles of their own, and 304 has its own rule.
fn meaning(said: &Said<'_>, asked: &Request) -> Option<Meaning> {
    let meant = said.meant(asked).filter(|m| said.status() != Some(304) && m.miss.is_none())?;
    Some(meant.error.as_ref().map(|facts| {
        let own = facts.codes.iter().filter(|c| !c.at.is_listed() || facts.codes.len() == 1);
        (facts.class, own.map(|code| code.key().to_owned()).collect())
    }))
}

/// Whether both answers mean the same, so that only the number is at stake. Of failing servers only the
/// class is told; across the hundreds only a code says that it is the same error.
fn comparable((real, meant): (u16, &Meaning), (other, said): (u16, &Meaning)) -> bool {
    match (meant, said) {
        (None, None) => real / 100 == other / 100,
        (Some((class, codes)), Some((same, known))) => {
            let named = !codes.is_empty() && codes.is_subset(known);
            class == same && real >= 400 && other >= 400 && (named || (real < 500 && other < 500))
        }
        _ => false,
    }
}
