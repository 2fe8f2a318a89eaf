//! # retry-hint-restyled
//!
//! Both sides say when to ask again, in different forms: seconds, an HTTP date, milliseconds, another place.
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
use crate::case::Said;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, at_where, complaint, fates};
use cassettes::facets::error_code::Where;
use cassettes::facets::retry_hint::{HintForm, RetryHint, retry_hint};
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("retry-hint-restyled", include_str!("retry_hint_restyled.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let judged = fates(run);
    let hint_of = |said: &Said<'_>| said.reply().and_then(retry_hint);
    let form = |hint: &RetryHint| (hint.at.generic(), hint.form);
    let mut seen: BTreeSet<(&Operation, (Where, HintForm))> = BTreeSet::new();
    for one in &judged {
        seen.extend(hint_of(&one.case().real).map(|hint| (&one.case().operation, form(&hint))));
    }
    for one in judged.iter().filter(|one| one.fate == Fate::Kept) {
        let case = one.case();
        let (Some(real), Some(other)) = (hint_of(&case.real), hint_of(&case.other)) else { continue };
        findings.check();
        if seen.contains(&(&case.operation, form(&other))) {
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
