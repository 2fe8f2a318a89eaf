//! # cursor-ignored
//!
//! The mock is asked for another page and gives the same one again, or gives back the token it was sent.
//!
//! Group: pages
//!
//! ## Why it matters
//!
//! A client that turns pages by what it is given loops for ever, or a test that counts pages counts the
//! same items twice. A client that never turns the page cannot be told from one that does.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things?limit=1
//! < 200 {"data":[{"id":"a"}],"next":"t1"}
//! ~ 200 {"data":[{"id":"m"}],"next":"x1"}
//! > GET /v1/things?limit=1&cursor=t1
//! < 200 {"data":[{"id":"b"}],"next":null}
//! ~ 200 {"data":[{"id":"m"}],"next":null}
//! ```
//!
//! A mock that gives its one page whatever the offset is:
//!
//! ```
//! > GET /v1/things?limit=2&offset=0
//! < 200 [{"id":1},{"id":2}]
//! ~ 200 [{"id":7},{"id":8},{"id":9}]
//! > GET /v1/things?limit=2&offset=2
//! < 200 [{"id":3}]
//! ~ 200 [{"id":7},{"id":8},{"id":9}]
//! ~ forever
//! ```
//!
//! The token that was sent comes back:
//!
//! ```
//! > GET /v1/things?limit=1
//! < 200 {"data":[{"id":"a"}],"next":"t1"}
//! ~ 200 {"data":[{"id":"m"}],"next":"x1"}
//! > GET /v1/things?limit=1&cursor=t1
//! < 200 {"data":[{"id":"b"}],"next":"t2"}
//! ~ 200 {"data":[{"id":"n"}],"next":"x1"}
//! > GET /v1/things?limit=1&cursor=t2
//! < 200 {"data":[{"id":"c"}],"next":null}
//! ~ 200 {"data":[{"id":"o"}],"next":null}
//! ```
//!
//! ## Quiet
//!
//! Its own tokens, its own items, more pages than the real side had:
//!
//! ```
//! > GET /v1/things?limit=1
//! < 200 {"data":[{"id":"a"}],"next":"t1"}
//! ~ 200 {"data":[{"id":"m"}],"next":"x1"}
//! > GET /v1/things?limit=1&cursor=t1
//! < 200 {"data":[{"id":"b"}],"next":null}
//! ~ 200 {"data":[{"id":"n"}],"next":"x2"}
//! ~ 200 {"data":[{"id":"o"}],"next":null}
//! ```
//!
//! The real side gives one token for the whole walk:
//!
//! ```
//! > POST /scroll
//! >> {"q":"x","scroll_id":null}
//! < 200 {"hits":[{"id":1}],"scroll_id":"s1s1s1"}
//! ~ 200 {"hits":[{"id":4}],"scroll_id":"mmmmmm"}
//! > POST /scroll
//! >> {"q":"x","scroll_id":"s1s1s1"}
//! < 200 {"hits":[{"id":2}],"scroll_id":"s1s1s1"}
//! ~ 200 {"hits":[{"id":5}],"scroll_id":"mmmmmm"}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::walk::{Listing, Page, Walk, evidence_at};
use cassettes::facets::pagination::{self as pages, Edge, Place, Says, Source};
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("cursor-ignored", include_str!("cursor_ignored.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for walk in &run.walks {
        let Some(listing) = run.listings.0.get(&walk.operation) else { continue };
        if walk.other.len() < 2 {
            continue;
        }
        findings.check();
        let complaint = same_page(walk, listing).or_else(|| same_token(walk));
        if let Some(complaint) = complaint {
            findings.add(complaint);
        }
    }
}

/// A page of the subject that came before, where the real side repeats none.
fn same_page(walk: &Walk<'_>, listing: &Listing) -> Option<Complaint> {
    if repeat(&walk.real, listing).is_some() {
        return None;
    }
    let (earlier, later) = repeat(&walk.other, listing)?;
    // The recorded page that the repeated one stands for, or the last where there are more.
    let real = walk.real.get(later).or(walk.real.last())?;
    Some(Complaint {
        severity: Severity::Error,
        operation: walk.operation.clone(),
        message: format!(
            "page {} of the mock is its page {} again, although another was asked for",
            later + 1,
            earlier + 1
        ),
        place: "page".to_owned(),
        real: real.said.at(&listing.items),
        other: walk.other[later].said.at(&listing.items),
        hint: Some("let the mock read the cursor, the offset or the page number of the request".to_owned()),
    })
}

/// The first page with the same items in the same order as an earlier one.
fn repeat(pages: &[Page<'_>], listing: &Listing) -> Option<(usize, usize)> {
    let ids: Vec<Vec<String>> = pages.iter().map(|p| listing.identities(&p.said)).collect();
    let later = |later: usize| {
        (0..later).find(|&earlier| !ids[later].is_empty() && ids[earlier] == ids[later]).map(|e| (e, later))
    };
    (1..pages.len()).find_map(later)
}

/// A token that the subject gives back as it was sent, where the real side gives a new one.
fn same_token(walk: &Walk<'_>) -> Option<Complaint> {
    let place = walk.edges.iter().find_map(|edge| match &edge.source {
        Source::Said(place) => Some((edge, place)),
        Source::LastItem(_) | Source::Counted(_) => None,
    });
    let (edge, place) = place?;
    let returned = |page: &&Page<'_>| comes_back(page, edge, place);
    if walk.real.iter().skip(1).any(|p| returned(&p)) {
        return None;
    }
    let page = walk.other.iter().skip(1).find(returned)?;
    let real = walk.real.iter().skip(1).find(|p| matches!(says(&p.said, place), Some(Says::More(_))))?;
    Some(Complaint {
        severity: Severity::Error,
        operation: walk.operation.clone(),
        message: "the mock gives back the token it was sent, the real side gives the next one".to_owned(),
        place: format!("token {}", place.generic()),
        real: evidence_at(&real.said, place),
        other: evidence_at(&page.said, place),
        hint: Some("give each page of the mock a token of its own for the page after it".to_owned()),
    })
}

fn says(said: &Said<'_>, place: &Place) -> Option<Says> {
    Some(pages::read(place, said.headers()?, said.tree()))
}

/// Whether following this answer would ask the same question again.
fn comes_back(page: &Page<'_>, edge: &Edge, place: &Place) -> bool {
    let Some(Says::More(_)) = says(&page.said, place) else { return false };
    let Some(reply) = page.said.reply() else { return false };
    pages::advance(edge, &page.asked, &page.asked, reply, page.said.tree())
        .is_some_and(|next| next == page.asked)
}
