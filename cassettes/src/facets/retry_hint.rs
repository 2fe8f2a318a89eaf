//! # retry-hint
//!
//! When to ask again, as an answer says it.
//!
//! ## Why it matters
//!
//! A client that does not wait as long as it is told is turned away again. One that reads only seconds fails
//! on the first date.
//!
//! ## Fires
//!
//! ```text
//! > GET /v1/things
//! < retry-after: 30
//! < 503
//! = retry-hint
//! ```
//!
//! ```text
//! > GET /v1/things
//! < retry-after: Fri, 02 Jan 2026 03:05:00 GMT
//! < 503
//! = retry-hint-date
//! ```
//!
//! In a body, with a unit:
//!
//! ```text
//! > GET /v1/things
//! < 429 {"error":{"details":[{"retryDelay":"3.5s"}]}}
//! = retry-hint
//! ```
//!
//! Work that is accepted may say when to look for it:
//!
//! ```text
//! > POST /v1/reports
//! < retry-after: 5
//! < 202 {"id":"rep_1"}
//! = retry-hint
//! ```
//!
//! ## Quiet
//!
//! No moment can be read from this:
//!
//! ```text
//! > GET /v1/things
//! < retry-after: soon
//! < 503
//! ```
//!
//! ```text
//! > GET /v1/things
//! < 429 {"retry_after":null}
//! ```
//!
//! In a success it is somebody's setting:
//!
//! ```text
//! > GET /v1/webhooks/7
//! < 200 {"id":"7","retry_after":30}
//! ```

use super::error_code::{Where, plain};
use super::facet::Facet;
use crate::{
    codec,
    json::{Json, Pointer},
    meta::Meta,
    model::{Response, Timestamp},
};
use std::{fmt, time::Duration};

/// The form in which a moment to retry is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HintForm {
    /// Seconds from now (RFC 9110 §10.2.3), fractions allowed.
    Seconds,
    /// An HTTP date (RFC 9110 §5.6.7).
    HttpDate,
    /// Milliseconds from now.
    Millis,
    /// A duration with a unit, such as `3.5s`.
    Duration,
    /// An RFC 3339 moment.
    Moment,
}

impl HintForm {
    /// As findings name it.
    pub fn as_str(self) -> &'static str {
        match self {
            HintForm::Seconds => "seconds",
            HintForm::HttpDate => "an HTTP date",
            HintForm::Millis => "milliseconds",
            HintForm::Duration => "a duration with a unit",
            HintForm::Moment => "an RFC 3339 moment",
        }
    }
}

impl fmt::Display for HintForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A moment to retry, where it stands and how it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryHint {
    /// Where it stands.
    pub at: Where,
    /// How it is told.
    pub form: HintForm,
    /// As sent.
    pub text: String,
}

impl RetryHint {
    /// How long from now it asks to be left alone, a day at most; nothing where its moment is over.
    pub fn pause(&self, now: Timestamp) -> Option<Duration> {
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
        let until =
            |micros: i64| Duration::from_micros(u64::try_from(micros.saturating_sub(now.0)).unwrap_or(0));
        match self.form {
            HintForm::Seconds => number(&self.text).map(seconds),
            HintForm::Millis => number(&self.text).map(|ms| seconds(ms / 1000.0)),
            HintForm::Duration => span(&self.text),
            HintForm::Moment => Timestamp::parse(&self.text).map(|then| until(then.0)),
            HintForm::HttpDate => {
                let then = http_date(&self.text)?;
                // A date counts whole seconds: the one that it names must have begun.
                Some(until(then.saturating_mul(1_000_000)) + Duration::from_millis(50))
            }
        }
    }
}

/// A span with its unit, a day at most: `2s`, `500ms`, `1m`.
pub fn span(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let number: f64 = digits.parse().ok().filter(|n: &f64| *n >= 0.0 && n.is_finite())?;
    Some(seconds(match text[digits.len()..].trim() {
        "ms" => number / 1000.0,
        "s" => number,
        "m" => number * 60.0,
        "h" => number * 3600.0,
        _ => return None,
    }))
}

/// So many seconds, a day at most.
pub fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds.clamp(0.0, 86_400.0))
}

/// Seconds since the epoch.
fn http_date(text: &str) -> Option<i64> {
    let then = httpdate::parse_http_date(text).ok()?;
    i64::try_from(then.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs()).ok()
}

/// Headers in the order in which they are believed, in lower case, and whether they count milliseconds.
const HEADERS: &[(&str, bool)] = &[
    ("retry-after", false),
    ("x-retry-after", false),
    ("retry-after-ms", true),
    ("x-ms-retry-after-ms", true),
];

