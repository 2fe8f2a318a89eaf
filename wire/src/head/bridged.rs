//! The head of an answer that came over HTTP/2, as text: it crosses bridges between streams and handlers,
//! and is never seen on a wire.
//!
//! Its first line is `HTTP/2 200 ` where a body follows, in chunks whatever the fields say, and `HTTP/2 200 end`
//! where the head is all there is: HTTP/2 tells the end of a message beside its fields (RFC 9113 §8.1), and an
//! answer that ends with its head is another one than an empty body with trailers.

use super::{HeadError, Length, MAX_FIELDS, MAX_HEAD, ReplyHead};
use cassettes::model::{Framing, Headers, HttpVersion, Response};

const BEGINNING: &[u8] = b"HTTP/2 ";

/// The first line. `ends`: nothing follows the head.
pub(crate) fn bridged_status_line(out: &mut Vec<u8>, status: u16, ends: bool) {
    out.extend_from_slice(BEGINNING);
    out.extend([status / 100 % 10, status / 10 % 10, status % 10].map(|d| b'0' + d as u8));
    out.extend_from_slice(if ends { b" end\r\n" } else { b" \r\n" });
}

impl ReplyHead {
    /// As [`ReplyHead::read`], from the far end of a bridge: an answer that came over HTTP/2 is one as well.
    pub(crate) fn read_bridged(input: &[u8], method: &str) -> Result<Option<(ReplyHead, usize)>, HeadError> {
        let known = input.len().min(BEGINNING.len());
        if input[..known] != BEGINNING[..known] {
            return ReplyHead::read(input, method);
        }
        let Some(line) = memchr::memchr(b'\n', input) else {
            return if input.len() < MAX_HEAD { Ok(None) } else { Err(HeadError::TooLong) };
        };
        let (status, ends) = first_line(&input[known..line])?;
        let mut slots = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let (length, fields) = match httparse::parse_headers(&input[line + 1..], &mut slots)? {
            httparse::Status::Complete((length, fields)) if length <= MAX_HEAD => (length, fields),
            httparse::Status::Partial if input.len() < MAX_HEAD => return Ok(None),
            httparse::Status::Complete(_) | httparse::Status::Partial => return Err(HeadError::TooLong),
        };
        let headers = Headers(fields.iter().map(|f| (f.name.to_owned(), f.value.to_owned())).collect());
        let (body, framing) = match ends {
            true => (Length::None, Framing::None),
            false if headers.contains("content-length") => (Length::Chunked, Framing::Length),
            false => (Length::Chunked, Framing::Chunked),
        };
        let response =
            Response { status, version: HttpVersion::Http2, headers, framing, ..Response::default() };
        Ok(Some((ReplyHead { response, length: body, keep_alive: true }, line + 1 + length)))
    }
}

fn first_line(rest: &[u8]) -> Result<(u16, bool), HeadError> {
    let digits = rest.get(..3).filter(|digits| digits.iter().all(u8::is_ascii_digit));
    let digits = digits.ok_or(HeadError::Syntax("expected a status of three digits"))?;
    let status = digits.iter().fold(0, |number, digit| number * 10 + u16::from(digit - b'0'));
    Ok((status, rest[3..].trim_ascii() == b"end"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::head_bytes;

    #[test]
    fn what_was_written_is_read() {
        let headers = Headers::from_pairs([("content-type", "application/grpc"), ("grpc-status", "5")]);
        for (framing, length) in [(Framing::None, Length::None), (Framing::Chunked, Length::Chunked)] {
            let version = HttpVersion::Http2;
            let sent =
                Response { status: 200, version, headers: headers.clone(), framing, ..Response::default() };
            let bytes = head_bytes(&sent);
            for cut in 0..bytes.len() {
                assert_eq!(ReplyHead::read_bridged(&bytes[..cut], "POST"), Ok(None), "cut {cut}");
            }
            let (head, taken) = ReplyHead::read_bridged(&bytes, "POST").unwrap().unwrap();
            assert_eq!((head.response, head.length, taken), (sent, length, bytes.len()));
        }
    }

    #[test]
    fn an_http1_head_passes_and_http2_is_none_on_a_wire() {
        let (head, _) = ReplyHead::read_bridged(b"HTTP/1.1 204 No\r\n\r\n", "GET").unwrap().unwrap();
        assert_eq!(head.response.version, HttpVersion::Http11);
        assert!(ReplyHead::read(b"HTTP/2 200 \r\n\r\n", "GET").is_err());
        assert!(ReplyHead::read_bridged(b"HTTP/2 2x0 \r\n\r\n", "GET").is_err());
    }
}
