//! # null-never
//!
//! The real side says null at a place; the mock never does.
//!
//! Group: shape
//!
//! ## Why it matters
//!
//! Nobody tests what happens without a value, so it happens in production first.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"a","phone":null},{"id":"b","phone":"1"}]
//! ~ 200 [{"id":"m","phone":"5"},{"id":"n","phone":"6"}]
//! ```
//!
//! An empty text is a value where the real side has both:
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"a","note":null},{"id":"b","note":""},{"id":"c","note":null},{"id":"d","note":"x"}]
//! ~ 200 [{"id":"m","note":""},{"id":"n","note":"y"},{"id":"o","note":""},{"id":"p","note":"z"},{"id":"q","note":"z"}]
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"a","phone":null},{"id":"b","phone":"1"}]
//! ~ 200 [{"id":"m","phone":"5"},{"id":"n","phone":null}]
//! ```
//!
//! What else stands there was never seen:
//!
//! ```
//! > GET /v1/jobs/1
//! < 200 {"id":1,"result":null}
//! ~ 200 {"id":4,"result":{"n":1}}
//! ```
//!
//! Only null here, and not so in another answer about such things:
//!
//! ```
//! > GET /v1/charges
//! < 200 [{"id":"a","n":1,"failure":null},{"id":"b","n":2,"failure":null},{"id":"c","n":3,"failure":null}]
//! ~ 200 [{"id":"m","n":1,"failure":"declined"},{"id":"n","n":2,"failure":"declined"},{"id":"o","n":3,"failure":"declined"}]
//! > GET /v1/charges/f
//! < 200 {"id":"f","n":2,"failure":"declined"}
//! ~ 200 {"id":"g","n":4,"failure":"declined"}
//! ```
//!
//! Too few items for a null to be expected:
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"a","phone":null},{"id":"b","phone":"1"},{"id":"c","phone":"2"}]
//! ~ 200 [{"id":"m","phone":"5"}]
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{Node, Shape, expected, is_telling, kin};
use cassettes::meta::Meta;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("null-never", include_str!("null_never.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let Some((nulls, sample)) = node.kinds.get("null") else { continue };
            let Some(other) = group.other.nodes.get(place).filter(|n| n.present > 0) else { continue };
            findings.check();
            // Absent or empty where the real side says null is a confusion, told by its own rule.
            let values = other.kinds.iter().find(|(kind, _)| !matches!(**kind, "null" | "empty"));
            let Some((_, (_, value))) = values else { continue };
            let empty = other.kinds.contains_key("empty") && !node.kinds.contains_key("empty");
            let lacking = |shape: &Shape, node: &Node| node.present < shape.slots(place);
            let absent = lacking(&group.other, other) && !lacking(&group.real, node);
            let confused = empty || absent;
            let count = |all: usize| u32::try_from(all).unwrap_or(u32::MAX);
            let (seen, of) = (count(node.null_within.len()), count(node.within.len()));
            let chances = count(other.within.len());
            // A place that was only ever seen null may well hold something.
            let always = *nulls == node.present && *nulls < 3;
            if always || other.kinds.contains_key("null") || confused || !expected(seen, of, chances) {
                continue;
            }
            // A mock that says null of such things elsewhere knows of it.
            let elsewhere = kin(run.shapes(), group, place, |g| &g.other);
            let both = elsewhere.iter().any(|(node, _)| node.kinds.contains_key("null"));
            // What was only null here, other answers of the real side show with a value in it.
            let alike = kin(run.shapes(), group, place, |g| &g.real);
            let held = |node: &Node| node.kinds.keys().any(|kind| *kind != "null");
            if *nulls == node.present && alike.iter().any(|(node, _)| held(node)) {
                continue;
            }
            let telling = !both && is_telling(seen, of, chances);
            let severity = if telling { Severity::Warning } else { Severity::Info };
            findings.add(Complaint {
                severity,
                operation: group.operation.clone(),
                message: format!(
                    "`{place}` is null in {nulls} of {} recorded values and in none of the mock's {}",
                    node.present, other.present
                ),
                place: place.to_string(),
                real: sample.evidence.clone(),
                other: value.evidence.clone(),
                hint: Some(format!("say null at `{place}` in some of the mock's answers")),
            });
        }
    }
}
