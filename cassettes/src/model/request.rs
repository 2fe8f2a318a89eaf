//! What a client asked.

use super::{Blob, Body, Headers};
use std::borrow::Cow;

/// A request as the client sent it, relative to the base URL of its upstream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// As sent; methods are case-sensitive (RFC 9110 §9.1).
    pub method: String,
    /// Origin form: path and query exactly as sent, below the upstream's base path.
    pub target: String,
    /// In the order, case and number in which they were sent.
    pub headers: Headers,
    /// As sent, without transfer framing; empty where it stays in its blob.
    pub body: Body,
    /// Set where the body is not held.
    pub blob: Option<Box<Blob>>,
    /// Fields after a chunked body.
    pub trailers: Headers,
}

impl Request {
    /// A request without headers or body, for tests and questions of our own.
    pub fn new(method: impl Into<String>, target: impl Into<String>) -> Self {
        Request { method: method.into(), target: target.into(), ..Request::default() }
    }

    /// The bytes of its body, held or not.
    pub fn len(&self) -> u64 {
        self.blob.as_ref().map_or(self.body.len() as u64, |blob| blob.len)
    }

    /// Whether its body has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What its body is compared by: the bytes, or those of the digest where it is not held.
    pub fn essence(&self) -> &[u8] {
        self.blob.as_ref().map_or(self.body.bytes(), |blob| &blob.alike.0)
    }

    /// The path as sent, without the query.
    pub fn path(&self) -> &str {
        self.target.split(['?', '#']).next().unwrap_or_default()
    }

    /// The query as sent, without its question mark.
    pub fn query(&self) -> Option<&str> {
        let (_, rest) = self.target.split_once('?')?;
        Some(rest.split('#').next().unwrap_or_default())
    }

    /// Query names and values in order, percent-decoded, `+` as a space.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        pairs(self.query().unwrap_or_default())
    }

    /// Path segments, percent-decoded; `/` gives none, a trailing slash an empty last one.
    pub fn segments(&self) -> Vec<String> {
        let path = self.path().strip_prefix('/').unwrap_or(self.path());
        if path.is_empty() {
            return Vec::new();
        }
        path.split('/').map(|s| decode(s, false).into_owned()).collect()
    }
}

/// Names and values of a query string or a form body (WHATWG URL, application/x-www-form-urlencoded).
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            (decode(name, true).into_owned(), decode(value, true).into_owned())
        })
        .collect()
}

/// Percent-decodes; malformed escapes stay as they are, bytes that are no UTF-8 become U+FFFD.
pub(crate) fn decode(text: &str, plus_is_space: bool) -> Cow<'_, str> {
    if !text.bytes().any(|b| b == b'%' || (plus_is_space && b == b'+')) {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = |b: u8| (b as char).to_digit(16);
        match bytes[i] {
            b'%' if i + 2 < bytes.len() && hex(bytes[i + 1]).is_some() && hex(bytes[i + 2]).is_some() => {
                let high = hex(bytes[i + 1]).unwrap_or_default();
                let low = hex(bytes[i + 2]).unwrap_or_default();
                out.push((high * 16 + low) as u8);
                i += 2;
            }
            b'+' if plus_is_space => out.push(b' '),
            other => out.push(other),
        }
        i += 1;
    }
    Cow::Owned(String::from_utf8(out).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned()))
}

/// Percent-encodes everything that is not unreserved (RFC 3986 §2.3).
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push('%');
            out.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0').to_ascii_uppercase());
            out.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0').to_ascii_uppercase());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_come_apart() {
        let request = Request::new("GET", "/v1/a%20b/?x=1&y=a+b%2Bc&z&&bad=%zz%4#f");
        assert_eq!(request.path(), "/v1/a%20b/");
        assert_eq!(request.segments(), ["v1", "a b", ""]);
        let pairs = request.query_pairs();
        assert_eq!(pairs[1], ("y".into(), "a b+c".into()));
        assert_eq!(pairs[2], ("z".into(), String::new()));
        assert_eq!(pairs[3], ("bad".into(), "%zz%4".into()));
        assert_eq!(encode("demo/b ü"), "demo%2Fb%20%C3%BC");
    }
}
