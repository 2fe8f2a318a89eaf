//! # number-kind-changed
//!
//! A number is written as a text on one side and as a number on the other.
//!
//! Group: numbers and times
//!
//! ## Why it matters
//!
//! Services that write money as text do it so that nobody's float touches it. With a mock that gives a
//! number the client computes with floats; in production it concatenates.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/prices/1
//! < 200 {"price":"12.50"}
//! ~ 200 {"price":12.50}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/prices/1
//! < 200 {"price":"12.50","count":3}
//! ~ 200 {"price":"7.25","count":1}
//! ```
//!
//! Both are seen on the real side:
//!
//! ```
//! > GET /v1/sizes
//! < 200 [{"size":"12"},{"size":12}]
//! ~ 200 [{"size":"7"}]
//! ```

use super::Rule;
use super::kind_changed::named;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("number-kind-changed", include_str!("number_kind_changed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let Some(other) = group.other.nodes.get(place) else { continue };
            let (real, other) = (node.numbers(), other.numbers());
            let Some((kind, text, _, at)) = real.first() else { continue };
            if other.is_empty() || real.iter().any(|(k, ..)| k != kind) {
                continue;
            }
            findings.check();
            let Some((changed, written, _, changed_at)) = other.iter().find(|(k, ..)| k != kind) else {
                continue;
            };
            findings.add(Complaint {
                severity: Severity::Error,
                operation: group.operation.clone(),
                message: format!(
                    "`{place}` is {} on the real side ({text}) and {} on the mock ({written})",
                    named(kind),
                    named(changed)
                ),
                place: place.to_string(),
                real: (*at).clone(),
                other: (*changed_at).clone(),
                hint: Some(format!("write `{place}` as {} in the mock", named(kind))),
            });
        }
    }
}
