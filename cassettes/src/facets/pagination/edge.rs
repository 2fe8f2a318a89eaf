//! Two exchanges that are a page and the one after it, and how the second was asked for.

use super::items::{items_at, items_of, limit_of};
use super::signal::{Place, Says, Signal, signals};
use super::words;
use crate::json::{Json, Pointer};
use crate::model::{Request, Response, pairs};

/// A place in a request that carries where the listing stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// A query name.
    Query(String),
    /// A place in a JSON body.
    Json(Pointer),
    /// A name in a form body.
    Form(String),
    /// A header, by its name in lower case.
    Header(String),
    /// The whole target: path and query were given as one URL.
    Target,
}

impl std::fmt::Display for Slot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Slot::Query(name) => write!(f, "query {name}"),
            Slot::Json(pointer) => write!(f, "body {pointer}"),
            Slot::Form(name) => write!(f, "form {name}"),
            Slot::Header(name) => write!(f, "header {name}"),
            Slot::Target => f.write_str("the whole URL"),
        }
    }
}

/// What a client counts by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Count {
    /// Pages, one by one.
    Pages,
    /// Items passed over.
    Items,
}

/// Where the next request's place in the listing came from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The answer said it: a token, a URL or a Link header.
    Said(Place),
    /// It is a member of the page's last item (keyset, "starting after"); the name, empty for scalars.
    LastItem(String),
    /// The client counted.
    Counted(Count),
}

/// How one page leads to the next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// Where the next request carries it.
    pub slot: Slot,
    /// Where it came from.
    pub source: Source,
}

type Change = (Slot, Option<String>, Option<String>);

/// An answer that others may be the next page of, read once.
pub(super) struct Page<'a> {
    request: &'a Request,
    answer: &'a Response,
    json: Option<&'a Json>,
    signals: Vec<Signal>,
    /// Its items, where it lists something.
    items: Option<&'a [Json]>,
}

impl<'a> Page<'a> {
    pub(super) fn of(request: &'a Request, answer: &'a Response, json: Option<&'a Json>) -> Self {
        let items = json.and_then(|json| items_of(json, &items_at(json)?));
        Page { request, answer, json, signals: signals(&answer.headers, json), items }
    }

    /// What it says of going on.
    pub(super) fn signals(&self) -> &[Signal] {
        &self.signals
    }

    /// Whether any request at all could ask for the page after it: it says something, or lists something.
    pub(super) fn may_lead_on(&self) -> bool {
        !self.signals.is_empty() || self.items.is_some()
    }
}

/// How the second request asks for the page after the first answer, if that is what it does. The
/// requests must be alike but for their place in the listing.
pub fn edge(first: &Request, answer: &Response, json: Option<&Json>, second: &Request) -> Option<Edge> {
    leads(&Page::of(first, answer, json), second)
}

/// The same of a page that was read.
pub(super) fn leads(page: &Page<'_>, second: &Request) -> Option<Edge> {
    let first = page.request;
    if first.method != second.method {
        return None;
    }
    if let Some(place) = said_url(page, second) {
        return (first != second).then_some(Edge { slot: Slot::Target, source: Source::Said(place) });
    }
    if first.path() != second.path() {
        return None;
    }
    // Whatever else changed is another question, not another page.
    let [(slot, before, after)] = <[Change; 1]>::try_from(changes(first, second)?).ok()?;
    let after = after.as_deref().filter(|v| !v.is_empty())?;
    let source = said(page, &slot, after)
        .or_else(|| counted(page, &slot, before.as_deref(), after))
        .or_else(|| last_item(page, &slot, after))?;
    Some(Edge { slot, source })
}

/// Names and values that differ between two requests to the same path.
fn changes(first: &Request, second: &Request) -> Option<Vec<Change>> {
    let mut found = differing(&first.query_pairs(), &second.query_pairs(), Slot::Query);
    if first.body != second.body {
        match (Json::parse(first.body.bytes()), Json::parse(second.body.bytes())) {
            (Ok(a), Ok(b)) => body_changes(&a, &b, &Pointer::root(), &mut found)?,
            _ => {
                let form = |r: &Request| pairs(&String::from_utf8_lossy(r.body.bytes()));
                found.extend(differing(&form(first), &form(second), Slot::Form));
            }
        }
    }
    if found.is_empty() {
        let headers = |r: &Request| -> Vec<(String, String)> {
            let text = |v: &[u8]| String::from_utf8_lossy(v).into_owned();
            r.headers.iter().map(|(n, v)| (n.to_ascii_lowercase(), text(v))).collect()
        };
        found = differing(&headers(first), &headers(second), Slot::Header);
        found.retain(|(slot, ..)| matches!(slot, Slot::Header(n) if words::is_cursor_name(&words::plain(n))));
    }
    (!found.is_empty()).then_some(found)
}

