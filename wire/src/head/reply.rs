//! The head of a reply, read as leniently as clients do and kept as it was sent.

use super::{HeadError, Length, MAX_FIELDS, MAX_HEAD, plan};
use cassettes::model::{Framing, Headers, HttpVersion, Response};
use std::mem::MaybeUninit;

/// The head of a reply, and how its body ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyHead {
    /// Without body and trailers; its framing is set.
    pub response: Response,
    /// How the body ends.
    pub length: Length,
    /// Whether the sender leaves the connection open afterwards (RFC 9112 §9.3).
    pub keep_alive: bool,
}

impl ReplyHead {
    /// Reads a head at the start of `input`, an answer to a request with that method. `Ok(None)`: not whole
    /// yet. Otherwise the head and its length in bytes.
    ///
    /// Folded values are kept with their line breaks (RFC 9112 §5.2), so that they are sent on as they came.
    pub fn read(input: &[u8], method: &str) -> Result<Option<(ReplyHead, usize)>, HeadError> {
        let mut slots = [const { MaybeUninit::uninit() }; MAX_FIELDS];
        let mut parsed = httparse::Response::new(&mut []);
        let mut config = httparse::ParserConfig::default();
        config
            .allow_obsolete_multiline_headers_in_responses(true)
            .allow_spaces_after_header_name_in_responses(true);
        let length = match config.parse_response_with_uninit_headers(&mut parsed, input, &mut slots)? {
            httparse::Status::Complete(length) if length <= MAX_HEAD => length,
            httparse::Status::Partial if input.len() < MAX_HEAD => return Ok(None),
            httparse::Status::Complete(_) | httparse::Status::Partial => return Err(HeadError::TooLong),
        };
        let headers =
            Headers(parsed.headers.iter().map(|f| (f.name.to_owned(), f.value.to_owned())).collect());
        let version = if parsed.version == Some(0) { HttpVersion::Http10 } else { HttpVersion::Http11 };
        let status = parsed.code.unwrap_or_default();
        let body = length_of(&headers, status, method)?;
        let keep_alive = keeps_alive(&headers, version) && body != Length::UntilClose;
        let framing = match body {
            Length::None if bodiless(status, method) => Framing::None,
            Length::None | Length::Exactly(_) => Framing::Length,
            Length::Chunked => Framing::Chunked,
            Length::UntilClose => Framing::Close,
        };
        let response = Response {
            status,
            reason: reason(&input[..length]),
            version,
            headers,
            framing,
            ..Response::default()
        };
        Ok(Some((ReplyHead { response, length: body, keep_alive }, length)))
    }
}

/// Replies that never have a body, whatever their fields say (RFC 9112 §6.3).
fn bodiless(status: u16, method: &str) -> bool {
    matches!(status, 100..=199 | 204 | 304) || method == "HEAD" || (method == "CONNECT" && status / 100 == 2)
}

fn length_of(headers: &Headers, status: u16, method: &str) -> Result<Length, HeadError> {
    if bodiless(status, method) {
        return Ok(Length::None);
    }
    if headers.contains("transfer-encoding") {
        // The last coding decides; without `chunked` there, only the close ends the body.
        let codings: Vec<_> = headers.get_all("transfer-encoding").collect();
        let last = codings.last().and_then(|v| v.rsplit(',').next()).unwrap_or_default();
        let chunked = last.trim().eq_ignore_ascii_case("chunked");
        return Ok(if chunked { Length::Chunked } else { Length::UntilClose });
    }
    let mut length = None;
    for value in headers.get_all("content-length") {
        for part in value.split(',') {
            let bytes = plan::number(part.trim().as_bytes())
                .ok_or(HeadError::Framing("Content-Length is not a number"))?;
            if length.is_some_and(|known| known != bytes) {
                return Err(HeadError::Framing("Content-Length is given twice with different values"));
            }
            length = Some(bytes);
        }
    }
    Ok(match length {
        None => Length::UntilClose,
        Some(0) => Length::None,
        Some(bytes) => Length::Exactly(bytes),
    })
}

fn keeps_alive(headers: &Headers, version: HttpVersion) -> bool {
    let says = |token: &str| headers.get_all("connection").any(|v| plan::has_token(v.as_bytes(), token));
    if version == HttpVersion::Http10 { says("keep-alive") && !says("close") } else { !says("close") }
}

/// The reason phrase as sent; some vendors put whole messages there, in any encoding.
fn reason(head: &[u8]) -> String {
    let line = head.trim_ascii_start().split(|b| *b == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    // `HTTP/1.1 200 `: version, a space, three digits, a space.
    String::from_utf8_lossy(line.get(13..).unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, method: &str) -> ReplyHead {
        ReplyHead::read(text.as_bytes(), method).unwrap().unwrap().0
    }

    #[test]
    fn heads_are_kept_as_sent() {
        let head =
            read("HTTP/1.1 299 Très  Bien\r\nX: a\r\n b\r\nSET-cookie: 1\r\nSet-Cookie: 2\r\n\r\n", "GET");
        assert_eq!(head.response.reason, "Très  Bien");
        assert_eq!(head.response.headers.0[0].1, b"a\r\n b");
        assert_eq!(head.response.headers.0[2].0, "Set-Cookie");
        assert_eq!((head.length, head.keep_alive), (Length::UntilClose, false));
        assert_eq!(read("HTTP/1.1 200\r\n\r\n", "GET").response.reason, "");
    }

    #[test]
    fn framing_is_told() {
        let length = |text: &str, method: &str| {
            let head = read(text, method);
            (head.length, head.response.framing)
        };
        let five = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
        assert_eq!(length(five, "GET"), (Length::Exactly(5), Framing::Length));
        assert_eq!(length(five, "HEAD"), (Length::None, Framing::None));
        assert_eq!(
            length("HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n", "GET"),
            (Length::None, Framing::None)
        );
        assert_eq!(
            length("HTTP/1.1 200 x\r\nContent-Length: 0\r\n\r\n", "GET"),
            (Length::None, Framing::Length)
        );
        let both = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n";
        assert_eq!(length(both, "GET"), (Length::Chunked, Framing::Chunked));
        let differ = b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n";
        assert!(ReplyHead::read(differ, "GET").is_err());
        assert!(ReplyHead::read(b"SSH-2.0-x\r\n", "GET").is_err());
    }
}
