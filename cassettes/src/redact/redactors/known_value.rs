//! # known-value
//!
//! A value that is secret in one place is replaced in the others: as a whole text or within a longer one
//! from eight characters on, also percent-encoded, or in the credentials of `Basic`.
//!
//! ## Why it matters
//!
//! A token is given under one name, sent under another and repeated in a log line. Shorter values are
//! never looked for: a password `1` would destroy every other `1`.
//!
//! ## Fires
//!
//! ```text
//! GET /sessions/s3ss10nvalue
//! X-Api-Key: s3ss10nvalue
//! HTTP/1.1 200 OK
//!
//! {"echo":"s3ss10nvalue","log":"key s3ss10nvalue used"}
//! becomes
//! GET /sessions/v3vt16urndlu
//! X-Api-Key: v3vt16urndlu
//! HTTP/1.1 200 OK
//!
//! {"echo":"v3vt16urndlu","log":"key v3vt16urndlu used"}
//! ```
//!
//! ```text
//! POST /v1/check
//! Authorization: Basic YWRhOnh5ejEyMzQ1
//! HTTP/1.1 401 Unauthorized
//!
//! {"error":"refused Basic YWRhOnh5ejEyMzQ1","tried":"xyz12345, of 9xyz12345"}
//! becomes
//! POST /v1/check
//! Authorization: Basic cW1jOmtwajI4Mzcx
//! HTTP/1.1 401 Unauthorized
//!
//! {"error":"refused Basic cW1jOmtwajI4Mzcx","tried":"kpj28371, of 9xyz12345"}
//! ```
//!
//! ## Quiet
//!
//! ```text
//! GET /sessions/1
//! HTTP/1.1 200 OK
//!
//! {"id":1,"note":"1"}
//! ```

use crate::{
    jwt::{base64url, unbase64},
    meta::Meta,
    model::Exchange,
    redact::{
        Redactor,
        known::is_wordy,
        leaf::{Carrier, Leaf, Scalar},
        mask::{MIN_WHOLE, MIN_WITHIN, Mask},
        names::fold,
        spans::{Edit, pairs, splice},
    },
};

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;
use std::ops::Range;

