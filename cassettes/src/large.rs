//! Bodies that are too large to be held: which they are, so that recording, replay and judging agree on it.

use crate::model::Headers;

/// Bodies up to so many bytes are held and looked into, whatever they are.
pub const HELD: usize = 1024 * 1024;

/// Bodies in which something could be found are held up to so many bytes, because only the whole of one can be
/// cleaned.
pub const LOOKED_INTO: usize = 32 * 1024 * 1024;

/// So much of a body tells what it is.
pub const BEGIN: usize = 64 * 1024;

/// Whether nobody looks into a body of so many bytes that begins so: it stays in its blob, and is compared by
/// digest and length alone.
pub fn is_left(headers: &Headers, begin: &[u8], len: u64) -> bool {
    len > LOOKED_INTO as u64 || (len > HELD as u64 && is_opaque(headers, begin))
}

/// Whether nothing would be found in a body: its type says that it is no text, or, where it has none, its bytes
/// do. What is coded is as its type says; a form in parts is looked into, and so is what begins as JSON does.
pub fn is_opaque(headers: &Headers, begin: &[u8]) -> bool {
    let begin = &begin[..begin.len().min(BEGIN)];
    match headers.media_type() {
        Some(media) => !is_textual(&media) && !media.starts_with("multipart/") && !begins_as_json(begin),
        None => {
            begin.iter().take(4096).any(|b| *b == 0)
                || std::str::from_utf8(begin).is_err_and(|e| e.error_len().is_some())
        }
    }
}

/// Whether people or programs write text into bodies of that type: URLs in them are led back, while recording
/// and in the replay alike. A URL within an archive, a picture or a body of no type is no link that a client
/// follows.
pub fn is_textual(media: &str) -> bool {
    let (kind, sub) = media.split_once('/').unwrap_or((media, ""));
    let named =
        |suffix: &str| sub == suffix || sub.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('+'));
    kind == "text"
        || named("json")
        || named("xml")
        || named("yaml")
        || ["javascript", "x-ndjson", "ndjson", "x-www-form-urlencoded", "x-yaml", "jsonl"].contains(&sub)
}

/// An object or an array, as far as its first bytes tell.
fn begins_as_json(begin: &[u8]) -> bool {
    let mut bytes = begin.iter().filter(|b| !b.is_ascii_whitespace());
    match (bytes.next(), bytes.next()) {
        (Some(b'{'), Some(next)) => matches!(next, b'"' | b'}'),
        (Some(b'['), Some(next)) => {
            matches!(next, b'"' | b'{' | b'[' | b']' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n')
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_cleaned_is_held_longer() {
        let of = |media: &str| match media {
            "" => Headers::new(),
            media => Headers::from_pairs([("Content-Type", media)]),
        };
        let left = |media: &str, begin: &[u8], len: usize| is_left(&of(media), begin, len as u64);
        for media in ["application/octet-stream", "application/zip", "image/png", "video/mp4"] {
            assert!(left(media, b"\x89PNG", HELD + 1) && !left(media, b"\x89PNG", HELD), "{media}");
        }
        for media in ["application/json", "text/csv", "multipart/form-data; boundary=a", "image/svg+xml"] {
            assert!(!left(media, b"\x00\xff", LOOKED_INTO) && left(media, b"a", LOOKED_INTO + 1), "{media}");
        }
        assert!(!left("application/octet-stream", b" {\"a\":1", HELD + 1), "JSON, whatever it is called");
        assert!(
            left("", b"a\0b", HELD + 1) && left("", b"\xff\xfe", HELD + 1) && !left("", b"abc", HELD + 1)
        );
    }
}
