//! # optional-always-present
//!
//! A member that is absent from some recorded answers is in all of the mock's.
//!
//! Group: shape
//!
//! ## Why it matters
//!
//! The code reads it without asking whether it is there, and every test agrees.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"a","vat":"DE1"},{"id":"b"}]
//! ~ 200 [{"id":"m","vat":"FR1"},{"id":"n","vat":"FR2"}]
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"a","vat":"DE1"},{"id":"b"}]
//! ~ 200 [{"id":"m"},{"id":"n","vat":"FR2"}]
//! ```
//!
//! One item proves nothing:
//!
//! ```
//! > GET /v1/customers
//! < 200 [{"id":"a","vat":"DE1"},{"id":"b"},{"id":"c","vat":"IT1"}]
//! ~ 200 [{"id":"n","vat":"FR2"}]
//! ```

use super::Rule;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{Presence, expected, is_telling, kin};
use cassettes::json::Pointer;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("optional-always-present", include_str!("optional_always_present.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let Some(Presence::Sometimes(_)) = group.real.presence(place) else { continue };
            let Some(presence) = group.other.presence(place) else { continue };
            let parent = Pointer(place.0[..place.0.len() - 1].to_vec());
            let (objects, things) = (group.real.objects(&parent), group.real.things(&parent));
            findings.check();
            let other = &group.other.nodes.get(place);
            let (Presence::Always, Some(other)) = (presence, other) else { continue };
            // Null or empty in the place of absence is told by its own rule.
            let stand_in =
                ["null", "empty"].iter().any(|k| other.kinds.contains_key(k) && !node.kinds.contains_key(k));
            // A thing that was read five times lacks it once.
            let count = |all: usize| u32::try_from(all).unwrap_or(u32::MAX);
            let lacking = things.saturating_sub(count(node.within.len()));
            let had = count(other.within.len());
            if stand_in || !expected(lacking, things, had) {
                continue;
            }
            let (Some(absent), Some((_, sample))) = (&node.absent, other.kinds.values().next()) else {
                continue;
            };
            // A mock that leaves it out of such things elsewhere has both.
            let elsewhere = kin(run.shapes(), group, place, |g| &g.other);
            let both = elsewhere.iter().any(|(_, p)| matches!(p, Some(Presence::Sometimes(_))));
            let telling = !both && is_telling(lacking, things, had);
            let severity = if telling { Severity::Warning } else { Severity::Info };
            let mut real: Evidence = absent.clone();
            real.excerpt = crate::excerpt::bounded(&format!("absent from {}", real.excerpt));
            findings.add(Complaint {
                severity,
                operation: group.operation.clone(),
                message: format!(
                    "`{place}` is absent from {} of {objects} recorded objects and from none of the mock's {}",
                    objects - node.present,
                    other.present
                ),
                place: place.to_string(),
                real,
                other: sample.evidence.clone(),
                hint: Some(format!("leave `{place}` out of some of the mock's answers")),
            });
        }
    }
}
