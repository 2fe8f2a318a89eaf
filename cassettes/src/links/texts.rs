//! The texts of an answer, each with its place: where values can come from. Reading them all and
//! finding one again by its place stand side by side here, so that both see the same.

use super::link::SourcePlace;
use super::markup::elements;
use crate::{
    codec,
    json::{Json, Pointer, Step},
    model::Response,
};
use std::collections::{HashMap, HashSet};

/// Further into a text that is neither JSON nor markup nobody looks for values.
const LONGEST_TEXT: usize = 1 << 20;
/// Headers that describe the message or its way, not a thing.
const DULL: [&str; 14] = [
    "date",
    "server",
    "content-type",
    "content-length",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "vary",
    "cache-control",
    "expires",
    "age",
    "via",
    "keep-alive",
    "set-cookie",
];

/// A body, read once.
pub(super) enum Read {
    Json(Json),
    /// Names and texts of elements and attributes, in order.
    Markup(Vec<(String, String)>),
    /// Words, each with the one before it.
    Words(Vec<(String, String)>),
}

impl Read {
    pub(super) fn of(response: &Response) -> Self {
        if let Some(json) = codec::json_of(&response.headers, &response.body) {
            return Read::Json(json);
        }
        match codec::text_of(&response.headers, &response.body) {
            Some(text) if text.trim_start().starts_with('<') => Read::Markup(elements(&text)),
            Some(text) => Read::Words(words(&text)),
            None => Read::Words(Vec::new()),
        }
    }

    /// Whether the member at a place is in each item of its list, with another value in each.
    pub(super) fn tells_apart(&self, place: &SourcePlace) -> bool {
        let (Read::Json(json), SourcePlace::Json(Pointer(steps), _)) = (self, place) else { return false };
        let [list @ .., Step::Index(_), Step::Member(name)] = steps.as_slice() else { return false };
        let items = Pointer(list.to_vec()).find(json).map(Json::items).unwrap_or_default();
        let values: HashSet<&str> =
            items.iter().filter_map(|item| item.get(name)).filter_map(Json::scalar_text).collect();
        items.len() > 1 && values.len() == items.len()
    }
}

/// Calls `visit` for each text; the place is made only when asked for.
pub(super) fn visit(response: &Response, read: &Read, visit: &mut dyn FnMut(&str, &dyn Fn() -> SourcePlace)) {
    headers(response, visit);
    match read {
        Read::Json(json) => Pointer::walk(json, &mut |pointer, value| {
            if let Json::String(text) | Json::Number(text) = value {
                visit(text, &|| SourcePlace::Json(pointer.clone(), is_last(json, pointer)));
            }
        }),
        Read::Markup(found) => {
            let counts = count(found);
            numbered(found, &mut |name, nth, text| {
                visit(text, &|| SourcePlace::Element(name.to_owned(), nth, nth + 1 == counts[name]));
            });
        }
        Read::Words(found) => {
            numbered(found, &mut |after, nth, word| {
                visit(word, &|| SourcePlace::Word(after.to_owned(), nth));
            });
        }
    }
}

fn headers(response: &Response, visit: &mut dyn FnMut(&str, &dyn Fn() -> SourcePlace)) {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for (name, value) in response.headers.iter() {
        let name = name.to_ascii_lowercase();
        let Ok(value) = std::str::from_utf8(value) else { continue };
        let value = value.trim();
        let count = counts.entry(name.clone()).or_default();
        let nth = *count;
        *count += 1;
        if name == "link" {
            for (target, rel) in link_entries(value) {
                visit(target, &|| SourcePlace::Link(rel.clone()));
            }
        } else if name == "set-cookie" {
            if let Some((cookie, value)) = cookie(value) {
                visit(value, &|| SourcePlace::Cookie(cookie.to_owned()));
            }
        } else if !DULL.contains(&name.as_str()) {
            visit(value, &|| SourcePlace::Header(name.clone(), nth));
        }
    }
}

/// The text at a place. Lenient: the last item there is, where the very item is missing.
pub(super) fn find(response: &Response, read: &Read, place: &SourcePlace, lenient: bool) -> Option<String> {
    let text = match place {
        SourcePlace::Header(name, nth) => {
            let all: Vec<_> = response.headers.get_all(name).collect();
            all.get(*nth).or(if lenient { all.last() } else { None })?.trim().to_owned()
        }
        SourcePlace::Link(rel) => response.headers.get_all("link").find_map(|value| {
            link_entries(&value).into_iter().find(|(_, r)| r == rel).map(|(target, _)| target.to_owned())
        })?,
        SourcePlace::Cookie(name) => response
            .headers
            .get_all("set-cookie")
            .find_map(|value| cookie(&value).filter(|(n, _)| n == name).map(|(_, v)| v.to_owned()))?,
        SourcePlace::Json(pointer, last) => match read {
            Read::Json(json) => in_json(&pointer.0, json, *last, lenient)?.scalar_text()?.to_owned(),
            Read::Markup(_) | Read::Words(_) => return None,
        },
        SourcePlace::Element(name, nth, last) => match read {
            Read::Markup(found) => nth_of(found, name, *nth, *last, lenient)?,
            Read::Json(_) | Read::Words(_) => return None,
        },
        SourcePlace::Word(after, nth) => match read {
            Read::Words(found) => nth_of(found, after, *nth, false, lenient)?,
            Read::Json(_) | Read::Markup(_) => return None,
        },
    };
    (!text.is_empty()).then_some(text)
}

