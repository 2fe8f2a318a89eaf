//! Bodies in which one thing is wrong.

use super::lesson::replaced;
use super::strange::Strange;
use cassettes::codec;
use cassettes::facets::time_form::time_form;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer, Step};
use cassettes::model::Request;
use cassettes::plan::Content;

/// At most so many members are spoilt in each way, however deep they stand.
const MOST: usize = 5;
const DEEPEST: usize = 4;

/// Words in the names of what there is some of.
const AMOUNTS: [&str; 7] = ["amount", "price", "quantity", "qty", "total", "sum", "value"];

/// What a body without anything in it is called.
const NOTHING: &str = "nothing at all";

/// The type of what is spoilt, unless what was recorded had another.
pub(super) const JSON: &str = "application/json";

/// A text that is longer than what columns hold that are meant for names.
const LONG: usize = 300;

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
/// `strange` are values that answers suggest.
pub(super) fn spoilt(request: &Request, strange: &[Strange]) -> Vec<Spoilt> {
    match content_of(request) {
        Content::Json(json) => of_json(&json, strange),
        Content::Form(pairs) => of_form(&pairs),
        Content::Text(text) => {
            let mut all = super::markup::spoilt_markup(&text);
            if all.is_empty() {
                all.push(text_that_is_nothing());
            }
            all.push(nothing());
            all.push(of_no_type(text));
            all
        }
        // Bytes that no plan spells.
        Content::Nothing if !request.body.is_empty() => {
            vec![text_that_is_nothing(), nothing(), of_no_type("something".to_owned())]
        }
        Content::Nothing => Vec::new(),
    }
}

fn text_that_is_nothing() -> Spoilt {
    let content = Content::Text("{\"not\": json".to_owned());
    Spoilt { what: "text that is nothing".to_owned(), content, media: Some(JSON) }
}

/// No body, of the type that it should be.
fn nothing() -> Spoilt {
    Spoilt { what: NOTHING.to_owned(), content: Content::Nothing, media: Some(JSON) }
}

/// A text under a type that nobody has.
fn of_no_type(text: String) -> Spoilt {
    let what = "under a media type that nobody has".to_owned();
    Spoilt { what, content: Content::Text(text), media: Some("application/x-no-such-type") }
}

/// How many members a body has, and of how many only each way to be wrong is tried.
pub(super) fn bound(request: &Request) -> Option<(usize, usize)> {
    let count = match content_of(request) {
        Content::Json(json) => members(&json).len(),
        Content::Form(pairs) => pairs.len(),
        Content::Nothing | Content::Text(_) => 0,
    };
    (count > MOST).then_some((count, MOST))
}

/// Where the members of a document stand, at any depth: values first, then what holds them.
fn members(json: &Json) -> Vec<(Pointer, &Json)> {
    fn walk<'j>(json: &'j Json, at: &mut Vec<Step>, found: &mut Vec<(Pointer, &'j Json)>) {
        for (name, value) in json.members() {
            at.push(Step::Member(name.clone()));
            found.push((Pointer(at.clone()), value));
            if at.len() < DEEPEST {
                walk(value, at, found);
            }
            at.pop();
        }
    }
    let mut found = Vec::new();
    walk(json, &mut Vec::new(), &mut found);
    found.sort_by_key(|(_, value)| matches!(value, Json::Object(_)));
    found
}

/// As people say it: `data.attributes.name`.
pub(super) fn said(at: &Pointer) -> String {
    at.to_string().trim_start_matches('/').replace('/', ".")
}

