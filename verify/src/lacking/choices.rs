//! Choices in a query that were only ever made well: how to sort, what to leave out, in which state.

use super::lack::Lack;
use super::lesson::{UNKNOWN, about, lesson, limit_name, path, replaced, sending, with_query};
use super::seen::{One, Seen};
use super::spoilt::is_enum;
use super::unknown::unknown;
use cassettes::codec;
use cassettes::facets::time_form::time_form;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer};
use cassettes::operation::{Effect, effect};
use cassettes::plan::Content;
use std::collections::BTreeSet;

/// At most so many choices are spoilt.
const MOST: usize = 4;

/// Words in the names of what is chosen from a few.
const NAMES: [&str; 16] = [
    "sort",
    "order",
    "direction",
    "filter",
    "state",
    "status",
    "type",
    "kind",
    "category",
    "priority",
    "fields",
    "include",
    "expand",
    "view",
    "format",
    "currency",
];

/// Nobody made a choice that there is not, in whichever of the recorded questions it stands.
pub(super) fn choices(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if !seen.is(&["GET"]) || seen.is_call() {
        return in_bodies(seen, found);
    }
    let size = limit_name(seen);
    let mut known: BTreeSet<String> = size.into_iter().collect();
    // A name whose value was once refused, or once was none, needs no other.
    let asked = |one: &One<'_>, name: &str| {
        let pairs = one.exchange.request.query_pairs();
        let none = |value: &str| value == UNKNOWN || value == unknown("octocat") || value == unknown("OK");
        let own = |value: &String| one.class.is_some() || none(value) || value == unknown("a-b").as_str();
        pairs.iter().any(|(known, value)| known == name && own(value))
    };
    let refused = |name: &str| seen.all.iter().any(|one| asked(one, name));
    for one in seen.good() {
        for (name, value) in one.exchange.request.query_pairs() {
            let named = words(&name).iter().any(|word| NAMES.contains(&word.as_str()));
            let typed = value.parse::<f64>().is_ok() || time_form(&value).is_some();
            let chosen =
                named && value.trim_start_matches(['-', '+']).split([',', ':']).all(|v| is_enum(&name, v));
            let is_shown = one.at == seen.at();
            if !(chosen || (typed && !is_shown)) || !known.insert(name.clone()) || refused(&name) {
                continue;
            }
            let target = with_query(&one.exchange.request.target, &name, UNKNOWN);
            // A place in a listing is spoilt as such.
            if found.iter().flat_map(|lack| &lack.lessons).any(|other| other.target == target) {
                continue;
            }
            let wrong = about(lesson("reject", seen, target), format!("a `{name}` that there is not"));
            let because = format!("every `{name}` that it was asked with was a good one");
            found.push(Lack::new("unknown-choice", one.at, wrong, because));
            if known.len() > MOST {
                return;
            }
        }
    }
}

/// The same in the bodies of calls that read: what they choose by is no part of what is shown.
fn in_bodies(seen: &Seen<'_>, found: &mut Vec<Lack>) {
    if !seen.is(&["POST"]) || effect(seen.request()) != Effect::Reads {
        return;
    }
    let sent = |one: &One<'_>| codec::json_of(&one.exchange.request.headers, &one.exchange.request.body);
    let mut known: BTreeSet<String> = BTreeSet::new();
    for one in seen.good() {
        let Some(json) = sent(one) else { continue };
        for (name, value) in json.members() {
            let named = words(name).iter().any(|word| NAMES.contains(&word.as_str()));
            let chosen = named && value.as_str().is_some_and(|word| is_enum(name, word));
            let own = |one: &One<'_>| {
                sent(one).is_some_and(|json| json.get(name).and_then(Json::as_str) == Some(UNKNOWN))
            };
            // What the shown one chooses is spoilt with the rest of it.
            if !chosen || one.at == seen.at() || !known.insert(name.clone()) || seen.all.iter().any(own) {
                continue;
            }
            let mut wrong =
                about(sending("reject", seen, path(seen)), format!("a `{name}` that there is not"));
            let at = Pointer::root().member(name);
            wrong.content = Content::Json(replaced(&json, &at.0, &Json::String(UNKNOWN.to_owned())));
            let because = format!("every `{name}` that it was asked with was a good one");
            found.push(Lack::new("unknown-choice", one.at, wrong, because));
            if known.len() >= MOST {
                return;
            }
        }
    }
}
