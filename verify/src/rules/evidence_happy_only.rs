//! # evidence-happy-only
//!
//! The cassettes show an operation only when all goes well, so nothing is proven about the rest.
//!
//! Group: coverage
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
//! ~ 200 {"id":"cus_8Hs7dk2","name":"x"}
//! > GET /v1/customers/cus_9Ks8fl3
//! < 200 {"id":"cus_9Ks8fl3"}
//! ~ 200 {"id":"cus_9Ks8fl3","name":"y"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/customers/cus_8Hs7dk2
//! < 200 {"id":"cus_8Hs7dk2","vip":true}
//! ~ 200 {"id":"cus_8Hs7dk2","vip":false}
//! > GET /v1/customers/cus_9Ks8fl3
//! < 404 {"error":{"code":"not_found"}}
//! ~ 404 {"error":{"code":"not_found"}}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::lacking::{CORE, Recorded, Unverified, lacking};
use crate::run::Run;
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
    let recorded = Recorded::of(run);
    for (operation, real) in first {
        findings.check();
        // Where the evidence answers itself, no mock is unproven.
        let mut answers = run.of(operation).peekable();
        let itself = answers.peek().is_some() && answers.all(|c| c.real.answer == c.other.answer);
        if itself || !is_happy(run, operation) {
            continue;
        }
        let lacks = lacking(&recorded, operation);
        let lacks: Vec<&Unverified> = lacks
            .iter()
            .filter(|l| CORE.contains(&l.kind.as_str()) && (!l.asked || l.kind == "not-found"))
            .collect();
        if lacks.is_empty() {
            continue;
        }
        let words: Vec<&str> = lacks.iter().map(|l| word(&l.kind)).collect();
        let lessons: Vec<String> = lacks.iter().map(|l| format!("`{}`", l.lesson)).collect();
        findings.add(Complaint {
            severity: Severity::Info,
            operation: operation.clone(),
            message: format!("no cassette holds {}: the mock is unproven there", words.join(" or ")),
            place: words.join(", "),
            real: real.at_status(),
            other: Evidence {
                pointer: "status".to_owned(),
                excerpt: "unverified".to_owned(),
                ..Evidence::default()
            },
            hint: Some(format!("teach it with {} in a plan of lessons", lessons.join(" and "))),
        });
    }
}

fn word(kind: &str) -> &'static str {
    match kind {
        "not-found" => "a miss",
        "validation" => "a rejection",
        "last-page" => "a last page",
        _ => "a second page",
    }
}

/// Whether nothing but the happy path was seen.
fn is_happy(run: &Run<'_>, operation: &Operation) -> bool {
    let judged = run.of(operation).map(|c| (&c.exchange.request, &c.real));
    let unjudged = run.unjudged_of(operation).filter(|u| u.is_evidence());
    let mut all = judged.chain(unjudged.map(|u| (&u.exchange.request, &u.real)));
    let happy = all.all(|(asked, said)| {
        let meant = said.meant(asked).filter(|_| said.status().is_some_and(|status| status < 400));
        meant.is_some_and(|m| m.miss.is_none() && m.error.is_none())
    });
    happy && !run.walks.iter().any(|w| w.operation == *operation)
}
