//! Writing heads and framing exactly: order, case, duplicates and reason as they are in the model.

use super::bridged_status_line;
use cassettes::model::{Framing, Headers, HttpVersion, Interim, Response};

/// The head of a reply, its empty line included. Nothing is added and nothing is corrected: whoever changed
/// the body changes the fields. One that came over HTTP/2 is written as it crosses a bridge.
pub fn head_bytes(response: &Response) -> Vec<u8> {
    let mut out =
        Vec::with_capacity(64 + response.headers.iter().map(|(n, v)| n.len() + v.len() + 4).sum::<usize>());
    match response.version {
        HttpVersion::Http2 => {
            bridged_status_line(&mut out, response.status, response.framing == Framing::None);
        }
        version @ (HttpVersion::Http10 | HttpVersion::Http11) => {
            status_line(&mut out, version, response.status, &response.reason);
        }
    }
    write_fields(&mut out, &response.headers);
    out
}

/// A 1xx reply, its empty line included.
pub fn interim_bytes(interim: &Interim) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    status_line(&mut out, HttpVersion::Http11, interim.status, &interim.reason);
    write_fields(&mut out, &interim.headers);
    out
}

/// `HTTP/1.1 200 OK` and a line break. Line breaks within the reason would end the line early and become
/// blanks.
pub fn status_line(out: &mut Vec<u8>, version: HttpVersion, status: u16, reason: &str) {
    out.extend_from_slice(version_text(version).as_bytes());
    out.push(b' ');
    let digits = [status / 100 % 10, status / 10 % 10, status % 10].map(|d| b'0' + d as u8);
    out.extend_from_slice(&digits);
    out.push(b' ');
    out.extend(reason.bytes().map(|b| if matches!(b, b'\r' | b'\n' | 0) { b' ' } else { b }));
    out.extend_from_slice(b"\r\n");
}

/// As the first line spells it; an answer that came over HTTP/2 is given as HTTP/1.1.
pub fn version_text(version: HttpVersion) -> &'static str {
    match version {
        HttpVersion::Http10 => "HTTP/1.0",
        HttpVersion::Http11 | HttpVersion::Http2 => "HTTP/1.1",
    }
}

/// Every field in order and the empty line. A value that would end its line early, other than by folding
/// (RFC 9112 §5.2), has its line breaks made blanks: an edited cassette must not inject fields.
pub fn write_fields(out: &mut Vec<u8>, headers: &Headers) {
    for (name, value) in headers.iter() {
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b": ");
        write_value(out, value);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

fn write_value(out: &mut Vec<u8>, value: &[u8]) {
    if memchr::memchr3(b'\r', b'\n', 0, value).is_none() {
        return out.extend_from_slice(value);
    }
    let mut rest = value;
    while let Some((first, tail)) = rest.split_first() {
        if let Some(folded) = rest.strip_prefix(b"\r\n").filter(|t| matches!(t.first(), Some(b' ' | b'\t'))) {
            out.extend_from_slice(b"\r\n");
            rest = folded;
        } else {
            out.push(if matches!(first, b'\r' | b'\n' | 0) { b' ' } else { *first });
            rest = tail;
        }
    }
}

/// One chunk (RFC 9112 §7.1). No bytes, no chunk: an empty one would end the body.
pub fn write_chunk(out: &mut Vec<u8>, data: &[u8]) {
    if data.is_empty() {
        return;
    }
    write_hex(out, data.len());
    out.extend_from_slice(b"\r\n");
    out.extend_from_slice(data);
    out.extend_from_slice(b"\r\n");
}

/// The end of a chunked body with its trailers, announced or not.
pub fn write_last_chunk(out: &mut Vec<u8>, trailers: &Headers) {
    out.extend_from_slice(b"0\r\n");
    write_fields(out, trailers);
}

/// A number in decimal digits, as Content-Length wants it.
pub fn write_length(out: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return out.extend_from_slice(&digits[at..]);
        }
    }
}

fn write_hex(out: &mut Vec<u8>, number: usize) {
    let digits = (usize::BITS - number.leading_zeros()).div_ceil(4).max(1);
    for shift in (0..digits).rev() {
        out.push(b"0123456789abcdef"[number >> (shift * 4) & 15]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::ReplyHead;

    #[test]
    fn what_was_read_is_written() {
        let sent = b"HTTP/1.0 404 Nope\r\nb: 1\r\nA: 2\r\nb: 3\xff\r\nC: x\r\n y\r\nD: \r\n\r\n";
        let (head, _) = ReplyHead::read(sent, "GET").unwrap().unwrap();
        assert_eq!(head_bytes(&head.response), sent);
    }

    #[test]
    fn fields_cannot_be_injected() {
        let mut out = Vec::new();
        write_fields(&mut out, &Headers::from_pairs([("a", "1\r\nb: 2\n\0")]));
        assert_eq!(out, b"a: 1  b: 2  \r\n\r\n");
    }

    #[test]
    fn chunks_and_numbers() {
        let mut out = Vec::new();
        write_chunk(&mut out, b"");
        write_chunk(&mut out, &[b'x'; 26]);
        write_last_chunk(&mut out, &Headers::from_pairs([("T", "1")]));
        assert_eq!(out, format!("1a\r\n{}\r\n0\r\nT: 1\r\n\r\n", "x".repeat(26)).as_bytes());
        out.clear();
        write_length(&mut out, 0);
        write_length(&mut out, u64::MAX);
        assert_eq!(out, format!("0{}", u64::MAX).as_bytes());
    }
}
