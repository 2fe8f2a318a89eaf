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
//! A flag that stays where nothing leads on: the next page begins after the last item, and there is none.
//!
//! ```
//! > GET /v1/things?limit=2
//! < 200 {"data":[{"id":"a"},{"id":"b"}],"has_more":true}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"}],"has_more":true}
//! > GET /v1/things?limit=2&starting_after=b
//! < 200 {"data":[{"id":"c"}],"has_more":false}
//! ~ 200 {"data":[{"id":"o"}],"has_more":true}
//! ~ 200 {"data":[],"has_more":true}
//! ```
//!
//! A token on the last page, which the mock itself does not take:
//!
//! ```
//! > GET /v1/things
//! < 200 {"items":[{"id":"a"}],"next_token":"t1"}
//! ~ 200 {"items":[{"id":"m"}],"next_token":"x1"}
//! > GET /v1/things?token=t1
//! < 200 {"items":[{"id":"b"}]}
//! ~ 200 {"items":[{"id":"n"}],"next_token":"x2"}
//! ~ 400 {"error":"unknown token"}
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
use crate::walk::{Listing, Stop, Walk, evidence_at};
use cassettes::facets::pagination::{self as pages, Place, Says, Source};
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
        let pages = |pages: usize| format!("{pages} page{}", if pages == 1 { "" } else { "s" });
        let ends = format!("the real listing ends after {}", pages(walk.real.len()));
        let message = match walk.stop {
            Stop::Bound => format!("{ends}, the mock still goes on after {}", walk.other.len()),
            Stop::Itself if leads_nowhere(listing, walk) => {
                format!("{ends}, the mock's last page says that it goes on, and nothing leads there")
            }
            Stop::Broken if is_refused(listing, walk) => format!(
                "{ends}, the mock's goes on to a page that the mock itself refuses ({})",
                other.said.answer.label()
            ),
            Stop::Itself | Stop::Broken => continue,
        };
        let other = match walk.stop {
            Stop::Broken => walk.other.iter().rev().nth(1).unwrap_or(other),
            Stop::Bound | Stop::Itself => other,
        };
        let shown = |page: &Said<'_>, at: Option<&Place>| match at {
            Some(place) => evidence_at(page, place),
            None => page.at(&listing.items),
        };
        let place = listing.signal(&other.said);
        findings.add(Complaint {
            severity: Severity::Error,
            operation: walk.operation.clone(),
            message,
            place: "never".to_owned(),
            real: shown(&real.said, place),
            other: shown(&other.said, place),
            hint: Some("let the mock's last page say that it is the last, as the real one does".to_owned()),
        });
    }
}

/// Whether the mock's last page says that there is more, where the client finds nothing to ask on with: no
/// item to begin after, or no value where it took one from.
fn leads_nowhere(listing: &Listing, walk: &Walk<'_>) -> bool {
    let Some(last) = walk.other.last().filter(|p| listing.says_more(&p.said) == Some(true)) else {
        return false;
    };
    let taken = walk.edges.last().is_some_and(|edge| match (&edge.source, last.said.headers()) {
        (Source::Said(place), Some(headers)) => {
            matches!(pages::read(place, headers, last.said.tree()), Says::End(_))
        }
        _ => false,
    });
    taken || listing.count(&last.said) == Some(0)
}

/// Whether the page that the mock's last one leads to is one that the mock refuses. A limit of the rate, a
/// lack of rights and a failure say nothing about the page.
fn is_refused(listing: &Listing, walk: &Walk<'_>) -> bool {
    let [.., before, last] = walk.other.as_slice() else { return false };
    let refused = matches!(last.said.status(), Some(400 | 404 | 410 | 412 | 416 | 422));
    // Where no signal speaks, a full page leads on, and be it to nothing.
    refused && last.position.is_none() && listing.says_more(&before.said) == Some(true)
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
