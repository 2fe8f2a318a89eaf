//! # retry-hint-missing
//!
//! The real side says when to ask again; the mock does not.
//!
//! Group: errors
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
//! Work that goes on:
//!
//! ```
//! > POST /v1/exports
//! < retry-after: 2
//! < 202 {"id":"ex_1","state":"queued"}
//! ~ 202 {"id":"ex_9","state":"queued"}
//! ```
//!
//! Said twice, and once on the mock:
//!
//! ```
//! > GET /v1/quota
//! < retry-after: 7
//! < 429 {"error":{"code":429,"details":[{"retryDelay":"7s"}]}}
//! ~ 429 {"error":{"code":429,"details":[{"retryDelay":"7s"}]}}
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
use crate::run::fates::{Fate, Judged, at_where, complaint, fates};
use cassettes::facets::error_code::Where;
use cassettes::facets::retry_hint::{retry_hint, retry_hints};
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
        if one.case().real.reply().is_some() && hint_of(&one.case().real).is_none() {
            silent.insert((&one.case().operation, one.case().real.status()));
        }
    }
    for one in judged.iter().filter(|one| is_comparable(one)) {
        let case = one.case();
        let Some(hint) = hint_of(&case.real) else { continue };
        findings.check();
        let said = hint_of(&case.other);
        // Where the real side says it twice, the one place does not stand for the other.
        let first = said.as_ref().is_none_or(|said| {
            let known = case.real.reply().map(retry_hints).unwrap_or_default();
            said.at != hint.at && known.iter().any(|real| real.at.generic() == said.at.generic())
        });
        if silent.contains(&(&case.operation, case.real.status())) || !first {
            continue;
        }
        let elsewhere = if said.is_some() { " there" } else { "" };
        let message = format!(
            "the real side says when to ask again ({} at {}), the mock does not{elsewhere}",
            hint.form, hint.at
        );
        let place = format!("{} {}", one.real_words(), hint.at.generic());
        findings.add(Complaint {
            real: at_where(&case.real, &hint.at),
            other: if matches!(hint.at, Where::Header(_)) {
                at_where(&case.other, &hint.at)
            } else {
                case.other.whole()
            },
            ..complaint(one, Severity::Error, place, message, "send the real side's hint with this answer")
        });
    }
}

/// Refused alike, or told alike to come back later: 202 for work that goes on.
pub(super) fn is_comparable(one: &Judged<'_, '_>) -> bool {
    let case = one.case();
    let waits = case.real.is_success() && case.real.status() == case.other.status();
    one.fate == Fate::Kept || (one.fate == Fate::Untold && waits)
}
