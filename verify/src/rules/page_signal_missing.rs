//! # page-signal-missing
//!
//! The real listing says at some place that it goes on; the mock never has anything there.
//!
//! Group: pages
//!
//! ## Why it matters
//!
//! Clients differ in which signal they follow: the flag, the token, the Link header. A mock that has one of
//! two passes the tests of one client and hides the bug of the other.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things?limit=1
//! < 200 {"data":[{"id":"a"}],"has_more":true,"next_cursor":"t1"}
//! ~ 200 {"data":[{"id":"m"}],"next_cursor":"x1"}
//! > GET /v1/things?limit=1&cursor=t1
//! < 200 {"data":[{"id":"b"}],"has_more":false,"next_cursor":null}
//! ~ 200 {"data":[{"id":"n"}],"next_cursor":null}
//! ```
//!
//! ```
//! > GET /v1/things?page=1&per_page=1
//! < link: <https://api.example.test/v1/things?page=2&per_page=1>; rel="next"
//! < 200 {"items":[{"id":"a"}],"next":"https://api.example.test/v1/things?page=2&per_page=1"}
//! ~ 200 {"items":[{"id":"m"}],"next":"http://localhost/v1/things?page=2&per_page=1"}
//! > GET /v1/things?page=2&per_page=1
//! < 200 {"items":[{"id":"b"}],"next":null}
//! ~ 200 {"items":[{"id":"n"}],"next":null}
//! ```
//!
//! The number of all items, by which a client that counts knows when to stop:
//!
//! ```
//! > GET /v1/things?offset=0&limit=2
//! < 200 {"all":3,"things":[{"id":1},{"id":2}]}
//! ~ 200 {"things":[{"id":7},{"id":8}]}
//! > GET /v1/things?offset=2&limit=2
//! < 200 {"all":3,"things":[{"id":3}]}
//! ~ 200 {"things":[{"id":9}]}
//! ```
//!
//! A flag that every real page has, and some of the mock's have not:
//!
//! ```
//! > POST /graphql
//! >> {"query":"query L($after: String) { things(after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }","variables":{"after":null}}
//! < 200 {"data":{"things":{"nodes":[{"id":"a"}],"pageInfo":{"hasNextPage":true,"endCursor":"Y3Vyc29yMQ=="}}}}
//! ~ 200 {"data":{"things":{"nodes":[{"id":"m"}],"pageInfo":{"endCursor":"Y3Vyc29yNw=="}}}}
//! > POST /graphql
//! >> {"query":"query L($after: String) { things(after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }","variables":{"after":"Y3Vyc29yMQ=="}}
//! < 200 {"data":{"things":{"nodes":[{"id":"b"}],"pageInfo":{"hasNextPage":false,"endCursor":"Y3Vyc29yMg=="}}}}
//! ~ 200 {"data":{"things":{"nodes":[{"id":"n"}],"pageInfo":{"hasNextPage":false,"endCursor":"Y3Vyc29yOA=="}}}}
//! ```
//!
//! The flag stands on the real last page; an error among the answers is none:
//!
//! ```
//! > POST /graphql
//! >> {"query":"query L($after: String) { things(after: $after) { nodes { id } pageInfo { hasNextPage } } }","variables":{"after":null}}
//! < 200 {"data":{"things":{"nodes":[{"id":"th_a1b2c3"}],"pageInfo":{"hasNextPage":true}}}}
//! ~ 200 {"data":{"things":{"nodes":[{"id":"th_m1m2m3"}],"pageInfo":{}}}}
//! > POST /graphql
//! >> {"query":"query L($after: String) { things(after: $after) { nodes { id } pageInfo { hasNextPage } } }","variables":{"after":"th_a1b2c3"}}
//! < 200 {"data":{"things":{"nodes":[{"id":"th_b2c3d4"}],"pageInfo":{"hasNextPage":false}}}}
//! > POST /graphql
//! >> {"query":"query L($after: String) { things(after: $after) { nodes { id } pageInfo { hasNextPage } } }","variables":{"after":"nonsense"}}
//! < 200 {"data":null,"errors":[{"message":"no such cursor","extensions":{"code":"BAD_CURSOR"}}]}
//! ~ 200 {"data":null,"errors":[{"message":"no such cursor","extensions":{"code":"BAD_CURSOR"}}]}
//! ```
//!
//! ## Quiet
//!
//! The mock's listing is at its end where the real one goes on, and an end has no Link:
//!
//! ```
//! > GET /v1/things?owner=a&limit=1
//! < link: </v1/things?owner=a&limit=1&page=2>; rel="next"
//! < 200 [{"id":"a"}]
//! ~ link: </v1/things?owner=a&limit=1&page=2>; rel="next"
//! ~ 200 [{"id":"m"}]
//! > GET /v1/things?owner=b&limit=1
//! < link: </v1/things?owner=b&limit=1&page=2>; rel="next"
//! < 200 [{"id":"c"}]
//! ~ 200 [{"id":"o"}]
//! ```

