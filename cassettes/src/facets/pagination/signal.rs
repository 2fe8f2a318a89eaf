//! What one answer says about whether its listing goes on.

use super::words;
use crate::json::{Json, Pointer, Step};
use crate::model::Headers;
use std::collections::BTreeSet;
use std::fmt;

/// Where in an answer something stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A header, by its name in lower case.
    Header(String),
    /// A place in the JSON body.
    Json(Pointer),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Header(name) => write!(f, "header {name}"),
            Place::Json(pointer) => write!(f, "{pointer}"),
        }
    }
}

/// What a signal says, and in which words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Says {
    /// There is another page; the value asks for it, unless it is a mere flag.
    More(String),
    /// This was the last page, said with this form: `absent`, `null`, `empty`, `false`, `true`, `same`.
    End(&'static str),
}

/// One place that speaks about the listing's end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Where it stands.
    pub place: Place,
    /// What it says.
    pub says: Says,
    /// How much its word counts: flags before tokens.
    rank: u8,
}

const FLAG: u8 = 0;
const TOKEN: u8 = 1;
const QUIET: u8 = 2;

/// Members deeper than this are the items' own.
const DEEPEST: usize = 6;

/// Every signal of one answer that a convention knows by its name. Items of lists are not looked into.
pub fn signals(headers: &Headers, json: Option<&Json>) -> Vec<Signal> {
    let mut found = Vec::new();
    for (name, _) in headers.iter() {
        let place = Place::Header(name.to_ascii_lowercase());
        let named = name.eq_ignore_ascii_case("link") || words::is_token(&words::plain(name));
        if named && !found.iter().any(|s: &Signal| s.place == place) {
            let says = read_header(headers, name);
            // A Link header without a next relation speaks of the end only among its own kind.
            found.push(Signal { place, says, rank: TOKEN });
        }
    }
    if let Some(json) = json {
        members(json, &Pointer::root(), &mut found);
    }
    found
}

fn members(json: &Json, at: &Pointer, found: &mut Vec<Signal>) {
    if at.0.len() >= DEEPEST {
        return;
    }
    for (name, value) in json.members() {
        let plain = words::plain(name);
        let here = at.member(name);
        let inside_links = at.name().is_some_and(|n| matches!(words::plain(n).as_str(), "links" | "paging"));
        if let Some(says) = flag(&plain, value) {
            found.push(Signal { place: Place::Json(here), says, rank: FLAG });
        } else if plain == "next" && !speaks_of_pages(at) && is_plain_word(value) {
            // What is to be done next is no page.
        } else if words::is_token(&plain) && token_like(&plain, value) {
            found.push(Signal { says: read_value(value), place: Place::Json(here), rank: TOKEN });
        } else if words::is_quiet_token(&plain)
            && matches!(value, Json::String(_) | Json::Null)
            && !inside_links
        {
            found.push(Signal { says: read_value(value), place: Place::Json(here), rank: QUIET });
        } else {
            members(value, &here, found);
        }
    }
}

/// Whether what stands inside of it is about the listing as a whole.
fn speaks_of_pages(at: &Pointer) -> bool {
    let about = |name: &str| {
        let plain = words::plain(name);
        ["links", "paging", "pagination", "page", "pages", "meta", "cursor", "cursors"]
            .contains(&plain.as_str())
    };
    at.name().is_none_or(about)
}

/// A word as people read it, and no cursor or address.
fn is_plain_word(value: &Json) -> bool {
    matches!(value, Json::String(text) if (1..16).contains(&text.len()) && text.chars().all(|c| c.is_alphabetic() || c == ' ' || c == '_'))
}

/// What a boolean says, by its name. Documents without booleans write the words.
fn flag(plain: &str, value: &Json) -> Option<Says> {
    let value = match value {
        Json::Bool(value) => *value,
        Json::String(text) if text == "true" || text == "false" => text == "true",
        _ => return None,
    };
    let more = match (words::is_more_flag(plain), words::is_last_flag(plain)) {
        (true, _) => value,
        (_, true) => !value,
        (false, false) => return None,
    };
    let word = if value { "true" } else { "false" };
    Some(if more { Says::More(String::new()) } else { Says::End(word) })
}

/// A value with which one could ask on, or the lack of one. An object counts when it is a link or a key.
fn token_like(plain: &str, value: &Json) -> bool {
    match value {
        Json::String(_) | Json::Number(_) | Json::Null => true,
        Json::Bool(more) => !more,
        Json::Object(members) => {
            let flat = members.iter().all(|(_, v)| v.scalar_text().is_some());
            !members.is_empty() && (flat || plain.ends_with("key"))
        }
        Json::Array(_) => false,
    }
}

/// What a known place of an answer says; a place that has nothing says the end by absence.
pub fn read(place: &Place, headers: &Headers, json: Option<&Json>) -> Says {
    match place {
        Place::Header(name) => read_header(headers, name),
        Place::Json(pointer) => match json.and_then(|j| pointer.find(j)) {
            None => Says::End("absent"),
            Some(value) => {
                let name = words::plain(pointer.name().unwrap_or_default());
                flag(&name, value).unwrap_or_else(|| read_value(value))
            }
        },
    }
}

fn read_value(value: &Json) -> Says {
    match value {
        Json::Null => Says::End("null"),
        Json::Bool(true) => Says::More(String::new()),
        Json::Bool(false) => Says::End("false"),
        Json::String(text) if text.is_empty() => Says::End("empty"),
        Json::String(text) | Json::Number(text) => Says::More(text.clone()),
        Json::Array(items) if items.is_empty() => Says::End("empty"),
        Json::Object(members) if members.is_empty() => Says::End("empty"),
        Json::Object(_) => match value.get("href").or_else(|| value.get("url")) {
            Some(inner) => read_value(inner),
            None => Says::More(value.to_string()),
        },
        Json::Array(_) => Says::More(value.to_string()),
    }
}

