//! Listings that held the same things whatever the page size, and no longer do.

use super::difference::{Change, Kind, Weight};
use crate::case::Said;
use crate::rules::{ListingGroup, listing_group};
use crate::run::Run;
use crate::walk::Listing;
use cassettes::facets::pagination::limit_of;
use cassettes::model::Request;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// A listing that was seen whole, then and now.
struct Whole<'r> {
    limit: Option<u64>,
    then: BTreeSet<String>,
    now: BTreeSet<String>,
    /// The last pages.
    was: &'r Said<'r>,
    is: &'r Said<'r>,
}

/// `run` has the older recording in the place of the real side.
pub(super) fn changes(run: &Run<'_>) -> Vec<Change> {
    let of = |(operation, listing): (&Operation, &Listing)| -> Option<Change> {
        wholes(run, operation, listing).into_values().find_map(|all| change(operation, listing, &all))
    };
    run.listings.0.iter().filter_map(of).collect()
}

/// What is in the one and not in the other is part of the place: what comes and goes by itself is another thing each
/// time that it is looked at.
fn change(operation: &Operation, listing: &Listing, all: &[Whole<'_>]) -> Option<Change> {
    for (number, one) in all.iter().enumerate() {
        for two in all[..number].iter().filter(|two| two.limit != one.limit && two.then == one.then) {
            let Some(who) = one.now.symmetric_difference(&two.now).next() else { continue };
            let limit = |whole: &Whole<'_>| match whole.limit {
                Some(limit) => format!("in pages of {limit}"),
                None => "without a page size".to_owned(),
            };
            let (with, without) = if one.now.contains(who) { (one, two) } else { (two, one) };
            let who = crate::excerpt::bounded(who);
            return Some(Change {
                kind: Kind::Pages,
                rule: "limit-changes-result",
                weight: Weight::Breaking,
                operation: operation.clone(),
                message: format!(
                    "what is listed depends on the page size: {} there are {} items, {} there are {}, and `{who}` is in \
                     one of them; there were the same {} both times",
                    limit(with),
                    with.now.len(),
                    limit(without),
                    without.now.len(),
                    one.then.len()
                ),
                place: format!("{} {} {who}", listing.items, limit(with)),
                before: without.was.at(&listing.items),
                after: without.is.at(&listing.items),
            });
        }
    }
    None
}

fn wholes<'r>(
    run: &'r Run<'_>,
    operation: &'r Operation,
    listing: &Listing,
) -> BTreeMap<ListingGroup, Vec<Whole<'r>>> {
    let mut found: BTreeMap<ListingGroup, Vec<Whole<'r>>> = BTreeMap::new();
    let ended = |said: &Said<'_>, asked: &Request| {
        said.is_success() && listing.count(said).is_some() && !listing.goes_on(said, asked)
    };
    let mut walked = BTreeSet::new();
    for walk in run.walks.iter().filter(|walk| walk.operation == *operation) {
        walked.extend(walk.real.iter().filter_map(|page| Some((walk.cassette, page.position?))));
        let (Some(first), Some(was), Some(is)) = (walk.real.first(), walk.real.last(), walk.other.last())
        else {
            continue;
        };
        if !ended(&was.said, &was.asked) || !ended(&is.said, &is.asked) {
            continue;
        }
        found.entry(listing_group(walk.cassette, &first.asked)).or_default().push(Whole {
            limit: limit_of(&first.asked).map(|(_, limit)| limit),
            then: walk.real.iter().flat_map(|page| listing.identities(&page.said)).collect(),
            now: walk.other.iter().flat_map(|page| listing.identities(&page.said)).collect(),
            was: &was.said,
            is: &is.said,
        });
    }
    for case in run.of(operation).filter(|case| !walked.contains(&(case.cassette, case.position))) {
        if ended(&case.real, &case.exchange.request) && ended(&case.other, &case.asked) {
            found.entry(listing_group(case.cassette, &case.exchange.request)).or_default().push(Whole {
                limit: limit_of(&case.exchange.request).map(|(_, limit)| limit),
                then: listing.identities(&case.real).into_iter().collect(),
                now: listing.identities(&case.other).into_iter().collect(),
                was: &case.real,
                is: &case.other,
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::changes::{Kind, Weight, tests::told};

    const THEN: &str = r#"
> GET /v1/things?limit=2
< 200 {"data":[{"id":"a"},{"id":"b"}],"has_more":true}
> GET /v1/things?limit=2&starting_after=b
< 200 {"data":[{"id":"c"}],"has_more":false}
> GET /v1/things?limit=50
< 200 {"data":[{"id":"a"},{"id":"b"},{"id":"c"}],"has_more":false}
"#;

    #[test]
    fn one_list_is_cut_into_pages() {
        let last = r#"{"id":"b"},{"id":"c"}]"#;
        let now = THEN.replace(last, r#"{"id":"b"},{"id":"c"},{"id":"d"}]"#);
        assert_eq!(told(&format!("{THEN}--- new.yaml{now}")), [(Kind::Pages, Weight::Breaking)]);
        let now = now.replace(r#"[{"id":"c"}]"#, r#"[{"id":"c"},{"id":"d"}]"#);
        assert_eq!(told(&format!("{THEN}--- new.yaml{now}")), []);
    }
}