/// Follows a pointer; an index is the last item where it was the last one in the recording.
fn in_json<'j>(steps: &[Step], json: &'j Json, last: bool, lenient: bool) -> Option<&'j Json> {
    let Some((step, rest)) = steps.split_first() else { return Some(json) };
    match step {
        Step::Member(name) => in_json(rest, json.get(name)?, last, lenient),
        Step::Index(_) | Step::Every => {
            let items = json.items();
            let innermost = !rest.iter().any(|s| matches!(s, Step::Index(_)));
            let item = match step {
                Step::Index(at) if !(innermost && last) => items.get(*at),
                _ => items.last(),
            };
            in_json(rest, item.or(if lenient { items.last() } else { None })?, last, lenient)
        }
    }
}

/// Whether the innermost item on the way is the last one.
fn is_last(json: &Json, pointer: &Pointer) -> bool {
    let Some(at) = pointer.0.iter().rposition(|s| matches!(s, Step::Index(_))) else { return false };
    let array = Pointer(pointer.0[..at].to_vec());
    matches!((&pointer.0[at], array.find(json)), (Step::Index(i), Some(array)) if i + 1 == array.items().len())
}

fn nth_of(found: &[(String, String)], name: &str, nth: usize, last: bool, lenient: bool) -> Option<String> {
    let all: Vec<&String> = found.iter().filter(|(n, _)| n == name).map(|(_, text)| text).collect();
    let exact = if last { all.last() } else { all.get(nth) };
    exact.or(if lenient { all.last() } else { None }).map(|text| (*text).clone())
}

fn count(found: &[(String, String)]) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for (name, _) in found {
        *counts.entry(name.as_str()).or_default() += 1;
    }
    counts
}

fn numbered(found: &[(String, String)], visit: &mut dyn FnMut(&str, usize, &str)) {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for (name, text) in found {
        let count = counts.entry(name).or_default();
        visit(name, *count, text);
        *count += 1;
    }
}

/// Targets and relations of a Link header (RFC 8288 §3); an entry with several relations counts for each.
pub(super) fn link_entries(value: &str) -> Vec<(&str, String)> {
    let mut entries = Vec::new();
    let mut rest = value;
    while let Some(open) = rest.find('<') {
        let Some(close) = rest[open..].find('>').map(|at| at + open) else { break };
        let target = &rest[open + 1..close];
        rest = &rest[close + 1..];
        let parameters = &rest[..rest.find(",").map_or(rest.len(), |_| rest.find('<').unwrap_or(rest.len()))];
        let rel = parameters.split(';').find_map(|p| {
            let (name, value) = p.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("rel")
                .then(|| value.trim_matches(|c: char| c.is_whitespace() || ",\"'".contains(c)))
        });
        let rels: Vec<&str> = rel.unwrap_or_default().split_whitespace().collect();
        if rels.is_empty() {
            entries.push((target, String::new()));
        }
        entries.extend(rels.into_iter().map(|rel| (target, rel.to_ascii_lowercase())));
    }
    entries
}

fn cookie(value: &str) -> Option<(&str, &str)> {
    let (name, value) = value.split(';').next()?.split_once('=')?;
    Some((name.trim(), value.trim()))
}

/// The words of a text, each with the word before it.
fn words(text: &str) -> Vec<(String, String)> {
    let end = (0..=LONGEST_TEXT.min(text.len())).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    let mut before = String::new();
    let mut found = Vec::new();
    for word in text[..end].split(|c: char| c.is_whitespace() || "\"'<>=,;()[]{}".contains(c)) {
        let word = word.trim_end_matches([':', '.']);
        if word.contains(char::is_alphanumeric) {
            let after =
                std::mem::replace(&mut before, word.chars().take(40).collect::<String>().to_lowercase());
            found.push((after, word.to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Headers;

    #[test]
    fn every_visited_text_is_found_again() {
        let bodies = [
            r#"{"data":[{"id":"a1"},{"id":"b2"}],"next":null,"n":2,"deep":[[1],[2,3]]}"#,
            "<List><Key>a</Key><Key>b &amp; c</Key><NextMarker>m</NextMarker><link rel='next' href='/x'/></List>",
            "id: 17\ndata: {\"cursor\":\"c-1\"}\nid: 18\n",
        ];
        for body in bodies {
            let headers = Headers::from_pairs([
                ("Link", "</a?x=1,2>; rel=\"next last\", </b>; rel=prev"),
                ("ETag", "\"e\""),
                ("Set-Cookie", "sid=abc; Path=/"),
            ]);
            let response = Response::new(200, headers, body.as_bytes().to_vec());
            let read = Read::of(&response);
            let mut seen = 0;
            visit(&response, &read, &mut |text, place| {
                seen += 1;
                assert_eq!(find(&response, &read, &place(), false).as_deref(), Some(text), "{:?}", place());
            });
            assert!(seen >= 8, "{seen} in {body}");
        }
    }
}
