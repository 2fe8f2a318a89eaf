//! Long secret values seen so far, so that one that a login gave is known again in a later exchange,
//! under whatever name. Values are not kept, only keyed tags of them.

use super::pseudonym::Pseudonyms;
use foldhash::quality::FixedState;
use std::{
    collections::HashMap,
    hash::BuildHasher as _,
    ops::Range,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Shorter values may stand elsewhere by right.
const MIN: usize = 12;
/// Shorter ones are known again only if letters and digits are mixed in them: words and numbers may stand
/// elsewhere by right.
const ANY: usize = 16;
/// Enough for any recording; what comes later is known within its own exchange only.
const MAX: usize = 100_000;

/// The memory of one policy.
#[derive(Default)]
pub(super) struct Known {
    any: AtomicBool,
    /// A cheap hash first, so that most texts cost no HMAC.
    tags: Mutex<HashMap<u64, [u8; 16]>>,
}

impl Known {
    /// Whether nothing was ever learned.
    pub(super) fn is_empty(&self) -> bool {
        !self.any.load(Ordering::Acquire)
    }

    pub(super) fn learn(&self, value: &str, pseudonyms: &Pseudonyms) {
        let has = |kind: fn(&u8) -> bool| value.as_bytes().iter().any(kind);
        let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
        if value.len() < MIN || value.contains(char::is_whitespace) || !(mixed || value.len() >= ANY) {
            return;
        }
        let hash = hash(value);
        let mut tags = self.tags();
        if tags.len() < MAX && !tags.contains_key(&hash) {
            tags.insert(hash, pseudonyms.tag(value));
            self.any.store(true, Ordering::Release);
        }
    }

    pub(super) fn contains(&self, value: &str, pseudonyms: &Pseudonyms) -> bool {
        if value.len() < MIN || self.is_empty() {
            return false;
        }
        let tag = self.tags().get(&hash(value)).copied();
        tag.is_some_and(|tag| tag == pseudonyms.tag(value))
    }

    /// Whether a known value may stand in a body, as a text of its own or as a word of a longer one.
    pub(super) fn smells(&self, body: &[u8]) -> bool {
        if self.is_empty() {
            return false;
        }
        let text = String::from_utf8_lossy(body);
        let tags = self.tags();
        words(&text).any(|word| tags.contains_key(&hash(&text[word])))
    }

    /// Where known values stand in a text by themselves: between blanks, quotes, or the marks of a URL.
    pub(super) fn within(&self, text: &str, pseudonyms: &Pseudonyms) -> Vec<Range<usize>> {
        if self.is_empty() {
            return Vec::new();
        }
        let mut found: Vec<Range<usize>> = Vec::new();
        for word in words(text) {
            let free = found.last().is_none_or(|last| last.end <= word.start);
            if free && self.contains(&text[word.clone()], pseudonyms) {
                found.push(word);
            }
        }
        found
    }

    /// A map of tags is whole at every moment, so a panic elsewhere did it no harm.
    fn tags(&self) -> MutexGuard<'_, HashMap<u64, [u8; 16]>> {
        self.tags.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The runs of a text that are long enough to be a known value, each whole and then in its parts.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let ends = |c: char| c.is_whitespace() || c.is_control() || "\"'`,;<>()[]{}\\&|".contains(c);
    let parts = |c: char| "/=:?#@".contains(c);
    runs(text, 0, ends).flat_map(move |run| {
        let inner = runs(&text[run.clone()], run.start, parts).filter({
            let run = run.clone();
            move |part| *part != run
        });
        std::iter::once(run.clone()).chain(inner)
    })
}

fn runs(text: &str, from: usize, ends: impl Fn(char) -> bool) -> impl Iterator<Item = Range<usize>> {
    let at = text.as_ptr() as usize;
    text.split(ends).filter(|run| run.len() >= MIN).map(move |run| {
        let start = from + (run.as_ptr() as usize - at);
        start..start + run.len()
    })
}

/// Words only: it may stand elsewhere in its own right.
pub(super) fn is_wordy(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_alphabetic() || b"_-. ".contains(&b))
}

/// A date or an address, which is no secret whatever it was called.
pub(super) fn is_open(value: &str) -> bool {
    let digits =
        |from: usize, to: usize| value.get(from..to).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()));
    let date = digits(0, 4) && value[4..].starts_with('-') && digits(5, 7) && value[7..].starts_with('-');
    date || value.starts_with("http://") || value.starts_with("https://")
}

fn hash(value: &str) -> u64 {
    FixedState::with_seed(0x7472_7565_7461_7065).hash_one(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::PseudonymKey;

    #[test]
    fn long_values_are_known_again() {
        let (known, names) = (Known::default(), Pseudonyms::new(&PseudonymKey([1; 32])));
        known.learn("short", &names);
        assert!(known.is_empty() && !known.contains("short", &names));
        known.learn("fourteen-words", &names);
        assert!(known.is_empty());
        known.learn("k9Xq2LmZ84Rt", &names);
        assert!(known.contains("k9Xq2LmZ84Rt", &names));
        known.learn("a-long-session-token", &names);
        assert!(known.contains("a-long-session-token", &names));
        assert!(!known.contains("a-long-session-tokem", &names));
        let text = "use a-long-session-token, or GET /x/a-long-session-token?y=é a-long-session-tokens";
        let found: Vec<&str> = known.within(text, &names).into_iter().map(|span| &text[span]).collect();
        assert_eq!(found, ["a-long-session-token"; 2]);
        assert!(known.smells(text.as_bytes()) && !known.smells(b"a-long-session-tokens"));
    }
}
