//! Unhappy answers that were never provoked: misses, rejections, bad credentials, conflicts, limits.

use super::lesson::{UNKNOWN, lesson, path, template, unknown_body, unknown_path, with_query};
use super::seen::Seen;
use super::unverified::Unverified;
use crate::case::Said;
use crate::idempotency::keyed;
use cassettes::facets::credential::credentials as carried;
use cassettes::facets::error_class::Class;
use cassettes::facets::not_found::is_lookup;
use cassettes::facets::pagination::{Slot, limit_of};
use cassettes::facets::rate_limit_counters::counters;
use cassettes::facets::rejection::Rejection;
use cassettes::facets::time_form::time_form;
use std::collections::{BTreeMap, BTreeSet};

/// The kinds without which an operation was only seen when all goes well.
pub(crate) const CORE: [&str; 4] = ["not-found", "validation", "second-page", "last-page"];

/// What is wrong with the tokens that a lesson presents.
const REASONS: [Rejection; 7] = [
    Rejection::Missing,
    Rejection::Malformed,
    Rejection::NoExp,
    Rejection::Expired,
    Rejection::WrongAud,
    Rejection::AlgNone,
    Rejection::BadSignature,
];

/// Numbers of so many digits name things.
const LEAST: usize = 6;

const WRONG: [Class; 4] = [Class::Validation, Class::Terminal, Class::Conflict, Class::Other];

/// Nobody asked for what is not there.
pub(super) fn misses(seen: &Seen<'_>, found: &mut Vec<Unverified>) {
    if seen.has_miss() {
        return;
    }
    if let Some(target) = unknown_path(seen) {
        let because = "every id that it was asked with was one that exists";
        found.push(Unverified::new("not-found", lesson("miss", seen, &target), because));
    } else if seen.is_call() {
        let Some(body) = unknown_body(seen).filter(|_| seen.longest_list() < 2) else { return };
        let lesson = lesson("miss", seen, &path(seen));
        let because = "everything that it was asked for exists";
        found.push(Unverified::new("not-found", format!("{{{lesson}, json: {body}}}"), because));
    } else if seen.is(&["GET"]) && limit_of(seen.request()).is_none() {
        // A short number is an amount of something; anything else picks one thing, where one is answered.
        let picks = |value: &str| value.len() >= LEAST || value.parse::<f64>().is_err();
        let lookup = is_lookup(seen.request()) || seen.longest_list() < 2;
        let mut pairs = seen.request().query_pairs().into_iter();
        let Some((name, _)) = pairs.find(|(_, value)| picks(value)).filter(|_| lookup) else { return };
        let target = with_query(seen, &name, UNKNOWN);
        let because = "everything that it was asked for exists";
        found.push(Unverified::new("not-found", lesson("miss", seen, &target), because));
    }
}

/// Nobody sent what is wrong.
pub(super) fn rejections(seen: &Seen<'_>, found: &mut Vec<Unverified>) {
    if seen.has_class(&WRONG) {
        return;
    }
    if seen.is(&["POST", "PUT", "PATCH"]) {
        let because = "everything that was sent to it was accepted";
        return found.push(Unverified::new("validation", lesson("reject", seen, &path(seen)), because));
    }
    if !seen.is(&["GET"]) || (seen.request().query().is_none() && seen.listing.is_none()) {
        return;
    }
    // A cursor that is none is the question to which mocks say yes.
    let cursor = seen.listing.into_iter().flat_map(|l| &l.edges).find_map(|edge| match &edge.slot {
        Slot::Query(name) => Some(name.clone()),
        _ => None,
    });
    let named = || seen.all.iter().find_map(|one| limit_of(&one.exchange.request)).map(|(name, _)| name);
    // A word may be anything; a number or a day may be none.
    let is_typed = |value: &str| value.parse::<f64>().is_ok() || time_form(value).is_some();
    let typed = || {
        let mut pairs = seen.request().query_pairs().into_iter();
        pairs.find(|(_, value)| is_typed(value)).map(|(name, _)| name)
    };
    if let Some(name) = cursor.or_else(named).or_else(typed) {
        let because = format!("every `{name}` that it was asked with was a good one");
        let target = with_query(seen, &name, UNKNOWN);
        found.push(Unverified::new("validation", lesson("reject", seen, &target), because));
    }
}

