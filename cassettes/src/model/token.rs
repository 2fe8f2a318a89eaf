//! What is kept of a secret that was taken out: where it stood and, for a token, what it was.

use std::fmt;

/// A place in an exchange, written as people say it: `request header authorization`,
/// `request query api_key`, `reply json /data/0/token`, `reply header set-cookie`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(pub String);

impl Place {
    /// A place from its parts, for example `Place::of("request", "header", "authorization")`.
    pub fn of(side: &str, kind: &str, at: &str) -> Self {
        Place(format!("{side} {kind} {at}"))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A value that was replaced before the exchange was saved.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Redaction {
    /// Where it stood.
    pub place: Place,
    /// The redactor that took it out, or `secret NAME` for a named secret.
    pub by: String,
}

/// Whether a token's signature was good. Never guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignatureVerdict {
    /// Checked with the key.
    Good,
    /// Checked with the key, or made wrong on purpose by a lesson.
    Bad,
    /// There is no signature: `alg` is `none`, or the last part is empty.
    Absent,
    /// An HMAC made with the public key: good only to who lets a token's header choose the algorithm
    /// (RFC 8725 §2.1). Checked with the key.
    Confused,
    /// No key was given.
    #[default]
    Unknown,
}

impl SignatureVerdict {
    /// As cassettes spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            SignatureVerdict::Good => "good",
            SignatureVerdict::Bad => "bad",
            SignatureVerdict::Absent => "absent",
            SignatureVerdict::Confused => "confused",
            SignatureVerdict::Unknown => "unknown",
        }
    }

    /// The inverse of [`SignatureVerdict::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        use SignatureVerdict::{Absent, Bad, Confused, Good, Unknown};
        [Good, Bad, Absent, Confused, Unknown].into_iter().find(|v| v.as_str() == text)
    }
}

/// What is remembered of a JWT besides its header and claims, which stay readable where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFacts {
    /// Where it stood.
    pub place: Place,
    /// Whether the signature that was taken out had been good.
    pub signature: SignatureVerdict,
    /// `exp`, `nbf`, `iat`, … in seconds from the moment of the exchange: what survives of a time
    /// when the token is minted afresh.
    pub times: Vec<(String, i64)>,
}
