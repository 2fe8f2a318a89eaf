//! # page-overlap
//!
//! Pages of the mock share items where the real pages share none.
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
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::walk::{Listing, Page};
use cassettes::meta::Meta;
use std::collections::BTreeMap;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("page-overlap", include_str!("page_overlap.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
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
