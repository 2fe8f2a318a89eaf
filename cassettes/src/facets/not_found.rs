//! # not-found
//!
//! How an answer says that there is no such thing.
//!
//! ## Why it matters
//!
//! Real sides have a dozen ways to say it, and code that was only tested with one takes the others for a
//! thing without content, or for a failure.
//!
//! ## Fires
//!
//! ```text
//! > GET /v1/customers/cus_nope
//! < 404 {"error":{"code":"resource_missing"}}
//! = not-found
//! ```
//!
//! ```text
//! > GET /v1/customers/cus_nope
//! < 404
//! = not-found
//! ```
//!
//! ```text
//! > GET /v1/customers/cus_old
//! < 410 {"error":"deleted"}
//! = gone
//! ```
//!
//! The status is about something else, a code tells:
//!
//! ```text
//! > POST /
//! >> {"TableName":"nope"}
//! < 400 {"__type":"ResourceNotFoundException"}
//! = not-found-by-code
//! ```
//!
//! ```text
//! > GET /geo?address=nowhere
//! < 200 {"results":[],"status":"ZERO_RESULTS"}
//! = not-found-by-code
//! ```
//!
//! Nothing where something was asked for:
//!
//! ```text
//! > GET /v1/things/7
//! < 200 null
//! = null
//! ```
//!
//! ```text
//! > POST /graphql
//! >> {"query":"{thing(id:7){id}}"}
//! < 200 {"data":{"thing":null}}
//! = null
//! ```
//!
//! ```text
//! > GET /v1/things/7
//! < 204
//! = no-content
//! ```
//!
//! ```text
//! > GET /v1/things?name=nope
//! < 200 {"object":"list","data":[],"has_more":false}
//! = empty-list
//! ```
//!
//! ```text
//! > GET /search?q=nope
//! < 200 {"query":"nope","hits":0,"results":[]}
//! = empty-list
//! ```
//!
//! ```text
//! > POST /
//! > x-amz-target: Jobs.ListJobs
//! >> {"Queue":"idle"}
//! < 200 {"Jobs":[]}
//! = empty-list
//! ```
//!
//! ```text
//! > GET /v1/things/7
//! < 200 {}
//! = empty-object
//! ```
//!
//! ## Quiet
//!
//! A deletion and a write succeed without content as a matter of course:
//!
//! ```text
//! > DELETE /v1/things/7
//! < 204
//! ```
//!
//! ```text
//! > POST /v1/things/7/touch
//! < 200 {}
//! ```
//!
//! A thing with an empty list in it is there:
//!
//! ```text
//! > GET /v1/things/7
//! < 200 {"id":"7","tags":[]}
//! ```
//!
//! Refused is not missing:
//!
//! ```text
//! > GET /v1/things/7
//! < 403 {"error":"forbidden"}
//! ```
//!
//! ```text
//! > GET /v1/things/7
//! < 304
//! ```

use super::empty_list::{asks, is_about_listing, is_empty_list, without_question};
use super::error_class::{Class, Envelope, ErrorFacts, error_of};
use super::error_code::plain;
use super::facet::Facet;
use super::words;
use crate::{
    codec,
    json::Json,
    meta::Meta,
    model::{Request, Response},
};
use std::fmt;

/// How an answer says that there is no such thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MissStyle {
    /// 404 with an error document.
    NotFoundDocument,
    /// 404 with text or a page for people.
    NotFoundText,
    /// 404 without a body.
    NotFoundEmpty,
    /// 410.
    Gone,
    /// Another error status with a code that says not found.
    OtherStatus,
    /// A success status with a word or an error that says not found.
    StatusWord,
    /// The field is null inside of an envelope that says success: GraphQL, JSON-RPC and their like.
    GraphQlNull,
    /// 204.
    NoContent,
    /// A success with the JSON value `null`.
    Null,
    /// A success with an empty list.
    EmptyList,
    /// A success without a body.
    EmptyBody,
    /// A success with `{}`.
    EmptyObject,
}

impl MissStyle {
    /// As findings name it.
    pub fn as_str(self) -> &'static str {
        match self {
            MissStyle::NotFoundDocument => "404 with an error document",
            MissStyle::NotFoundText => "404 with text",
            MissStyle::NotFoundEmpty => "404 without a body",
            MissStyle::Gone => "410",
            MissStyle::OtherStatus => "another error status with a not-found code",
            MissStyle::StatusWord => "a success that says not found in its body",
            MissStyle::GraphQlNull => "a null in its envelope",
            MissStyle::NoContent => "204",
            MissStyle::Null => "a success with `null`",
            MissStyle::EmptyList => "a success with an empty list",
            MissStyle::EmptyBody => "a success without a body",
            MissStyle::EmptyObject => "a success with `{}`",
        }
    }

    /// Whether the answer alone tells. Otherwise it is a miss only if the same kind of question has
    /// answers with content: an account without orders has an empty list, too.
    pub fn is_certain(self) -> bool {
        self <= MissStyle::StatusWord
    }

    fn label(self) -> &'static str {
        match self {
            MissStyle::NotFoundDocument | MissStyle::NotFoundText | MissStyle::NotFoundEmpty => "not-found",
            MissStyle::Gone => "gone",
            MissStyle::OtherStatus | MissStyle::StatusWord => "not-found-by-code",
            MissStyle::GraphQlNull | MissStyle::Null => "null",
            MissStyle::NoContent | MissStyle::EmptyBody => "no-content",
            MissStyle::EmptyList => "empty-list",
            MissStyle::EmptyObject => "empty-object",
        }
    }
}

