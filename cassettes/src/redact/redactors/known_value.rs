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
//! ```
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
//! ```
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
        leaf::Scalar,
        mask::{MIN_WHOLE, MIN_WITHIN, Mask},
    },
};

use memchr::memmem::Finder;

pub(super) static REDACTOR: Redactor =
    Redactor { meta: Meta::new("known-value", include_str!("known_value.rs")), redact };

fn redact(exchange: &mut Exchange, mask: &mut Mask<'_>) {
    let policy = mask.policy;
    if mask.found().is_empty() && mask.known().is_empty() {
        return;
    }
    let mut within: Vec<(String, String)> = mask
        .found()
        .iter()
        .filter(|(value, _)| value.len() >= MIN_WITHIN)
        .map(|(v, w)| (v.clone(), w.clone()))
        .collect();
    // The longest first: one may be a part of another.
    within.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
    let values: Vec<&str> = within.iter().map(|(value, _)| value.as_str()).collect();
    // A plain list of literals; were it too large to build, whole texts are still replaced.
    let within = aho_corasick::AhoCorasick::builder()
        .match_kind(aho_corasick::MatchKind::LeftmostLongest)
        .build(&values)
        .ok()
        .filter(|_| !values.is_empty())
        .map(|finder| (finder, within.iter().map(|(_, with)| with.as_str()).collect::<Vec<_>>()));
    mask.texts(exchange, &mut |mask, leaf| {
        if leaf.text.len() < MIN_WHOLE {
            return None;
        }
        let with = if let Some(with) = mask.found().get(leaf.text) {
            with.clone()
        } else if leaf.scalar != Scalar::Key && mask.known().contains(leaf.text, policy.pseudonyms()) {
            mask.stand_in(leaf, leaf.text)
        } else {
            let (finder, stand_ins) = within.as_ref()?;
            if !finder.is_match(leaf.text) {
                return None;
            }
            finder.replace_all(leaf.text, stand_ins)
        };
        if mask.is_done(leaf) {
            return None;
        }
        mask.note(leaf, "known-value");
        Some(with)
    });
}
