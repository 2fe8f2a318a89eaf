//! # page-end-wrong
//!
//! The mock's listing never ends, or says its end in another form than the real side does.
//!
//! Group: pages
//!
//! ## Why it matters
//!
//! Clients stop where they were taught to: at a null, at an empty string, at a member that is missing, at
//! a flag. A client that stops at null turns pages for ever where the real side says `""`.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things
//! < 200 {"items":[{"id":"a"}],"next_token":"t1"}
//! ~ 200 {"items":[{"id":"m"}],"next_token":"x1"}
//! > GET /v1/things?token=t1
//! < 200 {"items":[{"id":"b"}],"next_token":""}
//! ~ 200 {"items":[{"id":"n"}],"next_token":null}
//! ```
//!
//! A listing without an end:
//!
//! ```
//! > GET /v1/things?offset=0&limit=1
//! < 200 {"items":[{"id":"a"}],"has_more":true}
//! ~ 200 {"items":[{"id":"m"}],"has_more":true}
//! > GET /v1/things?offset=1&limit=1
//! < 200 {"items":[{"id":"b"}],"has_more":false}
//! ~ 200 {"items":[{"id":"n"}],"has_more":true}
//! ~ 200 {"items":[{"id":"o"}],"has_more":true}
//! ~ forever
//! ```
//!
//! ## Quiet
//!
//! The same form, after more pages:
//!
//! ```
//! > GET /v1/things
//! < 200 {"items":[{"id":"a"}],"next_token":"t1"}
//! ~ 200 {"items":[{"id":"m"}],"next_token":"x1"}
//! > GET /v1/things?token=t1
//! < 200 {"items":[{"id":"b"}],"next_token":""}
//! ~ 200 {"items":[{"id":"n"}],"next_token":"x2"}
//! ~ 200 {"items":[{"id":"o"}],"next_token":""}
//! ```
//!
//! The end was never recorded:
//!
//! ```
//! > GET /v1/things
//! < 200 {"items":[{"id":"a"}],"next_token":"t1"}
//! ~ 200 {"items":[{"id":"m"}],"next_token":"x1"}
//! > GET /v1/things?token=t1
//! < 200 {"items":[{"id":"b"}],"next_token":"t2"}
//! ~ 200 {"items":[{"id":"n"}],"next_token":null}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::walk::{Listing, Stop, evidence_at};
use cassettes::facets::pagination::{self as pages, Place, Says};
use cassettes::meta::Meta;
use cassettes::operation::Operation;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("page-end-wrong", include_str!("page_end_wrong.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    never_ends(run, findings);
    for (operation, listing) in &run.listings.0 {
        for place in &listing.places {
            other_form(run, operation, listing, place, findings);
        }
    }
}

fn never_ends(run: &Run<'_>, findings: &mut Findings) {
    for walk in run.walks.iter().filter(|w| w.real_ended && w.other.len() >= w.real.len()) {
        let (Some(listing), Some(real), Some(other)) =
            (run.listings.0.get(&walk.operation), walk.real.last(), walk.other.last())
        else {
            continue;
        };
        findings.check();
        if walk.stop != Stop::Bound {
            continue;
        }
        let shown = |page: &Said<'_>, at: Option<&Place>| match at {
            Some(place) => evidence_at(page, place),
            None => page.at(&listing.items),
        };
        let place = listing.signal(&other.said);
        findings.add(Complaint {
            severity: Severity::Error,
            operation: walk.operation.clone(),
            message: format!(
                "the real listing ends after {} pages, the mock still goes on after {}",
                walk.real.len(),
                walk.other.len()
            ),
            place: "never".to_owned(),
            real: shown(&real.said, place),
            other: shown(&other.said, place),
            hint: Some("let the mock's last page say that it is the last, as the real one does".to_owned()),
        });
    }
}

/// The form in which an answer says its end at a place, where it says its end.
fn form(listing: &Listing, said: &Said<'_>, place: &Place) -> Option<&'static str> {
    if !said.is_success() || listing.count(said).is_none() || listing.says_more(said) != Some(false) {
        return None;
    }
    match pages::read(place, said.headers()?, said.tree()) {
        Says::End(form) => Some(form),
        // A cursor may stay or go where a flag says the end.
        Says::More(_) => None,
    }
}

fn other_form(
    run: &Run<'_>,
    operation: &Operation,
    listing: &Listing,
    place: &Place,
    findings: &mut Findings,
) {
    let real: Vec<(&Said<'_>, &str)> =
        run.real_of(operation).filter_map(|said| Some((said, form(listing, said, place)?))).collect();
    let Some((shown, first)) = real.first() else { return };
    // A place that the subject never fills is missing, which is another rule's finding.
    let used = run.other_of(operation).any(|said| {
        let value = said.headers().map(|h| pages::read(place, h, said.tree()));
        value.is_some_and(|v| v != Says::End("absent"))
    });
    for other in run.other_of(operation) {
        let Some(said) = form(listing, other, place) else { continue };
        findings.check();
        if real.iter().any(|(_, form)| *form == said) || !used {
            continue;
        }
        let alike = |a: &str, b: &str| matches!((a, b), ("absent", "null") | ("null", "absent"));
        findings.add(Complaint {
            severity: if alike(first, said) { Severity::Warning } else { Severity::Error },
            operation: operation.clone(),
            message: format!("the real listing ends with {}, the mock's with {}", named(first), named(said)),
            place: format!("form {}", place.generic()),
            real: evidence_at(shown, place),
            other: evidence_at(other, place),
            hint: Some(format!("end the mock's listing with {} there", named(first))),
        });
    }
}

fn named(form: &str) -> &str {
    match form {
        "absent" => "nothing",
        "empty" => "an empty value",
        other => other,
    }
}
