//! # order-narrowed
//!
//! The real side gives the same things in another order each time; the mock always in the same one.
//!
//! Group: pages
//!
//! ## Why it matters
//!
//! With enough users every order that a mock keeps by accident becomes a promise that somebody relies on:
//! a signature over members in the order they came, a test that expects the first item to be the first.
//!
//! ## Fires
//!
//! Items:
//!
//! ```
//! > GET /v1/tags
//! < 200 ["latest","v1","v2","v3"]
//! ~ 200 ["a","b","c"]
//! > GET /v1/tags
//! < 200 ["v3","latest","v1","v2"]
//! ~ 200 ["a","b","c"]
//! > GET /v1/tags
//! < 200 ["v1","v3","v2","latest"]
//! ~ 200 ["a","b","c"]
//! ```
//!
//! Members:
//!
//! ```
//! > GET /v1/me
//! < 200 {"id":"a","name":"n","mail":"m","role":"r"}
//! ~ 200 {"id":"q","mail":"m","name":"n","role":"r"}
//! > GET /v1/me
//! < 200 {"name":"n","role":"r","id":"a","mail":"m"}
//! ~ 200 {"id":"q","mail":"m","name":"n","role":"r"}
//! > GET /v1/me
//! < 200 {"role":"r","id":"a","mail":"m","name":"n"}
//! ~ 200 {"id":"q","mail":"m","name":"n","role":"r"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/tags
//! < 200 ["latest","v1","v2","v3"]
//! ~ 200 ["a","b","c"]
//! > GET /v1/tags
//! < 200 ["v3","latest","v1","v2"]
//! ~ 200 ["c","b","a"]
//! > GET /v1/tags
//! < 200 ["v1","v3","v2","latest"]
//! ~ 200 ["a","b","c"]
//! ```
//!
//! Two answers of two items prove nothing:
//!
//! ```
//! > GET /v1/tags
//! < 200 ["v1","v2"]
//! ~ 200 ["a","b"]
//! > GET /v1/tags
//! < 200 ["v2","v1"]
//! ~ 200 ["a","b"]
//! ```

use super::Rule;
use crate::case::{Case, Said};
use crate::excerpt;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use cassettes::facets::pagination as pages;
use cassettes::json::{Json, Pointer};
use cassettes::meta::Meta;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("order-narrowed", include_str!("order_narrowed.rs")),
    case: None,
    run: Some(judge),
};

/// A faithful mock keeps an order by chance at most once in so many runs before it is accused.
const BEYOND_CHANCE: f64 = 20.0;

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let mut asked_again: BTreeMap<(usize, &str, &str, &[u8]), Vec<&Case<'_>>> = BTreeMap::new();
    for case in run.cases.iter().filter(|c| c.real.is_success()) {
        let request = &case.exchange.request;
        let key = (case.cassette, request.method.as_str(), request.target.as_str(), request.essence());
        asked_again.entry(key).or_default().push(case);
    }
    for cases in asked_again.values().filter(|cases| cases.len() > 1) {
        narrowed(cases, "items", items, findings);
        narrowed(cases, "members", members, findings);
    }
}

/// What an answer puts in an order: where, and the things.
type Sequence = (Pointer, Vec<String>);

fn narrowed(
    cases: &[&Case<'_>],
    what: &str,
    read: fn(&Said<'_>) -> Option<Sequence>,
    findings: &mut Findings,
) {
    let real: Vec<(&Said<'_>, Sequence)> =
        cases.iter().filter_map(|c| Some((&c.real, read(&c.real)?))).collect();
    let Some((first, (at, order))) = real.first() else { return };
    let sorted = |order: &[String]| {
        let mut sorted = order.to_vec();
        sorted.sort();
        sorted
    };
    // Only another order of the same things is instability; other things are another state.
    let varied = real.iter().find(|(_, (_, o))| o != order && sorted(o) == sorted(order));
    let Some((varied, (_, varied_order))) = varied else { return };
    let other: Vec<(&Said<'_>, Sequence)> = cases
        .iter()
        .filter(|c| c.other.is_success())
        .filter_map(|c| Some((&c.other, read(&c.other)?)))
        .collect();
    let Some((_, (_, kept))) = other.first() else { return };
    let orders: f64 = (1..=kept.len()).map(|n| n as f64).product();
    let again = i32::try_from(other.len() - 1).unwrap_or(i32::MAX);
    if orders.powi(again) < BEYOND_CHANCE {
        return;
    }
    findings.check();
    if other.iter().any(|(_, (_, o))| o != kept) {
        return;
    }
    let show = |order: &[String]| excerpt::bounded(&order.join(", "));
    findings.add(Complaint {
        severity: Severity::Warning,
        operation: cases[0].operation.clone(),
        message: format!(
            "the order of the {what} changes on the real side ({} and {}), the mock kept one order {} times",
            first.cite.as_deref().unwrap_or_default(),
            varied.cite.as_deref().unwrap_or_default(),
            other.len()
        ),
        place: format!("{what} {at}"),
        real: varied.evidence(at.to_string(), format!("{}  then  {}", show(order), show(varied_order))),
        other: other[0].0.evidence(at.to_string(), show(kept)),
        hint: Some("let the mock shuffle what has no promised order".to_owned()),
    });
}

fn items(said: &Said<'_>) -> Option<Sequence> {
    let json = said.tree()?;
    let at = pages::items_at(json)?;
    let items = pages::items_of(json, &at)?;
    let member = pages::identity_member(&items.iter().collect::<Vec<_>>());
    let mut ids = pages::identities(items, member.as_deref());
    // Cut so that excerpts and messages stay small; what differs further on is not needed.
    ids.truncate(1000);
    Some((at, ids))
}

/// The members of the first object with at least three.
fn members(said: &Said<'_>) -> Option<Sequence> {
    let mut found = None;
    Pointer::walk(said.tree()?, &mut |at, value| {
        if let (None, Json::Object(members)) = (&found, value)
            && members.len() >= 3
        {
            found = Some((at.clone(), members.iter().map(|(name, _)| name.clone()).collect()));
        }
    });
    found
}
