//! Bodies in which one thing is wrong.

use cassettes::codec;
use cassettes::facets::time_form::time_form;
use cassettes::facets::words::words;
use cassettes::json::Json;
use cassettes::model::Request;
use cassettes::plan::Content;

/// At most so many members are spoilt in each way.
const MOST: usize = 5;

/// What is wrong with a body, in words, and the body; with its media type where that is not its own.
pub(super) struct Spoilt {
    pub(super) what: String,
    pub(super) content: Content,
    pub(super) media: Option<&'static str>,
}

/// What a request sends, as a plan writes it.
pub(crate) fn content_of(request: &Request) -> Content {
    if request.body.is_empty() {
        return Content::Nothing;
    }
    if let Some(json) = codec::json_of(&request.headers, &request.body) {
        return Content::Json(json);
    }
    let text = codec::text_of(&request.headers, &request.body);
    let form = request.headers.media_type().as_deref() == Some("application/x-www-form-urlencoded");
    match text {
        Some(text) if form => Content::Form(Request::new("POST", format!("/?{text}")).query_pairs()),
        Some(text) => Content::Text(text),
        None => Content::Nothing,
    }
}

/// The body with one thing wrong at a time, the most telling first; empty where it has none that is known.
pub(super) fn spoilt(request: &Request) -> Vec<Spoilt> {
    match content_of(request) {
        Content::Json(json) => of_json(&json),
        Content::Form(pairs) => of_form(&pairs),
        Content::Nothing | Content::Text(_) => Vec::new(),
    }
}

fn of_json(json: &Json) -> Vec<Spoilt> {
    let mut all = Vec::new();
    let mut add =
        |what: String, json: Json| all.push(Spoilt { what, content: Content::Json(json), media: None });
    let members = json.members();
    let with = |at: usize, value: Option<Json>| {
        let mut members = members.to_vec();
        match value {
            Some(value) => members[at].1 = value,
            None => drop(members.remove(at)),
        }
        Json::Object(members)
    };
    for (at, (name, value)) in members.iter().enumerate().take(MOST) {
        add(format!("`{name}` of the wrong kind"), with(at, Some(other_kind(value))));
    }
    for (at, (name, _)) in members.iter().enumerate().take(MOST) {
        add(format!("without `{name}`"), with(at, None));
    }
    for (at, (name, value)) in members.iter().enumerate() {
        if let Some(other) = other_value(name, value) {
            add(format!("`{name}` with a value that nobody knows"), with(at, Some(other)));
        }
    }
    if !members.is_empty() {
        add("an empty document".to_owned(), Json::Object(Vec::new()));
    }
    all.push(Spoilt {
        what: "text that is no JSON".to_owned(),
        content: Content::Text("{\"not\": json".to_owned()),
        media: Some("application/json"),
    });
    all.push(Spoilt {
        what: "JSON under another media type".to_owned(),
        content: Content::Text(json.to_string()),
        media: Some("text/plain"),
    });
    all
}

fn other_kind(value: &Json) -> Json {
    let text = |text: &str| Json::String(text.to_owned());
    match value {
        Json::Number(_) => text("not a number"),
        Json::Bool(_) => text("neither"),
        Json::Array(_) => text("not a list"),
        Json::Object(_) => text("not an object"),
        Json::String(_) | Json::Null => Json::Object(vec![("not".to_owned(), text("a text"))]),
    }
}

/// Of the right kind, and out of what is allowed: below zero, no such word, no such day, no address.
fn other_value(name: &str, value: &Json) -> Option<Json> {
    let text = |text: &str| Some(Json::String(text.to_owned()));
    match value {
        Json::Number(_) => Some(Json::Number("-1".to_owned())),
        Json::String(word) if word.contains('@') => text("no address"),
        Json::String(word) if word.starts_with("http") => text("no address"),
        Json::String(word) if time_form(word).is_some() => text("no day at all"),
        Json::String(word) if is_enum(name, word) => text(&super::unknown::unknown(word)),
        _ => None,
    }
}

/// A short word that is nobody's name may be one of a few.
fn is_enum(name: &str, word: &str) -> bool {
    let free = ["name", "title", "description", "text", "note", "message", "comment", "label", "query"];
    let short = word.len() <= 24 && word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'-');
    short && !word.is_empty() && !words(name).iter().any(|w| free.contains(&w.as_str()))
}

fn of_form(pairs: &[(String, String)]) -> Vec<Spoilt> {
    let mut all = Vec::new();
    let mut add = |what: String, pairs: Vec<(String, String)>| {
        all.push(Spoilt { what, content: Content::Form(pairs), media: None });
    };
    for (at, (name, value)) in pairs.iter().enumerate() {
        let wrong = if value.parse::<f64>().is_ok() {
            Some("not-a-number".to_owned())
        } else {
            other_value(name, &Json::String(value.clone())).and_then(|v| v.as_str().map(str::to_owned))
        };
        if let Some(wrong) = wrong {
            let mut pairs = pairs.to_vec();
            pairs[at].1 = wrong;
            add(format!("`{name}` with a value that nobody knows"), pairs);
        }
    }
    for (at, (name, _)) in pairs.iter().enumerate().take(MOST) {
        let mut pairs = pairs.to_vec();
        pairs.remove(at);
        add(format!("without `{name}`"), pairs);
    }
    all.push(Spoilt {
        what: "an empty JSON document in the place of a form".to_owned(),
        content: Content::Json(Json::Object(Vec::new())),
        media: None,
    });
    all
}
