//! # next-page-never-fetched
//!
//! The listing goes on after the page that the client asked for, and the client never asks for the next one.
//!
//! Group: walks
//!
//! ## Why it matters
//!
//! Code that forgets to turn the page counts, bills or deletes what stands on the first one. Nothing fails: the
//! numbers are only too small, and only for customers that have more than fits on a page.
//!
//! A client that stops where it has found what it looked for is honest: what it found stands in a later request.
//! So is one that turns the pages elsewhere: where another session does, the finding is for information.
//!
//! ## Fires
//!
//! Page one is taken for all there is:
//!
//! ```
//! > GET /v1/subscriptions?limit=2
//! < 200 {"object":"list","data":[{"id":"sub_a"},{"id":"sub_b"}],"has_more":true}
//! > GET /v1/subscriptions?limit=2&starting_after=sub_b
//! < 200 {"object":"list","data":[{"id":"sub_c"}],"has_more":false}
//! > GET /v1/me
//! < 200 {"id":"u1"}
//! + 0.000 c1 #1
//! + 0.010 c1 #3
//! + 0.020 c1 closed
//! ```
//!
//! It stops one page too early, by a Link header:
//!
//! ```
//! > GET /things?n=1
//! < link: </things?n=1&page=2>; rel="next"
//! < 200 [{"id":11}]
//! > GET /things?n=1&page=2
//! < link: </things?n=1&page=3>; rel="next"
//! < 200 [{"id":12}]
//! > GET /things?n=1&page=3
//! < 200 [{"id":13}]
//! + 0.000 c1 #1
//! + 0.010 c1 #2
//! + 0.020 c1 closed
//! ```
//!
//! ## Quiet
//!
//! All pages, whoever asks for them and in whatever order:
//!
//! ```
//! > GET /v1/subscriptions?limit=2
//! < 200 {"data":[{"id":"sub_a"},{"id":"sub_b"}],"has_more":true}
//! > GET /v1/subscriptions?limit=2&starting_after=sub_b
//! < 200 {"data":[{"id":"sub_c"}],"has_more":false}
//! + 0.000 c1 #1
//! + 0.010 c1 #2
//! + session b
//! + 0.011 c2 #1
//! + 0.012 c3 #2
//! ```
//!
//! A search that ends where it found what it looked for:
//!
//! ```
//! > GET /v1/things?limit=2
//! < 200 {"data":[{"id":"th_a"},{"id":"th_b"}],"has_more":true}
//! > GET /v1/things?limit=2&starting_after=th_b
//! < 200 {"data":[{"id":"th_c"}],"has_more":false}
//! > GET /v1/things/th_b
//! < 200 {"id":"th_b"}
//! + 0.000 c1 #1
//! + 0.010 c1 #3
//! ```

use super::Audit;
use crate::conduct::{Conduct, Followed, quote};
use crate::finding::{Complaint, Findings, Severity};
use crate::walk::{Listing, evidence_at};
use cassettes::facets::pagination::{self as pages, Edge};
use cassettes::meta::Meta;
use std::collections::{BTreeSet, HashMap, HashSet};

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("next-page-never-fetched", include_str!("next_page_never_fetched.rs")), inspect };

/// So many later requests are looked at for the next page, and looked into for what a search found.
const MOST_TRIED: usize = 1000;
const MOST_LATER: usize = 200;

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    let walked = conduct.walked();
    let page_of = |call: usize| conduct.calls[call].exchange.map(|exchange| walked.alike[exchange]);
    // Which pages were asked for, in each session and at all.
    let mut asked: HashMap<&str, HashSet<usize>> = HashMap::new();
    let mut ever: HashSet<usize> = HashSet::new();
    for (session, calls) in &conduct.sessions {
        let pages: HashSet<usize> = calls.iter().filter_map(|&call| page_of(call)).collect();
        ever.extend(&pages);
        asked.insert(session, pages);
    }
    for walk in &walked.followed {
        let Some(&last) = walk.pages.last() else { continue };
        let Some(page) = page_of(last).filter(|_| walk.goes_on) else { continue };
        let Some(listing) = walked.listings.0.get(&conduct.calls[last].operation) else { continue };
        findings.check();
        let next = walked.after.get(&page).map(Vec::as_slice).unwrap_or_default();
        let known = asked.get(walk.session.as_str());
        let turned = next.iter().any(|(next, _)| known.is_some_and(|pages| pages.contains(next)));
        if turned || is_tried(conduct, walk, last) || is_found(conduct, walk, last, listing) {
            continue;
        }
        let elsewhere = next.iter().any(|(next, _)| ever.contains(next));
        // Nobody turned this page when it was recorded either: then the client may want no more.
        let severity = if next.is_empty() || elsewhere { Severity::Info } else { Severity::Error };
        findings.add(complain(conduct, walk, (last, page), listing, next, severity));
    }
}

