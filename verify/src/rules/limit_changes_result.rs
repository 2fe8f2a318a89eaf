//! # limit-changes-result
//!
//! The real listing holds the same items whatever the page size; the mock's depends on it.
//!
//! Group: pages
//!
//! ## Why it matters
//!
//! Turning pages must give what one large page gives. A mock that loses or repeats items at its page
//! boundaries makes a right client look wrong, or a wrong one right.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things?limit=2
//! < 200 {"data":[{"id":"a"},{"id":"b"}],"has_more":true}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"}],"has_more":true}
//! > GET /v1/things?limit=2&starting_after=b
//! < 200 {"data":[{"id":"c"}],"has_more":false}
//! ~ 200 {"data":[{"id":"p"}],"has_more":false}
//! > GET /v1/things?limit=50
//! < 200 {"data":[{"id":"a"},{"id":"b"},{"id":"c"}],"has_more":false}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"},{"id":"o"},{"id":"p"}],"has_more":false}
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
//! ~ 200 {"data":[{"id":"o"},{"id":"p"}],"has_more":true}
//! ~ 200 {"data":[{"id":"q"}],"has_more":false}
//! > GET /v1/things?limit=50
//! < 200 {"data":[{"id":"a"},{"id":"b"},{"id":"c"}],"has_more":false}
//! ~ 200 {"data":[{"id":"q"},{"id":"p"},{"id":"o"},{"id":"m"},{"id":"n"}],"has_more":false}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::walk::{Listing, Page, Stop};
use cassettes::facets::pagination::limit_of;
use cassettes::meta::Meta;
use cassettes::model::Request;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("limit-changes-result", include_str!("limit_changes_result.rs")),
    case: None,
    run: Some(judge),
};

/// A listing that was seen whole on both sides.
struct Whole<'r> {
    limit: Option<u64>,
    real: BTreeSet<String>,
    other: BTreeSet<String>,
    last_real: &'r Said<'r>,
    last_other: &'r Said<'r>,
}

/// A cassette and the question without its page size: listings of one group are the same listing.
pub(crate) type Group = (usize, String, Vec<(String, String)>);

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for (operation, listing) in &run.listings.0 {
        for wholes in groups(run, operation, listing).values() {
            compare(operation, listing, wholes, findings);
        }
    }
}

fn compare(operation: &Operation, listing: &Listing, wholes: &[Whole<'_>], findings: &mut Findings) {
    for (i, one) in wholes.iter().enumerate() {
        for two in wholes[..i].iter().filter(|two| two.limit != one.limit && two.real == one.real) {
            findings.check();
            let Some(who) = one.other.symmetric_difference(&two.other).next() else { continue };
            let limit = |limit: Option<u64>| limit.map_or("none".to_owned(), |l| l.to_string());
            findings.add(Complaint {
                severity: Severity::Error,
                operation: operation.clone(),
                message: format!(
                    "with a limit of {} the mock lists {} items and with {} it lists {} (`{}` is in one of them); \
                     the real side lists the same {} both times",
                    limit(two.limit),
                    two.other.len(),
                    limit(one.limit),
                    one.other.len(),
                    crate::excerpt::bounded(who),
                    one.real.len()
                ),
                place: listing.items.to_string(),
                real: one.last_real.at(&listing.items),
                other: one.last_other.at(&listing.items),
                hint: Some("let the mock cut its pages out of one list".to_owned()),
            });
        }
    }
}

fn groups<'r>(
    run: &'r Run<'_>,
    operation: &'r Operation,
    listing: &Listing,
) -> BTreeMap<Group, Vec<Whole<'r>>> {
    let mut groups: BTreeMap<Group, Vec<Whole<'r>>> = BTreeMap::new();
    let ids = |pages: &mut dyn Iterator<Item = &Said<'_>>| -> BTreeSet<String> {
        pages.flat_map(|said| listing.identities(said)).collect()
    };
    let mut in_walks = BTreeSet::new();
    for walk in run.walks.iter().filter(|w| w.operation == *operation) {
        in_walks.extend(walk.real.iter().filter_map(|p| Some((walk.cassette, p.position?))));
        let (Some(first), Some(last_real), Some(last_other)) =
            (walk.real.first(), walk.real.last(), walk.other.last())
        else {
            continue;
        };
        if !walk.real_ended || walk.stop != Stop::Itself {
            continue;
        }
        let said = |page: &'r Page<'_>| -> &'r Said<'r> { &page.said };
        groups.entry(group(walk.cassette, &first.asked)).or_default().push(Whole {
            limit: limit_of(&first.asked).map(|(_, limit)| limit),
            real: ids(&mut walk.real.iter().map(|p| &p.said)),
            other: ids(&mut walk.other.iter().map(|p| &p.said)),
            last_real: said(last_real),
            last_other: &last_other.said,
        });
    }
    for case in run.of(operation).filter(|c| !in_walks.contains(&(c.cassette, c.position))) {
        let ended = |said: &Said<'_>, asked: &Request| {
            said.is_success() && listing.count(said).is_some() && !listing.goes_on(said, asked)
        };
        if ended(&case.real, &case.exchange.request) && ended(&case.other, &case.asked) {
            groups.entry(group(case.cassette, &case.exchange.request)).or_default().push(Whole {
                limit: limit_of(&case.exchange.request).map(|(_, limit)| limit),
                real: ids(&mut std::iter::once(&case.real)),
                other: ids(&mut std::iter::once(&case.other)),
                last_real: &case.real,
                last_other: &case.other,
            });
        }
    }
    groups
}

pub(crate) fn group(cassette: usize, request: &Request) -> Group {
    let limit = limit_of(request).map(|(name, _)| name);
    let mut rest: Vec<_> =
        request.query_pairs().into_iter().filter(|(n, _)| Some(n) != limit.as_ref()).collect();
    rest.sort();
    (cassette, format!("{} {}", request.method, request.path()), rest)
}
