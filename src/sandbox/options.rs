//! What a sandbox is started with.

use cassettes::model::Timestamp;

/// The key that signs the vendor's tokens unless another is given.
pub(crate) const DEFAULT_KEY: &str = "sandbox-signing-key-0123456789abcdef";

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Kind {
    /// The practice vendor itself: the real side.
    #[default]
    Vendor,
    /// A faithful mock of it, with fixture data, prose and key order of its own.
    Honest,
    /// A mock as people write them: it never pages, never misses, never refuses.
    Optimistic,
}

impl Kind {
    /// The inverse of the word users type.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Kind::Vendor, Kind::Honest, Kind::Optimistic].into_iter().find(|kind| kind.as_str() == text)
    }

    /// As users type it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Kind::Vendor => "vendor",
            Kind::Honest => "honest",
            Kind::Optimistic => "optimistic",
        }
    }
}

/// Everything that decides what a sandbox says: the same options and the same questions in the same
/// order give the same answers, but for what the clock adds.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    /// Fixes ids, data and rotation.
    pub(crate) seed: u64,
    /// Who answers.
    pub(crate) kind: Kind,
    /// The HS256 key for tokens, as text.
    pub(crate) key: String,
    /// The clock: token checks, `Date` and creation times follow it.
    pub(crate) now: fn() -> Timestamp,
}

impl Options {
    /// Seed 1 and the default key.
    pub(crate) fn new(kind: Kind, now: fn() -> Timestamp) -> Self {
        Options { seed: 1, kind, key: DEFAULT_KEY.to_owned(), now }
    }
}
