//! The head of a request, read strictly and kept as it was sent.

use super::{HeadError, MAX_FIELDS, MAX_HEAD};
use cassettes::model::{Headers, HttpVersion};
use std::mem::MaybeUninit;

/// The head of a request: method, target and fields as slices of the bytes that came.
///
/// One value serves a whole connection: reading the next head reuses its memory.
#[derive(Debug, Default, Clone)]
pub struct Head {
    bytes: Vec<u8>,
    /// Method and target, one after the other: what is asked again and again is text once and for all.
    line: String,
    /// Where the method ends and the target begins.
    method: usize,
    version: HttpVersion,
    fields: Vec<(Span, Span)>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

impl Head {
    /// The method as sent; methods are case-sensitive (RFC 9110 §9.1).
    pub fn method(&self) -> &str {
        &self.line[..self.method]
    }

    /// The request target as sent: origin form, absolute form, authority form or `*` (RFC 9112 §3.2).
    pub fn target(&self) -> &str {
        &self.line[self.method..]
    }

    /// The target without scheme and authority: `/path?query`, whatever form was sent.
    pub fn origin_target(&self) -> &str {
        let target = self.target();
        if target.starts_with('/') {
            return target;
        }
        let Some((_, rest)) = absolute(target) else { return target };
        match rest.find(['/', '?']) {
            Some(at) => &rest[at..],
            None => "/",
        }
    }

    /// Scheme and authority of a target in absolute form.
    pub fn origin(&self) -> Option<(&str, &str)> {
        let (scheme, rest) = absolute(self.target())?;
        Some((scheme, rest.split(['/', '?', '#']).next().unwrap_or_default()))
    }

    /// The version the client spoke.
    pub fn version(&self) -> HttpVersion {
        self.version
    }

    /// The fields in the order and case in which they were sent; whitespace around values is not part of
    /// them (RFC 9112 §5.1).
    pub fn fields(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.fields.iter().map(|(name, value)| (self.text(*name), self.slice(*value)))
    }

    /// The first value under a name, whatever its case.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        let (_, value) =
            self.fields.iter().find(|(n, _)| self.slice(*n).eq_ignore_ascii_case(name.as_bytes()))?;
        Some(self.slice(*value))
    }

    /// The fields as the model keeps them.
    pub fn headers(&self) -> Headers {
        Headers(self.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The head exactly as it came, its empty line included.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Reads a head at the start of `input`. `Ok(None)`: it is not whole yet. Otherwise its length.
    pub fn read(&mut self, input: &[u8]) -> Result<Option<usize>, HeadError> {
        let mut slots = [const { MaybeUninit::uninit() }; MAX_FIELDS];
        let mut request = httparse::Request::new(&mut []);
        let length = match request.parse_with_uninit_headers(input, &mut slots)? {
            httparse::Status::Complete(length) if length <= MAX_HEAD => length,
            httparse::Status::Partial if input.len() < MAX_HEAD => return Ok(None),
            httparse::Status::Complete(_) | httparse::Status::Partial => return Err(HeadError::TooLong),
        };
        let span = |part: &[u8]| Span::within(input, part);
        let method = request.method.unwrap_or_default();
        self.line.clear();
        self.line.push_str(method);
        self.line.push_str(request.path.unwrap_or_default());
        self.method = method.len();
        self.version = if request.version == Some(0) { HttpVersion::Http10 } else { HttpVersion::Http11 };
        self.fields.clear();
        self.fields.extend(request.headers.iter().map(|f| (span(f.name.as_bytes()), span(f.value))));
        self.bytes.clear();
        self.bytes.extend_from_slice(&input[..length]);
        Ok(Some(length))
    }

    /// The client said this over HTTP/2; what was read is its translation.
    pub(crate) fn came_over_http2(&mut self) {
        self.version = HttpVersion::Http2;
    }

    fn slice(&self, span: Span) -> &[u8] {
        self.bytes.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    fn text(&self, span: Span) -> &str {
        std::str::from_utf8(self.slice(span)).unwrap_or_default()
    }
}

impl Span {
    /// Where `part`, a slice of `whole`, stands in it. An empty part that stands nowhere is empty.
    fn within(whole: &[u8], part: &[u8]) -> Span {
        let start = (part.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize);
        if start.saturating_add(part.len()) > whole.len() {
            return Span::default();
        }
        // Heads are at most 64 KiB.
        Span { start: start as u32, end: (start + part.len()) as u32 }
    }
}

fn absolute(target: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = target.split_once("://")?;
    let named =
        !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    named.then_some((scheme, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_kept_as_it_was_sent() {
        let sent =
            b"GET /a?b=http://x/y HTTP/1.1\r\nhOST:x\r\nSet-COOKIE: a \r\nset-cookie:\tb\xff\r\n\r\nbody";
        let mut head = Head::default();
        assert_eq!(head.read(&sent[..20]).unwrap(), None);
        assert_eq!(head.read(sent).unwrap(), Some(sent.len() - 4));
        assert_eq!((head.method(), head.target(), head.origin()), ("GET", "/a?b=http://x/y", None));
        let fields: Vec<_> = head.fields().collect();
        assert_eq!(fields, [("hOST", &b"x"[..]), ("Set-COOKIE", b"a"), ("set-cookie", b"b\xff")]);
    }

    #[test]
    fn absolute_targets_come_apart() {
        let mut head = Head::default();
        for (target, origin, rest) in [
            ("http://h:1/p?q", Some(("http", "h:1")), "/p?q"),
            ("http://h", Some(("http", "h")), "/"),
            ("https://h?q=1", Some(("https", "h")), "?q=1"),
            ("*", None, "*"),
            ("h:443", None, "h:443"),
        ] {
            head.read(format!("GET {target} HTTP/1.0\r\n\r\n").as_bytes()).unwrap();
            assert_eq!((head.origin(), head.origin_target()), (origin, rest));
        }
    }

    #[test]
    fn endless_heads_are_refused() {
        let mut head = Head::default();
        let long = format!("GET /{} HTTP/1.1\r\n", "a".repeat(MAX_HEAD));
        assert_eq!(head.read(long.as_bytes()), Err(HeadError::TooLong));
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(MAX_FIELDS + 1));
        assert_eq!(head.read(many.as_bytes()), Err(HeadError::TooManyFields));
        assert!(head.read(b"\x16\x03\x01\x02\x00\x01\x00\x01").is_err());
        assert_eq!(head.read(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Err(HeadError::Version));
    }
}
