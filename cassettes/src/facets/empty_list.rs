//! Listings without items.

use super::error_code::plain;
use super::pagination::{items_at, items_of};
use super::words;
use crate::{
    json::{Json, Step},
    model::Request,
};

/// Whether this is a listing without items: an empty array, alone or among facts about the listing.
pub(super) fn is_empty_list(json: &Json) -> bool {
    let Some(at) = items_at(json) else { return counts_nothing(json) };
    if !items_of(json, &at).is_some_and(<[Json]>::is_empty) {
        return false;
    }
    // A thing with an empty list in it has members of its own; a listing has facts about itself.
    json.members().iter().all(|(name, value)| {
        at.0.first() == Some(&Step::Member(name.clone()))
            || *value == Json::Null
            || is_about_listing(&plain(name))
    })
}

/// Facts about a listing whose list is left out where it would be empty (protocol buffers as JSON).
fn counts_nothing(json: &Json) -> bool {
    let counted = |(name, value): &(String, Json)| {
        let plain = plain(name);
        (plain.contains("total") || plain.contains("count")) && value.scalar_text() == Some("0")
    };
    json.members().iter().any(counted)
        && json.members().iter().all(|(name, value)| {
            !matches!(value, Json::Object(_) | Json::Array(_)) && is_about_listing(&plain(name))
        })
}

/// Whether a request asks to be told something: by its method, or by a call that is named so.
pub(super) fn asks(request: &Request) -> bool {
    let call = request.headers.get("x-amz-target").map(std::borrow::Cow::into_owned);
    let call = call.or_else(|| request.segments().pop()).unwrap_or_default();
    let words = words::words(call.rsplit(['.', ':']).next().unwrap_or_default());
    let tells = |word: &String| matches!(word.as_str(), "list" | "search" | "query" | "find" | "scan");
    request.method == "GET"
        || (request.method == "POST" && [words.first(), words.last()].into_iter().flatten().any(tells))
}

/// The document without what only repeats the question, and without counts of nothing: a search that says
/// what was searched for and how little was found is a listing.
pub(super) fn without_question(json: &Json, request: &Request) -> Json {
    let Json::Object(members) = json else { return json.clone() };
    let asked = request.query_pairs();
    let counts = ["hits", "found", "matches", "matched", "results", "num", "number", "length"];
    let idle = |(name, value): &&(String, Json)| {
        let repeats = value.as_str().is_some_and(|text| asked.iter().any(|(_, said)| said == text));
        let none = value.scalar_text() == Some("0") && !matches!(value, Json::String(_));
        repeats || (none && counts.iter().any(|count| plain(name).starts_with(count)))
    };
    Json::Object(members.iter().filter(|member| !idle(member)).cloned().collect())
}

/// Names of members that tell of a listing, not of a thing.
pub(super) fn is_about_listing(plain: &str) -> bool {
    let parts =
        ["total", "count", "more", "page", "paging", "limit", "offset", "next", "prev", "cursor", "token"];
    let whole = [
        "links", "meta", "metadata", "object", "kind", "url", "self", "size", "first", "last", "start", "end",
    ];
    let told = [
        "status",
        "success",
        "ok",
        "code",
        "message",
        "took",
        "requestid",
        "istruncated",
        "truncated",
        "odatacontext",
    ];
    parts.iter().any(|part| plain.contains(part)) || whole.contains(&plain) || told.contains(&plain)
}
