//! # pagination-flattened
//!
//! The real listing goes on after its first page; the mock never shows a second one.
//!
//! Group: pages
//!
//! ## Why it matters
//!
//! Code that forgets to turn the page passes every test against such a mock, and in production counts,
//! bills or deletes the first page only. It is the most common lie a mock tells.
//!
//! ## Fires
//!
//! A flag and the last item's id, and a mock that gives all it has as one page:
//!
//! ```
//! > GET /v1/subscriptions?limit=2
//! < 200 {"object":"list","data":[{"id":"sub_a"},{"id":"sub_b"}],"has_more":true}
//! ~ 200 {"object":"list","data":[{"id":"sub_1"}],"has_more":false}
//! > GET /v1/subscriptions?limit=2&starting_after=sub_b
//! < 200 {"object":"list","data":[{"id":"sub_c"}],"has_more":false}
//! ```
//!
//! A Link header, and a mock that returns a plain slice:
//!
//! ```
//! > GET /v2/_catalog?n=2
//! < link: </v2/_catalog?last=demo%2Fb&n=2>; rel="next"
//! < 200 {"repositories":["demo/a","demo/b"]}
//! ~ 200 {"repositories":["x","y","z"]}
//! > GET /v2/_catalog?last=demo%2Fb&n=2
//! < 200 {"repositories":["demo/c"]}
//! ```
//!
//! Pages that the client counts, and a mock with nothing after the first:
//!
//! ```
//! > GET /items?page=1&per_page=2
//! < 200 [{"id":1},{"id":2}]
//! ~ 200 [{"id":11}]
//! > GET /items?page=2&per_page=2
//! < 200 [{"id":3}]
//! ```
//!
//! XML with a marker:
//!
//! ```
//! > GET /box?comp=list&maxresults=1
//! < content-type: application/xml
//! < 200 <Results><Blobs><Blob><Name>a</Name></Blob></Blobs><NextMarker>m-2</NextMarker></Results>
//! ~ content-type: application/xml
//! ~ 200 <Results><Blobs><Blob><Name>q</Name></Blob></Blobs><NextMarker/></Results>
//! > GET /box?comp=list&maxresults=1&marker=m-2
//! < content-type: application/xml
//! < 200 <Results><Blobs><Blob><Name>b</Name></Blob></Blobs><NextMarker/></Results>
//! ```
//!
//! A key of several members, in the body of a call:
//!
//! ```
//! > POST /
//! > x-amz-target: Store.Scan
//! >> {"Table":"t"}
//! < 200 {"Items":[{"id":{"S":"a"}}],"LastEvaluatedKey":{"id":{"S":"a"}}}
//! ~ 200 {"Items":[{"id":{"S":"m"}}]}
//! > POST /
//! > x-amz-target: Store.Scan
//! >> {"Table":"t","ExclusiveStartKey":{"id":{"S":"a"}}}
//! < 200 {"Items":[{"id":{"S":"b"}}]}
//! ```
//!
//! One recorded page is enough where it says that it goes on:
//!
//! ```
//! > POST /search
//! >> {"query":"x","page_token":null}
//! < 200 {"results":[{"id":"a"}],"next_page_token":"tok-1"}
//! ~ 200 {"results":[{"id":"q"},{"id":"r"}]}
//! ```
//!
//! The client counts pages, and the mock's first page counts as all:
//!
//! ```
//! > GET /v1/things?page=1&size=2
//! < 200 {"all":5,"things":[{"id":1},{"id":2}]}
//! ~ 200 {"all":3,"things":[{"id":7},{"id":8},{"id":9}]}
//! > GET /v1/things?page=2&size=2
//! < 200 {"all":5,"things":[{"id":3},{"id":4}]}
//! ~ 200 {"all":3,"things":[{"id":7},{"id":8},{"id":9}]}
//! > GET /v1/things?page=3&size=2
//! < 200 {"all":5,"things":[{"id":5}]}
//! ~ 200 {"all":3,"things":[{"id":7},{"id":8},{"id":9}]}
//! ```
//!
//! ## Quiet
//!
//! Fewer pages of its own data, but it does go on:
//!
//! ```
//! > GET /v1/subscriptions?limit=2
//! < 200 {"data":[{"id":"sub_a"},{"id":"sub_b"}],"has_more":true}
//! ~ 200 {"data":[{"id":"sub_1"},{"id":"sub_2"}],"has_more":true}
//! > GET /v1/subscriptions?limit=2&starting_after=sub_b
//! < 200 {"data":[{"id":"sub_c"},{"id":"sub_d"}],"has_more":true}
//! ~ 200 {"data":[{"id":"sub_3"}],"has_more":false}
//! > GET /v1/subscriptions?limit=2&starting_after=sub_d
//! < 200 {"data":[{"id":"sub_e"}],"has_more":false}
//! ```
//!
//! A key of several members, of its own:
//!
//! ```
//! > POST /scan
//! >> {"Table":"t"}
//! < 200 {"Items":[{"id":{"S":"a"}}],"LastEvaluatedKey":{"id":{"S":"a"}}}
//! ~ 200 {"Items":[{"id":{"S":"m"}}],"LastEvaluatedKey":{"id":{"S":"m"}}}
//! > POST /scan
//! >> {"Table":"t","ExclusiveStartKey":{"id":{"S":"a"}}}
//! < 200 {"Items":[{"id":{"S":"b"}}]}
//! ~ 200 {"Items":[{"id":{"S":"n"}}]}
//! ```
//!
//! A listing that is short for one customer and long for another:
//!
//! ```
//! > GET /v1/invoices?customer=cus_long&limit=1
//! < 200 {"data":[{"id":"in_1"}],"next_cursor":"c1"}
//! ~ 200 {"data":[{"id":"in_9"}],"next_cursor":"zz"}
//! > GET /v1/invoices?customer=cus_other&limit=1
//! < 200 {"data":[{"id":"in_5"}],"next_cursor":"c5"}
//! ~ 200 {"data":[{"id":"in_7"}],"next_cursor":null}
//! ```