fn differing(a: &[(String, String)], b: &[(String, String)], slot: fn(String) -> Slot) -> Vec<Change> {
    let value =
        |side: &[(String, String)], name: &str| side.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let mut names: Vec<&String> = a.iter().chain(b).map(|(n, _)| n).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .map(|name| (slot(name.clone()), value(a, name), value(b, name)))
        .filter(|(_, before, after)| before != after)
        .collect()
}

/// None where the bodies differ in more than scalars.
fn body_changes(a: &Json, b: &Json, at: &Pointer, found: &mut Vec<Change>) -> Option<()> {
    match (a, b) {
        (Json::Object(before), Json::Object(after)) => {
            for (name, value) in before {
                body_changes(value, b.get(name).unwrap_or(&Json::Null), &at.member(name), found)?;
            }
            for (name, value) in after.iter().filter(|(name, _)| a.get(name).is_none()) {
                body_changes(&Json::Null, value, &at.member(name), found)?;
            }
        }
        _ if a == b => {}
        (Json::Array(before), Json::Array(after)) if before.len() == after.len() => {
            for (i, (x, y)) in before.iter().zip(after).enumerate() {
                body_changes(x, y, &at.index(i), found)?;
            }
        }
        (Json::Array(_) | Json::Object(_), Json::Array(_)) | (Json::Array(_), Json::Object(_)) => {
            return None;
        }
        _ => {
            let text = |v: &Json| {
                v.scalar_text().map(str::to_owned).or_else(|| (*v != Json::Null).then(|| v.to_string()))
            };
            found.push((Slot::Json(at.clone()), text(a), text(b)));
        }
    }
    Some(())
}

/// The place whose URL is what the second request asks: same query (in any order) and a path that ends alike.
fn said_url(page: &Page<'_>, second: &Request) -> Option<Place> {
    if !page.signals.iter().any(|signal| matches!(&signal.says, Says::More(url) if url.contains('?'))) {
        return None;
    }
    let asked = sorted(second.query_pairs());
    if asked.is_empty() {
        return None;
    }
    page.signals.iter().find_map(|signal| match &signal.says {
        Says::More(url) if url.contains('?') => {
            let (path, query) = url.split_once('?')?;
            let path =
                path.split_once("://").map_or(path, |(_, rest)| rest.find('/').map_or("", |i| &rest[i..]));
            let alike = path.is_empty() || path.ends_with(second.path()) || second.path().ends_with(path);
            (alike && sorted(pairs(query)) == asked).then(|| signal.place.clone())
        }
        _ => None,
    })
}

fn sorted(mut pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    pairs.sort();
    pairs
}

/// The place in the answer, outside of its items, where the value stands. Values that could be there by
/// chance count only under a name that speaks of going on.
fn said(page: &Page<'_>, slot: &Slot, value: &str) -> Option<Source> {
    let name = match slot {
        Slot::Query(n) | Slot::Form(n) | Slot::Header(n) => n.as_str(),
        Slot::Json(p) => p.name().unwrap_or_default(),
        Slot::Target => "",
    };
    let carries = |text: &str| {
        text == value
            || text
                .split_once('?')
                .is_some_and(|(_, q)| pairs(q).iter().any(|(n, v)| n == name && v == value))
    };
    let known = page.signals.iter().find(|s| matches!(&s.says, Says::More(text) if carries(text)));
    if let Some(signal) = known {
        return Some(Source::Said(signal.place.clone()));
    }
    // A token outside of any listing asks for something else: a session, a refresh, an export.
    page.items?;
    if !words::is_cursor_name(&words::plain(name)) {
        return None;
    }
    let by_chance = value.len() < 6 || value.bytes().all(|b| b.is_ascii_digit());
    // The answer names what to ask with as the request does.
    let same_name = |at: &Pointer| at.name().is_some_and(|n| words::plain(n) == words::plain(name));
    if let Some((header, _)) = page.answer.headers.iter().find(|(_, v)| *v == value.as_bytes() && !by_chance)
    {
        return Some(Source::Said(Place::Header(header.to_ascii_lowercase())));
    }
    let mut found = None;
    Pointer::walk(page.json?, &mut |at, here| {
        let place = Place::Json(at.clone());
        let counts = !by_chance || same_name(at);
        if found.is_none() && counts && !place.in_list() && here.scalar_text() == Some(value) {
            found = Some(Source::Said(place));
        }
    });
    found
}

