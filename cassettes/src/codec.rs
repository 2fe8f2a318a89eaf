//! Content codings (RFC 9110 §8.4.1): undone for reading and judging, redone where redaction changed
//! what was inside. Bodies are stored as they were sent; nothing here is on the way of the bytes.

use crate::{
    json::Json,
    model::{Body, Headers},
};
use flate2::bufread::{DeflateDecoder, GzDecoder, MultiGzDecoder, ZlibDecoder};
use std::{borrow::Cow, io::Read};

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
    /// The stream is whole, and something else follows it.
    #[error("expected nothing behind the {coding} stream, found {bytes} bytes")]
    Trailing {
        /// The coding as named in the header.
        coding: String,
        /// How many bytes follow.
        bytes: usize,
    },
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

/// Undoes codings given in the order in which they were applied. What follows a whole stream is padding.
pub fn decode(bytes: &[u8], codings: &[String]) -> Result<Vec<u8>, CodecError> {
    let (decoded, trouble) = decode_what_is_there(bytes, codings);
    match trouble {
        None | Some(CodecError::Trailing { .. }) => Ok(decoded),
        Some(trouble) => Err(trouble),
    }
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

/// One coding undone, up to so many bytes; whether that was all of it.
pub(crate) fn decode_within(bytes: &[u8], coding: &str, most: usize) -> (Vec<u8>, bool) {
    let mut out = Vec::new();
    let read = reader(bytes, coding).map(|decoder| decoder.take(most as u64).read_to_end(&mut out));
    let whole = matches!(read, Ok(Ok(n)) if n < most);
    (out, whole)
}

fn undo(bytes: &[u8], coding: &str) -> (Vec<u8>, Option<CodecError>) {
    if matches!(coding, "gzip" | "x-gzip") {
        return gunzip(bytes, coding);
    }
    match reader(bytes, coding) {
        Ok(decoder) => {
            let mut out = Vec::new();
            let trouble = drain(decoder, coding, &mut out);
            (out, trouble)
        }
        Err(error) => (Vec::new(), Some(error)),
    }
}

fn reader<'b>(bytes: &'b [u8], coding: &str) -> Result<Box<dyn Read + 'b>, CodecError> {
    Ok(match coding {
        "gzip" | "x-gzip" => Box::new(MultiGzDecoder::new(bytes)),
        "deflate" if is_zlib(bytes) => Box::new(ZlibDecoder::new(bytes)),
        // Some servers send the bare stream under this name, against RFC 9110 §8.4.1.2.
        "deflate" => Box::new(DeflateDecoder::new(bytes)),
        "br" => Box::new(brotli::Decompressor::new(bytes, 16 << 10)),
        "zstd" => {
            Box::new(zstd::stream::read::Decoder::with_buffer(bytes).map_err(|error| broken(coding, &error))?)
        }
        other => return Err(CodecError::Unknown(other.to_owned())),
    })
}

/// Member after member (RFC 1952 §2.2); what follows the last one is told from a stream that breaks off.
fn gunzip(bytes: &[u8], coding: &str) -> (Vec<u8>, Option<CodecError>) {
    let mut out = Vec::new();
    let mut rest = bytes;
    loop {
        let mut decoder = GzDecoder::new(rest);
        if let Some(trouble) = drain(&mut decoder, coding, &mut out) {
            return (out, Some(trouble));
        }
        rest = decoder.into_inner();
        if rest.is_empty() {
            return (out, None);
        }
        if !rest.starts_with(GZIP) {
            return (out, Some(CodecError::Trailing { coding: coding.to_owned(), bytes: rest.len() }));
        }
    }
}

/// What a gzip member begins with (RFC 1952 §2.3.1).
const GZIP: &[u8] = &[0x1f, 0x8b];

/// The coding that bytes say they are in, whatever was said of them.
pub(crate) fn sniff(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x1f, 0x8b, 8, ..] => Some("gzip"),
        // RFC 8878 §3.1.1
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd"),
        _ => None,
    }
}

