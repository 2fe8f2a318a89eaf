//! Entries of an HTTP archive (HAR 1.2), as browsers, proxies and test runners write them.

use super::bindings::Bindings;
use super::queue::Entry;
use crate::mocks::placed::Placed;
use crate::mocks::{Content, MockFile, Reply};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cassettes::model::{Body, FailureKind, Headers, Request, is_header_name};
use cassettes::subject::Spot;

/// What an entry says was asked and answered; none for what is no exchange of this kind, or of another place
/// than the bindings' base.
pub(super) fn entry(file: &MockFile, entry: &Placed, bindings: &Bindings) -> Option<Entry> {
    let spot = Spot { file: file.path.clone(), line: entry.line };
    let (asked, said) = (entry.get("request")?, entry.get("response")?);
    let url = asked.str_of("url")?;
    if !bindings.takes(url) {
        return None;
    }
    let method = asked.str_of("method").filter(|method| is_header_name(method))?;
    let mut request = Request::new(method, target(url));
    request.headers = headers(asked, &["content-length"]);
    if let Some(data) = asked.get("postData") {
        request.body = sent(data);
        if !request.headers.contains("content-type")
            && let Some(media) = data.str_of("mimeType")
        {
            request.headers.push("content-type", media);
        }
    }
    let status = said.get("status").and_then(Placed::number).unwrap_or_default();
    let mut reply = Reply::new(u16::try_from(status).unwrap_or(200), spot.clone());
    reply.delay = waited(entry);
    let mut unknown = None;
    match status {
        // A connection that becomes another protocol's.
        101 => return None,
        100..=999 => {
            // The archive holds bodies as they are once every coding is undone.
            reply.headers = headers(said, &["content-encoding", "content-length", "transfer-encoding"]);
            match content(said) {
                Ok(body) => reply.body = Content::Fixed(body),
                Err(what) => unknown = Some(what.to_owned()),
            }
        }
        _ => {
            let told = [said, entry]
                .into_iter()
                .find_map(|side| side.str_of("_error").or(side.str_of("_errorText")));
            match told.and_then(failure) {
                Some(kind) => reply.fault = Some(kind),
                None => unknown = Some(format!("response.status {status}")),
            }
        }
    }
    Some(Entry { spot, request, reply, unknown })
}

/// Path and query of a URL.
fn target(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    rest.split('#').next().unwrap_or_default().to_owned()
}

fn headers(side: &Placed, without: &[&str]) -> Headers {
    let mut headers = Headers::new();
    for field in side.get("headers").map(Placed::items).unwrap_or_default() {
        // Fields of HTTP/2's own begin with a colon.
        let Some(name) = field.str_of("name").filter(|name| is_header_name(name)) else { continue };
        if !without.iter().any(|other| name.eq_ignore_ascii_case(other)) {
            headers.push(name, field.get("value").and_then(Placed::text).unwrap_or_default());
        }
    }
    headers
}

fn sent(data: &Placed) -> Body {
    if let Some(text) = data.str_of("text").filter(|text| !text.is_empty()) {
        return Body::from(text.to_owned());
    }
    let pairs = data.get("params").map(Placed::items).unwrap_or_default().iter().filter_map(|pair| {
        Some(format!("{}={}", coded(pair.str_of("name")?), coded(pair.str_of("value").unwrap_or_default())))
    });
    Body::from(pairs.collect::<Vec<_>>().join("&"))
}

/// As forms spell it.
fn coded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// The body; errs where the archive was written without it.
fn content(said: &Placed) -> Result<Body, &'static str> {
    let content = said.get("content");
    let text = content.and_then(|content| content.str_of("text"));
    let Some(text) = text else {
        let size = content.and_then(|content| content.get("size")).and_then(Placed::number);
        return if size.unwrap_or_default() == 0 {
            Ok(Body::empty())
        } else {
            Err("response.content without text")
        };
    };
    match content.and_then(|content| content.str_of("encoding")) {
        Some("base64") => {
            let bytes = STANDARD.decode(text.trim());
            bytes.map(Body::from).map_err(|_| "response.content.text that is no base64")
        }
        None | Some("") => Ok(Body::from(text.to_owned())),
        Some(_) => Err("response.content.encoding"),
    }
}

/// Until the first byte, in microseconds.
fn waited(entry: &Placed) -> Option<u64> {
    let wait = entry.get("timings").and_then(|timings| timings.get("wait"));
    let millis: f64 = wait.or(entry.get("time"))?.text()?.parse().ok()?;
    (millis > 0.0 && millis < 1e9).then_some((millis * 1000.0) as u64)
}

/// How browsers name what went wrong.
fn failure(told: &str) -> Option<FailureKind> {
    let kinds = [
        ("CONNECTION_RESET", FailureKind::Reset),
        ("CONNECTION_REFUSED", FailureKind::Refused),
        ("CONNECTION_CLOSED", FailureKind::Closed),
        ("EMPTY_RESPONSE", FailureKind::Closed),
        ("TIMED_OUT", FailureKind::Timeout),
        ("NAME_NOT_RESOLVED", FailureKind::Unresolved),
        ("CONTENT_LENGTH_MISMATCH", FailureKind::Truncated),
        ("INCOMPLETE_CHUNKED", FailureKind::Truncated),
        ("SSL", FailureKind::Tls),
        ("CERT", FailureKind::Tls),
    ];
    let told = told.to_ascii_uppercase();
    kinds.into_iter().find(|(word, _)| told.contains(word)).map(|(_, kind)| kind)
}