use super::Rule;
use crate::case::{Case, Said};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::run::Run;
use crate::walk::{Listing, evidence_at};
use cassettes::facets::pagination as pages;
use cassettes::meta::Meta;
use cassettes::operation::Operation;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("pagination-flattened", include_str!("pagination_flattened.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for (operation, listing) in &run.listings.0 {
        let going_on = |case: &&Case<'_>| {
            let real = listing.goes_on(&case.real, &case.exchange.request) && case.real.is_success();
            real && listing.count(&case.real).is_some() && case.other.is_success() && holds_list(&case.other)
        };
        let cases: Vec<&Case<'_>> =
            run.of(operation).filter(going_on).filter(|c| speaks(run, listing, c)).collect();
        for _ in &cases {
            findings.check();
        }
        let Some(first) = cases.first() else { continue };
        if shows_more(run, operation, listing) {
            continue;
        }
        findings.add(complain(listing, first));
    }
}

fn holds_list(said: &Said<'_>) -> bool {
    said.tree().and_then(pages::items_at).is_some()
}

/// Without a signal of its own only a turned page shows that a real listing goes on.
fn speaks(run: &Run<'_>, listing: &Listing, case: &Case<'_>) -> bool {
    !listing.places.is_empty() || !listing.totals.is_empty() || next_page(run, case).is_some()
}

fn next_page(run: &Run<'_>, case: &Case<'_>) -> Option<String> {
    let walks = run.walks.iter().filter(|w| w.cassette == case.cassette);
    walks
        .flat_map(|w| w.real.windows(2))
        .find(|p| p[0].position == Some(case.position))
        .and_then(|p| p[1].said.cite.clone())
}

fn shows_more(run: &Run<'_>, operation: &Operation, listing: &Listing) -> bool {
    if listing.places.is_empty() && listing.totals.is_empty() {
        let turned = |page: &crate::walk::Page<'_>| listing.count(&page.said).is_some_and(|count| count > 0);
        return run
            .walks
            .iter()
            .filter(|w| w.operation == *operation)
            .any(|w| w.other.iter().skip(1).any(turned));
    }
    let cases = run.of(operation).any(|c| c.other.is_success() && listing.goes_on(&c.other, &c.asked));
    cases || run.extras_of(operation).any(|e| listing.goes_on(&e.other, &e.asked))
}

fn complain(listing: &Listing, case: &Case<'_>) -> Complaint {
    let items = |said: &Said<'_>| match said.tree().and_then(pages::items_at) {
        Some(at) => {
            pages::items_of(said.tree().unwrap_or(&cassettes::json::Json::Null), &at).map_or(0, <[_]>::len)
        }
        None => 0,
    };
    let (real, other): (Evidence, Evidence) = match listing.signal(&case.real) {
        Some(place) => (evidence_at(&case.real, place), evidence_at(&case.other, place)),
        None => (case.real.at(&listing.items), case.other.at(&listing.items)),
    };
    Complaint {
        severity: Severity::Error,
        operation: case.operation.clone(),
        message: format!(
            "the real listing goes on after {} items, the mock gives {} and never goes on",
            items(&case.real),
            items(&case.other)
        ),
        place: listing.items.to_string(),
        real,
        other,
        hint: Some(
            "give the mock more items than fit on one page, and the signal that there are more".to_owned(),
        ),
    }
}
