//! How the page after an answer may be asked for, before anybody was seen to do it.

use super::edge::{Count, Edge, Slot, Source};
use super::items::{identity_member, items_at, items_of, limit_of};
use super::signal::{Place, Says, Signal, signals, verdict};
use super::words;
use crate::facets::time_form::time_form;
use crate::json::{Json, Pointer};
use crate::model::{Request, Response, pairs};
use std::collections::BTreeSet;

/// How the page after `answer` may be asked for, the likeliest way first; none where it says that there is no
/// other. `by` is the name under which a request carries its place in the listing, where somebody knows it.
pub fn guesses(asked: &Request, answer: &Response, json: Option<&Json>, by: Option<&str>) -> Vec<Edge> {
    let goes_on = verdict(&answer.headers, json, &BTreeSet::new());
    let signals = signals(&answer.headers, json);
    let more = |signal: &&Signal| matches!(&signal.says, Says::More(value) if !value.is_empty());
    let tokens = signals.iter().filter(|s| !s.is_flag()).filter(more);
    let says_end = signals.iter().any(|signal| !matches!(signal.says, Says::More(_)) && signal.is_loud());
    if goes_on == Some(false) || (goes_on.is_none() && says_end && by.is_none()) {
        return Vec::new();
    }
    let mut found: Vec<Edge> = Vec::new();
    for signal in tokens.filter(|signal| signal.is_loud() || goes_on == Some(true)) {
        let Says::More(value) = &signal.says else { continue };
        let source = Source::Said(signal.place.clone());
        if is_address(&signal.place, value) {
            found.insert(0, Edge { slot: Slot::Target, source });
            continue;
        }
        let own = slots(asked, by, words::is_cursor_name);
        let named = named_after(&signal.place, asked);
        let slots = if own.is_empty() { named } else { own };
        found.extend(slots.into_iter().map(|slot| Edge { slot, source: source.clone() }));
    }
    if found.is_empty() && signals.is_empty() {
        found = beside(asked, json, by);
    }
    if found.is_empty() {
        found = counted(asked, json, by, goes_on == Some(true));
    }
    let mut seen = BTreeSet::new();
    found.retain(|edge| seen.insert(edge.clone()));
    found
}

/// Whether a value is where to go, and not what to say.
fn is_address(place: &Place, value: &str) -> bool {
    let relative = value.starts_with(['/', '?']) && value.contains('?');
    *place == Place::Header("link".to_owned())
        || value.starts_with("http://")
        || value.starts_with("https://")
        || relative
}

/// By what stands beside the items under a name that requests have for their place in a listing.
fn beside(asked: &Request, json: Option<&Json>, by: Option<&str>) -> Vec<Edge> {
    let Some((json, items)) = json.and_then(|json| Some((json, items_at(json)?))) else { return Vec::new() };
    if items_of(json, &items).is_none_or(<[Json]>::is_empty) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let said = asked.query_pairs();
    Pointer::walk(json, &mut |at, value| {
        let name = at.name().filter(|name| words::is_place_name(&words::plain(name)));
        let outside = !at.0.starts_with(&items.0) || items.0.is_empty();
        let inside = at.0.iter().any(|step| matches!(step, crate::json::Step::Index(_)));
        // What was asked with, and said again, leads nowhere.
        let again = |text: &str| said.iter().any(|(_, v)| v == text);
        if let (Some(name), Some(text)) = (name, value.scalar_text())
            && outside
            && !inside
            && !text.is_empty()
            && !again(text)
        {
            let source = Source::Said(Place::Json(at.clone()));
            found.push(Edge { slot: slot_for(asked, by.unwrap_or(name)), source });
        }
    });
    found
}

