//! # evidence-happy-only
//!
//! The cassettes show an operation only when all goes well, so nothing is proven about the rest.
//!
//! ## Why it matters
//!
//! Bugs live where a mock is kinder than reality, and what reality does there was never recorded. This says
//! which lesson would teach it. It is silent about a subject that answers exactly as recorded.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/customers/cus_8Hs7dk2
//! < 200 {"id":"cus_8Hs7dk2"}
//! ~ 200 {"id":"cus_1"}
//! > GET /v1/customers/cus_9Ks8fl3
//! < 200 {"id":"cus_9Ks8fl3"}
//! ~ 200 {"id":"cus_2"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/customers/cus_8Hs7dk2
//! < 200 {"id":"cus_8Hs7dk2"}
//! ~ 200 {"id":"cus_1"}
//! > GET /v1/customers/cus_9Ks8fl3
//! < 404 {"error":{"code":"not_found"}}
//! ~ 404 {"error":{"code":"not_found"}}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::run::Run;
use cassettes::facets::error_class::error_of;
use cassettes::facets::not_found::miss_of;
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("evidence-happy-only", include_str!("evidence_happy_only.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let judged = run.cases.iter().map(|c| (&c.operation, &c.real));
    let unjudged = run.unjudged.iter().filter(|u| u.is_evidence()).map(|u| (&u.operation, &u.real));
    let mut first: BTreeMap<&Operation, &Said<'_>> = BTreeMap::new();
    for (operation, real) in judged.chain(unjudged).filter(|(_, real)| real.is_success()) {
        first.entry(operation).or_insert(real);
    }
    for (operation, real) in first {
        findings.check();
        let lessons = missing(run, operation);
        let mut answers = run.of(operation).peekable();
        let itself = answers.peek().is_some() && answers.all(|c| c.real.answer == c.other.answer);
        if lessons.is_empty() || itself {
            continue;
        }
        let (lacks, teaches): (Vec<&str>, Vec<&str>) = lessons.into_iter().unzip();
        findings.add(Complaint {
            severity: Severity::Info,
            operation: operation.clone(),
            message: format!("no cassette holds {}: the mock is unproven there", lacks.join(" or ")),
            place: lacks.join(", "),
            real: real.at_status(),
            other: Evidence {
                pointer: "status".to_owned(),
                excerpt: "unverified".to_owned(),
                ..Evidence::default()
            },
            hint: Some(format!("teach it with {} in a plan of lessons", teaches.join(" and "))),
        });
    }
}

/// What was never seen of an operation, and the lessons that would show it; nothing where anything but
/// the happy path was seen.
fn missing(run: &Run<'_>, operation: &Operation) -> Vec<(&'static str, &'static str)> {
    let judged = run.of(operation).map(|c| (&c.exchange.request, &c.real));
    let unjudged = run.unjudged_of(operation).filter(|u| u.is_evidence());
    let mut all = judged.chain(unjudged.map(|u| (&u.exchange.request, &u.real)));
    let happy = all.all(|(asked, said)| {
        let reply = said.reply().filter(|r| r.status < 400);
        reply.is_some_and(|r| miss_of(asked, r).is_none() && error_of(r, Some(asked)).is_none())
    });
    if !happy || run.walks.iter().any(|w| w.operation == *operation) {
        return Vec::new();
    }
    let mut lessons = Vec::new();
    if operation.template.contains('{') {
        lessons.push(("a miss", "`miss`"));
    }
    if matches!(operation.method.as_str(), "POST" | "PUT" | "PATCH") {
        lessons.push(("a rejection", "`reject`"));
    }
    if run.listings.0.contains_key(operation) {
        lessons.push(("a second page", "`walk`"));
    }
    lessons
}
