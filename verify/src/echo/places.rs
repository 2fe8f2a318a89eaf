//! The single values of requests and answers, by place. What stands in lists has no place of its own.

use crate::case::Said;
use cassettes::codec;
use cassettes::facets::pagination::limit_of;
use cassettes::json::{Json, Pointer};
use cassettes::jwt::Jwt;
use cassettes::model::{Headers, Request};
use cassettes::operation::Operation;
use std::borrow::Cow;
use std::fmt;

/// Longer texts are documents.
const LONGEST: usize = 4096;

/// Header fields that speak of the message, the connection or the cache, not of what was asked.
const OF_MESSAGE: [&str; 48] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "accept-patch",
    "accept-post",
    "accept-ranges",
    "age",
    "allow",
    "alt-svc",
    "authorization",
    "cache-control",
    "connection",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-range",
    "content-security-policy",
    "content-type",
    "cookie",
    "date",
    "dnt",
    "etag",
    "expect",
    "expires",
    "forwarded",
    "host",
    "keep-alive",
    "last-modified",
    "link",
    "location",
    "origin",
    "pragma",
    "prefer",
    "proxy-authorization",
    "range",
    "referer",
    "retry-after",
    "server",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "vary",
    "via",
];

/// Names of places in a listing: rules about pages judge them.
const OF_PAGES: [&str; 12] = [
    "page", "offset", "skip", "start", "cursor", "after", "before", "marker", "token", "startat", "from",
    "index",
];

/// A place in an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum At {
    /// In the body.
    Body(Pointer),
    /// A header, by its name in lower case.
    Header(String),
    /// A parameter of the URL to which the answer leads, in its query or its fragment.
    Location(String),
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Body(pointer) => write!(f, "{pointer}"),
            At::Header(name) => write!(f, "header {name}"),
            At::Location(name) => write!(f, "header location, parameter {name}"),
        }
    }
}

/// What a request says, by place: `path segment 3`, `query q`, `header x-request-id`, `body /name`.
pub(super) fn asked(operation: &Operation, request: &Request) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let template = operation.template.split(' ').next().unwrap_or_default();
    let segments = request.segments();
    for (at, part) in template.trim_start_matches('/').split('/').enumerate() {
        if part.starts_with('{') && part.ends_with('}') {
            found.extend(segments.get(at).map(|value| (format!("path segment {}", at + 1), value.clone())));
        }
    }
    let limit = limit_of(request).map(|(name, _)| name);
    let turns = |name: &str| {
        let plain: String =
            name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        limit.as_deref() == Some(name) || OF_PAGES.contains(&plain.as_str())
    };
    for (name, value) in request.query_pairs().into_iter().filter(|(name, _)| !turns(name)) {
        found.push((format!("query {name}"), value));
    }
    for (name, value) in request.headers.iter() {
        if let Some(name) = own_header(name) {
            found.push((format!("header {name}"), String::from_utf8_lossy(value).into_owned()));
        }
    }
    if let Some(json) = codec::json_of(&request.headers, &request.body) {
        singles(&json, &mut Pointer::root(), &mut |at, text| {
            if !at.name().is_some_and(turns) {
                found.push((format!("body {at}"), text.to_owned()));
            }
        });
    } else if request.headers.media_type().as_deref() == Some("application/x-www-form-urlencoded") {
        let text = codec::text_of(&request.headers, &request.body).unwrap_or_default();
        // A form is spelt as a query is.
        let pairs = Request::new("POST", format!("/?{text}")).query_pairs();
        let pairs = pairs.into_iter().filter(|(name, _)| !turns(name));
        found.extend(pairs.map(|(name, value)| (format!("form {name}"), value)));
    }
    // A name that stands twice is a list.
    let places: Vec<String> = found.iter().map(|(place, _)| place.clone()).collect();
    found.retain(|(place, value)| places.iter().filter(|p| *p == place).count() == 1 && is_telling(value));
    found
}

/// What an answer says, by place.
pub(super) fn said(answer: &Said<'_>) -> Vec<(At, String)> {
    let mut found = Vec::new();
    if let Some(tree) = answer.tree() {
        singles(tree, &mut Pointer::root(), &mut |at, text| {
            found.push((At::Body(at.clone()), text.to_owned()));
        });
    }
    for (name, value) in answer.headers().into_iter().flat_map(Headers::iter) {
        if let Some(name) = own_header(name) {
            found.push((At::Header(name), String::from_utf8_lossy(value).into_owned()));
        }
    }
    found.extend(parameters(answer).into_iter().map(|(name, value)| (At::Location(name), value)));
    found.retain(|(_, value)| is_telling(value));
    found
}

/// The parameters of the URL to which an answer leads (RFC 9110 §10.2.2, RFC 6749 §4.1.2 and §4.2.2).
fn parameters(answer: &Said<'_>) -> Vec<(String, String)> {
    let Some(url) = answer.header("location") else { return Vec::new() };
    let (rest, fragment) = url.split_once('#').unwrap_or((&url, ""));
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    let pairs = |text: &str| Request::new("GET", format!("/?{text}")).query_pairs();
    let mut found = pairs(query);
    if fragment.contains('=') {
        found.extend(pairs(fragment));
    }
    found
}

/// What an answer says in one place; `null` where it says that. None where the place is not there.
pub(super) fn said_at(answer: &Said<'_>, at: &At) -> Option<String> {
    match at {
        At::Body(pointer) => {
            let value = pointer.find(answer.tree()?)?;
            Some(value.scalar_text().map_or_else(|| value.to_string(), str::to_owned))
        }
        At::Header(name) => answer.header(name).map(Cow::into_owned),
        At::Location(name) => parameters(answer).into_iter().find(|(n, _)| n == name).map(|(_, value)| value),
    }
}

/// Whether an answer has what the place stands in, and the place is not there. A member of a body that is
/// not there is what rules about members judge.
pub(super) fn leaves_out(answer: &Said<'_>, at: &At) -> bool {
    let within = match at {
        At::Body(_) => false,
        At::Header(_) => answer.reply().is_some(),
        At::Location(_) => answer.header("location").is_some(),
    };
    within && said_at(answer, at).is_none()
}

fn singles(json: &Json, at: &mut Pointer, visit: &mut dyn FnMut(&Pointer, &str)) {
    if matches!(json, Json::String(_) | Json::Number(_))
        && let Some(text) = json.scalar_text()
    {
        visit(at, text);
    }
    for (name, value) in json.members() {
        let mut inner = at.member(name);
        singles(value, &mut inner, visit);
    }
}

fn own_header(name: &str) -> Option<String> {
    let name = name.to_ascii_lowercase();
    let general = OF_MESSAGE.contains(&name.as_str())
        || ["if-", "access-control-", "sec-", "x-forwarded", "strict-", "proxy-"]
            .iter()
            .any(|p| name.starts_with(p));
    (!general).then_some(name)
}

/// Whether a value is one that can be recognised: no secret that stands for another on the wire, no token
/// that is minted anew.
fn is_telling(value: &str) -> bool {
    let stands_in = value.contains("{{") || value.split([' ', ',']).any(|word| Jwt::parse(word).is_some());
    !value.is_empty() && value.len() <= LONGEST && !stands_in
}
