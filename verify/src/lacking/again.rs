//! What was never done twice.

use super::lack::Lack;
use super::lesson::{about, lesson, sending};
use super::seen::Seen;
use crate::idempotency::keyed;
use cassettes::json::Json;
use cassettes::model::Request;
use cassettes::plan::{Content, Lesson};
use std::collections::BTreeMap;

fn times(mut lesson: Lesson, times: u32) -> Lesson {
    lesson.settings.push(("times".to_owned(), Json::Number(times.to_string())));
    lesson
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

/// Nobody left out the key that all writes had in a field.
pub(super) fn unkeyed(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    let name = key_name(seen.request()).filter(|name| seen.request().headers.contains(name));
    let Some(name) = name.filter(|_| seen.is(&["POST", "PUT", "PATCH"])) else { return };
    if !seen.all.iter().all(|one| one.exchange.request.headers.contains(&name)) {
        return;
    }
    let because = format!("every `{name}` that it may need was there");
    let mut bare = about(sending("reject", seen, seen.request().target.as_str()), "without its key");
    bare.headers.push((name, None));
    found.push(Lack::new("missing-key", seen.at(), bare, because));
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
