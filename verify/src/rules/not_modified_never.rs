//! # not-modified-never
//!
//! Asked whether something has changed, the real side says 304; the mock sends it again.
//!
//! Group: state
//!
//! ## Why it matters
//!
//! A 304 has no body. Code that parses the answer without looking at the status fails, once the cache is warm.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/config
//! < etag: "abc123"
//! < 200 {"a":1}
//! ~ etag: "zzz999"
//! ~ 200 {"a":2}
//! > GET /v1/config
//! > if-none-match: "abc123"
//! < etag: "abc123"
//! < 304
//! ~ etag: "zzz999"
//! ~ 200 {"a":2}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/config
//! < etag: "abc123"
//! < 200 {"a":1}
//! ~ etag: "zzz999"
//! ~ 200 {"a":2}
//! > GET /v1/config
//! > if-none-match: "abc123"
//! < etag: "abc123"
//! < 304
//! ~ etag: "zzz999"
//! ~ 304
//! ```

use super::Rule;
use crate::case::Case;
use crate::finding::{Complaint, Findings, Severity};
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("not-modified-never", include_str!("not_modified_never.rs")),
    case: Some(judge),
    run: None,
};

fn judge(case: &Case<'_>, findings: &mut Findings) {
    if case.real.status() != Some(304) {
        return;
    }
    findings.check();
    if case.other.is_success() {
        findings.add(Complaint {
            severity: Severity::Error,
            operation: case.operation.clone(),
            message: "the real side says that nothing has changed, the mock sends everything again"
                .to_owned(),
            place: "304".to_owned(),
            real: case.real.at_status(),
            other: case.other.at_status(),
            hint: Some("compare If-None-Match with the ETag that the mock gave, and answer 304".to_owned()),
        });
    }
}
