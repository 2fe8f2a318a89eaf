//! The fields of a recorded request that a lesson sends again.

use cassettes::facets::credential::credentials;
use cassettes::model::Exchange;
use cassettes::plan::Content;

/// What clients, connections and caches add of their own accord.
const NOISE: [&str; 31] = [
    "host",
    "user-agent",
    "content-length",
    "connection",
    "keep-alive",
    "proxy-connection",
    "accept-encoding",
    "accept-language",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "date",
    "via",
    "forwarded",
    "traceparent",
    "tracestate",
    "baggage",
    "origin",
    "referer",
    "cache-control",
    "pragma",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "range",
    "priority",
    "x-request-id",
    "x-correlation-id",
    "content-md5",
];

/// Names and values, in recorded order.
pub(super) fn fields(exchange: &Exchange, content: &Content) -> Vec<(String, String)> {
    let request = &exchange.request;
    let cookie_is_key = || credentials(request).iter().any(|c| c.place.0 == "request header cookie");
    let mut found: Vec<(String, String)> = Vec::new();
    for (name, value) in request.headers.iter() {
        let low = name.to_ascii_lowercase();
        let Ok(value) = std::str::from_utf8(value) else { continue };
        let noise = NOISE.contains(&low.as_str())
            || low.starts_with("sec-")
            || low.starts_with("x-forwarded-")
            || (low == "cookie" && !cookie_is_key())
            || (low == "accept" && value.trim() == "*/*")
            || (low == "content-type" && is_usual(value, content))
            || value.contains(['\r', '\n']);
        if !noise && !found.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            found.push((title(name), value.to_owned()));
        }
    }
    found
}

/// Whether a lesson sends that media type anyway, or nothing.
fn is_usual(value: &str, content: &Content) -> bool {
    let plain = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    content.media_type().is_none_or(|own| plain(own) == plain(value))
}

/// As people write them: `X-Api-Key` for `x-api-key`; other spellings stay.
fn title(name: &str) -> String {
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        return name.to_owned();
    }
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|c| c.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}