fn of_json(json: &Json, strange: &[Strange]) -> Vec<Spoilt> {
    let mut all = Vec::new();
    let mut add =
        |what: String, json: Json| all.push(Spoilt { what, content: Content::Json(json), media: None });
    let members = members(json);
    let with = |at: &Pointer, value: &Json| replaced(json, &at.0, value);
    for (at, value) in members.iter().take(MOST) {
        add(format!("`{}` of the wrong kind", said(at)), with(at, &other_kind(value)));
    }
    let name = |at: &Pointer| at.name().unwrap_or_default().to_owned();
    let others = members.iter().filter_map(|(at, v)| Some((at, other_value(&name(at), v)?)));
    for (at, other) in others.take(MOST) {
        add(format!("`{}` with a value that nobody knows", said(at)), with(at, &other));
    }
    for Strange { at, value, what } in strange {
        let there = at.find(json).is_some();
        add(format!("`{}`, {what}", said(at)), if there { with(at, value) } else { put(json, &at.0, value) });
    }
    let first = |wanted: &dyn Fn(&Json) -> bool| members.iter().find(|(_, value)| wanted(value));
    if let Some((at, value)) = first(&|value| enormous(value).is_some()) {
        let much = enormous(value).unwrap_or_default();
        add(format!("`{}` beyond anything", said(at)), with(at, &much));
    }
    let amount = |at: &Pointer| words(&name(at)).iter().any(|word| AMOUNTS.contains(&word.as_str()));
    let nothing = members.iter().find_map(|(at, value)| Some((at, zero(value).filter(|_| amount(at))?)));
    if let Some((at, zero)) = nothing {
        add(format!("`{}` of nothing", said(at)), with(at, &zero));
    }
    if let Some((at, what, other)) = super::pairs::together(&members) {
        add(what, with(&at, &other));
    }
    // What may be taken all the same comes after what is surely wrong.
    for (at, _) in members.iter().take(MOST) {
        add(format!("without `{}`", said(at)), without(json, &at.0));
    }
    let is_text = |value: &Json| value.as_str().is_some_and(|text| !text.is_empty() && !is_number(text));
    // The innermost is what it is about; what is around it says of what kind that is.
    let deepest = |wanted: &dyn Fn(&Json) -> bool| {
        let all = members.iter().filter(|(_, value)| wanted(value));
        all.min_by_key(|(at, _)| std::cmp::Reverse(at.0.len()))
    };
    if let Some((at, _)) = deepest(&is_text) {
        add(format!("`{}` with nothing in it", said(at)), with(at, &Json::String(String::new())));
        add(format!("`{}` longer than anything", said(at)), with(at, &Json::String("x".repeat(LONG))));
    }
    if let Some((at, _)) = deepest(&|value| !matches!(value, Json::Object(_))) {
        let mut beside = at.0.clone();
        beside.pop();
        beside.push(Step::Member("nobody_knows".to_owned()));
        add("with a member that nobody knows".to_owned(), put(json, &beside, &Json::String("this".into())));
    }
    if !members.is_empty() {
        add("an empty document".to_owned(), Json::Object(Vec::new()));
    }
    let mut other = |what: &str, content: Content, media: Option<&'static str>| {
        all.push(Spoilt { what: what.to_owned(), content, media });
    };
    let broken = Content::Text("{\"not\": json".to_owned());
    other("text that is no JSON", broken, Some(JSON));
    other("JSON under another media type", Content::Text(json.to_string()), Some("text/plain"));
    if !members.is_empty() {
        other(NOTHING, Content::Nothing, None);
    }
    all
}

/// A document without what stands in one place.
fn without(json: &Json, at: &[Step]) -> Json {
    match (json, at) {
        (Json::Object(members), [Step::Member(name)]) => {
            Json::Object(members.iter().filter(|(own, _)| own != name).cloned().collect())
        }
        (Json::Object(members), [Step::Member(name), rest @ ..]) => {
            let inner = |(own, value): &(String, Json)| {
                (own.clone(), if own == name { without(value, rest) } else { value.clone() })
            };
            Json::Object(members.iter().map(inner).collect())
        }
        (other, _) => other.clone(),
    }
}

