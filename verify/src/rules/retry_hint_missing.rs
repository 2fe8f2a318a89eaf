//! # retry-hint-missing
//!
//! The real side says when to ask again; the mock does not.
//!
//! ## Why it matters
//!
//! Without the hint the client falls back on its own guess, and the code that honours the real one is never
//! run. Guessing too early makes the real side turn it away for longer.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/search
//! < retry-after: 30
//! < 429 {"error":"rate_limited"}
//! ~ 429 {"error":"rate_limited"}
//! ```
//!
//! ```
//! > GET /v1/search
//! < 429 {"error":{"status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"3s"}]}}
//! ~ 429 {"error":{"status":"RESOURCE_EXHAUSTED","details":[]}}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/search
//! < retry-after: 30
//! < 429 {"error":"rate_limited"}
//! ~ retry-after: 1
//! ~ 429 {"error":"rate_limited"}
//! ```
//!
//! The real side itself does not always say it:
//!
//! ```
//! > GET /v1/search?q=a
//! < retry-after: 30
//! < 503 {"error":"busy"}
//! ~ 503 {"error":"busy"}
//! > GET /v1/search?q=b
//! < 503 {"error":"busy"}
//! ~ 503 {"error":"busy"}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, at_where, complaint, fates};
use cassettes::facets::error_code::Where;
use cassettes::facets::retry_hint::retry_hint;
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("retry-hint-missing", include_str!("retry_hint_missing.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let judged = fates(run);
    let hint_of = |said: &Said<'_>| said.reply().and_then(retry_hint);
    let mut silent: BTreeSet<(&Operation, Option<u16>)> = BTreeSet::new();
    for one in &judged {
        if one.reading.real.error.is_some() && hint_of(&one.case().real).is_none() {
            silent.insert((&one.case().operation, one.case().real.status()));
        }
    }
    for one in judged.iter().filter(|one| one.fate == Fate::Kept) {
        let case = one.case();
        let Some(hint) = hint_of(&case.real) else { continue };
        findings.check();
        if silent.contains(&(&case.operation, case.real.status())) || hint_of(&case.other).is_some() {
            continue;
        }
        let message =
            format!("the real side says when to ask again ({} at {}), the mock does not", hint.form, hint.at);
        let place = format!("{} {}", one.real_words(), hint.at.generic());
        findings.add(Complaint {
            real: at_where(&case.real, &hint.at),
            other: if matches!(hint.at, Where::Header(_)) {
                at_where(&case.other, &hint.at)
            } else {
                case.other.whole()
            },
            ..complaint(one, Severity::Error, place, message, "send the real side's hint with this error")
        });
    }
}