use super::Rule;
use crate::case::{Case, Said};
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::walk::{Listing, evidence_at};
use cassettes::facets::pagination::{self as pages, Place, Says};
use cassettes::json::Json;
use cassettes::meta::Meta;
use cassettes::operation::Operation;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("page-signal-missing", include_str!("page_signal_missing.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for (operation, listing) in &run.listings.0 {
        let cases: Vec<&Case<'_>> = run
            .of(operation)
            .filter(|c| c.real.is_success() && c.other.is_success() && listing.count(&c.other).is_some())
            .filter(|c| listing.goes_on(&c.real, &c.exchange.request))
            .collect();
        for place in listing.totals.iter().map(|total| &total.place) {
            let real = run.real_of(operation).filter(|s| s.is_success() && listing.count(s).is_some());
            let always = real.into_iter().all(|said| stands(said, place));
            let Some(first) = cases.first().filter(|_| always) else { continue };
            findings.check();
            if run.other_of(operation).all(|said| !stands(said, place)) {
                findings.add(complaint(operation, listing, first, place));
            }
        }
        for place in &listing.places {
            let always = cases.iter().all(|c| says_more(&c.real, place));
            let Some(first) = cases.first().filter(|_| always) else { continue };
            findings.check();
            let never = run.other_of(operation).all(|said| !stands(said, place));
            if let Some(without) = lacks_flag(run, listing, place, &cases).filter(|_| !never) {
                findings.add(complaint(operation, listing, without, place));
            }
            if never && (stands_at_the_end(run, first, listing, place) || goes_on_otherwise(&cases, listing))
            {
                findings.add(complaint(operation, listing, first, place));
            }
        }
    }
}

fn complaint(operation: &Operation, listing: &Listing, first: &Case<'_>, place: &Place) -> Complaint {
    let how = if listing.places.contains(place) { "that it goes on" } else { "how much of it there is" };
    Complaint {
        severity: Severity::Error,
        operation: operation.clone(),
        message: format!("the real listing says here {how}, the mock says nothing here"),
        place: place.generic().to_string(),
        real: evidence_at(&first.real, place),
        other: evidence_at(&first.other, place),
        hint: Some(format!("add {place} to every page that the mock gives")),
    }
}

fn says_more(said: &Said<'_>, place: &Place) -> bool {
    said.headers().is_some_and(|h| matches!(pages::read(place, h, said.tree()), Says::More(_)))
}

fn stands(said: &Said<'_>, place: &Place) -> bool {
    said.headers().is_some_and(|h| pages::read(place, h, said.tree()) != Says::End("absent"))
}

/// A page of the subject without a flag that every recorded page has, whichever way it says.
fn lacks_flag<'c, 'a>(
    run: &Run<'_>,
    listing: &Listing,
    place: &Place,
    cases: &[&'c Case<'a>],
) -> Option<&'c Case<'a>> {
    let Place::Json(at) = place else { return None };
    let flag = |said: &Said<'_>| matches!(said.tree().and_then(|j| at.find(j)), Some(Json::Bool(_)));
    let operation = &cases.first()?.operation;
    let mut real = run.real_of(operation).filter(|s| s.is_success() && listing.count(s).is_some());
    // One that is only there where there is more would stand on the last page otherwise.
    let mut ends = run.real_of(operation).filter(|s| listing.count(s).is_some());
    let always = ends.any(|s| listing.says_more(s) == Some(false)) && real.all(flag);
    cases.iter().copied().find(|c| always && !stands(&c.other, place))
}

/// Whether the real side has the place on its last pages, too. Where it has not, a mock without it may
/// simply be at its end.
fn stands_at_the_end(run: &Run<'_>, case: &Case<'_>, listing: &Listing, place: &Place) -> bool {
    let mut ends = run
        .real_of(&case.operation)
        // An error that came as a success is no last page.
        .filter(|s| s.is_success() && listing.count(s).is_some() && listing.says_more(s) == Some(false))
        .peekable();
    ends.peek().is_some() && ends.all(|said| stands(said, place))
}

fn goes_on_otherwise(cases: &[&Case<'_>], listing: &Listing) -> bool {
    cases.iter().any(|c| listing.says_more(&c.other) == Some(true))
}
