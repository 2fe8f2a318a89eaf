//! The form in which an error is told.

use super::error_code::plain;
use super::hidden_error::is_refused_in_payload;
use crate::{json::Json, model::Response};
use std::fmt;

/// The form in which an error is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Envelope {
    /// `application/problem+json` (RFC 9457).
    Problem,
    /// An object under `error` or a name like it.
    Nested,
    /// Members at the root of an object.
    Flat,
    /// Objects in a list, under `errors` or at the root.
    Listed,
    /// `errors` beside `data`, with `path`, `locations` or `extensions` (GraphQL §7.1).
    GraphQl,
    /// JSON of another form.
    OtherJson,
    /// An XML document.
    Xml,
    /// An HTML page.
    Html,
    /// Text for people, or bytes.
    Text,
    /// No body.
    Empty,
}

impl Envelope {
    /// As findings name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Envelope::Problem => "a problem document (RFC 9457)",
            Envelope::Nested => "an error object inside a JSON object",
            Envelope::Flat => "error members at the root of a JSON object",
            Envelope::Listed => "a JSON list of errors",
            Envelope::GraphQl => "GraphQL errors",
            Envelope::OtherJson => "other JSON",
            Envelope::Xml => "an XML document",
            Envelope::Html => "an HTML page",
            Envelope::Text => "plain text",
            Envelope::Empty => "no body",
        }
    }

    /// Whether a program can take it apart.
    pub fn is_structured(self) -> bool {
        !matches!(self, Envelope::Html | Envelope::Text | Envelope::Empty)
    }
}

impl fmt::Display for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The form of an error that is a JSON document.
pub(super) fn envelope(json: &Json, response: &Response) -> Envelope {
    if response.headers.media_type().is_some_and(|m| m == "application/problem+json") {
        return Envelope::Problem;
    }
    // A list of causes beside a text of its own is a detail of a flat error.
    let speaks = |name: &str| {
        matches!(plain(name).as_str(), "message" | "msg" | "detail" | "title" | "code" | "error")
    };
    let flat = json.members().iter().any(|(name, value)| speaks(name) && matches!(value, Json::String(_)));
    let item = json.get("errors").or_else(|| json.get("Errors")).unwrap_or(json).items().first();
    if let Some(item) = item.filter(|_| !flat) {
        let told = ["locations", "path", "extensions"].iter().any(|name| item.get(name).is_some());
        let graph = item.get("message").is_some() && (json.get("data").is_some() || told);
        return if graph { Envelope::GraphQl } else { Envelope::Listed };
    }
    if json.members().is_empty() || is_refused_in_payload(json) {
        return Envelope::OtherJson;
    }
    let nested = |name: &str| {
        matches!(plain(name).as_str(), "error" | "errors" | "fault" | "exception" | "odataerror")
    };
    if json.members().iter().any(|(name, value)| nested(name) && !value.members().is_empty()) {
        return Envelope::Nested;
    }
    Envelope::Flat
}
