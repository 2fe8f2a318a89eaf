//! # page-size-uneven
//!
//! The mock has a short page before its last one, where every real page but the last is full.
//!
//! Group: pages
//!
//! ## Why it matters
//!
//! Many clients stop at the first page that is shorter than the limit. They are right here, and the mock
//! teaches them that they are wrong.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things?limit=2
//! < 200 {"data":[{"id":"a"},{"id":"b"}],"has_more":true}
//! ~ 200 {"data":[{"id":"m"}],"has_more":true}
//! > GET /v1/things?limit=2&starting_after=b
//! < 200 {"data":[{"id":"c"}],"has_more":false}
//! ~ 200 {"data":[{"id":"n"},{"id":"o"}],"has_more":false}
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
//! ~ 200 {"data":[{"id":"o"}],"has_more":false}
//! ```
//!
//! Real pages that are short themselves:
//!
//! ```
//! > GET /v1/things?limit=2
//! < 200 {"data":[{"id":"a"}],"next":"t1"}
//! ~ 200 {"data":[{"id":"m"}],"next":"x1"}
//! > GET /v1/things?limit=2&token=t1
//! < 200 {"data":[{"id":"c"},{"id":"d"}],"next":"t2"}
//! ~ 200 {"data":[{"id":"n"},{"id":"o"}],"next":null}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::walk::Listing;
use cassettes::facets::pagination::limit_of;
use cassettes::meta::Meta;
use cassettes::model::Request;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("page-size-uneven", include_str!("page_size_uneven.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for (operation, listing) in &run.listings.0 {
        // Only signals tell a short page that is not the last from one that is.
        if listing.places.is_empty() {
            continue;
        }
        let mut real = run
            .of(operation)
            .filter_map(|c| Some((c, size(listing, &c.real, &c.exchange.request)?)))
            .peekable();
        let Some((shown, _)) = real.peek().copied() else { continue };
        if !real.all(|(_, (count, limit))| count == limit) {
            continue;
        }
        for case in run.of(operation) {
            let Some((count, limit)) = size(listing, &case.other, &case.asked) else { continue };
            findings.check();
            if count < limit {
                findings.add(Complaint {
                    severity: Severity::Warning,
                    operation: operation.clone(),
                    message: format!(
                        "every real page but the last is full, the mock gives {count} of {limit} and goes on"
                    ),
                    place: listing.items.to_string(),
                    real: shown.real.at(&listing.items),
                    other: case.other.at(&listing.items),
                    hint: Some("fill every page of the mock but the last".to_owned()),
                });
            }
        }
    }
}

/// The items of a page that is not the last, and how many were asked for.
fn size(listing: &Listing, said: &Said<'_>, asked: &Request) -> Option<(u64, u64)> {
    let (_, limit) = limit_of(asked)?;
    let more = said.is_success() && listing.says_more(said) == Some(true);
    more.then_some((listing.count(said)? as u64, limit))
}