/// Whether the next page was asked for in a way that nobody recorded: what became of it is another finding.
fn is_tried(conduct: &Conduct<'_>, walk: &Followed, last: usize) -> bool {
    let operation = &conduct.calls[last].operation;
    later(conduct, walk, last).take(MOST_TRIED).any(|n| {
        let call = &conduct.calls[n];
        call.served.miss.is_some() && call.operation == *operation
    })
}

/// Whether one of the page's things was asked for later, as a search asks for what it has found. Who asks for all
/// of them works through the page.
fn is_found(conduct: &Conduct<'_>, walk: &Followed, last: usize, listing: &Listing) -> bool {
    let Some(recorded) = conduct.answer(&conduct.calls[last]) else { return false };
    let ids: BTreeSet<String> =
        listing.identities(recorded.said()).into_iter().filter(|id| !id.is_empty()).collect();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for n in later(conduct, walk, last).take(MOST_LATER) {
        // Most requests carry none of them, and need not be taken apart.
        let served = conduct.calls[n].served;
        let body = conduct.calls[n].body().unwrap_or_default();
        let bare = |id: &String| id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~".contains(&b));
        if !ids
            .iter()
            .any(|id| !bare(id) || served.target.contains(id.as_str()) || body.contains(id.as_str()))
        {
            continue;
        }
        let request = conduct.calls[n].request();
        let mut words = request.segments();
        words.extend(request.query_pairs().into_iter().map(|(_, value)| value));
        used.extend(
            ids.iter()
                .map(String::as_str)
                .filter(|id| words.iter().any(|word| word == id) || (id.len() >= 4 && body.contains(id))),
        );
    }
    !used.is_empty() && (used.len() < ids.len() || ids.len() == 1)
}

/// The requests of the session after a page.
fn later<'c>(conduct: &'c Conduct<'_>, walk: &Followed, last: usize) -> impl Iterator<Item = usize> + 'c {
    let calls = conduct.sessions.get(walk.session.as_str()).map(Vec::as_slice).unwrap_or_default();
    let from = calls.partition_point(|&call| call <= last);
    calls[from..].iter().copied()
}

fn complain(
    conduct: &Conduct<'_>,
    walk: &Followed,
    (last, page): (usize, usize),
    listing: &Listing,
    next: &[(usize, Edge)],
    severity: Severity,
) -> Complaint {
    let said = conduct.recorded[page].said();
    let real = match listing.signal(said) {
        Some(place) => evidence_at(said, place),
        None => said.at(&listing.items),
    };
    let count = said.tree().and_then(|tree| pages::items_of(tree, &listing.items)).map_or(0, <[_]>::len);
    let went = match walk.pages.len() {
        1 => "the client took its first page for all".to_owned(),
        n => format!("the client stopped after {n} pages"),
    };
    let more = match next.first() {
        Some((next, _)) => format!("goes on after these {count} items with {}", conduct.recorded[*next].cite),
        None => format!("says that it goes on after these {count} items"),
    };
    let calls: Vec<_> = walk.pages.iter().map(|&call| &conduct.calls[call]).collect();
    Complaint {
        severity,
        operation: conduct.calls[last].operation.clone(),
        message: format!("the listing {more}, {went}"),
        place: listing.items.to_string(),
        real,
        other: quote(conduct.file, &calls),
        hint: Some("ask on until the answer says that there is no more".to_owned()),
    }
}