fn counted(page: &Page<'_>, slot: &Slot, before: Option<&str>, after: &str) -> Option<Source> {
    let name = words::plain(match slot {
        Slot::Query(n) | Slot::Form(n) => n,
        Slot::Json(p) => p.name()?,
        Slot::Header(_) | Slot::Target => return None,
    });
    let after: u64 = after.parse().ok()?;
    let before: Option<u64> = before.map(str::parse).transpose().ok()?;
    let items = page.items?.len() as u64;
    if words::is_page_name(&name) {
        // Pages count from 0 or 1, and the first is often left unsaid.
        let next = before.map_or(after == 2 || after == 1, |b| b.checked_add(1) == Some(after));
        return next.then_some(Source::Counted(Count::Pages));
    }
    let step = after.checked_sub(before.unwrap_or_default())?;
    let full = items > 0 && (step == items || limit_of(page.request).is_some_and(|(_, limit)| step == limit));
    (words::is_offset_name(&name) && full).then_some(Source::Counted(Count::Items))
}

fn last_item(page: &Page<'_>, slot: &Slot, value: &str) -> Option<Source> {
    let name = match slot {
        Slot::Query(n) | Slot::Form(n) | Slot::Header(n) => n.as_str(),
        Slot::Json(p) => p.name()?,
        Slot::Target => return None,
    };
    if !words::is_cursor_name(&words::plain(name)) {
        return None;
    }
    let last = page.items?.last()?;
    if last.scalar_text() == Some(value) {
        return Some(Source::LastItem(String::new()));
    }
    let (member, _) = last.members().iter().find(|(_, v)| v.scalar_text() == Some(value))?;
    Some(Source::LastItem(member.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Headers;

    fn leads(first: &str, headers: &[(&str, &str)], body: &str, second: &str) -> Option<String> {
        let answer = Response::new(200, Headers::from_pairs(headers.iter().copied()), body.to_owned());
        let json = Json::parse(body.as_bytes()).ok();
        let ask = |text: &str| {
            let (method, rest) = text.split_once(' ').expect("a method");
            let (target, body) = rest.split_once(' ').unwrap_or((rest, ""));
            let mut request = Request::new(method, target);
            request.body = body.to_owned().into();
            request
        };
        edge(&ask(first), &answer, json.as_ref(), &ask(second))
            .map(|e| format!("{} <- {:?}", e.slot, e.source))
    }

    #[test]
    fn pages_lead_to_pages_by_use() {
        let link = [("Link", "</v2/_catalog?last=demo%2Fb&n=2>; rel=\"next\"")];
        let found =
            leads("GET /v2/_catalog?n=2", &link, r#"{"r":["a","b"]}"#, "GET /v2/_catalog?n=2&last=demo/b");
        assert!(found.is_some_and(|f| f.contains("whole URL")));
        let token = r#"{"items":[1],"nextPageToken":"abc"}"#;
        assert!(leads("GET /x?q=1", &[], token, "GET /x?q=1&pageToken=abc").is_some());
        assert_eq!(leads("GET /x?q=1", &[], token, "GET /x?q=2&pageToken=abc"), None, "another question");
        let last = r#"{"has_more":true,"data":[{"id":"a1"},{"id":"b2"}]}"#;
        assert!(leads("GET /x?limit=2", &[], last, "GET /x?limit=2&starting_after=b2").is_some());
        assert_eq!(leads("GET /x?limit=2", &[], last, "GET /x?limit=2&customer=b2"), None, "a filter");
        assert!(leads("GET /x?limit=2&offset=0", &[], last, "GET /x?limit=2&offset=2").is_some());
        assert!(leads("GET /x", &[], last, "GET /x?page=2").is_some());
        assert_eq!(leads("GET /x?category=1", &[], last, "GET /x?category=2"), None, "a filter");
        let same = r#"{"items":[1],"after":"3"}"#;
        assert!(leads("GET /x", &[], same, "GET /x?after=3").is_some());
        assert_eq!(leads("GET /x", &[], r#"{"items":[1],"n":"3"}"#, "GET /x?after=3"), None, "by chance");
        let graph = r#"{"data":{"a":{"nodes":[1],"pageInfo":{"endCursor":"Y3Vyc29y","hasNextPage":true}}}}"#;
        let found = leads(
            "POST /graphql {\"query\":\"q\",\"variables\":{\"after\":null}}",
            &[],
            graph,
            "POST /graphql {\"query\":\"q\",\"variables\":{\"after\":\"Y3Vyc29y\"}}",
        );
        assert!(found.is_some_and(|f| f.contains("/variables/after")));
    }
}
