//! Requests that carry the same key twice: sent again, or sent with something else in them.

use crate::case::Said;
use crate::finding::Evidence;
use crate::run::Run;
use crate::run::fates::{Judged, fates};
use cassettes::codec;
use cassettes::facets::error_class::{Class, ErrorFacts};
use cassettes::facets::idempotency_key::is_key_name;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer};
use cassettes::model::Request;
use std::borrow::Cow;
use std::collections::HashMap;

/// What answers say about a key that was used for something else.
const TELLING: [&str; 8] = [
    "idempot",
    "different param",
    "different request",
    "different body",
    "different payload",
    "already used",
    "already been used",
    "reused",
];

/// A request whose key an earlier one had.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Again<'r, 'a> {
    /// The first with this key; both sides did what it asks.
    pub(crate) first: Judged<'r, 'a>,
    /// This one.
    pub(crate) again: Judged<'r, 'a>,
    /// Whether it asks for the very same thing.
    pub(crate) same: bool,
}

/// Every request whose key an earlier one of its cassette had, in recorded order.
pub(crate) fn again<'r, 'a>(run: &'r Run<'a>) -> Vec<Again<'r, 'a>> {
    let mut first: HashMap<(usize, &str, String, String), (Judged<'r, 'a>, String)> = HashMap::new();
    let mut found = Vec::new();
    for one in fates(run) {
        let case = one.case();
        let request = &case.exchange.request;
        if matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS") {
            continue;
        }
        for key in keys(request) {
            let content = content(request, &key);
            let who = (case.cassette, request.path(), key.name, key.value);
            match first.get(&who) {
                Some((before, told)) => {
                    found.push(Again { first: *before, again: one, same: *told == content });
                }
                None if one.reading.real.success && one.reading.other.success => {
                    first.insert(who, (one, content));
                }
                None => {}
            }
        }
    }
    found
}

impl Again<'_, '_> {
    /// The real side gives the same thing again.
    pub(crate) fn is_replay(&self) -> bool {
        let (first, again) = (&self.first.case().real, &self.again.case().real);
        self.same && self.again.reading.real.success && is_same_thing(first, again) == Some(true)
    }

    /// Likewise the subject; none where its answers do not tell.
    pub(crate) fn is_replayed(&self) -> Option<bool> {
        is_same_thing(&self.first.case().other, &self.again.case().other)
    }

    /// The real side refuses this one because of its key: it says so, or takes the same under another key.
    pub(crate) fn is_conflict(&self, run: &Run<'_>) -> bool {
        let case = self.again.case();
        let Some(error) = self.again.reading.real.error.as_ref().filter(|_| !self.same) else { return false };
        let refusal =
            matches!(error.class, Class::Conflict | Class::Validation | Class::Terminal | Class::Other);
        if !refusal {
            return false;
        }
        if error.class == Class::Conflict || says_so(error, &case.real) {
            return true;
        }
        let request = &case.exchange.request;
        let keys = keys(request);
        let taken = |other: &Request| {
            let plain = |r: &Request| keys.iter().fold(r.clone(), |r, key| without(&r, key));
            other.method == request.method
                && keys.iter().any(|key| !self::keys(other).contains(key))
                && told(&plain(other)) == told(&plain(request))
        };
        run.of(&case.operation).any(|c| c.real.is_success() && taken(&c.exchange.request))
    }
}

fn says_so(error: &ErrorFacts, said: &Said<'_>) -> bool {
    let text = said.text.as_deref().unwrap_or_default().to_lowercase();
    let codes = error.codes.iter().any(|c| words(c.key()).iter().any(|w| w.starts_with("idempot")));
    codes || TELLING.iter().any(|telling| text.contains(telling))
}

/// Whether two answers are about one thing: by its id, or by where it is; none where neither says.
fn is_same_thing(a: &Said<'_>, b: &Said<'_>) -> Option<bool> {
    let id = |said: &Said<'_>| -> Option<String> {
        id_place(said)?.find(said.tree()?)?.scalar_text().map(str::to_owned)
    };
    let place = |said: &Said<'_>| said.header("location").map(Cow::into_owned);
    match (id(a), id(b)) {
        (Some(a), Some(b)) => Some(a == b),
        _ => Some(place(a)? == place(b)?),
    }
}

/// Where the id of what was made stands.
fn id_place(said: &Said<'_>) -> Option<Pointer> {
    let tree = said.tree()?;
    let inside = ["data", "result", "item", "object"].iter().map(|name| Pointer::root().member(name));
    let mut places = std::iter::once(Pointer::root()).chain(inside).map(|at| at.member("id"));
    places.find(|at| at.find(tree).is_some_and(|id| id.scalar_text().is_some()))
}

/// Evidence that tells of which thing an answer speaks: its id, or where it is.
pub(crate) fn told_by(said: &Said<'_>) -> Evidence {
    match id_place(said) {
        Some(at) => said.at(&at),
        None if said.header("location").is_some() => said.at_header("location"),
        None => said.whole(),
    }
}

