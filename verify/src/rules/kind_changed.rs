//! # kind-changed
//!
//! A place holds one kind of value on the real side and another on the mock: an object for a list, a text
//! for a boolean.
//!
//! Group: shape
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
//! The kind that the question asks for:
//!
//! ```
//! > GET /v1/charges/ch_1
//! < 200 {"id":"ch_1","customer":"cus_1"}
//! ~ 200 {"id":"ch_1","customer":"cus_1"}
//! > GET /v1/charges/ch_1?expand[]=customer
//! < 200 {"id":"ch_1","customer":{"id":"cus_1"}}
//! ~ 200 {"id":"ch_1","customer":"cus_1"}
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
use crate::case::{Case, Said};
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{Node, Sample, is_plain};
use cassettes::json::{Json, Pointer};
use cassettes::meta::Meta;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("kind-changed", include_str!("kind_changed.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
    by_question(run, findings);
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

/// How a request asks: the names in its query, and the values that pick a form of the answer.
type Asked = Vec<String>;

/// Where the question decides the kind (`expand[]=customer` makes of an id an object), one kind for
/// every question is a change, though each of them is known.
fn by_question(run: &Run<'_>, findings: &mut Findings) {
    for (operation, cases) in run.operations() {
        let plain: Vec<&&Case<'_>> = cases
            .iter()
            .filter(|c| is_plain(&c.real, &c.exchange.request) && is_plain(&c.other, &c.asked))
            .collect();
        let mut questions: BTreeMap<Asked, Vec<&Case<'_>>> = BTreeMap::new();
        for case in plain {
            questions.entry(asked(case)).or_default().push(case);
        }
        if questions.len() < 2 {
            continue;
        }
        let sides: Vec<(Seen<'_>, Seen<'_>)> =
            questions.values().map(|cases| (seen(cases, |c| &c.real), seen(cases, |c| &c.other))).collect();
        let places: BTreeSet<&Pointer> = sides.iter().flat_map(|(real, _)| real.keys()).collect();
        for place in places {
            let kinds: Vec<Option<&'static str>> = sides.iter().map(|(real, _)| one(real, place)).collect();
            let all: BTreeSet<&str> = kinds.iter().flatten().copied().collect();
            let steady =
                sides.iter().zip(&kinds).all(|((real, _), k)| k.is_some() || !real.contains_key(place));
            let forms = all.contains("object") || all.contains("array");
            if all.len() < 2 || !steady || !forms {
                continue;
            }
            for ((real, other), kind) in sides.iter().zip(&kinds) {
                let (Some(kind), Some(said)) = (kind, one(other, place)) else { continue };
                findings.check();
                if said == *kind || !all.contains(said) {
                    continue;
                }
                let (Some(shown), Some(at)) = (real[place].get(kind), other[place].get(said)) else {
                    continue;
                };
                findings.add(Complaint {
                    severity: Severity::Error,
                    operation: operation.clone(),
                    message: format!(
                        "`{place}` is {} on the real side where it is asked for so, and {} on the mock",
                        named(kind),
                        named(said)
                    ),
                    place: format!("{place} {kind}"),
                    real: shown.at(place),
                    other: at.at(place),
                    hint: Some(format!("make `{place}` {} on the mock for such a request", named(kind))),
                });
            }
        }
    }
}

fn asked(case: &Case<'_>) -> Asked {
    let mut names: Vec<String> = case
        .exchange
        .request
        .query_pairs()
        .into_iter()
        .map(|(name, value)| {
            let lower = name.to_ascii_lowercase();
            let picks = ["expand", "include", "fields", "embed", "view", "format", "select"];
            if picks.iter().any(|word| lower.contains(word)) { format!("{name}={value}") } else { name }
        })
        .collect();
    names.sort();
    names
}

/// At each place the kinds that stood there, each with the first answer that had it.
type Seen<'r> = BTreeMap<Pointer, BTreeMap<&'static str, &'r Said<'r>>>;

fn seen<'r>(cases: &[&'r Case<'r>], side: fn(&'r Case<'r>) -> &'r Said<'r>) -> Seen<'r> {
    let mut seen = Seen::new();
    for said in cases.iter().map(|case| side(case)) {
        for (name, value) in said.json.as_ref().map(Json::members).unwrap_or_default() {
            if *value != Json::Null {
                seen.entry(Pointer::root().member(name)).or_default().entry(value.kind()).or_insert(said);
            }
        }
    }
    seen
}

/// The only kind at a place.
fn one(seen: &Seen<'_>, place: &Pointer) -> Option<&'static str> {
    let kinds = seen.get(place)?;
    (kinds.len() == 1).then(|| kinds.keys().next().copied()).flatten()
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
