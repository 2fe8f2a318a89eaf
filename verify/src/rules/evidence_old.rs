//! # evidence-old
//!
//! What was recorded of an operation is older than the project allows.
//!
//! Group: coverage
//!
//! ## Why it matters
//!
//! A vendor changes, and a cassette does not. A mock that agrees with what was true two years ago proves
//! nothing about today. Each exchange is as old as the moment at which it was recorded: a file that was
//! copied, merged or saved again is not younger for that.
//!
//! Nothing is too old until a greatest age is given, for all operations or for one: what a vendor changes often is
//! stale sooner. `evidence: {max-age: 180d, operations: {"GET /v1/prices": 30d}}` in truetape.yaml. The examples are asked on 2026-01-03 and allow a year.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/customers/cus_1
//! @ at 2024-05-01T10:00:00Z
//! < 200 {"id":"cus_1"}
//! ~ 200 {"id":"cus_1"}
//! > GET /v1/customers/cus_2
//! @ at 2025-12-01T10:00:00Z
//! < 200 {"id":"cus_2"}
//! ~ 200 {"id":"cus_2"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/customers/cus_1
//! @ at 2025-06-01T10:00:00Z
//! < 200 {"id":"cus_1"}
//! ~ 200 {"id":"cus_1"}
//! > GET /v1/customers/cus_2
//! @ at 2026-01-02T10:00:00Z
//! < 200 {"id":"cus_2"}
//! ~ 200 {"id":"cus_2"}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::run::Run;
use cassettes::meta::Meta;
use cassettes::model::{Exchange, Timestamp};
use cassettes::operation::Operation;
use std::collections::BTreeMap;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("evidence-old", include_str!("evidence_old.rs")), case: None, run: Some(judge) };

const DAY: i64 = 24 * 3_600 * 1_000_000;

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let Some(budget) = &run.max_age else { return };
    let judged = run.cases.iter().map(|c| (&c.operation, c.exchange, &c.real));
    let unjudged = run.unjudged.iter().filter(|u| u.is_evidence());
    let mut by_operation: BTreeMap<&Operation, Vec<(&Exchange, &Said<'_>)>> = BTreeMap::new();
    for (operation, exchange, real) in judged.chain(unjudged.map(|u| (&u.operation, u.exchange, &u.real))) {
        by_operation.entry(operation).or_default().push((exchange, real));
    }
    for (operation, mut all) in by_operation {
        let Some(most) = budget.of(operation).and_then(|age| i64::try_from(age).ok()) else { continue };
        findings.check();
        all.sort_by_key(|(exchange, _)| exchange.at);
        let age = |at: Timestamp| run.now.0.saturating_sub(at.0);
        let old = all.iter().filter(|(exchange, _)| age(exchange.at) > most).count();
        let ([(oldest, real), ..], Some((youngest, _))) = (all.as_slice(), all.last()) else { continue };
        if old == 0 {
            continue;
        }
        let days = |micros: i64| micros / DAY;
        let count = match (old, all.len()) {
            (1, 1) => "its one exchange was".to_owned(),
            (old, all) if old == all => format!("all {all} exchanges were"),
            (1, all) => format!("1 of {all} exchanges was"),
            (old, all) => format!("{old} of {all} exchanges were"),
        };
        let (most, first, last) = (days(most), days(age(oldest.at)), days(age(youngest.at)));
        let when = if first == last {
            format!("{first} days ago, more than {most}")
        } else {
            format!("more than {most} days ago: the oldest {first} days ago, the youngest {last}")
        };
        findings.add(Complaint {
            severity: Severity::Warning,
            operation: operation.clone(),
            message: format!("{count} recorded {when}"),
            place: "age".to_owned(),
            real: real.evidence("at".to_owned(), format!("oldest {}, youngest {}", oldest.at, youngest.at)),
            other: Evidence {
                pointer: "at".to_owned(),
                excerpt: format!("now {}", run.now),
                ..Evidence::default()
            },
            hint: Some("record the operation again, and see what has changed".to_owned()),
        });
    }
}
