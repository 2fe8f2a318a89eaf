//! # error-shape-changed
//!
//! The mock tells the same error in another document: its code, its text or the whole envelope stands
//! elsewhere.
//!
//! ## Why it matters
//!
//! A client that reads `error.code` finds nothing in a document that has `code` at its root. With the mock it
//! is the other way round, so the test proves the wrong parser right.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/customers/cus_nope
//! < 404 {"error":{"code":"resource_missing","message":"No such customer"}}
//! ~ 404 {"code":"resource_missing","message":"No such customer"}
//! ```
//!
//! ```
//! > POST /v1/orders
//! >> {"n":-1}
//! < 400 {"message":"n must be positive"}
//! ~ 400 {"errors":[{"msg":"n must be positive"}]}
//! ```
//!
//! ```
//! > POST /v1/orders
//! >> {"n":-1}
//! < 400 {"message":"n must be positive"}
//! ~ 400
//! ```
//!
//! ## Quiet
//!
//! More members than the real side has, and another text:
//!
//! ```
//! > POST /v1/orders
//! >> {"n":-1}
//! < 400 {"message":"n must be positive"}
//! ~ 400 {"message":"wrong","request_id":"r1"}
//! ```
//!
//! The real side has two forms for it:
//!
//! ```
//! > POST /v1/orders
//! >> {"n":-1}
//! < 400 {"message":"n must be positive"}
//! ~ 400 {"errors":[{"message":"n"}]}
//! > POST /v1/orders
//! >> {"n":"x"}
//! < 400 {"errors":[{"message":"n must be a number"}]}
//! ~ 400 {"errors":[{"message":"n"}]}
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, Lost, at_where, complaint, fates, lost_codes, required_codes};
use cassettes::facets::error_class::{Class, Envelope};
use cassettes::facets::error_code::Where;
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("error-shape-changed", include_str!("error_shape_changed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let judged = fates(run);
    let required = required_codes(&judged);
    let mut forms: BTreeMap<(&Operation, Class), BTreeSet<Envelope>> = BTreeMap::new();
    let mut prose: BTreeMap<(&Operation, Class), BTreeSet<Where>> = BTreeMap::new();
    for one in &judged {
        let Some(facts) = &one.reading.real.error else { continue };
        let of = (&one.case().operation, facts.class);
        forms.entry(of).or_default().insert(facts.envelope);
        prose.entry(of).or_default().extend(facts.prose.iter().map(Where::generic));
    }
    for one in &judged {
        let (Some(real), Some(other)) = (&one.reading.real.error, &one.reading.other.error) else { continue };
        // Only a document has a shape, and one of another kind has a media type that says so.
        let documents =
            real.envelope.is_structured() && !matches!(other.envelope, Envelope::Html | Envelope::Text);
        let alike_kind = other.envelope == Envelope::Empty
            || (real.envelope == Envelope::Xml) == (other.envelope == Envelope::Xml);
        if one.fate != Fate::Kept || !documents || !alike_kind || real.envelope == Envelope::OtherJson {
            continue;
        }
        findings.check();
        let lost = lost_codes(one, &required);
        if lost.iter().any(|l| !matches!(l, Lost::Moved(..))) {
            continue;
        }
        if let Some(Lost::Moved(code, elsewhere)) = lost.first() {
            let message =
                format!("the real side's error code stands at {}, the mock's at {}", code.at, elsewhere.at);
            let place = format!("{} {}", real.class, code.at.generic());
            findings.add(Complaint {
                real: at_where(&one.case().real, &code.at),
                other: at_where(&one.case().other, &elsewhere.at),
                ..complaint(one, Severity::Error, place, message, HINT)
            });
            continue;
        }
        let of = (&one.case().operation, real.class);
        let seen_form = forms.get(&of).is_some_and(|seen| seen.contains(&other.envelope));
        let seen_prose = prose
            .get(&of)
            .is_none_or(|seen| seen.is_empty() || other.prose.iter().any(|at| seen.contains(&at.generic())));
        // The codes stand where they should, or the text does: the document can be read as the real one.
        let readable = seen_prose || other.codes.iter().any(|c| real.codes.iter().any(|r| r.at == c.at));
        if (seen_form || alike(real.envelope, other.envelope)) && readable {
            continue;
        }
        let (severity, message) = if seen_form {
            let at = real.prose.first().map_or_else(|| "its place".to_owned(), ToString::to_string);
            (Severity::Warning, format!("the real side's error text stands at {at}, the mock has none there"))
        } else {
            let message = format!(
                "the real side tells this error by {}, the mock by {}",
                real.envelope, other.envelope
            );
            (Severity::Error, message)
        };
        findings.add(complaint(one, severity, format!("{} envelope", real.class), message, HINT));
    }
}

const HINT: &str = "lay out the mock's error document as the real side does";

/// A problem document without its media type is flat; that is told by the media type.
fn alike(a: Envelope, b: Envelope) -> bool {
    let plain = |e: Envelope| if e == Envelope::Problem { Envelope::Flat } else { e };
    plain(a) == plain(b)
}
