//! Long secret values seen so far, so that one that a login gave is known again in a later exchange,
//! under whatever name. Values are not kept, only keyed tags of them.

use super::pseudonym::Pseudonyms;
use foldhash::quality::FixedState;
use std::{
    collections::HashMap,
    hash::BuildHasher as _,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

/// Shorter values may be words that stand elsewhere by right.
const MIN: usize = 16;
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
        if value.len() < MIN || value.contains(char::is_whitespace) {
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

    /// Whether a known value may stand in a body: between quotes, as in a document, or anywhere else.
    pub(super) fn smells(&self, body: &[u8], pseudonyms: &Pseudonyms) -> bool {
        if self.is_empty() {
            return false;
        }
        if !matches!(body.first(), Some(b'{' | b'[')) {
            return true;
        }
        let mut start = 0;
        memchr::memchr_iter(b'"', body).any(|quote| {
            let text = String::from_utf8_lossy(&body[start..quote]);
            start = quote + 1;
            self.contains(&text, pseudonyms)
        })
    }

    /// A map of tags is whole at every moment, so a panic elsewhere did it no harm.
    fn tags(&self) -> MutexGuard<'_, HashMap<u64, [u8; 16]>> {
        self.tags.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
        known.learn("a-long-session-token", &names);
        assert!(known.contains("a-long-session-token", &names));
        assert!(!known.contains("a-long-session-tokem", &names));
    }
}
