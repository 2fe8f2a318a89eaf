//! # error-class
//!
//! What an error answer means to a client: its class, its machine codes and the form they come in.

use super::error_code::{self, Code, Said, Where, plain};
use super::facet::Facet;
use super::{rate_limit, retry_hint, words, xml};
use crate::{
    codec,
    json::{Json, Pointer},
    meta::Meta,
    model::{Request, Response},
};
use std::fmt;

/// What a client can do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Who are you?
    Auth,
    /// You may not.
    Forbidden,
    /// Not so fast.
    RateLimit,
    /// There is no such thing.
    NotFound,
    /// There was.
    Gone,
    /// It stands against the present state.
    Conflict,
    /// The question is wrong.
    Validation,
    /// Refused for good: a declined card. Asking again cannot help.
    Terminal,
    /// A passing trouble: asking again may help.
    Retryable,
    /// The other side is broken, and does not say that it will pass.
    Server,
    /// An error that says none of these.
    Other,
}

impl Class {
    /// As reports and plans spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Class::Auth => "auth",
            Class::Forbidden => "forbidden",
            Class::RateLimit => "rate-limit",
            Class::NotFound => "not-found",
            Class::Gone => "gone",
            Class::Conflict => "conflict",
            Class::Validation => "validation",
            Class::Terminal => "terminal",
            Class::Retryable => "retryable",
            Class::Server => "server",
            Class::Other => "other",
        }
    }

    /// Every class there is.
    pub const ALL: [Class; 11] = [
        Class::Auth,
        Class::Forbidden,
        Class::RateLimit,
        Class::NotFound,
        Class::Gone,
        Class::Conflict,
        Class::Validation,
        Class::Terminal,
        Class::Retryable,
        Class::Server,
        Class::Other,
    ];

    /// The inverse of [`Class::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == text)
    }

    /// Whether the same question may be answered later. `None`: it does not say.
    pub fn may_pass(self) -> Option<bool> {
        match self {
            Class::RateLimit | Class::Retryable => Some(true),
            Class::Server | Class::Other => None,
            _ => Some(false),
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

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

/// What an error answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorFacts {
    /// What a client can do about it.
    pub class: Class,
    /// The reply's status.
    pub status: u16,
    /// The form it comes in.
    pub envelope: Envelope,
    /// Its machine codes, sorted by place.
    pub codes: Vec<Code>,
    /// Where its prose stands, sorted.
    pub prose: Vec<Where>,
}

impl ErrorFacts {
    /// Whether the status says success and only the body says error.
    pub fn hides_in_success(&self) -> bool {
        self.status < 400
    }
}

/// Reads a reply as an error; none if it is not one. The request tells codes from values that were
/// part of the question.
pub fn error_of(response: &Response, request: Option<&Request>) -> Option<ErrorFacts> {
    let json = codec::json_of(&response.headers, &response.body);
    let text = if json.is_some() { None } else { codec::text_of(&response.headers, &response.body) };
    error_in(response, json.as_ref(), text.as_deref(), request)
}

/// As [`error_of`], for a reply whose body has been read: as JSON, or else as text.
pub fn error_in(
    response: &Response,
    json: Option<&Json>,
    text: Option<&str>,
    request: Option<&Request>,
) -> Option<ErrorFacts> {
    let status = response.status;
    let text = if json.is_some() { None } else { text };
    let leaves = text.and_then(xml::leaves);
    if status < 400 {
        let hidden = match (json, &leaves) {
            (Some(json), _) => is_error_document(json),
            (None, Some(leaves)) => leaves.iter().any(|l| is_error_path(&l.path)),
            (None, None) => false,
        };
        if !hidden || !response.is_success() {
            return None;
        }
    }
    let said = match (json, &leaves) {
        (Some(json), _) => error_code::in_json(json, status, request),
        (None, Some(leaves)) => error_code::in_xml(leaves, status, request),
        (None, None) => Said::default(),
    };
    let envelope = match (json, &leaves, text) {
        (Some(json), ..) => envelope(json, response),
        (None, Some(_), _) => Envelope::Xml,
        (None, None, _) if response.body.is_empty() => Envelope::Empty,
        (None, None, Some(text)) if xml::is_html(text) => Envelope::Html,
        (None, None, _) => Envelope::Text,
    };
    let mut codes = error_code::in_headers(&response.headers, status, request);
    codes.extend(said.codes);
    let class = class(response, &codes);
    Some(ErrorFacts { class, status, envelope, codes, prose: said.prose })
}

/// The class by the status, corrected by codes where a status has several meanings.
fn class(response: &Response, codes: &[Code]) -> Class {
    let status = response.status;
    let listed = match status {
        422 => false,
        _ => !codes.iter().any(|c| !c.at.is_listed() && words::class_of(c.key()).is_some()),
    };
    let mut named: Vec<Class> = codes
        .iter()
        .filter(|c| listed || !c.at.is_listed())
        .filter_map(|c| words::class_of(c.key()))
        .collect();
    // "Invalid" is the vaguest of words: any other reading says more.
    named.sort_by_key(|class| matches!(class, Class::Validation));
    let says = |classes: &[Class]| named.iter().copied().find(|c| classes.contains(c));
    let waits = retry_hint::retry_hint(response).is_some();
    use Class::{
        Auth, Conflict, Forbidden, Gone, NotFound, Other, RateLimit, Retryable, Server, Terminal, Validation,
    };
    match status {
        0..=399 => named.first().copied().unwrap_or(Other),
        401 | 407 => Auth,
        // No token at all is `invalid_request` and 400 for some (RFC 6750 §3.1).
        400 if response.headers.contains("www-authenticate") => Auth,
        402 => Terminal,
        403 if waits || rate_limit::is_exhausted(&response.headers) => RateLimit,
        403 => says(&[RateLimit, NotFound, Gone, Auth]).unwrap_or(Forbidden),
        404 => says(&[Auth]).unwrap_or(NotFound),
        408 | 425 => Retryable,
        409 if waits => Retryable,
        409 => says(&[Retryable]).unwrap_or(Conflict),
        410 => Gone,
        412 => says(&[NotFound, Auth]).unwrap_or(Conflict),
        423 => Conflict,
        429 => RateLimit,
        400 | 406 | 411 | 413..=417 | 422 | 428 | 431 => {
            says(&[RateLimit, Auth, Forbidden, NotFound, Gone, Conflict, Terminal, Retryable])
                .unwrap_or(Validation)
        }
        400..=499 => {
            says(&[RateLimit, Auth, Forbidden, NotFound, Gone, Conflict, Retryable]).unwrap_or(Terminal)
        }
        500..=599 if says(&[RateLimit]).is_some() => RateLimit,
        502..=504 | 520..=524 | 529 => Retryable,
        500..=599 if waits || says(&[Retryable]).is_some() => Retryable,
        500..=599 => Server,
        _ => Other,
    }
}

fn envelope(json: &Json, response: &Response) -> Envelope {
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
    if json.members().is_empty() {
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

/// What an error document may hold besides the error, in a reply that claims success.
const BESIDE: &[&str] = &[
    "error",
    "errors",
    "errormessage",
    "errordescription",
    "erroruri",
    "errorcode",
    "errortype",
    "errno",
    "message",
    "messages",
    "msg",
    "code",
    "status",
    "statuscode",
    "detail",
    "details",
    "reason",
    "ok",
    "success",
    "succeeded",
    "requestid",
    "traceid",
    "correlationid",
    "timestamp",
    "time",
    "path",
    "documentationurl",
    "data",
    "result",
    "results",
    "extensions",
    "type",
    "title",
    "warnings",
    "hint",
    "response",
];

/// Whether a document that came with a 2xx status is an error all the same. A resource that tells of
/// its own failure (a job with an id and an `error`) is not.
fn is_error_document(json: &Json) -> bool {
    let members = json.members();
    let empty = |value: &Json| match value {
        Json::Null | Json::Bool(false) => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(members) => members.is_empty(),
        Json::Bool(true) | Json::Number(_) => false,
    };
    let (mut says_error, mut refused, mut fails, mut told, mut result) = (false, false, false, false, false);
    for (name, value) in members {
        let name = plain(name);
        match (name.as_str(), value) {
            ("error" | "errors", Json::Object(_) | Json::Array(_) | Json::String(_)) => {
                says_error |= !empty(value);
            }
            ("errormessage" | "errorcode" | "errortype", Json::String(_)) => says_error |= !empty(value),
            ("ok" | "success" | "succeeded", Json::Bool(false)) => refused = true,
            ("status", Json::String(text)) => {
                fails |= matches!(text.to_ascii_lowercase().as_str(), "error" | "fail" | "failure");
            }
            ("data" | "result" | "results", _) => result |= !empty(value),
            ("message" | "msg" | "reason" | "code" | "detail" | "details", _) => told |= !empty(value),
            _ => {}
        }
        if !BESIDE.contains(&name.as_str()) {
            return false;
        }
    }
    // GraphQL gives what it has beside its errors; "no" alone may be the answer to a question.
    let partial = result && json.get("errors").is_none();
    (says_error && !partial) || (fails && (result || told)) || (refused && told && !partial)
}

fn is_error_path(path: &str) -> bool {
    let root = path.split('/').nth(1).unwrap_or_default();
    matches!(plain(root).as_str(), "error" | "errors" | "errorresponse" | "fault" | "exception")
        || path.to_ascii_lowercase().contains("/body/fault/")
}

/// The pointer of the first code that stands in a body, or of the first prose.
pub fn telling_place(facts: &ErrorFacts) -> Option<Pointer> {
    let code = facts.codes.iter().map(|c| &c.at);
    code.chain(&facts.prose).find_map(|at| match at {
        Where::Json(pointer) => Some(pointer.clone()),
        Where::Header(_) | Where::Xml(_) => None,
    })
}

/// Labels an exchange with its error class.
pub static FACET: Facet = Facet {
    meta: Meta::new("error-class", include_str!("error_class.rs")),
    label: |exchange| {
        let facts = error_of(exchange.answer.reply()?, Some(&exchange.request))?;
        Some(facts.class.to_string())
    },
};

#[cfg(test)]
#[path = "error_class_tests.rs"]
mod tests;
