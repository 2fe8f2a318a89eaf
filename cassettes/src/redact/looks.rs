//! Credentials that are told by their look, as they stand in any text: known shapes and signed tokens.

use super::shapes;
use crate::{
    json::Json,
    jwt::{self, Jwt, unbase64},
};
use std::ops::Range;

/// How the first part of a signed token begins: `{"`, `{ "`, `{ \n`, `{\n `, `{\r\n` in base64url.
const BEGINNINGS: [&[u8]; 5] = [b"eyJ", b"eyA", b"ewo", b"ew0", b"ewk"];

/// Whether anything begins as tokens do.
pub(super) fn smell(text: &[u8]) -> bool {
    runs(text).next().is_some()
}

/// Where readable signed tokens stand.
pub(super) fn tokens(text: &str) -> Vec<Range<usize>> {
    runs(text.as_bytes())
        .filter_map(|run| token(&text[run.clone()]).map(|len| run.start..run.start + len))
        .collect()
}

/// Where encrypted tokens stand (RFC 7516 §7.1): five parts, of which only the first is readable.
pub(super) fn sealed(text: &str) -> Vec<Range<usize>> {
    let encrypted = |run: Range<usize>| {
        let parts = &text[run.clone()];
        let first = parts.split('.').next().and_then(unbase64).and_then(|h| Json::parse(&h).ok());
        first.filter(|header| header.get("enc").is_some())?;
        let mut dots = memchr::memchr_iter(b'.', parts.as_bytes());
        dots.nth(3)?;
        Some(run.start..run.start + dots.next().unwrap_or(parts.len()))
    };
    runs(text.as_bytes()).filter_map(encrypted).collect()
}

/// Every credential that is no stand-in of ours, with what it is; for raw bytes.
pub(super) fn live(text: &[u8]) -> Vec<(Range<usize>, &'static str)> {
    let mut hits: Vec<_> = shapes::find(text).into_iter().map(|hit| (hit.span, hit.kind)).collect();
    for run in runs(text) {
        let Ok(run_text) = std::str::from_utf8(&text[run.clone()]) else { continue };
        if let Some(len) = token(run_text)
            && !jwt::is_marked(&run_text[..len])
        {
            hits.push((run.start..run.start + len, "a signed token"));
        }
    }
    hits.sort_by_key(|(span, _)| span.start);
    hits
}

/// Runs of a token's characters that begin as tokens do.
fn runs(text: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'=' | b'+' | b'/');
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + memchr::memchr(b'e', text.get(from..)?)?;
            from = at + 1;
            // A prefix ends in a mark; in a URL that is not decoded, an escape may stand before it.
            let escape =
                at >= 3 && text[at - 3] == b'%' && text[at - 2..at].iter().all(u8::is_ascii_hexdigit);
            let begins = at == 0 || escape || !text[at - 1].is_ascii_alphanumeric();
            if begins && BEGINNINGS.iter().any(|b| text[at..].starts_with(b)) {
                let len = text[at..].iter().take_while(|b| part(**b)).count();
                from = at + len;
                return Some(at..at + len);
            }
        }
    })
}

/// The length of the token that a run begins with; what follows it, a path, the name of a file or the end
/// of a sentence, is none of it.
fn token(run: &str) -> Option<usize> {
    let mut dots = memchr::memchr_iter(b'.', run.as_bytes());
    let second = dots.nth(1)?;
    let end = dots.next().unwrap_or(run.len());
    // More parts make another kind of token.
    let others = run[end..].split('.').filter(|part| part.len() > 8).count();
    let end = run[second..end].find('/').map_or(end, |slash| second + slash);
    (others == 0).then(|| Jwt::parse(&run[..end]).map(|_| end)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwt::base64url;

    #[test]
    fn tokens_are_found_in_text() {
        let jwt = format!("{}.{}.abc", base64url(br#"{"alg":"HS256"}"#), base64url(br#"{"sub":"u1"}"#));
        for text in [
            jwt.clone(),
            format!("see {jwt}."),
            format!("see {jwt}..."),
            format!("a={jwt}&b"),
            format!("\"{jwt}\""),
            format!("/f/{jwt}.pdf"),
            format!("tok_{jwt}"),
            format!("v1.{jwt}"),
            format!("a%20{jwt}%20"),
        ] {
            let found = tokens(&text);
            assert_eq!(found.iter().map(|r| &text[r.clone()]).collect::<Vec<_>>(), [jwt.as_str()], "{text}");
            assert_eq!(live(text.as_bytes()).len(), 1);
        }
        assert!(tokens("eyJ.eyJ.x and eyJhbGciOiJub25lIn0").is_empty());
        let sealed_text = format!("x {}.a.b.c.d", base64url(br#"{"alg":"dir","enc":"A128GCM"}"#));
        for text in [sealed_text.clone(), format!("{sealed_text}. ")] {
            assert_eq!(sealed(&text).first(), Some(&(2..sealed_text.len())));
        }
    }
}