/// The moment to retry that a reply tells, headers first.
pub fn retry_hint(response: &Response) -> Option<RetryHint> {
    in_headers(response).next().or_else(|| said_in_body(response))
}

/// As [`retry_hint`], for a reply whose body has been read.
pub fn retry_hint_in(response: &Response, json: Option<&Json>) -> Option<RetryHint> {
    in_headers(response).next().or_else(|| in_document(response, json?))
}

/// Every place at which a reply tells it: headers first, then the first in its body.
pub fn retry_hints(response: &Response) -> Vec<RetryHint> {
    in_headers(response).chain(said_in_body(response)).collect()
}

fn in_headers(response: &Response) -> impl Iterator<Item = RetryHint> {
    HEADERS.iter().filter_map(|(name, millis)| {
        let text = response.headers.get(name)?.trim().to_owned();
        let form = if *millis { Some(HintForm::Millis) } else { form(&text) };
        Some(RetryHint { at: Where::Header((*name).to_owned()), form: form?, text })
    })
}

fn said_in_body(response: &Response) -> Option<RetryHint> {
    if response.status < 400 {
        return None;
    }
    in_document(response, &codec::json_of(&response.headers, &response.body)?)
}

fn in_document(response: &Response, json: &Json) -> Option<RetryHint> {
    if response.status < 400 {
        return None;
    }
    let mut found = None;
    Pointer::walk(json, &mut |at, value| {
        if found.is_none() && at.0.len() <= 6 {
            found = in_body(at, value);
        }
    });
    found
}

fn in_body(at: &Pointer, value: &Json) -> Option<RetryHint> {
    let name = plain(at.name()?);
    let text = match value {
        Json::String(text) | Json::Number(text) => text.clone(),
        _ => return None,
    };
    let form = match name.as_str() {
        "retryafterms" | "retryaftermillis" | "retryaftermilliseconds" | "retryinms" => HintForm::Millis,
        "retryafter" | "retryafterseconds" | "retrydelay" | "retryin" | "retryinseconds" | "retryat" => {
            form(&text)?
        }
        _ => return None,
    };
    Some(RetryHint { at: Where::Json(at.clone()), form, text })
}

fn form(text: &str) -> Option<HintForm> {
    let number = |text: &str| text.parse::<f64>().is_ok_and(|n| n.is_finite() && n >= 0.0);
    if number(text) {
        return Some(HintForm::Seconds);
    }
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    if unit.len() < text.len() && matches!(unit.trim(), "s" | "ms" | "m" | "h") {
        return Some(HintForm::Duration);
    }
    if httpdate::parse_http_date(text).is_ok() {
        return Some(HintForm::HttpDate);
    }
    Timestamp::parse(text).map(|_| HintForm::Moment)
}

/// Labels an exchange that tells when to ask again.
pub static FACET: Facet = Facet {
    meta: Meta::new("retry-hint", include_str!("retry_hint.rs")),
    label: |told| {
        let hint = retry_hint_in(told.response, told.json)?;
        Some(if hint.form == HintForm::HttpDate { "retry-hint-date".into() } else { "retry-hint".into() })
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Headers;

    #[test]
    fn every_form_is_read_where_it_stands() {
        let hint = |headers: &[(&str, &str)], body: &str| {
            let headers = Headers::from_pairs(headers.iter().copied());
            retry_hint(&Response::new(429, headers, body.as_bytes().to_vec()))
                .map(|h| (h.at.to_string(), h.form))
        };
        let header = |name: &str, form| Some((format!("header {name}"), form));
        assert_eq!(hint(&[("Retry-After", "120")], ""), header("retry-after", HintForm::Seconds));
        let date = "Wed, 21 Oct 2026 07:28:00 GMT";
        assert_eq!(hint(&[("Retry-After", date)], ""), header("retry-after", HintForm::HttpDate));
        assert_eq!(hint(&[("retry-after-ms", "20")], ""), header("retry-after-ms", HintForm::Millis));
        assert_eq!(hint(&[("Retry-After", "soon")], ""), None);
        let google = r#"{"error":{"details":[{"@type":"a.RetryInfo","retryDelay":"3.5s"}]}}"#;
        assert_eq!(hint(&[], google), Some(("/error/details/0/retryDelay".into(), HintForm::Duration)));
        assert_eq!(hint(&[], r#"{"retry_after":1.5}"#), Some(("/retry_after".into(), HintForm::Seconds)));
        assert_eq!(hint(&[], r#"{"retry_after":null}"#), None);
    }
}