pub(super) static REDACTOR: Redactor =
    Redactor { meta: Meta::new("known-value", include_str!("known_value.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let policy = mask.policy;
    if mask.found().is_empty() && mask.known().is_empty() {
        return;
    }
    let within = Within::of(mask);
    let found: Vec<Finder<'static>> =
        mask.found().keys().map(|value| Finder::new(value).into_owned()).collect();
    let scheme = Finder::new("asic ");
    let smell = |body: &[u8]| {
        // What is escaped cannot be looked for as it is.
        memchr::memchr3(b'\\', b'%', b'&', body).is_some()
            || scheme.find(body).is_some()
            || found.iter().any(|value| value.find(body).is_some())
            || policy.known().smells(body)
    };
    mask.texts(exchange, &smell, &mut |mask, leaf| {
        // An upstream has one spelling in all exchanges, whatever they hold.
        if leaf.carrier == Carrier::Upstream
            || leaf.text.len() < MIN_WHOLE
            || (is_wordy(leaf.text) && says_what(leaf))
        {
            return None;
        }
        let with = if let Some(with) = mask.found().get(leaf.text) {
            with.clone()
        } else if leaf.scalar != Scalar::Key && mask.known().contains(leaf.text, policy.pseudonyms()) {
            mask.stand_in(leaf, leaf.text)
        } else {
            let mut text = basic(mask, leaf.text);
            text = within.replace(text.as_deref().unwrap_or(leaf.text)).or(text);
            earlier(mask, text.as_deref().unwrap_or(leaf.text)).or(text)?
        };
        if mask.is_done(leaf) {
            return None;
        }
        mask.note(leaf, "known-value");
        Some(with)
    });
}

/// The text with the values replaced that earlier exchanges held.
fn earlier(mask: &Mask<'_>, text: &str) -> Option<String> {
    let pseudonyms = mask.policy.pseudonyms();
    let spans = mask.known().within(text, pseudonyms);
    let edits: Vec<Edit> =
        spans.into_iter().map(|span| Edit::new(span.clone(), pseudonyms.of(&text[span]))).collect();
    let text = (!edits.is_empty()).then(|| splice(text.as_bytes(), &edits))?;
    String::from_utf8(text).ok()
}

/// Where machines read what happened: a word here is a code, even if someone used it as a token.
fn says_what(leaf: &Leaf<'_>) -> bool {
    const CODES: [&str; 10] =
        ["error", "errors", "code", "error_code", "type", "error_type", "reason", "status", "kind", "state"];
    leaf.at.and_then(|at| at.name()).is_some_and(|name| CODES.contains(&fold(name).words.as_str()))
}

/// `Basic` and what follows it, in any text: it is known if the password in it is.
fn basic(mask: &Mask<'_>, text: &str) -> Option<String> {
    let mut out: Option<String> = None;
    for (at, scheme) in
        text.match_indices(' ').filter_map(|(at, _)| Some((at, text.get(at.checked_sub(5)?..at)?)))
    {
        if !scheme.eq_ignore_ascii_case("basic") {
            continue;
        }
        let lawful = |b: &u8| b.is_ascii_alphanumeric() || b"+/-_=".contains(b);
        let len = text.as_bytes()[at + 1..].iter().take_while(|b| lawful(b)).count();
        let sent = &text[at + 1..at + 1 + len];
        let plain = unbase64(sent).and_then(|bytes| String::from_utf8(bytes).ok());
        let Some((user, password)) = plain.as_deref().and_then(|plain| plain.split_once(':')) else {
            continue;
        };
        if let Some(with) = mask.found().get(password) {
            let user = mask.policy.pseudonyms().of(user);
            let with = base64url(format!("{user}:{with}").as_bytes());
            let padding = &sent[sent.trim_end_matches('=').len()..];
            let with =
                if sent.contains(['-', '_']) { with } else { with.replace('-', "+").replace('_', "/") };
            out = Some(out.as_deref().unwrap_or(text).replace(sent, &format!("{with}{padding}")));
        }
    }
    out
}

/// The values that are looked for within longer texts.
enum Within {
    /// One search each: building an automaton for a few values costs more than it saves.
    Few(Vec<(Finder<'static>, String, String)>),
    Many(AhoCorasick, Vec<(String, String)>),
}

const FEW: usize = 12;

impl Within {
    fn of(mask: &Mask<'_>) -> Within {
        let encoded = |(value, with): &(String, String)| {
            let text = pairs::encode(value, "");
            (text != *value).then(|| (text, pairs::encode(with, "")))
        };
        let mut values: Vec<(String, String)> =
            mask.found().iter().map(|(value, with)| (value.clone(), with.clone())).collect();
        let more: Vec<_> = values.iter().filter_map(encoded).collect();
        values.extend(more);
        // The longest first: one may be a part of another.
        values.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        if values.len() > FEW
            && let Ok(finder) = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(values.iter().map(|(value, _)| value))
        {
            return Within::Many(finder, values);
        }
        let finder = |(value, with): (String, String)| (Finder::new(&value).into_owned(), value, with);
        Within::Few(values.into_iter().map(finder).collect())
    }

    fn replace(&self, text: &str) -> Option<String> {
        match self {
            Within::Few(values) => {
                let mut out: Option<String> = None;
                for (finder, value, with) in values {
                    let current = out.as_deref().unwrap_or(text);
                    let hits = finder.find_iter(current.as_bytes()).map(|at| at..at + value.len());
                    let edits = edits(current, hits.map(|span| (span, with.as_str())));
                    out = edits.or(out);
                }
                out
            }
            Within::Many(finder, values) => {
                let hits = finder.find_iter(text).map(|hit| (hit.range(), hit.pattern().as_usize()));
                edits(text, hits.map(|(span, value)| (span, values[value].1.as_str())))
            }
        }
    }
}

/// The text with these values replaced, short ones only where they stand by themselves.
fn edits<'w>(text: &str, hits: impl Iterator<Item = (Range<usize>, &'w str)>) -> Option<String> {
    let word = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let alone = |span: &Range<usize>| {
        let before = span.start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        span.len() >= MIN_WITHIN || !(word(before) || word(text.as_bytes().get(span.end)))
    };
    let hits = hits.filter(|(span, _)| alone(span));
    let edits: Vec<Edit> = hits.map(|(span, with)| Edit::new(span, with)).collect();
    let text = (!edits.is_empty()).then(|| splice(text.as_bytes(), &edits))?;
    String::from_utf8(text).ok()
}
