//! What patterns cannot say.

use super::kind::{Check, Kind};
use crate::{
    json::Json,
    jwt::{Jwt, is_marked},
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use std::ops::Range;

/// Judges and completes what a pattern found: the span of the secret.
pub(super) fn look(kind: &Kind, text: &[u8], span: Range<usize>) -> Option<Range<usize>> {
    match kind.check {
        Check::Pem => return pem(text, span),
        Check::Jwt => return token(text, span),
        Check::Basic => return basic(&text[span.clone()]).map(|_| span),
        Check::None | Check::Password | Check::Mixed | Check::Assigned => {}
    }
    // A longer run is something else.
    let goes_on = text.get(span.end).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    (!goes_on || kind.has_context()).then_some(span)
}

/// A whole block (RFC 7468), or all that is left where its end is missing; the first line alone is prose.
fn pem(text: &[u8], line: Range<usize>) -> Option<Range<usize>> {
    let rest = &text[line.end..];
    let gap = rest
        .iter()
        .position(|b| !b.is_ascii_whitespace() && *b != b'\\')
        .map(|at| at + usize::from(at > 0 && rest[at - 1] == b'\\' && matches!(rest[at], b'n' | b'r')))?;
    let body = rest[gap..].iter().take(400).take_while(|b| is_body(**b)).count();
    if body < 4 {
        return None;
    }
    let Some(end) = memchr::memmem::find(rest, b"-----END ") else { return Some(line.start..text.len()) };
    let label = line.end + end + 9;
    let close = memchr::memmem::find(&text[label..text.len().min(label + 60)], b"-----");
    Some(line.start..close.map_or(label, |c| label + c + 5))
}

fn is_body(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=' | b':' | b'-' | b',' | b' ')
}

/// Readable, signed, and no stand-in of ours.
fn token(text: &[u8], span: Range<usize>) -> Option<Range<usize>> {
    let text = std::str::from_utf8(&text[span.clone()]).ok()?;
    // The end of a sentence is none of it; a dash may be, as one is the last character of a signature (RFC 4648 §5).
    let whole = text.trim_end_matches('.');
    let text = whole.trim_end_matches(['.', '-']);
    let jwt = Jwt::parse(text)?;
    let named = jwt.header.get("alg").and_then(Json::as_str).is_some();
    (named && !jwt.is_unsigned() && !is_marked(whole) && !is_marked(text))
        .then(|| span.start..span.start + text.len())
}

/// User and password, where the password is there and neither is a stand-in.
pub(super) fn basic(encoded: &[u8]) -> Option<String> {
    let trimmed = encoded.strip_suffix(b"==").or(encoded.strip_suffix(b"=")).unwrap_or(encoded);
    let plain = String::from_utf8(STANDARD_NO_PAD.decode(trimmed).ok()?).ok()?;
    let (user, password) = plain.split_once(':')?;
    let readable = |text: &str| !text.is_empty() && text.chars().all(|c| !c.is_control());
    (readable(user) && readable(password) && password.len() >= 4).then(|| password.to_owned())
}
