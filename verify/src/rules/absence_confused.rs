//! # absence-confused
//!
//! Where there is no value the real side leaves the member out, or says null, or says an empty text; the
//! mock does another of the three.
//!
//! Group: shape
//!
//! ## Why it matters
//!
//! The three are one to a person and three to code: `"email" in user`, `user["email"] is None` and
//! `user["email"] == ""` each see one of them.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"a","phone":null},{"id":"b","phone":"1"}]
//! ~ 200 [{"id":"m","phone":""},{"id":"n","phone":"6"}]
//! ```
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"a"},{"id":"b","phone":"1"}]
//! ~ 200 [{"id":"m","phone":null},{"id":"n","phone":"6"}]
//! ```
//!
//! An empty list, which Go and others write as null:
//!
//! ```
//! > GET /v1/issues
//! < 200 [{"id":"a","labels":["x"]},{"id":"b","labels":[]}]
//! ~ 200 [{"id":"m","labels":["y"]},{"id":"n","labels":null}]
//! ```
//!
//! The one way is another, beside a way that stays:
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"a","note":null},{"id":"b","note":""},{"id":"c","note":null},{"id":"d","note":"x"}]
//! ~ 200 [{"id":"m"},{"id":"n","note":""},{"id":"o"},{"id":"p","note":"z"},{"id":"q"}]
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"a","phone":null},{"id":"b","phone":"1"},{"id":"c","phone":""}]
//! ~ 200 [{"id":"m","phone":""},{"id":"n","phone":"6"},{"id":"o","phone":null}]
//! ```
//!
//! An empty list, where the real side was never without items:
//!
//! ```
//! > GET /v1/issues
//! < 200 [{"id":"a","labels":["x"]},{"id":"b","labels":["z"]}]
//! ~ 200 [{"id":"m","labels":["y"]},{"id":"n","labels":[]}]
//! ```
//!
//! What the real side does without a value was never seen:
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"b","phone":"1"}]
//! ~ 200 [{"id":"m","phone":"5"},{"id":"n","phone":null}]
//! ```

use super::Rule;
use crate::excerpt;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{Node, Presence, Shape, expected, kin};
use cassettes::json::Pointer;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("absence-confused", include_str!("absence_confused.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let Some(other) = group.other.nodes.get(place) else { continue };
            let (real, said) = (absences(&group.real, place, node), absences(&group.other, place, other));
            let Some((first, shown)) = real.first().filter(|_| !said.is_empty()) else { continue };
            findings.check();
            let confused =
                said.iter().find(|(kind, _)| *kind != HOLLOW && real.iter().all(|(k, _)| k != kind));
            // Beside a known kind another one is more of the same, not a confusion.
            let known = said.iter().any(|(kind, _)| real.iter().any(|(k, _)| k == kind));
            // Unless one of the real side's ways is gone where it could be expected.
            let nulls = node.kinds.get("null").map_or(0, |(count, _)| *count);
            let gone = nulls > 0
                && said.iter().all(|(kind, _)| *kind != "null")
                && expected(nulls, group.real.slots(place), group.other.slots(place));
            let (Some((kind, at)), true) = (confused, !known || gone) else { continue };
            // Another answer about such things says it in this way, too.
            let says = |node: &Node, presence: &Option<Presence>| match *kind {
                "absent" => matches!(presence, Some(Presence::Sometimes(_))),
                "null" => node.kinds.contains_key("null"),
                _ => node.kinds.contains_key("empty"),
            };
            if kin(run.shapes(), group, place, |g| &g.real).iter().any(|(n, p)| says(n, p)) {
                continue;
            }
            findings.add(Complaint {
                severity: Severity::Error,
                operation: group.operation.clone(),
                message: format!(
                    "where there is no value, `{place}` is {first} on the real side and {kind} on the mock"
                ),
                place: place.to_string(),
                real: shown.clone(),
                other: at.clone(),
                hint: Some(format!("make `{place}` {first} where the mock has no value for it")),
            });
        }
    }
}

/// A list with nothing in it is a value where the real side has none such.
const HOLLOW: &str = "an empty list";

/// How a side says that there is no value.
fn absences(shape: &Shape, place: &Pointer, node: &Node) -> Vec<(&'static str, Evidence)> {
    let mut found = Vec::new();
    found.extend(node.hollow.clone().map(|at| (HOLLOW, at)));
    for (kind, name) in [("null", "null"), ("empty", "an empty text")] {
        found.extend(node.kinds.get(kind).map(|(_, sample)| (name, sample.evidence.clone())));
    }
    if let Some(absent) = node.absent.as_ref().filter(|_| node.present < shape.slots(place)) {
        let excerpt = excerpt::bounded(&format!("absent from {}", absent.excerpt));
        found.push(("absent", Evidence { excerpt, ..absent.clone() }));
    }
    found
}
