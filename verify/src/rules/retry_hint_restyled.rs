//! # retry-hint-restyled
//!
//! Both sides say when to ask again, in different forms: seconds, an HTTP date, milliseconds, another place.
//!
//! Group: errors
//!
//! ## Why it matters
//!
//! `int("Wed, 21 Oct 2026 07:28:00 GMT")` fails, and a client that was only ever given seconds finds that out in
//! the middle of an outage.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/search
//! < retry-after: Wed, 21 Oct 2026 07:28:00 GMT
//! < 503 {"error":"busy"}
//! ~ retry-after: 120
//! ~ 503 {"error":"busy"}
//! ```
//!
//! ```
//! > GET /v1/search
//! < retry-after: 2
//! < 503 {"error":"busy"}
//! ~ retry-after-ms: 2000
//! ~ 503 {"error":"busy"}
//! ```
//!
//! ```
//! > POST /v1/exports
//! < retry-after: 2
//! < 202 {"id":"ex_1","state":"queued"}
//! ~ retry-after: Wed, 21 Oct 2026 07:28:00 GMT
//! ~ 202 {"id":"ex_9","state":"queued"}
//! ```
//!
//! ```
//! > GET /v1/items
//! < x-ratelimit-reset: 1767323045
//! < 200 [{"id":1}]
//! ~ x-ratelimit-reset: 42
//! ~ 200 [{"id":7}]
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/search
//! < retry-after: Wed, 21 Oct 2026 07:28:00 GMT
//! < 503 {"error":"busy"}
//! ~ Retry-After: Thu, 22 Oct 2026 07:28:00 GMT
//! ~ 503 {"error":"busy"}
//! ```

use super::Rule;
use super::retry_hint_missing::is_comparable;
use crate::case::Said;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::fates::{at_where, complaint, fates};
use cassettes::facets::error_code::Where;
use cassettes::facets::rate_limit_counters::{Counts, counters};
use cassettes::facets::retry_hint::{HintForm, RetryHint, retry_hint, retry_hints};
use cassettes::facets::time_form::time_form;
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("retry-hint-restyled", include_str!("retry_hint_restyled.rs")),
    case: None,
    run: Some(judge),
};

/// How a counter's reset is told: a moment, seconds from now, or a date.
fn reset_form(text: &str) -> Option<&'static str> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds < 1e8 => Some("seconds from now"),
        Ok(seconds) if seconds < 1e11 => Some("seconds since 1970"),
        Ok(_) => Some("milliseconds since 1970"),
        Err(_) => time_form(text).map(|_| "a date"),
    }
}

/// When a count starts anew is told in one form.
fn resets(run: &Run<'_>, findings: &mut Findings) {
    for (operation, cases) in run.operations() {
        let all = |said: &Said<'_>| -> Vec<(String, &'static str)> {
            let counters = said.headers().map(counters).unwrap_or_default();
            let resets = counters.into_iter().filter(|c| c.counts == Counts::Reset);
            resets.filter_map(|c| Some((c.header, reset_form(&c.value)?))).collect()
        };
        let known: BTreeSet<(String, &str)> = run.real_of(operation).flat_map(all).collect();
        for case in cases {
            let of_header = |(header, _): &&(String, &str)| known.iter().any(|(name, _)| name == header);
            let said = all(&case.other);
            let Some((header, form)) = said.iter().find(of_header) else { continue };
            findings.check();
            let Some((_, real)) = known.iter().find(|(name, _)| name == header) else { continue };
            if known.contains(&(header.clone(), *form)) || case.real.header(header).is_none() {
                continue;
            }
            findings.add(Complaint {
                severity: Severity::Error,
                operation: operation.clone(),
                message: format!("the real side's {header} is {real}, the mock's is {form}"),
                place: header.clone(),
                real: case.real.at_header(header),
                other: case.other.at_header(header),
                hint: Some("use the real side's form".to_owned()),
            });
        }
    }
}

fn judge(run: &Run<'_>, findings: &mut Findings) {
    resets(run, findings);
    let judged = fates(run);
    let hint_of = |said: &Said<'_>| said.reply().and_then(retry_hint);
    let form = |hint: &RetryHint| (hint.at.generic(), hint.form);
    let mut seen: BTreeSet<(&Operation, (Where, HintForm))> = BTreeSet::new();
    for one in &judged {
        seen.extend(hint_of(&one.case().real).map(|hint| (&one.case().operation, form(&hint))));
    }
    for one in judged.iter().filter(|one| is_comparable(one)) {
        let case = one.case();
        let (Some(real), Some(other)) = (hint_of(&case.real), hint_of(&case.other)) else { continue };
        findings.check();
        // Said twice on the real side, and in one of the places on the mock.
        let twice = other.at != real.at
            && case.real.reply().map(retry_hints).unwrap_or_default().iter().any(|h| form(h) == form(&other));
        if twice || seen.contains(&(&case.operation, form(&other))) {
            continue;
        }
        let message = format!(
            "the real side says when to ask again as {} at {}, the mock as {} at {}",
            real.form, real.at, other.form, other.at
        );
        findings.add(Complaint {
            real: at_where(&case.real, &real.at),
            other: at_where(&case.other, &other.at),
            ..complaint(
                one,
                Severity::Error,
                real.at.generic().to_string(),
                message,
                "use the real side's form in its place",
            )
        });
    }
}
