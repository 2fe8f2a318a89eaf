//! # field-invented
//!
//! A member of the mock's answers that no recorded answer has.
//!
//! Group: shape
//!
//! ## Why it matters
//!
//! Code that reads it works in the tests and finds nothing in production.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/customers/cus_1
//! < 200 {"id":"cus_1","email":"a@b.test"}
//! ~ 200 {"id":"cus_9","email":"x@y.test","display_name":"X"}
//! > GET /v1/customers/cus_2
//! < 200 {"id":"cus_2","email":"c@d.test"}
//! ~ 200 {"id":"cus_8","email":"x@z.test","display_name":"Z"}
//! ```
//!
//! ## Quiet
//!
//! Seen somewhere on the real side:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[{"id":"a"},{"id":"b","note":"x"}]}
//! ~ 200 {"data":[{"id":"m","note":"z"}]}
//! ```
//!
//! The real list was empty, so its items are unknown:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[]}
//! ~ 200 {"data":[{"id":"m"}]}
//! ```
//!
//! Another answer about such a thing has it:
//!
//! ```
//! > GET /v1/things
//! < 200 [{"id":"a","name":"x"},{"id":"b","name":"y","note":"z"}]
//! ~ 200 [{"id":"m","name":"x"},{"id":"n","name":"y","note":"z"}]
//! > POST /v1/things
//! < 201 {"id":"c","name":"u"}
//! ~ 201 {"id":"o","name":"u","note":"w"}
//! > POST /v1/things
//! < 201 {"id":"d","name":"v"}
//! ~ 201 {"id":"p","name":"v"}
//! ```
//!
//! Names that users choose:
//!
//! ```
//! > GET /v1/orders/1
//! < 200 {"id":1,"metadata":{"shop":"a"}}
//! ~ 200 {"id":7,"metadata":{"shelf":"b"}}
//! ```

use super::Rule;
use crate::excerpt;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::shape::{Presence, kin};
use cassettes::json::Pointer;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("field-invented", include_str!("field_invented.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for group in run.shapes() {
        for (place, node) in &group.other.nodes {
            if group.other.presence(place).is_none() {
                continue;
            }
            let Some(presence) = group.real.presence(place) else { continue };
            findings.check();
            let parent = Pointer(place.0[..place.0.len() - 1].to_vec());
            let (Presence::Never, Some((_, sample)), Some(object)) =
                (presence, node.kinds.values().next(), group.real.object(&parent))
            else {
                continue;
            };
            // Another answer showed that such things may have it.
            if !kin(run.shapes(), group, place, |g| &g.real).is_empty() {
                continue;
            }
            let seen = group.real.things(&parent);
            let mut real = object.clone();
            real.excerpt = excerpt::bounded(&format!("absent from {}", real.excerpt));
            findings.add(Complaint {
                // One recording cannot tell an invention from an optional member.
                severity: if seen > 1 { Severity::Warning } else { Severity::Info },
                operation: group.operation.clone(),
                message: format!("`{place}` is in the mock's answer and in none of {seen} recorded"),
                place: place.to_string(),
                real,
                other: sample.evidence.clone(),
                hint: Some(format!("take `{place}` out of the mock, or record an answer that has it")),
            });
        }
    }
}
