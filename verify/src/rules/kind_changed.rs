//! # kind-changed
//!
//! A place holds one kind of value on the real side and another on the mock: an object for a list, a text
//! for a boolean.
//!
//! ## Why it matters
//!
//! Typed clients fail to parse; untyped ones go on with something that behaves otherwise: `"false"` is true.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things/1
//! < 200 {"id":1,"active":false,"tags":["a"]}
//! ~ 200 {"id":2,"active":"false","tags":"a"}
//! ```
//!
//! ## Quiet
//!
//! Null is judged elsewhere, and so are numbers written as text:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[{"id":1,"owner":null,"size":"1"},{"id":2,"owner":{"id":"u"},"size":3}]}
//! ~ 200 {"data":[{"id":1,"owner":{"id":"x"},"size":2},{"id":3,"owner":null,"size":"4"}]}
//! ```
//!
//! ```
//! > GET /v1/things/1
//! < 200 {"id":1,"owner":null}
//! ~ 200 {"id":2,"owner":null}
//! ```

use super::Rule;
use super::time_kind_changed::moments;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{Node, Sample};
use cassettes::json::Pointer;
use cassettes::meta::Meta;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("kind-changed", include_str!("kind_changed.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, real) in &group.real.nodes {
            let Some(other) = group.other.nodes.get(place) else { continue };
            let known = kinds(real);
            let Some((first, shown)) = known.first() else { continue };
            findings.check();
            for (kind, sample) in kinds(other) {
                let known = known.iter().any(|(k, _)| *k == kind);
                // A number as a text, or a moment as a number, is a finding of its own.
                if known || (is_number_or_text(kind) && are_alike(place, real, other)) {
                    continue;
                }
                findings.add(Complaint {
                    severity: Severity::Error,
                    operation: group.operation.clone(),
                    message: format!(
                        "`{place}` is {} on the real side and {} on the mock",
                        named(first),
                        named(kind)
                    ),
                    place: place.to_string(),
                    real: shown.evidence.clone(),
                    other: sample.evidence.clone(),
                    hint: Some(format!("make `{place}` {} on the mock", named(first))),
                });
            }
        }
    }
}

/// What stands there besides null; an empty text is a text.
fn kinds(node: &Node) -> Vec<(&'static str, &Sample)> {
    let mut kinds: Vec<(&'static str, &Sample)> = Vec::new();
    for (kind, (_, sample)) in node.kinds.iter().filter(|(kind, _)| **kind != "null") {
        let kind = if *kind == "empty" { "string" } else { *kind };
        if kinds.iter().all(|(k, _)| *k != kind) {
            kinds.push((kind, sample));
        }
    }
    kinds
}

fn is_number_or_text(kind: &str) -> bool {
    matches!(kind, "number" | "string")
}

fn are_alike(place: &Pointer, real: &Node, other: &Node) -> bool {
    let both = |empty: (bool, bool)| !empty.0 && !empty.1;
    both((real.numbers().is_empty(), other.numbers().is_empty())) || {
        let (real, other) = moments(place, real, other);
        both((real.is_empty(), other.is_empty()))
    }
}

/// With its article.
pub(super) fn named(kind: &str) -> &'static str {
    match kind {
        "object" => "an object",
        "array" => "a list",
        "boolean" => "a boolean",
        "number" => "a number",
        "null" => "null",
        "empty" => "an empty text",
        _ => "a text",
    }
}