/// Without a token: by the last item, or by counting.
fn counted(asked: &Request, json: Option<&Json>, by: Option<&str>, says_more: bool) -> Vec<Edge> {
    let Some(items) = json.and_then(|json| items_of(json, &items_at(json)?)) else { return Vec::new() };
    let full = limit_of(asked).is_some_and(|(_, limit)| items.len() as u64 == limit);
    let member = identity_member(&items.iter().collect::<Vec<_>>());
    let last = Source::LastItem(member.unwrap_or_default());
    let edge = |slot: Slot, source: &Source| Edge { slot, source: source.clone() };
    let (pages, passed) = (Source::Counted(Count::Pages), Source::Counted(Count::Items));
    let mut found = Vec::new();
    found.extend(slots(asked, by, words::is_page_name).into_iter().map(|slot| edge(slot, &pages)));
    found.extend(slots(asked, by, words::is_offset_name).into_iter().map(|slot| edge(slot, &passed)));
    for slot in slots(asked, by, words::is_cursor_name) {
        let of_time = matches!(&slot, Slot::Query(name) if words::is_moment_name(&words::plain(name)));
        let moment = time_member(items).filter(|_| of_time).map(Source::LastItem);
        found.extend(moment.iter().map(|source| edge(slot.clone(), source)));
        found.push(edge(slot, &last));
    }
    if by.is_some_and(|name| !known(name)) {
        found.reverse();
    }
    if items.is_empty() || !found.is_empty() || !(says_more || full) {
        return found;
    }
    let named = |name: &str| slot_for(asked, name);
    match says_more {
        true => vec![
            edge(named("starting_after"), &last),
            edge(named("after"), &last),
            edge(named("page"), &pages),
            edge(named("offset"), &passed),
        ],
        false => vec![
            edge(named("page"), &pages),
            edge(named("offset"), &passed),
            edge(named("starting_after"), &last),
        ],
    }
}

/// The member that says when each item was.
fn time_member(items: &[Json]) -> Option<String> {
    let says = |item: &Json, name: &str| {
        item.get(name).and_then(Json::as_str).is_some_and(|text| time_form(text).is_some())
    };
    let names = items.first()?.members().iter().map(|(name, _)| name);
    names.into_iter().find(|name| items.iter().all(|item| says(item, name))).cloned()
}

/// The places of a request whose names may carry a place in the listing; with `by`, the one of that name.
fn slots(asked: &Request, by: Option<&str>, is: impl Fn(&str) -> bool) -> Vec<Slot> {
    if let Some(name) = by {
        let fits = is(&words::plain(name)) || !known(name);
        return if fits { vec![slot_for(asked, name)] } else { Vec::new() };
    }
    let limit = limit_of(asked).map(|(name, _)| name);
    let wanted = |name: &str| is(&words::plain(name)) && limit.as_deref() != Some(name);
    let mut found: Vec<Slot> = asked
        .query_pairs()
        .into_iter()
        .map(|(name, _)| name)
        .filter(|n| wanted(n))
        .map(Slot::Query)
        .collect();
    match Json::parse(asked.body.bytes()) {
        Ok(body) => Pointer::walk(&body, &mut |at, value| {
            if !matches!(value, Json::Object(_) | Json::Array(_)) && at.name().is_some_and(wanted) {
                found.push(Slot::Json(at.clone()));
            }
        }),
        Err(_) if is_form(asked) => {
            let form = pairs(&String::from_utf8_lossy(asked.body.bytes()));
            found.extend(form.into_iter().map(|(name, _)| name).filter(|n| wanted(n)).map(Slot::Form));
        }
        Err(_) => {}
    }
    found
}

/// Whether a name says of itself what it counts.
fn known(name: &str) -> bool {
    let plain = words::plain(name);
    words::is_page_name(&plain) || words::is_offset_name(&plain) || words::is_cursor_name(&plain)
}

fn is_form(asked: &Request) -> bool {
    !asked.body.is_empty()
        && asked.headers.media_type().is_none_or(|media| media == "application/x-www-form-urlencoded")
}

