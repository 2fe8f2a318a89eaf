//! # not-found-restyled
//!
//! Both sides say that there is no such thing, in different ways: 404 or 410, an error document or an empty
//! body, `null`, an empty list, 204, a word in a success.
//!
//! Group: not found
//!
//! ## Why it matters
//!
//! Clients tell "not found" by its form. One that looks for `null` passes with the mock and throws on the real
//! 404; one that parses an error document chokes on an empty body.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/customers/cus_nope
//! < 404 {"error":{"code":"resource_missing"}}
//! ~ 200 null
//! ```
//!
//! ```
//! > GET /v1/customers/cus_nope
//! < 404 {"error":{"code":"resource_missing"}}
//! ~ 404
//! ```
//!
//! ```
//! > GET /users?email=ada@example.test
//! < 200 [{"id":1}]
//! ~ 200 [{"id":5}]
//! > GET /users?email=nobody@example.test
//! < 200 []
//! ~ 404 {"message":"no such user"}
//! ```
//!
//! ```
//! > POST /graphql
//! >> {"query":"query($id:ID!){user(id:$id){name}}","variables":{"id":"7"}}
//! < 200 {"data":{"user":{"name":"Ada"}}}
//! ~ 200 {"data":{"user":{"name":"Bob"}}}
//! > POST /graphql
//! >> {"query":"query($id:ID!){user(id:$id){name}}","variables":{"id":"nope"}}
//! < 200 {"data":{"user":null}}
//! ~ 404 {"errors":[{"message":"no user"}]}
//! ```
//!
//! A filter that finds nothing:
//!
//! ```
//! > GET /v1/items?color=red
//! < 200 {"hits":[{"id":"a"}],"took":3}
//! ~ 200 {"hits":[{"id":"m"}],"took":3}
//! > GET /v1/items?color=none
//! < 200 {"hits":[],"took":3}
//! ~ 200 {"hits":null,"took":3}
//! ```
//!
//! A word in a success, and an error that says something else:
//!
//! ```
//! > GET /stock?sku=A1
//! < 200 {"status":"ok","sku":"A1","quantity":4}
//! ~ 200 {"status":"ok","sku":"B7","quantity":9}
//! > GET /stock?sku=nope
//! < 200 {"status":"not_found"}
//! ~ 422 {"error":{"code":"invalid_sku"}}
//! ```
//!
//! A search that finds nothing:
//!
//! ```
//! > GET /search?q=lamp
//! < 200 {"query":"lamp","hits":1,"results":[{"id":"a"}]}
//! ~ 200 {"query":"lamp","hits":1,"results":[{"id":"m"}]}
//! > GET /search?q=nothing
//! < 200 {"query":"nothing","hits":0,"results":[]}
//! ~ 404 {"error":{"code":"not_found"}}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/customers/cus_nope
//! < 404 {"error":{"code":"resource_missing","message":"No such customer"}}
//! ~ 404 {"error":{"code":"resource_missing","message":"x"}}
//! ```
//!
//! The mock has no such account, so it cannot know whether the list under it is empty:
//!
//! ```
//! > GET /v1/accounts/acct_1/orders
//! < 200 {"data":[{"id":"o1"}]}
//! ~ 404 {"error":"no such account"}
//! > GET /v1/accounts/acct_2/orders
//! < 200 {"data":[]}
//! ~ 404 {"error":"no such account"}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, Side, complaint, is_tombstone, judge_each};
use cassettes::facets::not_found::MissStyle;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("not-found-restyled", include_str!("not_found_restyled.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    judge_each(
        run,
        findings,
        |one| {
            one.fate == Fate::Restyled
                || one.reading.real.miss.is_some() && !matches!(one.fate, Fate::Untold | Fate::Fleeting)
        },
        |one| {
            if one.fate != Fate::Restyled {
                return None;
            }
            let (real_status, other_status) = (one.case().real.status(), one.case().other.status());
            let severity = if real_status == other_status { Severity::Warning } else { Severity::Error };
            let (real, other) =
                (words(one.reading.real, &one.case().real)?, words(one.reading.other, &one.case().other)?);
            let message =
                format!("the real side says that there is no such thing by {real}, the mock by {other}");
            let place = format!("{real} as {other}");
            Some(complaint(
                one,
                severity,
                place,
                message,
                "give misses the status and the body that the real side gives them",
            ))
        },
    );
}

/// By what a side says that there is nothing, or what it says in place of that.
fn words(side: &Side, said: &Said<'_>) -> Option<String> {
    match (side.miss, &side.error, said.status()) {
        (Some(style @ (MissStyle::OtherStatus | MissStyle::StatusWord)), _, Some(status)) => {
            Some(format!("{status} and {style}"))
        }
        (Some(style), ..) => Some(style.to_string()),
        (None, Some(facts), _) => Some(format!("another error ({}, {})", facts.status, facts.class)),
        (None, None, _) => is_tombstone(said).then(|| "a success that says that it is deleted".to_owned()),
    }
}
