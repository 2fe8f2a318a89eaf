//! # success-shaped-failure
//!
//! One side says "failed" by its status, the other says it in the body of a success.
//!
//! Group: errors
//!
//! ## Why it matters
//!
//! HTTP clients raise on 4xx and 5xx and return on 200. A failure with status 200 goes through as a result
//! unless somebody looks inside; a failure with an error status never reaches the code that would.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/charges
//! >> {"source":"tok_declined"}
//! < 402 {"error":{"code":"card_declined"}}
//! ~ 200 {"error":{"code":"card_declined"}}
//! ```
//!
//! ```
//! > POST /graphql
//! >> {"query":"mutation { pay }"}
//! < 200 {"data":null,"errors":[{"message":"no","extensions":{"code":"FORBIDDEN"}}]}
//! ~ 403 {"errors":[{"message":"no","extensions":{"code":"FORBIDDEN"}}]}
//! ```
//!
//! The body of the failure, whatever its members are called:
//!
//! ```
//! > GET /v1/items/x
//! < 404 {"nr":4040,"text":"no such item"}
//! ~ 200 {"nr":4040,"text":"nothing here"}
//! ```
//!
//! ```
//! > GET /v1/reports/x
//! < 400 ERR 210: no such date
//! ~ 200 ERR 210: a bad date
//! ```
//!
//! ## Quiet
//!
//! ```
//! > POST /graphql
//! >> {"query":"mutation { pay }"}
//! < 200 {"data":null,"errors":[{"message":"no","extensions":{"code":"FORBIDDEN"}}]}
//! ~ 200 {"data":null,"errors":[{"message":"never","extensions":{"code":"FORBIDDEN"}}]}
//! ```
//!
//! A thing that tells of its own failure is no failed answer:
//!
//! ```
//! > GET /v1/jobs/job_1
//! < 200 {"id":"job_1","status":"failed","error":{"code":"timeout"}}
//! ~ 200 {"id":"job_7","status":"failed","error":{"code":"timeout"}}
//! ```

use super::Rule;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, judge_each};
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("success-shaped-failure", include_str!("success_shaped_failure.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    judge_each(
        run,
        findings,
        |one| {
            let told = one.reading.other.error.is_some() || one.fate == Fate::SuccessShaped;
            one.reading.real.error.is_some() && told && one.fate != Fate::Untold
        },
        |one| {
            let hidden = one.reading.real.error.as_ref()?.hides_in_success();
            if one.fate != Fate::SuccessShaped {
                return None;
            }
            let (real, other) = (one.real_words(), one.other_words());
            let (severity, message, place) = if hidden {
                let message = format!(
                    "the real side hides this failure in a success ({real}), the mock shows it ({other})"
                );
                (Severity::Warning, message, "shown")
            } else {
                let message = format!(
                    "the real side fails with a status ({real}), the mock hides it in a success ({other})"
                );
                (Severity::Error, message, "hidden")
            };
            Some(complaint(
                one,
                severity,
                place,
                message,
                "fail with the status that the real side fails with",
            ))
        },
    );
}
