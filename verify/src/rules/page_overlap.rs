//! # page-overlap
//!
//! Pages of the mock share items where the real pages share none.
//!
//! Group: pages
//!
//! ## Why it matters
//!
//! A client that counts or sums over pages is right against reality and wrong against the mock; one that
//! removes duplicates to please the mock hides losses in production.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things?limit=2
//! < 200 {"data":[{"id":"a"},{"id":"b"}],"has_more":true}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"}],"has_more":true}
//! > GET /v1/things?limit=2&starting_after=b
//! < 200 {"data":[{"id":"c"}],"has_more":false}
//! ~ 200 {"data":[{"id":"n"},{"id":"o"}],"has_more":false}
//! ```
//!
//! An item between two pages:
//!
//! ```
//! > GET /v1/things?limit=2
//! < 200 {"data":[{"id":"a"},{"id":"b"}],"next":"t1"}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"}],"next":"u1"}
//! > GET /v1/things?limit=2&cursor=t1
//! < 200 {"data":[{"id":"c"}],"next":null}
//! ~ 200 {"data":[{"id":"p"}],"next":null}
//! > GET /v1/things?limit=3
//! < 200 {"data":[{"id":"a"},{"id":"b"},{"id":"c"}],"next":null}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"},{"id":"o"}],"next":null}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/things?limit=2
//! < 200 {"data":[{"id":"a"},{"id":"b"}],"has_more":true}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"}],"has_more":true}
//! > GET /v1/things?limit=2&starting_after=b
//! < 200 {"data":[{"id":"c"}],"has_more":false}
//! ~ 200 {"data":[{"id":"o"},{"id":"p"}],"has_more":false}
//! ```
//!
//! The real pages share items themselves:
//!
//! ```
//! > GET /v1/things?limit=2
//! < 200 {"data":[{"id":"a"},{"id":"b"}],"next":"t1"}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"}],"next":"x1"}
//! > GET /v1/things?limit=2&token=t1
//! < 200 {"data":[{"id":"b"},{"id":"c"}],"next":null}
//! ~ 200 {"data":[{"id":"n"},{"id":"o"}],"next":null}
//! ```

use super::Rule;
use super::limit_changes_result::group;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::walk::{Listing, Page, Stop, Walk};
use cassettes::meta::Meta;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("page-overlap", include_str!("page_overlap.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for walk in &run.walks {
        if let Some(listing) = run.listings.0.get(&walk.operation) {
            findings.check();
            lost(run, walk, listing, findings);
        }
    }
    for walk in run.walks.iter().filter(|w| w.other.len() >= 2) {
        let Some(listing) = run.listings.0.get(&walk.operation) else { continue };
        if shared(&walk.real, listing).is_some() {
            continue;
        }
        findings.check();
        let Some((who, earlier, later)) = shared(&walk.other, listing) else { continue };
        let real = walk.real.get(later).unwrap_or(&walk.real[walk.real.len() - 1]);
        findings.add(Complaint {
            severity: Severity::Error,
            operation: walk.operation.clone(),
            message: format!(
                "the item `{}` stands on pages {} and {} of the mock, real pages share none",
                crate::excerpt::bounded(&who),
                earlier + 1,
                later + 1
            ),
            place: listing.items.to_string(),
            real: real.said.at(&listing.items),
            other: walk.other[later].said.at(&listing.items),
            hint: Some("begin each page of the mock after the last item of the page before".to_owned()),
        });
    }
}

/// An item on two different pages. A whole page that comes again is another rule's finding.
fn shared(pages: &[Page<'_>], listing: &Listing) -> Option<(String, usize, usize)> {
    let ids: Vec<Vec<String>> = pages.iter().map(|p| listing.identities(&p.said)).collect();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (later, page) in ids.iter().enumerate() {
        if ids[..later].contains(page) {
            continue;
        }
        for id in page {
            let earlier = *seen.entry(id).or_insert(later);
            if earlier != later {
                return Some((id.clone(), earlier, later));
            }
        }
    }
    None
}

/// An item that the listing has when it is asked for in other pages, and that a walk to its end never met.
fn lost(run: &Run<'_>, walk: &Walk<'_>, listing: &Listing, findings: &mut Findings) {
    let Some(first) = walk.real.first().filter(|_| walk.real_ended && walk.stop == Stop::Itself) else {
        return;
    };
    let met = |pages: &[Page<'_>]| -> BTreeSet<String> {
        pages.iter().flat_map(|p| listing.identities(&p.said)).collect()
    };
    let (real, other) = (met(&walk.real), met(&walk.other));
    let question = group(walk.cassette, &first.asked);
    for case in run.of(&walk.operation).filter(|c| c.cassette == walk.cassette) {
        let both = case.real.is_success() && case.other.is_success();
        let said = listing.identities(&case.other);
        let known = listing.identities(&case.real);
        let same = both && group(case.cassette, &case.exchange.request) == question;
        if !same || known.is_empty() || !known.iter().all(|id| real.contains(id)) {
            continue;
        }
        let Some(who) = said.iter().find(|id| !other.contains(*id)) else { continue };
        findings.add(Complaint {
            severity: Severity::Error,
            operation: walk.operation.clone(),
            message: format!(
                "the mock lists `{}` in pages of another size, and a walk through all of its pages misses it",
                crate::excerpt::bounded(who)
            ),
            place: "lost".to_owned(),
            real: case.real.at(&listing.items),
            other: case.other.at(&listing.items),
            hint: Some("begin each page of the mock after the last item of the page before".to_owned()),
        });
        return;
    }
}