impl fmt::Display for MissStyle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads a reply as a miss. For styles that are not [certain](MissStyle::is_certain) the caller must
/// know that the same kind of question can have content.
pub fn miss_of(request: &Request, response: &Response) -> Option<MissStyle> {
    let json = codec::json_of(&response.headers, &response.body);
    miss_in(request, response, json.as_ref(), error_of(response, Some(request)).as_ref())
}

/// As [`miss_of`], for a reply whose body and error have been read.
pub fn miss_in(
    request: &Request,
    response: &Response,
    json: Option<&Json>,
    error: Option<&ErrorFacts>,
) -> Option<MissStyle> {
    if let Some(facts) = error {
        return match (facts.class, facts.status) {
            (Class::Gone, 410) => Some(MissStyle::Gone),
            (Class::NotFound | Class::Gone, 200..=299) => Some(MissStyle::StatusWord),
            (Class::NotFound, 404) => Some(match facts.envelope {
                Envelope::Empty => MissStyle::NotFoundEmpty,
                Envelope::Html | Envelope::Text => MissStyle::NotFoundText,
                _ => MissStyle::NotFoundDocument,
            }),
            (Class::NotFound | Class::Gone, _) => Some(MissStyle::OtherStatus),
            _ => None,
        };
    }
    // Writes and deletions succeed without content as a matter of course.
    let reads = matches!(request.method.as_str(), "GET" | "POST" | "QUERY");
    if !response.is_success() || !reads {
        return None;
    }
    if request.method == "GET" && response.is_empty() {
        return Some(if response.status == 204 { MissStyle::NoContent } else { MissStyle::EmptyBody });
    }
    in_document(json?, request)
}

fn in_document(json: &Json, request: &Request) -> Option<MissStyle> {
    if *json == Json::Null {
        return Some(MissStyle::Null);
    }
    if json.members().iter().any(|(name, value)| says_missing(name, value)) {
        return Some(MissStyle::StatusWord);
    }
    if let [(name, data)] = json.members()
        && name == "data"
        && request.method == "POST"
        && !data.members().is_empty()
        && data.members().iter().all(|(_, value)| *value == Json::Null)
    {
        return Some(MissStyle::GraphQlNull);
    }
    if is_null_in_envelope(json) {
        return Some(MissStyle::GraphQlNull);
    }
    // A document in the query's place names what is wanted, and its envelope is not the listing's own.
    let document = json.get("data").is_some() && request.method == "POST";
    if document || !asks(request) {
        return None;
    }
    if matches!(json, Json::Object(members) if members.is_empty()) {
        // A call that has nothing to say gives this as a matter of course.
        return (request.method == "GET").then_some(MissStyle::EmptyObject);
    }
    if is_empty_list(&without_question(json, request)) {
        return Some(MissStyle::EmptyList);
    }
    // The list itself is null, among facts about the listing.
    let (about, rest): (Vec<_>, Vec<_>) =
        json.members().iter().partition(|(name, _)| is_about_listing(&plain(name)));
    let null = matches!(rest.as_slice(), [(_, Json::Null)]) && !about.is_empty();
    null.then_some(MissStyle::Null)
}

/// A call that went well, and nothing came of it: `{"ok":true,"channel":null}`, JSON-RPC's `result: null`.
fn is_null_in_envelope(json: &Json) -> bool {
    let about = |name: &str| {
        matches!(plain(name).as_str(), "ok" | "success" | "jsonrpc" | "id" | "error" | "errors" | "warning")
    };
    let went_well = json.get("jsonrpc").is_some()
        || ["ok", "success"].iter().any(|name| json.get(name) == Some(&Json::Bool(true)));
    let mut rest = json.members().iter().filter(|(name, _)| !about(name)).map(|(_, value)| value);
    went_well && rest.next() == Some(&Json::Null) && rest.next().is_none()
}

/// `found: false`, `status: "ZERO_RESULTS"` and their like.
fn says_missing(name: &str, value: &Json) -> bool {
    match (plain(name).as_str(), value) {
        ("found" | "exists", Json::Bool(false)) => true,
        ("status" | "result" | "code", Json::String(text)) => {
            text.len() <= 40 && !text.contains(' ') && words::class_of(text) == Some(Class::NotFound)
        }
        _ => false,
    }
}

/// Whether a request names one thing: a path whose last segment looks like a value, or a query that
/// picks by a key. A listing that is filtered is not a lookup.
pub fn is_lookup(request: &Request) -> bool {
    let key = |name: &str| {
        matches!(plain(name).as_str(), "id" | "key" | "name" | "uuid" | "email" | "address" | "q" | "query")
    };
    let last = request.segments().pop().unwrap_or_default();
    let valued =
        last.chars().any(|c| c.is_ascii_digit() || c == '_' || c == '@' || c == ':') && !is_version(&last);
    valued
        || request.query_pairs().iter().any(|(name, value)| {
            !value.is_empty() && (key(name) || name.ends_with("_id") || name.ends_with("Id"))
        })
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix(['v', 'V']).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Labels an exchange by its way to say that there is nothing.
pub static FACET: Facet = Facet {
    meta: Meta::new("not-found", include_str!("not_found.rs")),
    label: |told| Some(told.miss?.label().to_owned()),
};

#[cfg(test)]
#[path = "not_found_tests.rs"]
mod tests;
