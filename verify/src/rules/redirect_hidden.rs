//! # redirect-hidden
//!
//! The real side sends the client elsewhere; the mock answers at once.
//!
//! Group: headers
//!
//! ## Why it matters
//!
//! Redirects lose bodies, methods and credentials on the way, and some clients do not follow them at all.
//! A mock that hides them hides all of that.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/files/1/content
//! < location: https://cdn.example.test/f1
//! < 302
//! ~ 200 {"content":"x"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/files/1/content
//! < location: https://cdn.example.test/f1
//! < 302
//! ~ location: http://127.0.0.1/f9
//! ~ 302
//! ```

use super::Rule;
use crate::case::Case;
use crate::finding::{Complaint, Findings, Severity};
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("redirect-hidden", include_str!("redirect_hidden.rs")),
    case: Some(judge),
    run: None,
};

fn judge(case: &Case<'_>, findings: &mut Findings) {
    let Some(301 | 302 | 303 | 307 | 308) = case.real.status() else { return };
    findings.check();
    if case.other.is_success() {
        findings.add(Complaint {
            severity: Severity::Error,
            operation: case.operation.clone(),
            message: "the real side redirects, the mock answers at once".to_owned(),
            place: "redirect".to_owned(),
            real: case.real.at_header("location"),
            other: case.other.at_status(),
            hint: Some("redirect on the mock, too, to a place that it serves".to_owned()),
        });
    }
}
