//! # success-refused
//!
//! A request that the real side serves is refused by the mock, or breaks there.
//!
//! Group: coverage
//!
//! ## Why it matters
//!
//! A mock may be stricter than the real side, and no client is hurt by it. But what it refuses no test
//! exercises, and nobody should take the run for proof of it.
//!
//! ## Fires
//!
//! For information only:
//!
//! ```
//! > POST /v1/revoke
//! >> token=abc
//! < 200 {"revoked":true}
//! ~ 400 {"error":"invalid_request"}
//! ```
//!
//! ```
//! > HEAD /v1/records
//! < 200
//! ~ failed closed
//! ```
//!
//! ## Quiet
//!
//! ```
//! > POST /v1/revoke
//! >> token=abc
//! < 200 {"revoked":true}
//! ~ 200 {"revoked":true}
//! ```
//!
//! The mock's own data do not hold every thing:
//!
//! ```
//! > GET /v1/things/a
//! < 200 {"id":"a"}
//! ~ 200 {"id":"a"}
//! > GET /v1/things/zz
//! < 404 {"error":{"code":"not_found"}}
//! ~ 404 {"error":{"code":"not_found"}}
//! > GET /v1/things/b
//! < 200 {"id":"b"}
//! ~ 404 {"error":{"code":"not_found"}}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use cassettes::meta::Meta;
use cassettes::model::Request;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("success-refused", include_str!("success_refused.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for case in &run.cases {
        if !served(&case.real, &case.exchange.request) {
            continue;
        }
        findings.check();
        let (words, place) = match case.other.status() {
            // Things that the mock does not hold, and routes that it does not have, are told elsewhere.
            Some(..400 | 404 | 405 | 410 | 501) => continue,
            Some(status) => (format!("refuses with {status}"), status.to_string()),
            None => ("breaks off".to_owned(), "failed".to_owned()),
        };
        findings.add(Complaint {
            severity: Severity::Info,
            operation: case.operation.clone(),
            message: format!("the real side serves a request that the mock {words}"),
            place,
            real: case.real.whole(),
            other: case.other.whole(),
            hint: Some(format!(
                "let the mock serve {} {}, or know that no test exercises it",
                case.asked.method, case.asked.target
            )),
        });
    }
}

/// A success that says of no failure and of nothing missing.
fn served(real: &Said<'_>, asked: &Request) -> bool {
    real.is_success() && real.meant(asked).is_some_and(|m| m.error.is_none() && m.miss.is_none())
}
