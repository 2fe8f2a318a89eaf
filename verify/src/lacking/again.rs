//! What was never done twice, or looked at again.

use super::lack::Lack;
use super::lesson::{about, lesson, sending};
use super::seen::Seen;
use crate::case::Said;
use crate::idempotency::keyed;
use cassettes::facets::error_class::Class;
use cassettes::facets::rate_limit_counters::counters;
use cassettes::json::Json;
use cassettes::model::{Exchange, Request};
use cassettes::plan::{Content, Lesson};
use std::collections::{BTreeMap, BTreeSet};

/// So many requests look for a limit.
const MOST: u32 = 200;

fn times(mut lesson: Lesson, times: u32) -> Lesson {
    lesson.settings.push(("times".to_owned(), Json::Number(times.to_string())));
    lesson
}

/// Nobody asked twice for what can be done once, or so often that it was refused.
pub(super) fn again(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let target = seen.request().target.as_str();
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
            let lesson = times(sending("repeat", seen, target), 2);
            found.push(Lack::new("conflict", seen.at(), lesson, because));
        }
    }
    let counts = |said: &Said<'_>| said.headers().is_some_and(|h| !counters(h).is_empty());
    if seen.good().any(|one| counts(one.said)) && !seen.has_class(&[Class::RateLimit]) {
        let because = "it counts requests, and its limit was never reached";
        let mut lesson = sending("rate", seen, target);
        lesson.settings.push(("most".to_owned(), Json::Number(MOST.to_string())));
        found.push(Lack::new("rate-limit", seen.at(), lesson, because));
    }
}

/// Nobody sent an idempotency key twice.
pub(super) fn identity(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let mut sent: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for (key, content) in seen.all.iter().filter_map(|one| keyed(&one.exchange.request)) {
        *sent.entry(key).or_default().entry(content).or_default() += 1;
    }
    if sent.is_empty() {
        return;
    }
    let target = seen.request().target.as_str();
    let replay = || {
        let note = "the same again, and something else, under one key";
        let mut twice = about(sending("idempotent", seen, target), note);
        let name = key_name(seen.request()).filter(|name| !name.eq_ignore_ascii_case("idempotency-key"));
        if let Some(name) = name {
            if seen.request().headers.contains(&name) {
                twice.settings.push(("key".to_owned(), Json::String(name)));
            } else if let Some(other) = otherwise(&twice.content, &name) {
                twice.settings.push(("other".to_owned(), other));
            }
        }
        twice
    };
    if !sent.values().flat_map(BTreeMap::values).any(|times| *times > 1) {
        let because = "no idempotency key was sent twice with the same request";
        let at_once =
            about(times(sending("concurrent", seen, target), 2), "the same twice at once, under one key");
        found.push(Lack::new("idempotent-replay", seen.at(), replay(), because).and([at_once]));
    }
    if sent.values().all(|contents| contents.len() < 2) {
        let because = "no idempotency key was sent with another request";
        found.push(Lack::new("idempotency-conflict", seen.at(), replay(), because));
    }
}

/// The name under which a request carries its key.
fn key_name(request: &Request) -> Option<String> {
    let (key, _) = keyed(request)?;
    Some(key.split(' ').next()?.to_owned())
}

/// The document with one value changed that is not the key.
fn otherwise(content: &Content, key: &str) -> Option<Json> {
    let Content::Json(json) = content else { return None };
    let mut members = json.members().to_vec();
    let (_, value) = members.iter_mut().find(|(name, value)| {
        !name.eq_ignore_ascii_case(key) && matches!(value, Json::String(_) | Json::Number(_))
    })?;
    *value = match value {
        Json::Number(_) => Json::Number("7".to_owned()),
        _ => Json::String("something else".to_owned()),
    };
    Some(Json::Object(members))
}

/// Nobody asked whether it has changed, or changed it on a condition.
pub(super) fn tags(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let asked = |name: &str| seen.all.iter().any(|one| one.exchange.request.headers.contains(name));
    if seen.is(&["PUT", "PATCH"]) {
        let tagged =
            |e: &Exchange| e.answer.reply().is_some_and(|r| r.is_success() && r.headers.contains("etag"));
        if seen.everything.iter().any(|e| tagged(e) && seen.is_of_path(&e.request)) && !asked("if-match") {
            let because = "what it changes has an ETag, and it was never asked to change but that version";
            let mut lesson = sending("conditional", seen, seen.request().target.as_str());
            let change = format!("{} {}", lesson.method, lesson.target);
            "GET".clone_into(&mut lesson.method);
            lesson.settings.push(("change".to_owned(), Json::String(change)));
            found.push(Lack::new("precondition", seen.at(), lesson, because));
        }
    }
    if !seen.is(&["GET"]) || seen.all.iter().any(|one| one.said.status() == Some(304)) {
        return;
    }
    let given = seen.good().find_map(|one| {
        let name = match (one.said.header("etag"), one.said.header("last-modified")) {
            (Some(_), _) => "If-None-Match",
            (None, Some(_)) => "If-Modified-Since",
            (None, None) => return None,
        };
        Some((name, one))
    });
    let Some((name, one)) = given.filter(|(name, _)| !asked(name)) else { return };
    let what = if name == "If-None-Match" { "an ETag" } else { "a date of its last change" };
    let because = format!("it gives {what}, and nobody asked whether it has changed since");
    let lesson = lesson("conditional", seen, one.exchange.request.target.as_str());
    found.push(Lack::new("not-modified", one.at, lesson, because));
}

/// Nobody read the same list twice.
pub(super) fn order(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if !seen.is(&["GET"]) || seen.longest_list() < 2 {
        return;
    }
    let mut read: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for one in seen.good() {
        *read.entry((one.at.0, &one.exchange.request.target)).or_default() += 1;
    }
    if read.values().all(|times| *times < 2) {
        let because = "no list of it was read twice, so nobody knows whether its order is stable";
        let lesson = times(lesson("repeat", seen, seen.request().target.as_str()), 3);
        found.push(Lack::new("order", seen.at(), lesson, because));
    }
}

/// Nobody looked at what was made or changed.
pub(super) fn read_back(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if seen.is_call() || !seen.is(&["PUT", "PATCH"]) || !seen.methods.contains("GET") {
        return;
    }
    let after = seen.good().any(|one| {
        let exchanges = seen.run.cassettes.get(one.at.0).map(|c| c.exchanges.as_slice()).unwrap_or_default();
        let path = one.exchange.request.path();
        exchanges.iter().skip(one.at.1 + 1).any(|e| e.request.method == "GET" && e.request.path() == path)
    });
    if after {
        return;
    }
    let because = "nothing that it changed was read again";
    let write = about(sending("ask", seen, seen.request().target.as_str()), "it is changed");
    let read = about(Lesson::new("ask", "GET", super::lesson::path(seen)), "and read again");
    found.push(Lack::new("read-back", seen.at(), write, because).story([read]));
}
