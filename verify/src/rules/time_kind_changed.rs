//! # time-kind-changed
//!
//! A moment is written in another way: seconds, milliseconds, ISO 8601, an HTTP date.
//!
//! Group: numbers and times
//!
//! ## Why it matters
//!
//! Seconds read as milliseconds are in January 1970; milliseconds read as seconds are in the far future,
//! and nothing ever expires.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/sessions/1
//! < 200 {"expires_at":1767323045}
//! ~ 200 {"expires_at":1767323045000}
//! ```
//!
//! ```
//! > GET /v1/sessions/1
//! < 200 {"expires_at":"2026-01-02T03:04:05Z"}
//! ~ 200 {"expires_at":1767323045}
//! ```
//!
//! Under a name that does not speak of time:
//!
//! ```
//! > GET /v1/books/1
//! < 200 {"id":1,"added":"2026-01-02T03:04:05Z"}
//! ~ 200 {"id":2,"added":1767323045}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/sessions/1
//! < 200 {"expires_at":1767323045,"size":1767323045}
//! ~ 200 {"expires_at":1899999999,"size":1767323045000}
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{Node, Written};
use cassettes::facets::time_form::TimeForm;
use cassettes::json::Pointer;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("time-kind-changed", include_str!("time_kind_changed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let Some(other) = group.other.nodes.get(place) else { continue };
            let (real, other) = moments(place, node, other);
            let Some((_, text, form, at)) = real.first().filter(|_| !other.is_empty()) else { continue };
            findings.check();
            let changed = other.iter().find(|(_, _, f, _)| real.iter().all(|(_, _, r, _)| r.kind != f.kind));
            let Some((_, written, other_form, written_at)) = changed else { continue };
            findings.add(Complaint {
                severity: Severity::Error,
                operation: group.operation.clone(),
                message: format!(
                    "`{place}` is {} on the real side ({text}) and {} on the mock ({written})",
                    form.kind, other_form.kind
                ),
                place: place.to_string(),
                real: (*at).clone(),
                other: (*written_at).clone(),
                hint: Some(format!("write `{place}` as {} in the mock", form.kind)),
            });
        }
    }
}

type Times<'n> = Vec<Written<'n, TimeForm>>;

/// The moments on both sides. Where one side writes moments, numbers that can be epoch times on the other
/// are, whatever the place is called.
pub(super) fn moments<'n>(place: &Pointer, real: &'n Node, other: &'n Node) -> (Times<'n>, Times<'n>) {
    let (mut a, mut b) = (real.times(place), other.times(place));
    match (a.is_empty(), b.is_empty()) {
        (false, true) => b = other.moments(true),
        (true, false) => a = real.moments(true),
        _ => {}
    }
    (a, b)
}
