//! A request taken apart once, for its key, its sketch and its differences alike.

use super::alike::Alike;
use crate::percent::decode_bytes;
use crate::{
    codec,
    json::Json,
    model::{Body, Digest, Headers, Request},
};
use std::borrow::Cow;

/// A name and a value, percent-decoded.
pub type Pair<'r> = (Cow<'r, [u8]>, Cow<'r, [u8]>);

/// A request taken apart.
#[derive(Debug)]
pub struct View<'r> {
    /// As sent.
    pub method: &'r str,
    /// As sent, without the query.
    pub path: Cow<'r, str>,
    /// Sorted by name; values of one name keep the order in which they were sent.
    pub query: Vec<Pair<'r>>,
    /// The body, content codings undone.
    pub content: Content<'r>,
}

/// What a body is, whatever its media type says.
#[derive(Debug)]
pub enum Content<'r> {
    /// No bytes.
    Nothing,
    /// One JSON document.
    Json(Json),
    /// Names and values, sorted as a query's are.
    Form(Vec<(Vec<u8>, Vec<u8>)>),
    /// The parts of a multipart body, in order.
    Multipart(Vec<Part>),
    /// Anything else.
    Bytes(Cow<'r, [u8]>),
    /// So much that nobody looks into it.
    Left {
        /// By which it is told from others.
        alike: Digest,
        /// In bytes; none of a form in parts, whose boundary makes no difference.
        len: Option<u64>,
    },
}

/// One part of a multipart body (RFC 2046 §5.1).
#[derive(Debug)]
pub struct Part {
    /// The name given by its Content-Disposition; empty if none.
    pub name: String,
    /// Its fields, names in lower case, one a line.
    pub fields: String,
    /// Its bytes.
    pub body: Vec<u8>,
}

impl<'r> View<'r> {
    /// Takes a request apart.
    pub fn of(request: &'r Request) -> Self {
        let (path, query) = split(&request.target);
        View {
            method: &request.method,
            path: Cow::Borrowed(path),
            query: pairs(query.as_bytes()),
            content: Content::asked(request),
        }
    }
}

impl<'r> Content<'r> {
    /// What a request's body is. One that nobody looks into is its digest, held or not.
    fn asked(request: &'r Request) -> Self {
        let left = match &request.blob {
            Some(blob) => Some((blob.digest, blob.alike, blob.len)),
            None => Alike::of_held(&request.headers, request.body.bytes())
                .map(|told| (told.digest, told.alike, told.len)),
        };
        match left {
            // A boundary has a length too.
            Some((digest, alike, len)) => Content::Left { alike, len: (alike == digest).then_some(len) },
            None => Content::of(&request.headers, &request.body),
        }
    }

    /// Tells a body's kind.
    pub fn of(headers: &Headers, body: &'r Body) -> Self {
        if body.is_empty() {
            return Content::Nothing;
        }
        if let Some(json) = codec::json_of(headers, body) {
            return Content::Json(json);
        }
        let bytes = codec::decoded(headers, body);
        let media = headers.media_type().unwrap_or_default();
        // Some clients call whatever they send a form; one holds no control characters.
        let control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
        if media == "application/x-www-form-urlencoded" && !bytes.iter().any(control) {
            let owned = pairs(&bytes).into_iter().map(|(n, v)| (n.into_owned(), v.into_owned()));
            return Content::Form(owned.collect());
        }
        if media.starts_with("multipart/")
            && let Some(boundary) = boundary(headers)
            && let Some(parts) = split_parts(&bytes, boundary.as_bytes())
        {
            return Content::Multipart(parts);
        }
        if bytes.is_empty() { Content::Nothing } else { Content::Bytes(bytes) }
    }

    /// As people call it.
    pub fn kind(&self) -> &'static str {
        match self {
            Content::Nothing => "nothing",
            Content::Json(_) => "JSON",
            Content::Form(_) => "a form",
            Content::Multipart(_) => "multipart",
            Content::Bytes(_) | Content::Left { .. } => "bytes",
        }
    }
}

/// The path and the query of a target, without fragment.
pub(super) fn split(target: &str) -> (&str, &str) {
    let target = target.split('#').next().unwrap_or_default();
    target.split_once('?').unwrap_or((target, ""))
}

fn pairs(text: &[u8]) -> Vec<Pair<'_>> {
    let mut pairs: Vec<Pair<'_>> = text
        .split(|&b| b == b'&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| {
            let cut = memchr::memchr(b'=', piece).unwrap_or(piece.len());
            let value = piece.get(cut + 1..).unwrap_or_default();
            (decode_bytes(&piece[..cut], true), decode_bytes(value, true))
        })
        .collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    pairs
}

/// The boundary of a multipart body (RFC 2046 §5.1.1).
pub(super) fn boundary(headers: &Headers) -> Option<String> {
    let value = headers.get("content-type")?;
    value.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// The parts between the boundaries; none where the body does not keep to the grammar.
fn split_parts(body: &[u8], boundary: &[u8]) -> Option<Vec<Part>> {
    let delimiter = [b"--", boundary].concat();
    let finder = memchr::memmem::Finder::new(&delimiter);
    let mut parts = Vec::new();
    let mut at = finder.find(body)? + delimiter.len();
    loop {
        let rest = body.get(at..)?;
        if rest.starts_with(b"--") {
            return Some(parts);
        }
        let start = at + rest.iter().position(|&b| b == b'\n')? + 1;
        let end = start + finder.find(body.get(start..)?)?;
        let content = body.get(start..end)?;
        parts.push(part(content.strip_suffix(b"\r\n").or(content.strip_suffix(b"\n")).unwrap_or(content)));
        at = end + delimiter.len();
    }
}

/// A part taken apart.
pub(super) fn part(content: &[u8]) -> Part {
    let (head, body) = match memchr::memmem::find(content, b"\r\n\r\n") {
        _ if content.starts_with(b"\r\n") => (&b""[..], content.get(2..)),
        Some(cut) => (&content[..cut], content.get(cut + 4..)),
        None => (&b""[..], Some(content)),
    };
    let head = String::from_utf8_lossy(head);
    let mut name = String::new();
    let mut fields = String::new();
    for line in head.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let field = field.trim().to_ascii_lowercase();
        if field == "content-disposition" {
            name = value
                .split(';')
                .find_map(|p| p.trim().strip_prefix("name="))
                .map(|n| n.trim_matches('"').to_owned())
                .unwrap_or_default();
        }
        fields.push_str(&format!("{field}: {}\n", value.trim()));
    }
    Part { name, fields, body: body.unwrap_or_default().to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn multipart_comes_apart() {
        let body = "preamble\r\n--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--xyz\r\n\r\nbare\r\n--xyz--\r\n";
        let parts = split_parts(body.as_bytes(), b"xyz").expect("lawful");
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[0].name.as_str(), parts[0].body.as_slice()), ("a", &b"1"[..]));
        assert_eq!((parts[1].name.as_str(), parts[1].body.as_slice()), ("", &b"bare"[..]));
        for cut in 0..body.len() {
            // No prefix may panic; only the last boundary ends the list.
            let _ = split_parts(&body.as_bytes()[..cut], b"xyz");
        }
    }
}
