//! # error-shape-changed
//!
//! The mock tells the same error in another document: its code, its text or the whole envelope stands
//! elsewhere.
//!
//! Group: errors
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
//! What the error is about is not said:
//!
//! ```
//! > POST /v1/customers
//! >> {"email":"bad"}
//! < 400 {"error":{"code":"email_invalid","param":"email","message":"no"}}
//! ~ 400 {"error":{"code":"email_invalid","message":"no"}}
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
use crate::case::Said;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Judged, Lost, at_where, complaint, fates, lost_codes, required_codes};
use cassettes::facets::error_class::{Class, Envelope};
use cassettes::facets::error_code::{Code, Where};
use cassettes::json::Pointer;
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
    unspoken(&judged, findings);
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
        if !one.is_alike() || !documents || !alike_kind || real.envelope == Envelope::OtherJson {
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

/// Names of members that say which part of the question an error is about.
const ABOUT: [&str; 8] =
    ["param", "parameter", "field", "target", "pointer", "path", "property", "attribute"];

/// Where an error says what it is about, by generic place, with the first of each.
fn abouts(said: &Said<'_>) -> BTreeMap<Pointer, Pointer> {
    let mut found = BTreeMap::new();
    if let Some(json) = &said.json {
        Pointer::walk(json, &mut |at, value| {
            let named = at.name().is_some_and(|name| ABOUT.contains(&name.to_ascii_lowercase().as_str()));
            if named && value.as_str().is_some_and(|text| !text.is_empty() && !text.contains(' ')) {
                found.entry(at.generic()).or_insert_with(|| at.clone());
            }
        });
    }
    found
}

/// The recorded error's own codes.
fn codes_of<'r>(one: &Judged<'r, '_>) -> Vec<&'r str> {
    let codes = one.reading.real.error.as_ref().map(|e| e.codes.as_slice()).unwrap_or_default();
    codes.iter().map(Code::key).collect()
}

/// What every recorded error of one code is about, and the subject's error of that code never says.
fn unspoken(judged: &[Judged<'_, '_>], findings: &mut Findings) {
    let mut always: BTreeMap<(&Operation, Vec<&str>), BTreeSet<Pointer>> = BTreeMap::new();
    for one in judged.iter().filter(|one| !codes_of(one).is_empty()) {
        let key = (&one.case().operation, codes_of(one));
        let here: BTreeSet<Pointer> = abouts(&one.case().real).into_keys().collect();
        always.entry(key).and_modify(|all| all.retain(|at| here.contains(at))).or_insert(here);
    }
    for one in judged.iter().filter(|one| one.is_alike() && one.reading.other.error.is_some()) {
        let codes = codes_of(one);
        let Some(places) = always.get(&(&one.case().operation, codes.clone())).filter(|p| !p.is_empty())
        else {
            continue;
        };
        let same = |other: &[Code]| other.iter().any(|c| codes.contains(&c.key()));
        let kept = one.reading.other.error.as_ref().is_some_and(|e| same(&e.codes));
        findings.check();
        let (real, other) = (abouts(&one.case().real), abouts(&one.case().other));
        let Some(at) = places.iter().find_map(|place| real.get(place).filter(|_| other.is_empty() && kept))
        else {
            continue;
        };
        let message = format!("the real side's error says at {at} what it is about, the mock's does not");
        let place = format!("about {}", at.generic());
        findings.add(Complaint {
            real: one.case().real.at(at),
            ..complaint(one, Severity::Info, place, message, "say what the error is about")
        });
    }
}

const HINT: &str = "lay out the mock's error document as the real side does";

/// A problem document without its media type is flat; that is told by the media type.
fn alike(a: Envelope, b: Envelope) -> bool {
    let plain = |e: Envelope| if e == Envelope::Problem { Envelope::Flat } else { e };
    plain(a) == plain(b)
}
