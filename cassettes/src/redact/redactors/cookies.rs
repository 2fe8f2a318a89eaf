//! # cookies
//!
//! The values of cookies are replaced; their names and attributes stay, and so do words under names that
//! speak of no session and no person.
//!
//! ## Why it matters
//!
//! A session cookie is as good as a password. The same value has the same stand-in, so a cookie that was
//! set is still the one that is sent later.
//!
//! ## Fires
//!
//! ```text
//! GET /
//! Cookie: sid=s3cr3tSession; theme="dark"
//! becomes
//! GET /
//! Cookie: sid=c2mr5uOruboom; theme="dark"
//! ```
//!
//! ```text
//! GET /
//! HTTP/1.1 200 OK
//! Set-Cookie: sid=s3cr3tSession; Path=/; HttpOnly
//! becomes
//! GET /
//! HTTP/1.1 200 OK
//! Set-Cookie: sid=c2mr5uOruboom; Path=/; HttpOnly
//! ```
//!
//! ```text
//! GET /
//! Cookie: s3cr3tSession
//! becomes
//! GET /
//! Cookie: c2mr5uOruboom
//! ```
//!
//! ## Quiet
//!
//! What deletes a cookie holds no secret, and neither does a setting.
//!
//! ```text
//! GET /
//! HTTP/1.1 200 OK
//! Set-Cookie: sid=; Max-Age=0
//! Set-Cookie: old=deleted; expires=Thu, 01 Jan 1970 00:00:00 GMT
//! Set-Cookie: lang=en-GB; Path=/
//! Set-Cookie: country=DE
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{
        Redactor,
        leaf::{Carrier, Leaf},
        mask::Mask,
        names::{self, Sense, fold},
        spans::pairs::{decode, encode},
    },
};

pub(super) static REDACTOR: Redactor =
    Redactor { meta: Meta::new("cookies", include_str!("cookies.rs")), redact };

const BY: &str = "cookies";

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let carriers = |carrier| matches!(carrier, Carrier::Header | Carrier::Trailer);
    mask.named(exchange, carriers, &mut |mask, leaf| {
        (leaf.mark.sense == Sense::Cookies).then(|| values(mask, leaf, leaf.name, BY)).flatten()
    });
}

/// The text with its cookies' values replaced; `name` is the header's, or the member's that repeats it.
pub(super) fn values(mask: &mut Mask<'_>, leaf: &Leaf<'_>, name: &str, by: &'static str) -> Option<String> {
    if mask.is_done(leaf) {
        return None;
    }
    let mut out = String::with_capacity(leaf.text.len());
    if fold(name).words.starts_with("set") {
        let (pair, attributes) = leaf.text.split_at(leaf.text.find(';').unwrap_or(leaf.text.len()));
        out.push_str(&cookie(mask, leaf, pair, deletes(attributes)));
        out.push_str(attributes);
    } else {
        for (i, pair) in leaf.text.split(';').enumerate() {
            out.push_str(if i > 0 { ";" } else { "" });
            out.push_str(&cookie(mask, leaf, pair, false));
        }
    }
    if out == leaf.text {
        return None;
    }
    mask.note(leaf, by);
    Some(out)
}

fn cookie(mask: &mut Mask<'_>, leaf: &Leaf<'_>, pair: &str, deletes: bool) -> String {
    let (name, value) = pair.split_once('=').map_or(("", pair), |(name, value)| (name.trim(), value));
    let inner = value.trim().trim_matches('"');
    let word = inner.bytes().all(|b| b.is_ascii_alphabetic());
    let plain = inner.is_empty() || ["true", "false", "null"].contains(&inner) || (deletes && word);
    let decoded = decode(inner, false);
    let named = pair.contains('=');
    if plain
        || mask.policy.names().keeps(name)
        || (named && is_setting(name, &decoded))
        || (!named && names::is_words(&decoded))
    {
        return pair.to_owned();
    }
    let name = if name.is_empty() || is_session(name) { leaf.name } else { name };
    let with = encode(&mask.stand_in_of(name, leaf, &decoded), inner);
    pair[..pair.len() - value.len()].to_owned() + &value.replacen(inner, &with, 1)
}

/// A word, or a count, under a name that speaks of no session and no person.
fn is_setting(name: &str, value: &str) -> bool {
    value.len() <= 24 && names::is_words(value) && !speaks_of_someone(name)
}

fn speaks_of_someone(name: &str) -> bool {
    const WHO: [&str; 7] = ["user", "name", "email", "login", "account", "id", "uid"];
    let words = fold(name).words;
    words.split('_').any(|word| WHO.contains(&word)) || words.ends_with("id") || is_session(name)
}

/// Whoever has it is let in.
fn is_session(name: &str) -> bool {
    const KEYS: [&str; 10] =
        ["session", "auth", "token", "csrf", "xsrf", "jwt", "key", "secret", "remember", "password"];
    let words = fold(name).words;
    words.split('_').any(|word| KEYS.contains(&word)) || words.ends_with("sid") || words.contains("sess")
}

/// It expires at once, or has done so (RFC 6265 §3.1).
fn deletes(attributes: &str) -> bool {
    attributes.split(';').filter_map(|a| a.split_once('=')).any(|(name, value)| {
        match name.trim().to_ascii_lowercase().as_str() {
            "max-age" => value.trim().parse::<i64>().is_ok_and(|age| age <= 0),
            "expires" => value.contains(" 1970 ") || value.contains("-1970 ") || value.contains("-70 "),
            _ => false,
        }
    })
}
