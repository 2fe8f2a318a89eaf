//! # error-class
//!
//! What an error answer means to a client: its class, its machine codes and the form they come in.
//!
//! ## Why it matters
//!
//! The class decides what a client does: repair the question, ask again, log in, or give up. A status alone
//! does not tell it: 400 may be a rate limit, and 200 a failure.
//!
//! ## Fires
//!
//! ```text
//! > POST /v1/charges
//! >> {"amount":"ten"}
//! < 422 {"error":{"code":"invalid_amount","message":"no number"}}
//! = validation
//! ```
//!
//! A code says more than a status with several meanings:
//!
//! ```text
//! > POST /
//! < 400 {"__type":"ThrottlingException","message":"slow"}
//! = rate-limit
//! ```
//!
//! ```text
//! > GET /v1/search?q=a
//! < x-ratelimit-remaining: 0
//! < 403 {"message":"API rate limit exceeded"}
//! = rate-limit
//! ```
//!
//! ```text
//! > GET /v1/me
//! < www-authenticate: Bearer error="invalid_token"
//! < 401
//! = auth
//! ```
//!
//! Whether a failure may pass is part of its class:
//!
//! ```text
//! > POST /v1/charges
//! < 402 {"error":{"type":"card_error","code":"card_declined"}}
//! = terminal
//! ```
//!
//! ```text
//! > GET /v1/reports
//! < retry-after: 3
//! < 500
//! = retryable
//! ```
//!
//! ```text
//! > GET /v1/reports
//! < 500 {"error":"boom"}
//! = server
//! ```
//!
//! A success that is none:
//!
//! ```text
//! > POST /api/chat.post
//! < 200 {"ok":false,"error":"channel_not_found"}
//! = not-found
//! ```
//!
//! ```text
//! > POST /api/tickets.update
//! >> {"id":"T1"}
//! < 200 {"ok":false,"error":"missing_argument","argument":"rev"}
//! = validation
//! ```
//!
//! ```text
//! > POST /graphql
//! >> {"query":"mutation { createThing(title: \"\") { thing { id } userErrors { field code } } }"}
//! < 200 {"data":{"createThing":{"thing":null,"userErrors":[{"field":"title","code":"BLANK"}]}}}
//! = validation
//! ```
//!
//! ## Quiet
//!
//! A thing that tells of its own failure was found all the same:
//!
//! ```text
//! > GET /v1/jobs/job_1
//! < 200 {"id":"job_1","status":"failed","error":{"code":"timeout","message":"too slow"}}
//! ```
//!
//! No errors, said at length:
//!
//! ```text
//! > POST /graphql
//! >> {"query":"{a}"}
//! < 200 {"data":{"a":1},"errors":[]}
//! ```
//!
//! What was done in spite of a fault:
//!
//! ```text
//! > POST /graphql
//! >> {"query":"mutation { importThings { count userErrors { message } } }"}
//! < 200 {"data":{"importThings":{"count":3,"userErrors":[{"message":"a line was blank"}]}}}
//! ```
//!
//! ```text
//! > GET /old
//! < location: /new
//! < 302 {"error":"moved"}
//! ```
//!
//! No answer says nothing:
//!
//! ```text
//! > GET /v1/me
//! < failed reset
//! ```

use super::document;
use super::envelope::envelope;
use super::error_code::{self, Code, Said, Where};
use super::facet::Facet;
use super::hidden_error::{is_error_document, is_error_path, is_refused_in_payload};
use super::{rate_limit_counters, retry_hint, text_code, words, xml};
use crate::{
    codec,
    json::{Json, Pointer},
    meta::Meta,
    model::{Request, Response},
};
use std::fmt;

pub use super::envelope::Envelope;

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
    let (status, document) = (response.status, json);
    let form = if json.is_some() { None } else { text.and_then(|t| document::form(&response.headers, t)) };
    let json = json.or(form.as_ref());
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
        (None, None, _) if response.is_empty() => Envelope::Empty,
        (None, None, Some(text)) if xml::is_html(text) => Envelope::Html,
        (None, None, _) => Envelope::Text,
    };
    let mut codes = error_code::in_headers(&response.headers, status, request);
    codes.extend(said.codes);
    if let (Envelope::Text, Some(text)) = (envelope, text) {
        codes.extend(text_code::codes(text, status, request));
    }
    let class = match class(response, document, &codes) {
        // Faults of what was sent stand in the payload; others among the errors.
        Class::Other if json.is_some_and(is_refused_in_payload) => Class::Validation,
        class => class,
    };
    Some(ErrorFacts { class, status, envelope, codes, prose: said.prose })
}

/// The code with which a plain text begins, as errors in text do.
pub fn text_code(text: &str) -> Option<Code> {
    text_code::codes(text, 0, None).pop()
}

/// The class by the status, corrected by codes where a status has several meanings.
fn class(response: &Response, json: Option<&Json>, codes: &[Code]) -> Class {
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
    let waits = retry_hint::retry_hint_in(response, json).is_some();
    use Class::{
        Auth, Conflict, Forbidden, Gone, NotFound, Other, RateLimit, Retryable, Server, Terminal, Validation,
    };
    match status {
        0..=399 => {
            let hinted = || codes.iter().find_map(|c| words::hint_of(c.key()));
            named.first().copied().or_else(hinted).unwrap_or(Other)
        }
        401 | 407 => Auth,
        // No token at all is `invalid_request` and 400 for some (RFC 6750 §3.1).
        400 if response.headers.contains("www-authenticate") => Auth,
        402 => Terminal,
        403 if waits || rate_limit_counters::is_exhausted(&response.headers) => RateLimit,
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

/// The pointer of the first code that stands in a body, or of the first prose.
pub fn telling_place(facts: &ErrorFacts) -> Option<Pointer> {
    let code = facts.codes.iter().map(|c| &c.at);
    code.chain(&facts.prose).find_map(|at| match at {
        Where::Json(pointer) => Some(pointer.clone()),
        Where::Header(_) | Where::Xml(_) | Where::Text => None,
    })
}

/// Labels an exchange with its error class.
pub static FACET: Facet = Facet {
    meta: Meta::new("error-class", include_str!("error_class.rs")),
    label: |told| Some(told.error?.class.to_string()),
};

#[cfg(test)]
#[path = "error_class_tests.rs"]
mod tests;
