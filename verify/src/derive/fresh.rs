//! Values that must be new in each run: names, addresses, keys.

use cassettes::codec;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer, Step};
use cassettes::model::Exchange;
use cassettes::plan::{Content, Lesson};
use std::collections::BTreeSet;

/// Words in the names of members that tell one thing from another.
const NAMES: [&str; 12] = [
    "name",
    "title",
    "slug",
    "username",
    "login",
    "handle",
    "label",
    "reference",
    "nickname",
    "sku",
    "subject",
    "alias",
];

/// Words beside which such a member names something that is there already.
const OTHERS: [&str; 12] = [
    "type",
    "kind",
    "class",
    "plan",
    "role",
    "country",
    "region",
    "bucket",
    "table",
    "queue",
    "repo",
    "operation",
];

/// Names are no longer than this.
const LONGEST: usize = 200;

/// Words in the names of values by which things are called.
const IDS: [&str; 8] = ["id", "uid", "uuid", "name", "key", "slug", "reference", "ref"];

/// Puts fresh values where what was recorded seems to be one's own: in a lesson that makes or changes things.
/// What a client chose to call a thing is told from what it was called before by the answer, which says it
/// for the first time. In a story the steps after it have to find the thing again.
pub(super) fn freshen(lesson: &mut Lesson, exchange: &Exchange, story: bool) {
    let chosen = if story { BTreeSet::new() } else { chosen(exchange) };
    call(lesson, &chosen);
    // Something else under one key has that key.
    for (name, value) in &mut lesson.settings {
        if let (true, Json::Object(members)) = (name == "other", value) {
            let key =
                |(name, value): &&mut (String, Json)| is_key(name) || value.as_str().is_some_and(is_uuid);
            for (_, value) in members.iter_mut().filter(key) {
                *value = Json::String("{{new.uuid}}".to_owned());
            }
        }
    }
    for (name, value) in &mut lesson.headers {
        if let Some(value) = value.as_mut().filter(|_| is_key(name)) {
            "{{new.uuid}}".clone_into(value);
        }
    }
    match &mut lesson.content {
        Content::Json(json) => walk(json, &mut Vec::new(), &chosen),
        Content::Form(pairs) => {
            for (name, value) in pairs {
                if let Some(with) = fresh(name, value).or_else(|| called(name, value, &chosen)) {
                    *value = with;
                }
            }
        }
        Content::Nothing | Content::Text(_) => {}
    }
}

/// The values of a request that its answer says again, as what was made is called.
fn chosen(exchange: &Exchange) -> BTreeSet<String> {
    let Some(reply) = exchange.answer.reply().filter(|reply| reply.is_success()) else {
        return BTreeSet::new();
    };
    let mut said: BTreeSet<String> = BTreeSet::new();
    let tail = |text: &str| text.rsplit('/').next().unwrap_or_default().to_owned();
    said.extend(reply.headers.get("location").map(|place| tail(&place)));
    if let Some(json) = codec::json_of(&reply.headers, &reply.body) {
        Pointer::walk(&json, &mut |_, value| {
            said.extend(value.as_str().into_iter().flat_map(|text| [text.to_owned(), tail(text)]));
        });
    }
    // A number that a client makes up is likely to be somebody's.
    said.retain(|text| text.len() > 1 && text.bytes().any(|b| b.is_ascii_alphabetic()));
    said
}

/// What stands in the place of a value by which the client calls what it makes.
fn called(name: &str, value: &str, chosen: &BTreeSet<String>) -> Option<String> {
    let words = words(name);
    let names = words.last().is_some_and(|word| IDS.contains(&word.as_str()));
    let own = names && words.len() <= 2 && !words.iter().any(|w| OTHERS.contains(&w.as_str()));
    (own && !value.contains("{{") && chosen.contains(value)).then(|| "{{new.name}}".to_owned())
}

/// The same in the query of a lesson. What is put stays where it is: to put it again is the same.
fn call(lesson: &mut Lesson, chosen: &BTreeSet<String>) {
    let Some((path, query)) = lesson.target.split_once('?').filter(|_| !lesson.is_safe()) else { return };
    let pair = |pair: &str| match pair.split_once('=') {
        Some((_, value)) if is_uuid(value) && !chosen.contains(value) => pair.to_owned(),
        Some((name, value)) => match called(name, value, chosen) {
            Some(_) if is_uuid(value) => format!("{name}={{{{new.uuid}}}}"),
            Some(with) => format!("{name}={with}"),
            None => pair.to_owned(),
        },
        None => pair.to_owned(),
    };
    lesson.target = format!("{path}?{}", query.split('&').map(pair).collect::<Vec<_>>().join("&"));
}

fn walk(json: &mut Json, at: &mut Vec<Step>, chosen: &BTreeSet<String>) {
    match json {
        Json::Object(members) => {
            for (name, value) in members {
                at.push(Step::Member(name.clone()));
                walk(value, at, chosen);
                at.pop();
            }
        }
        // What is listed belongs to the whole, and is not told apart by its name.
        Json::Array(_) => {}
        Json::String(text) => {
            let name = Pointer(at.clone()).name().map(str::to_owned).unwrap_or_default();
            if let Some(with) = fresh(&name, text).or_else(|| called(&name, text, chosen)) {
                *text = with;
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// What stands in the place of a value that is somebody's own; none for any other.
fn fresh(name: &str, value: &str) -> Option<String> {
    // What is longer than any name is not meant for one.
    if value.is_empty() || value.len() > LONGEST || value.contains("{{") {
        return None;
    }
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    if is_key(name) || is_uuid(value) {
        return Some("{{new.uuid}}".to_owned());
    }
    if value.contains('@') && value.contains('.') && !value.contains(' ') {
        return Some("{{new.name}}@example.org".to_owned());
    }
    (has(&NAMES) && !has(&OTHERS)).then(|| "{{new.name}}".to_owned())
}

/// Whether a name is that of an idempotency key.
fn is_key(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    plain.contains("idempot")
        || matches!(plain.as_str(), "clienttoken" | "clientrequesttoken" | "repeatabilityrequestid")
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.iter().map(|p| p.len()).eq([8, 4, 4, 4, 12])
        && parts.concat().bytes().all(|b| b.is_ascii_hexdigit())
}