/// Where a key stands, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    name: String,
    value: String,
}

/// What a request names as its key: in a header, the query, or at the root of the body.
fn keys(request: &Request) -> Vec<Key> {
    let mut found: Vec<Key> = Vec::new();
    let mut add = |name: &str, value: &str| {
        if is_key_name(name) && !value.is_empty() {
            found.push(Key { name: name.to_ascii_lowercase(), value: value.to_owned() });
        }
    };
    for (name, value) in request.headers.iter() {
        add(name, &String::from_utf8_lossy(value));
    }
    for (name, value) in request.query_pairs() {
        add(&name, &value);
    }
    if let Some(json) = codec::json_of(&request.headers, &request.body) {
        for (name, value) in json.members() {
            add(name, value.as_str().unwrap_or_default());
        }
    }
    for (name, value) in form(request).unwrap_or_default() {
        add(&name, &value);
    }
    // The surest name alone: a request may carry an id of its own for each attempt beside the key.
    let sure = |key: &Key| key.name.contains("idempot");
    if found.iter().any(sure) {
        found.retain(sure);
    }
    found
}

/// The key that a request carries, with its name.
pub(crate) fn key(request: &Request) -> Option<String> {
    keys(request).into_iter().next().map(|key| format!("{} {}", key.name, key.value))
}

/// The key that a request surely means as one, and what it asks for beside it. A header that names each
/// attempt, as `X-Request-Id` does, is none.
pub(crate) fn keyed(request: &Request) -> Option<(String, String)> {
    let names = |name: &str| request.headers.contains(name) && !name.contains("idempot");
    let attempt = |key: &Key| names(&key.name) && is_attempt(&key.name);
    let key = keys(request).into_iter().find(|key| !attempt(key))?;
    let content = content(request, &key);
    Some((format!("{} {}", key.name, key.value), content))
}

/// Whether a header of that name goes with each attempt.
fn is_attempt(name: &str) -> bool {
    let words = words(name);
    words.windows(2).any(|two| matches!(two, [a, b] if b == "id" && (a == "request" || a == "transaction")))
}

fn form(request: &Request) -> Option<Vec<(String, String)>> {
    if request.headers.media_type().as_deref() != Some("application/x-www-form-urlencoded") {
        return None;
    }
    // A form is spelt as a query is.
    let text = codec::text_of(&request.headers, &request.body)?;
    Some(Request::new("POST", format!("/?{text}")).query_pairs())
}

/// What a request asks for, its key aside.
fn content(request: &Request, key: &Key) -> String {
    told(&without(request, key))
}

fn told(request: &Request) -> String {
    let body = String::from_utf8_lossy(request.body.bytes());
    format!("{} {}\n{body}", request.method, request.target)
}

/// The request without a key, its body in one spelling.
fn without(request: &Request, key: &Key) -> Request {
    let mut bare = Request::new(request.method.as_str(), request.path());
    bare.headers = request.headers.clone();
    let is_key = |name: &str| name.eq_ignore_ascii_case(&key.name);
    let query: Vec<String> = request
        .query_pairs()
        .into_iter()
        .filter(|(name, _)| !is_key(name))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if !query.is_empty() {
        bare.target = format!("{}?{}", bare.target, query.join("&"));
    }
    bare.body = request.body.clone();
    if let Some(Json::Object(members)) = codec::json_of(&request.headers, &request.body) {
        let kept = members.into_iter().filter(|(name, _)| !is_key(name)).collect();
        let mut text = String::new();
        Json::Object(kept).write(&mut text, true);
        bare.body = text.into();
    } else if let Some(pairs) = form(request) {
        let kept = pairs.into_iter().filter(|(name, _)| !is_key(name));
        let text: Vec<String> = kept.map(|(name, value)| format!("{name}={value}")).collect();
        bare.body = text.join("&").into();
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_by_what_their_names_say() {
        for name in [
            "Idempotency-Key",
            "X-Idempotency-Key",
            "idempotentKey",
            "ClientToken",
            "clientRequestToken",
            "x-request-id",
            "Repeatability-Request-ID",
            "MessageDeduplicationId",
        ] {
            assert!(is_key_name(name), "{name}");
        }
        for name in ["id", "token", "client", "request", "authorization", "transaction", "page_token"] {
            assert!(!is_key_name(name), "{name}");
        }
    }

    #[test]
    fn the_key_is_no_part_of_what_is_asked() {
        let of = |body: &str| {
            let mut request = Request::new("POST", "/v1/x");
            request.headers.push("content-type", "application/json");
            request.body = body.to_owned().into();
            request
        };
        let (a, b) = (of(r#"{"n":1,"requestId":"k1"}"#), of(r#"{"requestId":"k2", "n":1}"#));
        let (ka, kb) = (keys(&a).remove(0), keys(&b).remove(0));
        assert_eq!((ka.value.as_str(), content(&a, &ka)), ("k1", content(&b, &kb)));
        assert_ne!(content(&a, &ka), content(&of(r#"{"n":2}"#), &ka));
    }
}
