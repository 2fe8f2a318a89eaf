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

/// Whether the real side has the place on its last pages, too. Where it has not, a mock without it may
/// simply be at its end.
fn stands_at_the_end(run: &Run<'_>, case: &Case<'_>, listing: &Listing, place: &Place) -> bool {
    let mut ends = run
        .real_of(&case.operation)
        .filter(|s| s.is_success() && listing.says_more(s) == Some(false))
        .peekable();
    ends.peek().is_some() && ends.all(|said| stands(said, place))
}

fn goes_on_otherwise(cases: &[&Case<'_>], listing: &Listing) -> bool {
    cases.iter().any(|c| listing.says_more(&c.other) == Some(true))
}