fn read_header(headers: &Headers, name: &str) -> Says {
    let mut any = false;
    for value in headers.get_all(name) {
        any = true;
        let value = value.trim();
        if name.eq_ignore_ascii_case("link") {
            if let Some(url) = link_next(value) {
                return Says::More(url);
            }
        } else if !value.is_empty() {
            return Says::More(value.to_owned());
        }
    }
    Says::End(if any && !name.eq_ignore_ascii_case("link") { "empty" } else { "absent" })
}

/// The target of `rel=next` in a Link header's value (RFC 8288 §3).
fn link_next(value: &str) -> Option<String> {
    let mut rest = value;
    while let Some(open) = rest.find('<') {
        let close = open + rest[open..].find('>')?;
        let target = &rest[open + 1..close];
        let tail = &rest[close + 1..];
        // Parameters run to the comma before the next target; commas inside quotes are no end.
        let end = tail.find(",").map_or(tail.len(), |_| {
            let mut quoted = false;
            tail.char_indices()
                .find(|(_, c)| {
                    quoted ^= *c == '"';
                    *c == ',' && !quoted
                })
                .map_or(tail.len(), |(i, _)| i)
        });
        let next = tail[..end].split(';').any(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or_default();
            name.trim().eq_ignore_ascii_case("rel")
                && value
                    .trim()
                    .trim_matches('"')
                    .split_ascii_whitespace()
                    .any(|r| r.eq_ignore_ascii_case("next"))
        });
        if next {
            return Some(target.to_owned());
        }
        rest = &tail[end..];
    }
    None
}

/// Whether the listing goes on, as the answer's signals say together: flags first, then tokens. None
/// where nothing speaks. `known` are places that recorded chains were seen to use; where they stand
/// only in other answers their absence says the end.
pub fn verdict(headers: &Headers, json: Option<&Json>, known: &BTreeSet<Place>) -> Option<bool> {
    let mut all = signals(headers, json);
    for place in known {
        if !all.iter().any(|s| s.place == *place) {
            all.push(Signal { place: place.clone(), says: read(place, headers, json), rank: TOKEN });
        }
    }
    let best = all.iter().map(|s| s.rank).min()?;
    // A cursor of the quiet kind says nothing without a flag, unless a chain used it.
    let speaking = all.iter().filter(|s| s.rank == best && (best < QUIET || known.contains(&s.place)));
    let mut says = None;
    for signal in speaking {
        let more = matches!(signal.says, Says::More(_));
        says = Some(says.unwrap_or(false) || more);
    }
    says
}

impl Signal {
    /// Whether its word counts without a chain that used it.
    pub fn is_loud(&self) -> bool {
        self.rank < QUIET
    }

    /// Whether this is a boolean that only says whether, not how.
    pub fn is_flag(&self) -> bool {
        self.rank == FLAG
    }
}

impl Place {
    /// The pointer with lists opened, so that places of one operation compare equal.
    pub fn generic(&self) -> Place {
        match self {
            Place::Json(pointer) => Place::Json(pointer.generic()),
            Place::Header(name) => Place::Header(name.clone()),
        }
    }

    /// Whether it lies inside a list, hence belongs to an item.
    pub fn in_list(&self) -> bool {
        matches!(self, Place::Json(p) if p.0.iter().any(|s| !matches!(s, Step::Member(_))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(headers: &[(&str, &str)], body: &str) -> Option<bool> {
        let headers = Headers::from_pairs(headers.iter().copied());
        verdict(&headers, Json::parse(body.as_bytes()).ok().as_ref(), &BTreeSet::new())
    }

    #[test]
    fn the_styles_are_read() {
        assert_eq!(says(&[], r#"{"has_more":true,"data":[]}"#), Some(true));
        assert_eq!(says(&[], r#"{"has_more":false,"next_cursor":"x"}"#), Some(false));
        assert_eq!(says(&[], r#"{"items":[],"nextPageToken":""}"#), Some(false));
        assert_eq!(says(&[], r#"{"next":"https://a.test/x?page=2","results":[]}"#), Some(true));
        assert_eq!(says(&[], r#"{"_links":{"next":{"href":"/x?p=2"}},"x":[]}"#), Some(true));
        assert_eq!(says(&[], r#"{"d":{"pageInfo":{"endCursor":"a","hasNextPage":false}}}"#), Some(false));
        assert_eq!(says(&[], r#"{"cursor":"a","data":[{"next":"x"}]}"#), None);
        assert_eq!(says(&[], r#"{"advice":{"next":"call"},"tags":[]}"#), None);
        assert_eq!(
            says(&[("Link", r#"<a?p=1>; rel=prev, </b?p=3>; title="a, b"; rel="last next""#)], "[]"),
            Some(true)
        );
        assert_eq!(says(&[("link", r#"<a?p=1>; rel="prev""#)], "[]"), Some(false));
        assert_eq!(says(&[("Next-Page", "http://x/y?_token=z")], "[]"), Some(true));
        assert_eq!(says(&[], r#"{"L":{"IsTruncated":"false","NextMarker":"x"}}"#), Some(false));
        assert_eq!(says(&[], r#"{"Items":[],"LastEvaluatedKey":{"id":{"S":"x"}}}"#), Some(true));
        assert_eq!(says(&[], r#"{"id":1,"name":"x"}"#), None);
    }
}
