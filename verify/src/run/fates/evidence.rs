//! How findings about refusals are worded and quoted.

use super::fate::{Judged, fates};
use crate::case::Said;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::run::Run;
use cassettes::facets::error_class::ErrorFacts;
use cassettes::facets::error_code::{Code, Where};

/// Counts a check for every case in which the lie `could` be told, and adds what there is to `tell`.
pub(crate) fn judge_each(
    run: &Run<'_>,
    findings: &mut Findings,
    could: impl Fn(&Judged<'_, '_>) -> bool,
    tell: impl Fn(&Judged<'_, '_>) -> Option<Complaint>,
) {
    for one in fates(run).iter().filter(|one| could(one)) {
        findings.check();
        if let Some(complaint) = tell(one) {
            findings.add(complaint);
        }
    }
}

/// A complaint that quotes both answers whole.
pub(crate) fn complaint(
    one: &Judged<'_, '_>,
    severity: Severity,
    place: impl Into<String>,
    message: String,
    hint: &str,
) -> Complaint {
    let case = one.case();
    Complaint {
        severity,
        operation: case.operation.clone(),
        message,
        place: place.into(),
        real: case.real.whole(),
        other: case.other.whole(),
        hint: Some(hint.to_owned()),
    }
}

/// Evidence at the place of a code or a hint.
pub(crate) fn at_where(said: &Said<'_>, at: &Where) -> Evidence {
    match at {
        Where::Json(pointer) => said.at(pointer),
        Where::Header(name) => said.at_header(name),
        Where::Xml(path) => Evidence { pointer: path.clone(), ..said.whole() },
        Where::Text => said.whole(),
    }
}

/// `402 card_declined`: the status and the most telling code.
fn error_words(facts: &ErrorFacts) -> String {
    // A word under `code` says most, `rate_limited` beside the type `rate_limit_error`; else the longest:
    // `NOT_FOUND` beside 5.
    let named = |code: &Code| {
        let at_code = matches!(&code.at, Where::Json(at) if at.name() == Some("code"));
        at_code && code.key().chars().any(char::is_alphabetic)
    };
    let own = facts.codes.iter().filter(|c| !c.at.is_listed());
    let code = own.max_by_key(|c| (named(c), c.key().len())).or(facts.codes.first());
    match code {
        Some(code) => format!("{} {}", facts.status, code.key()),
        None => facts.status.to_string(),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

impl Judged<'_, '_> {
    /// What the real side said, in a word or two: `402 card_declined`, `200`, `reset`.
    pub(crate) fn real_words(&self) -> String {
        self.reading.real.error.as_ref().map_or_else(|| self.case().real.answer.label(), error_words)
    }

    /// What the subject said, in a word or two.
    pub(crate) fn other_words(&self) -> String {
        self.reading.other.error.as_ref().map_or_else(|| self.case().other.answer.label(), error_words)
    }
}