/// Where a request of this kind carries a name.
fn slot_for(asked: &Request, name: &str) -> Slot {
    if let Some(header) = name.strip_prefix("header ") {
        return Slot::Header(header.trim().to_ascii_lowercase());
    }
    if let Ok(body @ Json::Object(_)) = Json::parse(asked.body.bytes()) {
        let root = Pointer::root();
        // A query language's arguments stand apart from the query.
        let root = if body.get("variables").is_some() { root.member("variables") } else { root };
        return Slot::Json(root.member(name));
    }
    if is_form(asked) { Slot::Form(name.to_owned()) } else { Slot::Query(name.to_owned()) }
}

/// Under which names a request may give back what an answer gave: its own without "next", and its own.
fn named_after(place: &Place, asked: &Request) -> Vec<Slot> {
    let name = match place {
        Place::Header(name) if name.contains("continuation") => return vec![Slot::Header(name.clone())],
        Place::Header(name) => name.trim_start_matches("x-"),
        Place::Json(pointer) => pointer.name().unwrap_or_default(),
    };
    let plain = words::plain(name);
    let mut names: Vec<String> = match plain.as_str() {
        "lastevaluatedkey" => vec!["ExclusiveStartKey".to_owned()],
        "endcursor" => vec!["after".to_owned(), "cursor".to_owned()],
        "nextcontinuationtoken" => vec!["continuation-token".to_owned(), without_next(name)],
        "nextmarker" => vec!["marker".to_owned(), without_next(name)],
        "next" => vec!["cursor".to_owned(), "page".to_owned(), "next".to_owned(), "after".to_owned()],
        _ => {
            let bare = without_next(name);
            vec![bare.clone(), restyled(&bare), name.to_owned()]
        }
    };
    // Calls by name give back under the very name.
    if name.starts_with("Next") && !asked.body.is_empty() {
        names.insert(0, name.to_owned());
    }
    names.retain(|name| !name.is_empty());
    names.into_iter().map(|name| slot_for(asked, &name)).collect()
}

/// `next_cursor` is `cursor`, `nextPageToken` is `pageToken`, `NextToken` is `Token`.
fn without_next(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let Some(at) = lower.find("next") else { return name.to_owned() };
    let (before, after) = (&name[..at], &name[at + 4..]);
    let before = before.trim_end_matches(['_', '-', '.']);
    let after = after.trim_start_matches(['_', '-', '.']);
    match (before.is_empty(), after.is_empty()) {
        (true, _) if name[at..].starts_with('n') => {
            let mut letters = after.chars();
            letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
        }
        (true, _) => after.to_owned(),
        (_, true) => before.to_owned(),
        _ => format!("{before}_{after}"),
    }
}

