//! # transport-failure-never
//!
//! The real side was seen to reset, to cut short or to keep silent; the mock always replies.
//!
//! Group: errors
//!
//! ## Why it matters
//!
//! A reset is no reply: no status, no body, and perhaps the work was done. A mock that answers 500 in its place
//! tests an error handler that production never calls.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":1}
//! < failed reset
//! ~ 200 {"id":"ch_1"}
//! ```
//!
//! ```
//! > GET /v1/reports/big
//! < failed timeout
//! ~ 500 {"error":"timeout"}
//! ```
//!
//! It came and went, and the mock has no such moment:
//!
//! ```
//! > GET /v1/reports
//! < failed reset
//! ~ 200 {"n":1}
//! > GET /v1/reports
//! < 200 {"n":2}
//! ~ 200 {"n":1}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/reports/big
//! < failed reset
//! ~ failed closed
//! ```
//!
//! It came and went: no mock need fail at the same moment.
//!
//! ```
//! > GET /v1/reports
//! < failed reset
//! ~ 200 {"n":1}
//! > GET /v1/reports
//! < 200 {"n":2}
//! ~ failed reset
//! ```

use super::Rule;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, judge_each};
use cassettes::meta::Meta;
use cassettes::model::Answer;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("transport-failure-never", include_str!("transport_failure_never.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    judge_each(
        run,
        findings,
        |one| matches!(one.case().real.answer.as_ref(), Answer::Failed(_)) && one.fate != Fate::Fleeting,
        |one| {
            let Answer::Failed(failure) = one.case().real.answer.as_ref() else { return None };
            if one.fate != Fate::Survived {
                return None;
            }
            let kind = failure.kind;
            let invented = one.case().other.status().is_some_and(|s| s >= 500);
            let (severity, message) = if invented {
                let words = one.other_words();
                (
                    Severity::Error,
                    format!("the real side gives no reply ({kind}), the mock invents one ({words})"),
                )
            } else {
                let words = one.other_words();
                (
                    Severity::Warning,
                    format!("the real side gives no reply ({kind}), the mock answers {words}"),
                )
            };
            let hint = "let the mock break the connection as the real side did, or replay the cassette for this test";
            Some(complaint(one, severity, kind.as_str(), message, hint))
        },
    );
}