/// A coded body whose first `skip` bytes, once decoded, are replaced by `head`; for those that unfold to
/// more than is held in memory.
pub(crate) fn replace_head(
    sent: &[u8],
    coding: &str,
    head: &[u8],
    skip: usize,
) -> Result<Vec<u8>, CodecError> {
    let mut rest = reader(sent, coding)?;
    std::io::copy(&mut rest.by_ref().take(skip as u64), &mut std::io::sink())
        .map_err(|error| broken(coding, &error))?;
    apply(&mut head.chain(rest.take(MAX_REST)), coding)
}

/// No more than this is coded anew behind a head that was replaced.
const MAX_REST: u64 = 1 << 30;

/// A zlib header names method 8 and is a multiple of 31 (RFC 1950 §2.2).
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [cmf, flg, ..] if cmf & 15 == 8 && (u16::from(*cmf) << 8 | u16::from(*flg)).is_multiple_of(31))
}

fn broken(coding: &str, error: &std::io::Error) -> CodecError {
    CodecError::Broken { coding: coding.to_owned(), message: error.to_string() }
}

fn drain(mut decoder: impl Read, coding: &str, out: &mut Vec<u8>) -> Option<CodecError> {
    let mut piece = vec![0; 32 << 10];
    loop {
        match decoder.read(&mut piece) {
            Ok(0) => return None,
            Ok(n) if out.len() + n > MAX_DECODED => return Some(CodecError::TooLarge(coding.to_owned())),
            Ok(n) => out.extend_from_slice(&piece[..n]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Some(broken(coding, &error)),
        }
    }
}

/// Applies codings in order. The same bytes give the same result: no time, no name, fixed levels.
pub fn encode(bytes: &[u8], codings: &[String]) -> Result<Vec<u8>, CodecError> {
    let mut current = Cow::Borrowed(bytes);
    for coding in codings {
        current = Cow::Owned(apply(&mut current.as_ref(), coding)?);
    }
    Ok(current.into_owned())
}

fn apply(plain: &mut dyn Read, coding: &str) -> Result<Vec<u8>, CodecError> {
    let done = match coding {
        "gzip" | "x-gzip" => {
            let mut encoder = flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::new(6));
            std::io::copy(plain, &mut encoder).and_then(|_| encoder.finish())
        }
        "deflate" => {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::new(6));
            std::io::copy(plain, &mut encoder).and_then(|_| encoder.finish())
        }
        "br" => {
            let mut encoder = brotli::CompressorWriter::new(Vec::new(), 16 << 10, 5, 22);
            std::io::copy(plain, &mut encoder).map(|_| encoder.into_inner())
        }
        "zstd" => zstd::stream::encode_all(plain, 3),
        other => return Err(CodecError::Unknown(other.to_owned())),
    };
    done.map_err(|error| broken(coding, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

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
    fn padding_is_no_damage() {
        let gzip = codings(&["gzip"]);
        let padded = [encode(b"text", &gzip).expect("encodes"), vec![0; 32]].concat();
        assert_eq!(decode(&padded, &gzip).as_deref(), Ok(&b"text"[..]));
        let trouble = decode_what_is_there(&padded, &gzip).1;
        assert_eq!(trouble, Some(CodecError::Trailing { coding: "gzip".into(), bytes: 32 }));
    }

    #[test]
    fn a_head_is_replaced_and_the_rest_stays() {
        let plain = b"secret and the rest";
        for coding in ["gzip", "deflate", "br", "zstd"] {
            let sent = encode(plain, &codings(&[coding])).expect("encodes");
            let done = replace_head(&sent, coding, b"*", 6).expect("encodes");
            assert_eq!(decode(&done, &codings(&[coding])).as_deref(), Ok(&b"* and the rest"[..]), "{coding}");
        }
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
