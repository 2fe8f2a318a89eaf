//! Content codings (RFC 9110 §8.4.1): undone for reading and judging, redone where redaction changed
//! what was inside. Bodies are stored as they were sent; nothing here is on the way of the bytes.

use crate::{
    json::Json,
    model::{Body, Headers},
};
use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::{
    borrow::Cow,
    io::{Read, Write},
};

/// The most that a body may unfold to, in bytes; what lies behind it is not looked at.
pub const MAX_DECODED: usize = 64 << 20;

/// Why a coding could not be undone or applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// A content coding that we do not speak.
    #[error("expected gzip, deflate, br or zstd as the content coding, found {0:?}")]
    Unknown(String),
    /// The bytes are not what the coding says, or end too early.
    #[error("the body is no whole {coding} stream: {message}")]
    Broken {
        /// The coding as named in the header.
        coding: String,
        /// What its decoder said.
        message: String,
    },
    /// It unfolds to more than [`MAX_DECODED`].
    #[error("the {0} body unfolds to more than {MAX_DECODED} bytes")]
    TooLarge(String),
}

/// The body with its content codings undone; as sent where that cannot be.
pub fn decoded<'a>(headers: &Headers, body: &'a Body) -> Cow<'a, [u8]> {
    if body.is_empty() || !headers.contains("content-encoding") {
        return Cow::Borrowed(body.bytes());
    }
    match decode(body.bytes(), &headers.codings()) {
        Ok(bytes) => Cow::Owned(bytes),
        Err(_) => Cow::Borrowed(body.bytes()),
    }
}

/// The decoded body, if it is one JSON document: an object or an array whatever the media type says,
/// any JSON at all when the media type is JSON.
pub fn json_of(headers: &Headers, body: &Body) -> Option<Json> {
    let bytes = decoded(headers, body);
    let first = bytes.iter().find(|b| !b.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(b))?;
    if !matches!(first, b'{' | b'[') {
        let media = headers.media_type()?;
        if media != "application/json" && media != "text/json" && !media.ends_with("+json") {
            return None;
        }
    }
    Json::parse(&bytes).ok()
}

/// The decoded body, if it is UTF-8.
pub fn text_of(headers: &Headers, body: &Body) -> Option<String> {
    String::from_utf8(decoded(headers, body).into_owned()).ok()
}

/// Undoes codings given in the order in which they were applied.
pub fn decode(bytes: &[u8], codings: &[String]) -> Result<Vec<u8>, CodecError> {
    let (decoded, trouble) = decode_what_is_there(bytes, codings);
    trouble.map_or(Ok(decoded), Err)
}

/// As [`decode`], but with what could be read before the trouble: the answer that broke off in the
/// middle is among those that matter.
pub(crate) fn decode_what_is_there(bytes: &[u8], codings: &[String]) -> (Vec<u8>, Option<CodecError>) {
    let mut current = Cow::Borrowed(bytes);
    let mut trouble = None;
    for coding in codings.iter().rev() {
        let (next, problem) = undo(&current, coding);
        trouble = trouble.or(problem);
        if matches!(trouble, Some(CodecError::Unknown(_))) {
            return (Vec::new(), trouble);
        }
        current = Cow::Owned(next);
    }
    (current.into_owned(), trouble)
}

fn undo(bytes: &[u8], coding: &str) -> (Vec<u8>, Option<CodecError>) {
    match coding {
        "gzip" | "x-gzip" => drain(MultiGzDecoder::new(bytes), coding),
        "deflate" if is_zlib(bytes) => drain(ZlibDecoder::new(bytes), coding),
        // Some servers send the bare stream under this name, against RFC 9110 §8.4.1.2.
        "deflate" => drain(DeflateDecoder::new(bytes), coding),
        "br" => drain(brotli::Decompressor::new(bytes, 16 << 10), coding),
        "zstd" => match zstd::stream::read::Decoder::with_buffer(bytes) {
            Ok(decoder) => drain(decoder, coding),
            Err(error) => (Vec::new(), Some(broken(coding, &error))),
        },
        other => (Vec::new(), Some(CodecError::Unknown(other.to_owned()))),
    }
}

/// A zlib header names method 8 and is a multiple of 31 (RFC 1950 §2.2).
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [cmf, flg, ..] if cmf & 15 == 8 && (u16::from(*cmf) << 8 | u16::from(*flg)).is_multiple_of(31))
}

