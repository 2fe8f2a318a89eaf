//! # page-size-uneven
//!
//! The mock has a short page before its last one, where every real page but the last is of one size.
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
//! Nobody asked for a size, and the client counts the pages:
//!
//! ```
//! > GET /events
//! < 200 {"events":[{"id":"a"},{"id":"b"},{"id":"c"}],"pages":3}
//! ~ 200 {"events":[{"id":"m"},{"id":"n"},{"id":"o"}],"pages":3}
//! > GET /events?page=2
//! < 200 {"events":[{"id":"d"},{"id":"e"},{"id":"f"}],"pages":3}
//! ~ 200 {"events":[{"id":"q"},{"id":"r"}],"pages":3}
//! > GET /events?page=3
//! < 200 {"events":[{"id":"g"}],"pages":3}
//! ~ 200 {"events":[{"id":"s"}],"pages":3}
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
//! A page size of the mock's own, however many were asked for:
//!
//! ```
//! > GET /v1/things?limit=100
//! < 200 {"data":[{"id":"a"},{"id":"b"},{"id":"c"}],"has_more":true}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"}],"has_more":true}
//! > GET /v1/things?limit=100&starting_after=c
//! < 200 {"data":[{"id":"d"},{"id":"e"},{"id":"f"}],"has_more":true}
//! ~ 200 {"data":[{"id":"o"},{"id":"p"}],"has_more":true}
//! > GET /v1/things?limit=100&starting_after=f
//! < 200 {"data":[{"id":"g"}],"has_more":false}
//! ~ 200 {"data":[{"id":"q"}],"has_more":false}
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
use crate::walk::{Listing, Page};
use cassettes::facets::pagination::limit_of;
use cassettes::meta::Meta;
use cassettes::model::Request;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("page-size-uneven", include_str!("page_size_uneven.rs")),
    case: None,
    run: Some(judge),
};

/// The pages of one side that were asked for with the same limit, or without one.
#[derive(Default)]
struct Sizes<'r> {
    /// Those before the last, with how many items they hold.
    before: Vec<(usize, &'r Said<'r>)>,
    /// The items of the last ones.
    last: Vec<usize>,
}

impl Sizes<'_> {
    /// The one size of the pages before the last; none where they differ.
    fn one(&self) -> Option<usize> {
        let (first, _) = self.before.first()?;
        let even = self.before.iter().all(|(count, _)| count == first);
        (even && self.last.iter().all(|count| count <= first)).then_some(*first)
    }

    /// The most items of a page before the last; a last one that is full counts as well.
    fn most(&self, limit: Option<u64>) -> usize {
        let full = self.last.iter().filter(|count| limit.is_some_and(|limit| **count as u64 >= limit));
        self.before.iter().map(|(count, _)| count).chain(full).copied().max().unwrap_or_default()
    }
}

/// By the limit that was asked for.
type ByLimit<'r> = BTreeMap<Option<u64>, Sizes<'r>>;

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for (operation, listing) in &run.listings.0 {
        let walks = || run.walks.iter().filter(|w| w.operation == *operation);
        let walked: BTreeSet<(usize, usize)> =
            walks().flat_map(|w| w.real.iter().filter_map(|p| Some((w.cassette, p.position?)))).collect();
        let cases = || run.of(operation).filter(|c| !walked.contains(&(c.cassette, c.position)));
        let real = sizes(
            listing,
            walks().map(|w| w.real.as_slice()),
            cases().map(|c| (&c.exchange.request, &c.real)),
        );
        // Filters that are applied to finished pages leave them short anywhere.
        if real.values().any(|sizes| !sizes.before.is_empty() && sizes.one().is_none()) {
            continue;
        }
        let other =
            sizes(listing, walks().map(|w| w.other.as_slice()), cases().map(|c| (&c.asked, &c.other)));
        for (limit, sizes) in &other {
            let Some(shown) = real.get(limit) else { continue };
            let Some(size) = shown.one() else { continue };
            // One page before the last may be as long as it is by chance.
            if limit.is_none_or(|limit| limit != size as u64) && shown.before.len() < 2 {
                continue;
            }
            compare(operation, listing, (*limit, size), (shown, sizes), findings);
        }
    }
}

fn compare(
    operation: &Operation,
    listing: &Listing,
    (limit, size): (Option<u64>, usize),
    (real, other): (&Sizes<'_>, &Sizes<'_>),
    findings: &mut Findings,
) {
    let most = other.most(limit);
    let Some((_, shown)) = real.before.first() else { return };
    for (count, said) in &other.before {
        findings.check();
        let (severity, message) = if *count < most {
            let message = format!(
                "every real page but the last holds {size}, the mock gives {count} where it can give {most}, and goes on"
            );
            (Severity::Warning, message)
        } else if *count < size && limit == Some(size as u64) {
            let message = format!(
                "every real page but the last is full, the mock never gives more than {count} of {size}"
            );
            (Severity::Info, message)
        } else {
            continue;
        };
        findings.add(Complaint {
            severity,
            operation: operation.clone(),
            message,
            place: listing.items.to_string(),
            real: shown.at(&listing.items),
            other: said.at(&listing.items),
            hint: Some("fill every page of the mock but the last".to_owned()),
        });
    }
}

/// How many items the pages of one side hold. A page that another followed with items was not the last;
/// elsewhere only signals tell a short page from the last one.
fn sizes<'r, 'p: 'r>(
    listing: &Listing,
    walks: impl Iterator<Item = &'r [Page<'p>]>,
    others: impl Iterator<Item = (&'r Request, &'r Said<'p>)>,
) -> ByLimit<'r> {
    let mut all = ByLimit::new();
    let mut add = |asked: &Request, said: &'r Said<'p>, followed: Option<bool>| {
        let Some(count) = listing.count(said).filter(|_| said.is_success()) else { return };
        let sizes = all.entry(limit_of(asked).map(|(_, limit)| limit)).or_default();
        match followed.or_else(|| listing.says_more(said)) {
            Some(true) => sizes.before.push((count, said)),
            Some(false) => sizes.last.push(count),
            None => {}
        }
    };
    for pages in walks {
        for (at, page) in pages.iter().enumerate() {
            let next = pages.get(at + 1).and_then(|next| listing.count(&next.said));
            let followed = next.is_some_and(|count| count > 0).then_some(true);
            add(&page.asked, &page.said, followed);
        }
    }
    for (asked, said) in others {
        if !listing.places.is_empty() {
            add(asked, said, None);
        }
    }
    all
}