/// Nobody came with a bad credential, or not with every bad token.
pub(super) fn credentials(seen: &Seen<'_>, found: &mut Vec<Unverified>) {
    let all = || seen.good().flat_map(|one| carried(&one.exchange.request));
    let refused = seen.has_class(&[Class::Auth, Class::Forbidden]);
    let Some(credential) = all().find(|c| !c.is_in_body()) else {
        if !refused && all().next().is_some() {
            let because = "every password, key or grant that was sent to it was a good one";
            found.push(Unverified::new("auth", lesson("reject", seen, &path(seen)), because));
        }
        return;
    };
    let lesson = lesson("tokens", seen, &seen.request().target);
    if !refused {
        let because = "every credential that came with it was let in";
        return found.push(Unverified::new("auth", lesson, because));
    }
    if credential.jwt.is_none() {
        return;
    }
    let labels = seen.labels();
    let known = labels.iter().filter(|label| label.starts_with("rejected-")).count();
    // One that was turned away for want of a scope says nothing of the tokens' own faults.
    if known == 0 {
        return;
    }
    for reason in REASONS {
        let kind = format!("rejected-{}", reason.as_str());
        if !labels.contains(&kind) {
            let because = format!("never asked with a credential {}", reason.describe());
            found.push(Unverified::new(&kind, lesson.clone(), because));
        }
    }
}

/// Nobody asked twice for what can be done once, or so often that it was refused.
pub(super) fn again(seen: &Seen<'_>, found: &mut Vec<Unverified>) {
    let target = path(seen);
    if seen.is(&["POST"]) && !seen.is_call() {
        let makes =
            seen.good().any(|one| one.said.status() == Some(201) || one.said.header("location").is_some());
        let mut bodies = BTreeSet::new();
        let twice = seen.all.iter().any(|one| {
            let request = &one.exchange.request;
            !bodies.insert((request.target.as_str(), request.body.bytes()))
        });
        if makes && !twice && !seen.has_class(&[Class::Conflict]) && keyed(seen.request()).is_none() {
            let because = "it makes something, and the same was never sent twice";
            found.push(Unverified::new("conflict", lesson("repeat", seen, &target), because));
        }
    }
    let counts = |said: &Said<'_>| said.headers().is_some_and(|h| !counters(h).is_empty());
    if seen.good().any(|one| counts(one.said)) && !seen.has_class(&[Class::RateLimit]) {
        let because = "it counts requests, and its limit was never reached";
        found.push(Unverified::new("rate-limit", lesson("repeat", seen, &target), because));
    }
}

/// Nobody sent an idempotency key twice.
pub(super) fn identity(seen: &Seen<'_>, found: &mut Vec<Unverified>) {
    let mut sent: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for (key, content) in seen.all.iter().filter_map(|one| keyed(&one.exchange.request)) {
        *sent.entry(key).or_default().entry(content).or_default() += 1;
    }
    if sent.is_empty() {
        return;
    }
    if !sent.values().flat_map(BTreeMap::values).any(|times| *times > 1) {
        let because = "no idempotency key was sent twice with the same request";
        found.push(Unverified::new("idempotent-replay", lesson("repeat", seen, &path(seen)), because));
    }
    if sent.values().all(|contents| contents.len() < 2) {
        let because = "no idempotency key was sent with another request";
        found.push(Unverified::new("idempotency-conflict", lesson("reject", seen, &path(seen)), because));
    }
}

/// Nobody looked for what was deleted.
pub(super) fn gone(seen: &Seen<'_>, found: &mut Vec<Unverified>) {
    if !seen.is(&["DELETE"]) {
        return;
    }
    let read = |at: (usize, usize), path: &str| {
        let exchanges = seen.run.cassettes.get(at.0).map(|c| c.exchanges.as_slice()).unwrap_or_default();
        exchanges.iter().skip(at.1 + 1).any(|e| e.request.method == "GET" && e.request.path() == path)
    };
    let known =
        seen.run.operations().keys().any(|o| o.method == "GET" && template(o) == template(seen.operation));
    if known && !seen.good().any(|one| read(one.at, one.exchange.request.path())) {
        let because = "nothing that it deleted was asked for again";
        let lesson = format!("miss: GET {}", path(seen));
        found.push(Unverified::new("gone-after-delete", lesson, because));
    }
}

/// Nobody asked whether it has changed.
pub(super) fn tags(seen: &Seen<'_>, found: &mut Vec<Unverified>) {
    if !seen.is(&["GET"]) || seen.all.iter().any(|one| one.said.status() == Some(304)) {
        return;
    }
    let asked = |name: &str| seen.all.iter().any(|one| one.exchange.request.headers.contains(name));
    let given = seen.good().find_map(|one| {
        let name = match (one.said.header("etag"), one.said.header("last-modified")) {
            (Some(_), _) => "If-None-Match",
            (None, Some(_)) => "If-Modified-Since",
            (None, None) => return None,
        };
        Some((name, one.exchange.request.target.clone()))
    });
    let Some((name, target)) = given.filter(|(name, _)| !asked(name)) else { return };
    let what = if name == "If-None-Match" { "an ETag" } else { "a date of its last change" };
    let lesson = format!("{{ask: GET {target}, headers: {{{name}: {UNKNOWN}}}}}");
    let because = format!("it gives {what}, and nobody asked whether it has changed since");
    found.push(Unverified::new("not-modified", lesson, because));
}
