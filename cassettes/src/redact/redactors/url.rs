//! # url
//!
//! URLs within texts lose their passwords, their secret parameters, and the paths that are credentials.
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
//! Who knows where a web hook listens may speak through it, and a path has parameters of its own.
//!
//! ```text
//! GET /services/T0A1B2C3D/B0A1B2C3D/aBcDeFgHiJkLmNoPqRsT1234;jsessionid=0a1b2c3d4e5f?a=1;api_key=hunter22
//! becomes
//! GET /services/T0A1B2C3D/B0A1B2C3D/uHhRwVdRoEmCnGxRxBlO0481;jsessionid=0f0e1f0f4e0e?a=1;api_key=rnlalx46
//! ```
//!
//! ## Quiet
//!
//! ```text
//! GET /v1/webhooks/507f1f77bcf86cd799439011/deliveries/x=1;y=2?q=a;b=c
//! ```
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
use memchr::memmem::Finder;
use std::{ops::Range, sync::LazyLock};

pub(super) static REDACTOR: Redactor = Redactor { meta: Meta::new("url", include_str!("url.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    // An escape may hide any of the characters that URLs are told by.
    let smell = |body: &[u8]| {
        memchr::memchr3(b'=', b'\\', b'%', body).is_some()
            || memchr::memmem::find(body, b"://").is_some()
            || memchr::memmem::find(body, b"services/").is_some()
    };
    mask.texts(exchange, &smell, &mut |mask, leaf| {
        let mut edits = parameters(mask, leaf);
        edits.extend(hooks(leaf.text).into_iter().chain(users(leaf.text)).map(|span| {
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

/// `name=value` behind `?`, `&` or `#`, behind `;` or `/` in a path, or at the start of a text that is all
/// pairs.
fn parameters(mask: &mut Mask<'_>, leaf: &Leaf<'_>) -> Vec<Edit> {
    let text = leaf.text;
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    if !text.contains('=') {
        return edits;
    }
    let form = leaf.carrier != Carrier::Route && pairs::looks_like_form(text);
    let path = matches!(leaf.carrier, Carrier::Route | Carrier::Upstream);
    // Behind this, a semicolon parts the parameters of a URL and not those of something else.
    let url = match leaf.carrier {
        Carrier::Route | Carrier::Upstream | Carrier::Query => 0,
        _ => text.find('/').unwrap_or(text.len()),
    };
    for equals in memchr::memchr_iter(b'=', bytes) {
        let name = bytes[..equals]
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_alphanumeric() || b"-_.%[]".contains(b))
            .count();
        let start = equals - name;
        let begins = match start.checked_sub(1).map(|before| bytes[before]) {
            Some(b'?' | b'&' | b'#') => true,
            Some(b';') => start > url || text[..start].ends_with("&amp;"),
            Some(b'/') => path,
            Some(_) => false,
            None => form,
        };
        if !begins || name == 0 {
            continue;
        }
        let end =
            |b: &u8| b.is_ascii_whitespace() || b"&#\"'<>\\`|^;,)]}".contains(b) || (path && *b == b'/');
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

/// The last segment of a web hook's path, behind the ids of whom it belongs to.
fn hooks(text: &str) -> Vec<Range<usize>> {
    static WORDS: LazyLock<[Finder<'static>; 3]> =
        LazyLock::new(|| ["hook/", "hooks/", "services/"].map(Finder::new));
    let mut found = Vec::new();
    for word in WORDS.iter() {
        for at in word.find_iter(text.as_bytes()) {
            let mut from = at + word.needle().len();
            for ids in 0..MAX_IDS {
                let len = text.as_bytes()[from..].iter().take_while(|b| is_segment(**b)).count();
                let segment = &text[from..from + len];
                if ids > 0 && is_drawn(segment) {
                    found.push(from..from + len);
                }
                if !is_id(segment) || text.as_bytes().get(from + len) != Some(&b'/') {
                    break;
                }
                from += len + 1;
            }
        }
    }
    found
}

const MAX_IDS: usize = 4;

fn is_segment(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')
}

fn is_id(segment: &str) -> bool {
    segment.len() >= 6 && segment.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// Letters of both cases and digits: no id that people read, and none in hexadecimal.
fn is_drawn(segment: &str) -> bool {
    let any = |class: fn(&u8) -> bool| segment.as_bytes().iter().any(class);
    segment.len() >= 20
        && any(u8::is_ascii_digit)
        && any(u8::is_ascii_uppercase)
        && any(u8::is_ascii_lowercase)
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
