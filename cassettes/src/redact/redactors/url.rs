//! # url
//!
//! URLs within texts lose their passwords and their secret query parameters.
//!
//! ## Why it matters
//!
//! A `Location`, a signed download link or a connection string is a credential as a whole.
//!
//! ## Fires
//!
//! ```text
//! GET /
//! HTTP/1.1 302 Found
//! Location: https://app.test/cb#access_token=abc123def&state=x
//!
//! {"db":"postgres://app:swordfish@db.test/x","get":"https://s3.test/a?X-Amz-Signature=0a1b2c&n=1"}
//! becomes
//! GET /
//! HTTP/1.1 302 Found
//! Location: https://app.test/cb#access_token=eda054aaf&state=x
//!
//! {"db":"postgres://app:renrfuswc@db.test/x","get":"https://s3.test/a?X-Amz-Signature=0f3x0u&n=1"}
//! ```
//!
//! ## Quiet
//!
//! ```text
//! GET /
//! HTTP/1.1 200 OK
//! Link: <https://api.test/v1/x?page_token=abc&limit=3>; rel="next"
//!
//! {"mail":"mailto:ada@example.org","at":"https://api.test:8080/@ada?x=a:b@c"}
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{
        Redactor,
        leaf::{Carrier, Leaf},
        mask::Mask,
        names::looks_random,
        spans::{Edit, pairs, splice},
    },
};
use std::ops::Range;

pub(super) static REDACTOR: Redactor = Redactor { meta: Meta::new("url", include_str!("url.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    // An escape may hide any of the characters that URLs are told by.
    let smell = |body: &[u8]| {
        memchr::memchr3(b'=', b'\\', b'%', body).is_some() || memchr::memmem::find(body, b"://").is_some()
    };
    mask.texts(exchange, &smell, &mut |mask, leaf| {
        let mut edits = parameters(mask, leaf);
        edits.extend(users(leaf.text).map(|span| {
            let with = mask.stand_in(leaf, &leaf.text[span.clone()]);
            Edit::new(span, with)
        }));
        if edits.is_empty() || mask.is_done(leaf) {
            return None;
        }
        edits.sort_by_key(|edit| edit.span.start);
        let text = String::from_utf8(splice(leaf.text.as_bytes(), &edits)).ok()?;
        if text == leaf.text {
            return None;
        }
        mask.note(leaf, "url");
        Some(text)
    });
}

/// `name=value` behind `?`, `&` or `#`, or at the start of a text that is all pairs.
fn parameters(mask: &mut Mask<'_>, leaf: &Leaf<'_>) -> Vec<Edit> {
    let text = leaf.text;
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    if leaf.carrier == Carrier::Route || !text.contains('=') {
        return edits;
    }
    let form = pairs::looks_like_form(text);
    for equals in memchr::memchr_iter(b'=', bytes) {
        let name = bytes[..equals]
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric() || b"-_.%[]".contains(b))
            .count();
        let start = equals - name;
        let begins = match start.checked_sub(1).map(|before| bytes[before]) {
            Some(b'?' | b'&' | b'#') => true,
            Some(b';') => text[..start].ends_with("&amp;"),
            Some(_) => false,
            None => form,
        };
        if !begins || name == 0 {
            continue;
        }
        let end = |b: &u8| b.is_ascii_whitespace() || b"&#\"'<>\\`|^;,)]}".contains(b);
        let len = bytes[equals + 1..].iter().position(end).unwrap_or(bytes.len() - equals - 1);
        let raw = &text[equals + 1..equals + 1 + len];
        let value = pairs::decode(raw, true);
        let name = pairs::decode(&text[start..equals], true);
        let redirect = leaf.carrier == Carrier::Header && leaf.name.eq_ignore_ascii_case("location");
        let names = mask.policy.names();
        if (names.query_value(&name, &value) || names.answers(&name, &value, text, redirect))
            && !mask.is_stand_in(&value)
        {
            let with = pairs::encode(&mask.stand_in(leaf, &value), raw);
            edits.push(Edit::new(equals + 1..equals + 1 + len, with));
        }
    }
    edits
}

/// The password of `scheme://user:password@host`, or a user that is itself a token (RFC 3986 §3.2.1).
fn users(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    memchr::memchr_iter(b':', text.as_bytes()).filter(|at| text[*at..].starts_with("://")).filter_map(|at| {
        let from = at + 3;
        let stop =
            |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '<' | '>' | '\\' | ',');
        let authority = &text[from..from + text[from..].find(stop).unwrap_or(text.len() - from)];
        let user = &authority[..authority.rfind('@')?];
        let span = match user.find(':') {
            Some(colon) => from + colon + 1..from + user.len(),
            None if looks_random(user, 16) => from..from + user.len(),
            None => return None,
        };
        (!span.is_empty() && !text[span.clone()].starts_with("{{")).then_some(span)
    })
}