/// The name in the other of the two common spellings: answers and queries often differ in it.
fn restyled(name: &str) -> String {
    if name.contains(['_', '-']) {
        let mut parts = name.split(['_', '-']);
        let first = parts.next().unwrap_or_default().to_owned();
        return parts.fold(first, |mut all, part| {
            let mut letters = part.chars();
            all.extend(letters.next().map(|c| c.to_ascii_uppercase()));
            all.extend(letters);
            all
        });
    }
    let mut out = String::new();
    for (at, c) in name.char_indices() {
        if c.is_ascii_uppercase() && at > 0 {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Headers;

    fn guessed(request: &str, headers: &[(&str, &str)], body: &str, by: Option<&str>) -> Vec<String> {
        let (line, content) = request
            .split_once(' ')
            .map_or((request, ""), |(_, _)| request.rsplit_once(" > ").unwrap_or((request, "")));
        let (method, target) = line.split_once(' ').expect("a method");
        let mut asked = Request::new(method, target);
        asked.body = content.to_owned().into();
        let answer = Response::new(200, Headers::from_pairs(headers.iter().copied()), body.to_owned());
        let json = Json::parse(body.as_bytes()).ok();
        guesses(&asked, &answer, json.as_ref(), by).iter().map(|edge| edge.slot.to_string()).collect()
    }

    #[test]
    fn every_style_is_guessed() {
        let first = |request: &str, headers: &[(&str, &str)], body: &str| {
            guessed(request, headers, body, None).first().cloned().unwrap_or_default()
        };
        let token = r#"{"nextPageToken":"abc","items":[1]}"#;
        let all = ["query pageToken", "query page_token", "query nextPageToken"];
        assert_eq!(guessed("GET /x", &[], token, None), all);
        let link = [("Link", "</x?page=2>; rel=\"next\"")];
        assert_eq!(first("GET /x", &link, "[1]"), "the whole URL");
        assert_eq!(first("GET /x", &[], r#"{"next":"https://a.test/x?c=1","data":[1]}"#), "the whole URL");
        assert_eq!(first("GET /x", &[], r#"{"nextPageToken":"abc","items":[1]}"#), "query pageToken");
        assert_eq!(first("GET /x", &[], r#"{"next_cursor":"abc","items":[1]}"#), "query cursor");
        assert_eq!(
            first("GET /x?from_token=", &[], r#"{"next_cursor":"abc","items":[1]}"#),
            "query from_token"
        );
        assert_eq!(first("GET /x", &[("x-next-page", "2")], "[1]"), "query page");
        assert_eq!(first("GET /x", &[("x-ms-continuation", "t")], "[1]"), "header x-ms-continuation");
        assert_eq!(first("POST / > {}", &[], r#"{"Things":[1],"NextToken":"t"}"#), "body /NextToken");
        assert_eq!(
            first("POST / > {}", &[], r#"{"Items":[1],"LastEvaluatedKey":{"id":"x"}}"#),
            "body /ExclusiveStartKey"
        );
        let graph = r#"{"data":{"a":{"nodes":[1],"pageInfo":{"endCursor":"Y3","hasNextPage":true}}}}"#;
        assert_eq!(
            first("POST /g > {\"query\":\"q\",\"variables\":{\"n\":2}}", &[], graph),
            "body /variables/after"
        );
        assert_eq!(first("GET /x", &[], r#"{"books":[{"id":1}],"after":"3"}"#), "query after");
        assert_eq!(first("GET /x?after=3", &[], r#"{"books":[{"id":1}],"after":"6"}"#), "query after");
        assert_eq!(first("GET /x", &[], r#"{"books":[{"id":1,"after":"3"}]}"#), "");
        let more = r#"{"has_more":true,"data":[{"id":"a"},{"id":"b"}]}"#;
        assert_eq!(first("GET /x?limit=2", &[], more), "query starting_after");
        assert_eq!(first("GET /x?limit=2&page=1", &[], more), "query page");
        assert_eq!(first("GET /x?limit=2&skip=0", &[], r#"[{"id":1},{"id":2}]"#), "query skip");
        assert_eq!(first("GET /x?limit=2", &[], r#"[{"id":1},{"id":2}]"#), "query page");
    }

    #[test]
    fn what_has_ended_or_was_never_in_pages_is_left_alone() {
        let none: Vec<String> = Vec::new();
        assert_eq!(
            guessed("GET /x?limit=2", &[], r#"{"has_more":false,"data":[{"id":1},{"id":2}]}"#, None),
            none
        );
        assert_eq!(guessed("GET /x?limit=3", &[], r#"[{"id":1},{"id":2}]"#, None), none);
        assert_eq!(guessed("GET /x", &[], r#"{"id":1}"#, None), none);
        assert_eq!(guessed("GET /x", &[], r#"{"items":[1],"nextPageToken":null}"#, None), none);
        let more = r#"{"has_more":true,"data":[{"id":"a"}]}"#;
        assert_eq!(guessed("GET /x", &[], more, Some("from_id"))[0], "query from_id");
        assert_eq!(guessed("GET /x", &[], more, Some("page")), ["query page"]);
    }
}
