//! # value-set-narrowed
//!
//! The real side uses several machine words at a place; the mock only ever one of them.
//!
//! Group: shape
//!
//! ## Why it matters
//!
//! The code for the other words never runs against the mock: what to do with a payment that failed is first
//! tried out in production.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/payments
//! < 200 [{"status":"paid"},{"status":"failed"},{"status":"paid"},{"status":"failed"},{"status":"failed"}]
//! ~ 200 [{"status":"paid"},{"status":"paid"},{"status":"paid"},{"status":"paid"},{"status":"paid"}]
//! ```
//!
//! ## Quiet
//!
//! The mock has both:
//!
//! ```
//! > GET /v1/payments
//! < 200 [{"status":"paid"},{"status":"failed"},{"status":"paid"},{"status":"failed"},{"status":"failed"}]
//! ~ 200 [{"status":"paid"},{"status":"paid"},{"status":"paid"},{"status":"paid"},{"status":"failed"}]
//! ```
//!
//! Too few to tell:
//!
//! ```
//! > GET /v1/payments
//! < 200 [{"status":"paid"},{"status":"failed"},{"status":"paid"},{"status":"failed"},{"status":"failed"}]
//! ~ 200 [{"status":"paid"},{"status":"paid"}]
//! ```

use super::Rule;
use super::value_unknown::closed;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{is_telling, kin};
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("value-set-narrowed", include_str!("value_set_narrowed.rs")),
    case: None,
    run: Some(judge),
};

/// Fewer things than this prove nothing.
const ENOUGH: u32 = 4;

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let Some(other) = group.other.nodes.get(place) else { continue };
            let Some(words) = closed(place, node).filter(|words| words.len() > 1) else { continue };
            findings.check();
            // Null is none of the words.
            let things = other.within.difference(&other.null_within).count();
            let things = u32::try_from(things).unwrap_or(u32::MAX);
            let mut texts = other.texts.iter();
            let (Some(((_, only), at)), None) = (texts.next(), texts.next()) else { continue };
            // Which word is how frequent is not kept; the one the mock has may be most of them.
            let share = u32::try_from(words.len()).unwrap_or(u32::MAX).max(3);
            let lost = words.iter().find(|word| *word != only);
            let (Some(lost), true, true) =
                (lost, words.contains(&only.as_str()), things >= ENOUGH && is_telling(1, share, things))
            else {
                continue;
            };
            let Some((_, shown)) = node.texts.iter().find(|((_, text), _)| text == lost) else { continue };
            let alike = kin(run.shapes(), group, place, |g| &g.other);
            let elsewhere = alike.iter().any(|(node, _)| node.texts.keys().any(|(_, text)| text != only));
            findings.add(Complaint {
                severity: if elsewhere { Severity::Info } else { Severity::Warning },
                operation: group.operation.clone(),
                message: format!(
                    "`{place}` is one of {} on the real side, and always `{only}` on the mock",
                    words.join(", ")
                ),
                place: place.to_string(),
                real: shown.clone(),
                other: at.clone(),
                hint: Some(format!("give some of the mock's things `{lost}` there")),
            });
        }
    }
}
