//! # status-changed
//!
//! The mock answers with another status of the same class: 200 for 201, 302 for 307.
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
use cassettes::facets::error_class::{Class, error_of};
use cassettes::facets::not_found::miss_of;
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
        let known: BTreeSet<u16> = run.real_of(operation).filter_map(Said::status).collect();
        for case in cases {
            let (Some(real), Some(other)) = (case.real.status(), case.other.status()) else { continue };
            // 401 and 403 exchanged is a finding of its own.
            let refusals = real != other && [real, other].iter().all(|s| matches!(s, 401 | 403));
            if refusals || real / 100 != other / 100 || !comparable(case) {
                continue;
            }
            findings.check();
            if real == other || known.contains(&other) {
                continue;
            }
            findings.add(Complaint {
                severity: if real < 400 { Severity::Error } else { Severity::Warning },
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

/// Whether both answers mean the same, so that only the number is at stake. Misses and deletions have
/// styles of their own, 304 has its own rule, and of failing servers only the class is told.
fn comparable(case: &Case<'_>) -> bool {
    let class = |said: &Said<'_>, asked: &Request| -> Option<Option<Class>> {
        let reply = said.reply()?;
        let plain = reply.status != 304 && reply.status < 500 && miss_of(asked, reply).is_none();
        plain.then(|| error_of(reply, Some(asked)).map(|facts| facts.class))
    };
    let (real, other) = (class(&case.real, &case.exchange.request), class(&case.other, &case.asked));
    case.exchange.request.method != "DELETE" && real.is_some() && real == other
}
