//! # page-cap-ignored
//!
//! The mock gives more items on a page than the real side does for the same limit.
//!
//! Group: pages
//!
//! ## Why it matters
//!
//! Real services cap a page whatever is asked for. A client that asks for 500 and takes what comes for the
//! whole loses everything after the cap, and only in production.
//!
//! ## Fires
//!
//! A cap below the limit that was asked for:
//!
//! ```
//! > GET /v1/things?limit=500
//! < 200 {"data":[{"id":"a"},{"id":"b"}],"has_more":true}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"},{"id":"o"}],"has_more":true}
//! > GET /v1/things?limit=500&starting_after=b
//! < 200 {"data":[{"id":"c"}],"has_more":false}
//! ~ 200 {"data":[{"id":"p"}],"has_more":false}
//! ```
//!
//! The limit itself:
//!
//! ```
//! > GET /v1/things?per_page=1
//! < 200 [{"id":"a"}]
//! ~ 200 [{"id":"m"},{"id":"n"}]
//! > GET /v1/things?per_page=1&page=2
//! < 200 [{"id":"b"}]
//! ~ 200 [{"id":"o"},{"id":"p"}]
//! ~ 200 []
//! ```
//!
//! ## Quiet
//!
//! Fewer items, and more where the real listing had no more to give:
//!
//! ```
//! > GET /v1/things?limit=3
//! < 200 {"data":[{"id":"a"},{"id":"b"},{"id":"c"}],"has_more":true}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"},{"id":"o"}],"has_more":true}
//! > GET /v1/things?limit=3&starting_after=c
//! < 200 {"data":[{"id":"d"}],"has_more":false}
//! ~ 200 {"data":[{"id":"p"},{"id":"q"}],"has_more":false}
//! ```
//!
//! A name that is no page size, for the real side gives more than it says:
//!
//! ```
//! > GET /v1/things?count=1
//! < 200 {"data":[{"id":"a"},{"id":"b"}],"next":"t1"}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"}],"next":"x1"}
//! > GET /v1/things?count=1&token=t1
//! < 200 {"data":[{"id":"d"}],"next":null}
//! ~ 200 {"data":[{"id":"o"}],"next":null}
//! ```

use super::Rule;
use crate::case::Case;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::walk::Listing;
use cassettes::facets::pagination::limit_of;
use cassettes::meta::Meta;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("page-cap-ignored", include_str!("page_cap_ignored.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for (operation, listing) in &run.listings.0 {
        let mut by_limit: BTreeMap<Option<u64>, Vec<&Case<'_>>> = BTreeMap::new();
        for case in run.of(operation).filter(|c| listing.count(&c.real).is_some() && c.real.is_success()) {
            by_limit.entry(limit_of(&case.exchange.request).map(|(_, limit)| limit)).or_default().push(case);
        }
        // Where the real side once gave more than was asked for, the name means something else.
        let respected = |limit: u64, cases: &[&Case<'_>]| {
            cases.iter().all(|c| listing.count(&c.real).is_some_and(|n| n as u64 <= limit))
        };
        let honoured = by_limit.iter().all(|(limit, cases)| limit.is_none_or(|l| respected(l, cases)));
        for (limit, cases) in &by_limit {
            let Some((cap, shown)) = cap(listing, limit.filter(|_| honoured), cases) else { continue };
            for case in cases {
                let Some(count) = listing.count(&case.other).filter(|_| case.other.is_success()) else {
                    continue;
                };
                findings.check();
                if count as u64 > cap {
                    findings.add(complain(listing, *limit, cap, count, shown, case));
                }
            }
        }
    }
}

/// The most items that the real side gives for a limit: the fullest page that was not the last, or the
/// limit itself, with the exchange that shows it.
fn cap<'c, 'a>(listing: &Listing, limit: Option<u64>, cases: &[&'c Case<'a>]) -> Option<(u64, &'c Case<'a>)> {
    let not_last = cases.iter().filter(|c| listing.goes_on(&c.real, &c.exchange.request));
    let fullest = not_last.max_by_key(|c| listing.count(&c.real)).copied();
    let full = fullest.and_then(|c| Some((listing.count(&c.real)? as u64, c))).filter(|(n, _)| *n > 0);
    match (full, limit) {
        (Some((count, case)), _) => Some((count, case)),
        (None, Some(limit)) => Some((limit, cases.first()?)),
        (None, None) => None,
    }
}

fn complain(
    listing: &Listing,
    limit: Option<u64>,
    cap: u64,
    count: usize,
    shown: &Case<'_>,
    case: &Case<'_>,
) -> Complaint {
    let asked = limit.map_or("without a limit".to_owned(), |limit| format!("for a limit of {limit}"));
    Complaint {
        severity: Severity::Error,
        operation: case.operation.clone(),
        message: format!("{asked} the real side gives at most {cap} items on a page, the mock gives {count}"),
        place: asked,
        real: shown.real.at(&listing.items),
        other: case.other.at(&listing.items),
        hint: Some(format!("cut the mock's pages at {cap} items")),
    }
}
