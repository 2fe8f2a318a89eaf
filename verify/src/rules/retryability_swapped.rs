//! # retryability-swapped
//!
//! What is final on the real side looks passing in the mock, or the other way round.
//!
//! Group: errors
//!
//! ## Why it matters
//!
//! A declined card that looks like a gateway timeout is charged again and again; a passing trouble that looks
//! final is never retried. Real calls that were all 400 have been hidden for weeks behind a mock's 502.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/charges
//! >> {"source":"tok_declined"}
//! < 402 {"error":{"type":"card_error","code":"card_declined"}}
//! ~ 503 {"error":{"type":"api_error"}}
//! ```
//!
//! ```
//! > GET /v1/reports/1
//! < retry-after: 2
//! < 503
//! ~ 400 {"error":"invalid"}
//! ```
//!
//! ## Quiet
//!
//! A plain 500 does not say whether it will pass:
//!
//! ```
//! > GET /v1/reports/1
//! < 500 {"error":"internal"}
//! ~ 500 {"error":"internal"}
//! > POST /v1/charges
//! >> {"source":"tok_declined"}
//! < 402 {"error":{"type":"card_error","code":"card_declined"}}
//! ~ 402 {"error":{"type":"card_error","code":"card_declined"}}
//! ```

use super::Rule;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, Side, complaint, judge_each};
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("retryability-swapped", include_str!("retryability_swapped.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    judge_each(
        run,
        findings,
        |one| {
            let passes = |side: &Side| side.class().is_some_and(|c| c.may_pass().is_some());
            one.fate != Fate::Untold && passes(one.reading.real) && passes(one.reading.other)
        },
        |one| {
            let (real, other) = (one.reading.real.class()?, one.reading.other.class()?);
            if one.fate != Fate::Swapped {
                return None;
            }
            let words = |passes: bool| if passes { "may pass" } else { "is final" };
            let message = format!(
                "the real side's {} {}, the mock's {} {}",
                one.real_words(),
                words(real.may_pass() == Some(true)),
                one.other_words(),
                words(other.may_pass() == Some(true))
            );
            let hint = "answer with the real status: a client decides by it whether to ask again";
            Some(complaint(one, Severity::Error, format!("{real} as {other}"), message, hint))
        },
    );
}