/// A document with a member that it has not, where it has what would hold it.
pub(super) fn put(json: &Json, at: &[Step], value: &Json) -> Json {
    match (json, at) {
        (Json::Object(members), [Step::Member(name)]) => {
            let mut members = members.clone();
            members.push((name.clone(), value.clone()));
            Json::Object(members)
        }
        (Json::Object(members), [Step::Member(name), rest @ ..]) => {
            let inner = |(own, old): &(String, Json)| {
                (own.clone(), if own == name { put(old, rest, value) } else { old.clone() })
            };
            Json::Object(members.iter().map(inner).collect())
        }
        (other, _) => other.clone(),
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// A number that no account holds and that few columns do, written as the one that stands there.
fn enormous(value: &Json) -> Option<Json> {
    const MUCH: &str = "999999999999";
    match value {
        Json::Number(_) => Some(Json::Number(MUCH.to_owned())),
        // Digits alone may be an id.
        Json::String(text) if is_number(text) && text.contains('.') => {
            let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            Some(Json::String(format!("{MUCH}.{}", "0".repeat(decimals))))
        }
        _ => None,
    }
}

/// Nothing, written as the number that stands there.
fn zero(value: &Json) -> Option<Json> {
    let nothing = |text: &str| -> String {
        text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).skip_while(|c| *c == '-').collect()
    };
    match value {
        Json::Number(_) => Some(Json::Number("0".to_owned())),
        Json::String(text) if is_number(text) && text.contains('.') => {
            let zeros = nothing(text);
            let whole = zeros.split_once('.').map_or(0, |(whole, _)| whole.len().saturating_sub(1));
            Some(Json::String(zeros[whole..].to_owned()))
        }
        _ => None,
    }
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
        Json::String(document) if name == "query" && document.contains('{') => {
            unknown_field(document).map(Json::String)
        }
        Json::String(_) if name == "scope" => text("nobody:knows"),
        Json::String(word) if time_form(word).is_some() => text("no day at all"),
        Json::String(word) if is_enum(name, word) => text(&super::unknown::unknown(word)),
        Json::String(amount) if is_number(amount) && amount.contains('.') => text("-1.00"),
        _ => None,
    }
}

/// A GraphQL document that asks for one field more, which nobody knows.
fn unknown_field(document: &str) -> Option<String> {
    let at = document.rfind('{')?;
    Some(format!("{}{{ nobodyKnows{}", &document[..at], &document[at + 1..]))
}

/// A short word that is nobody's name may be one of a few.
pub(super) fn is_enum(name: &str, word: &str) -> bool {
    let free = ["name", "title", "description", "text", "note", "message", "comment", "label", "query"];
    let short = word.len() <= 24 && word.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_' || b == b'-');
    short && !word.is_empty() && !words(name).iter().any(|w| free.contains(&w.as_str()))
}

fn of_form(pairs: &[(String, String)]) -> Vec<Spoilt> {
    let mut all = Vec::new();
    let mut add = |what: String, pairs: Vec<(String, String)>| {
        all.push(Spoilt { what, content: Content::Form(pairs), media: None });
    };
    for (at, (name, value)) in pairs.iter().enumerate().take(2 * MOST) {
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
    let once = |wanted: &dyn Fn(&str) -> bool,
                what: &str,
                value: String,
                add: &mut dyn FnMut(String, Vec<(String, String)>)| {
        if let Some(at) = pairs.iter().position(|(_, value)| wanted(value)) {
            let mut pairs = pairs.to_vec();
            pairs[at].1 = value;
            add(format!("`{}` {what}", pairs[at].0), pairs);
        }
    };
    once(&is_number, "below nothing", "-1".to_owned(), &mut add);
    once(&is_number, "beyond anything", "999999999999".to_owned(), &mut add);
    for (at, (name, _)) in pairs.iter().enumerate().take(MOST) {
        let mut pairs = pairs.to_vec();
        pairs.remove(at);
        add(format!("without `{name}`"), pairs);
    }
    once(&|text| !is_number(text), "with nothing in it", String::new(), &mut add);
    once(&|text| !is_number(text), "longer than anything", "x".repeat(LONG), &mut add);
    let mut strange = pairs.to_vec();
    strange.push(("nobody_knows".to_owned(), "this".to_owned()));
    add("with a field that nobody knows".to_owned(), strange);
    all.push(Spoilt {
        what: "an empty JSON document in the place of a form".to_owned(),
        content: Content::Json(Json::Object(Vec::new())),
        media: None,
    });
    all.push(Spoilt { what: NOTHING.to_owned(), content: Content::Nothing, media: None });
    all
}