fn broken(coding: &str, error: &std::io::Error) -> CodecError {
    CodecError::Broken { coding: coding.to_owned(), message: error.to_string() }
}

fn drain(mut decoder: impl Read, coding: &str) -> (Vec<u8>, Option<CodecError>) {
    let mut out = Vec::new();
    let mut piece = vec![0; 32 << 10];
    loop {
        match decoder.read(&mut piece) {
            Ok(0) => return (out, None),
            Ok(n) if out.len() + n > MAX_DECODED => {
                return (out, Some(CodecError::TooLarge(coding.to_owned())));
            }
            Ok(n) => out.extend_from_slice(&piece[..n]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return (out, Some(broken(coding, &error))),
        }
    }
}

/// Applies codings in order. The same bytes give the same result: no time, no name, fixed levels.
pub fn encode(bytes: &[u8], codings: &[String]) -> Result<Vec<u8>, CodecError> {
    let mut current = Cow::Borrowed(bytes);
    for coding in codings {
        current = Cow::Owned(apply(&current, coding)?);
    }
    Ok(current.into_owned())
}

fn apply(bytes: &[u8], coding: &str) -> Result<Vec<u8>, CodecError> {
    let done = match coding {
        "gzip" | "x-gzip" => {
            let mut encoder = flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::new(6));
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        "deflate" => {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        "br" => {
            let mut encoder = brotli::CompressorWriter::new(Vec::new(), 16 << 10, 5, 22);
            encoder.write_all(bytes).map(|()| encoder.into_inner())
        }
        "zstd" => zstd::stream::encode_all(bytes, 3),
        other => return Err(CodecError::Unknown(other.to_owned())),
    };
    done.map_err(|error| broken(coding, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codings(names: &[&str]) -> Vec<String> {
        names.iter().map(|&n| n.to_owned()).collect()
    }

    #[test]
    fn every_coding_comes_back_and_is_the_same_each_time() {
        let text = "truth ".repeat(500).into_bytes();
        for names in [&["gzip"][..], &["deflate"], &["br"], &["zstd"], &["x-gzip"], &["br", "gzip"], &[]] {
            let names = codings(names);
            let once = encode(&text, &names).expect("encodes");
            assert_eq!(once, encode(&text, &names).expect("encodes"), "{names:?}");
            assert_eq!(decode(&once, &names).as_deref(), Ok(&text[..]), "{names:?}");
        }
    }

    #[test]
    fn members_are_joined_and_bare_deflate_is_read() {
        let gzip = codings(&["gzip"]);
        let mut two = encode(b"one ", &gzip).expect("encodes");
        two.extend(encode(b"two", &gzip).expect("encodes"));
        assert_eq!(decode(&two, &gzip).as_deref(), Ok(&b"one two"[..]));
        let mut bare = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        bare.write_all(b"bare").expect("writes");
        assert_eq!(
            decode(&bare.finish().expect("ends"), &codings(&["deflate"])).as_deref(),
            Ok(&b"bare"[..])
        );
    }

    #[test]
    fn what_cannot_be_undone_stays_as_sent() {
        let headers = Headers::from_pairs([("Content-Encoding", "gzip")]);
        let body = Body::from("no gzip");
        assert_eq!(decoded(&headers, &body).as_ref(), b"no gzip");
        assert_eq!(decode(b"x", &codings(&["snappy"])), Err(CodecError::Unknown("snappy".into())));
        let whole = encode(&b"broken off ".repeat(4000), &codings(&["gzip"])).expect("encodes");
        let (text, trouble) = decode_what_is_there(&whole[..whole.len() - 12], &codings(&["gzip"]));
        assert!(text.starts_with(b"broken off") && trouble.is_some());
    }

    #[test]
    fn a_bomb_is_capped() {
        let bomb = encode(&vec![0; MAX_DECODED + 1], &codings(&["gzip"])).expect("encodes");
        assert_eq!(decode(&bomb, &codings(&["gzip"])), Err(CodecError::TooLarge("gzip".into())));
    }

    #[test]
    fn json_is_found_whatever_the_type_says() {
        let text = Headers::from_pairs([("Content-Type", "text/plain")]);
        let json = Headers::from_pairs([("Content-Type", "application/problem+json; charset=latin1")]);
        assert!(json_of(&text, &Body::from(" {\"a\":1}")).is_some());
        assert!(json_of(&text, &Body::from("12")).is_none());
        assert!(json_of(&json, &Body::from("12")).is_some());
    }
}
