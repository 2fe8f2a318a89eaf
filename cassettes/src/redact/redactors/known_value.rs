//! # known-value
//!
//! A value that is secret in one place is replaced in the others: as a whole text from eight characters
//! on, within longer texts from twelve on.
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
//! ## Quiet
//!
//! ```text
//! GET /sessions/1
//! HTTP/1.1 200 OK
//!
//! {"id":1,"note":"1"}
//! ```

use crate::{
    meta::Meta,
    model::Exchange,
    redact::{
        Redactor,
        known::is_wordy,
        leaf::{Carrier, Leaf, Scalar},
        mask::{MIN_WHOLE, MIN_WITHIN, Mask},
        names::fold,
    },
};

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;

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
    let smell = |body: &[u8]| {
        // What is escaped cannot be looked for as it is.
        memchr::memchr3(b'\\', b'%', b'&', body).is_some()
            || found.iter().any(|value| value.find(body).is_some())
            || policy.known().smells(body, policy.pseudonyms())
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
            within.replace(leaf.text)?
        };
        if mask.is_done(leaf) {
            return None;
        }
        mask.note(leaf, "known-value");
        Some(with)
    });
}

/// Where machines read what happened: a word here is a code, even if someone used it as a token.
fn says_what(leaf: &Leaf<'_>) -> bool {
    const CODES: [&str; 10] =
        ["error", "errors", "code", "error_code", "type", "error_type", "reason", "status", "kind", "state"];
    leaf.at.and_then(|at| at.name()).is_some_and(|name| CODES.contains(&fold(name).words.as_str()))
}

/// The values that are looked for within longer texts.
enum Within {
    /// One search each: building an automaton for a few values costs more than it saves.
    Few(Vec<(Finder<'static>, String, String)>),
    Many(AhoCorasick, Vec<String>),
}

const FEW: usize = 12;
/// Words are looked for within texts from this length on.
const MIN_WORDY: usize = 16;

impl Within {
    fn of(mask: &Mask<'_>) -> Within {
        let long = mask
            .found()
            .iter()
            .filter(|(value, _)| value.len() >= if is_wordy(value) { MIN_WORDY } else { MIN_WITHIN });
        let mut values: Vec<(String, String)> =
            long.map(|(value, with)| (value.clone(), with.clone())).collect();
        // The longest first: one may be a part of another.
        values.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
        if values.len() > FEW
            && let Ok(finder) = AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(values.iter().map(|(value, _)| value))
        {
            return Within::Many(finder, values.into_iter().map(|(_, with)| with).collect());
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
                    if finder.find(current.as_bytes()).is_some() {
                        out = Some(current.replace(value.as_str(), with));
                    }
                }
                out
            }
            Within::Many(finder, with) => finder.is_match(text).then(|| finder.replace_all(text, with)),
        }
    }
}
