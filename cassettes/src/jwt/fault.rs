//! What can be wrong with a token, one thing at a time.

use std::fmt;

/// One way in which a token differs from a good one. All but [`Fault::AudArray`] are faults to a strict
/// reader; that one is another spelling of a good token (RFC 7519 §4.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// There is no credential at all.
    Missing,
    /// Text that is no token.
    Malformed,
    /// Header and claims without a third part: not even a dot.
    MalformedTwoParts,
    /// Claims that are no JSON, well signed.
    MalformedPayload,
    /// No `exp`.
    NoExp,
    /// `exp` is 0.
    ExpZero,
    /// `exp` has passed.
    Expired,
    /// `nbf` is still to come.
    NotYetValid,
    /// `iat` is still to come.
    IatFuture,
    /// Of another issuer.
    WrongIss,
    /// For another audience.
    WrongAud,
    /// The audience in a list, which is as good.
    AudArray,
    /// `alg` is `none`, and the third part is empty.
    AlgNone,
    /// `alg` is `none`, and there is no third part.
    AlgNoneBare,
    /// Another algorithm: an HMAC made with the public key, or another length of HMAC.
    AlgSwapped,
    /// The key id of no key.
    UnknownKid,
    /// The signature is wrong by one bit.
    BadSignature,
    /// The signature was cut off, and `alg` says that there is one.
    NoSignature,
    /// The claims that name scopes name none.
    MissingScope,
    /// The claims that name scopes are not there, which may mean a client's usual ones (RFC 6749 §3.3).
    NoScope,
    /// `typ` names another kind of token (RFC 8725 §3.11).
    WrongTyp,
    /// Another credential of the same form: for those that are no readable tokens.
    Stranger,
}

impl Fault {
    /// Every fault, in the order in which they are presented.
    pub const ALL: [Fault; 22] = [
        Fault::Missing,
        Fault::Malformed,
        Fault::MalformedTwoParts,
        Fault::MalformedPayload,
        Fault::NoExp,
        Fault::ExpZero,
        Fault::Expired,
        Fault::NotYetValid,
        Fault::IatFuture,
        Fault::WrongIss,
        Fault::WrongAud,
        Fault::AudArray,
        Fault::AlgNone,
        Fault::AlgNoneBare,
        Fault::AlgSwapped,
        Fault::UnknownKid,
        Fault::BadSignature,
        Fault::NoSignature,
        Fault::MissingScope,
        Fault::NoScope,
        Fault::WrongTyp,
        Fault::Stranger,
    ];

    /// As plans and tables spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Fault::Missing => "missing",
            Fault::Malformed => "malformed",
            Fault::MalformedTwoParts => "malformed-two-parts",
            Fault::MalformedPayload => "malformed-payload",
            Fault::NoExp => "no-exp",
            Fault::ExpZero => "exp-zero",
            Fault::Expired => "expired",
            Fault::NotYetValid => "not-yet-valid",
            Fault::IatFuture => "iat-future",
            Fault::WrongIss => "wrong-iss",
            Fault::WrongAud => "wrong-aud",
            Fault::AudArray => "aud-array",
            Fault::AlgNone => "alg-none",
            Fault::AlgNoneBare => "alg-none-bare",
            Fault::AlgSwapped => "alg-swapped",
            Fault::UnknownKid => "unknown-kid",
            Fault::BadSignature => "bad-signature",
            Fault::NoSignature => "no-signature",
            Fault::MissingScope => "missing-scope",
            Fault::NoScope => "no-scope",
            Fault::WrongTyp => "wrong-typ",
            Fault::Stranger => "wrong-credential",
        }
    }

    /// The inverse of [`Fault::as_str`].
    pub fn parse(text: &str) -> Option<Fault> {
        Fault::ALL.into_iter().find(|fault| fault.as_str() == text)
    }

    /// What a name in a plan means: `malformed` all three ways to be so, any other name itself.
    pub fn named(text: &str) -> Vec<Fault> {
        if text == Fault::Malformed.as_str() {
            return vec![Fault::Malformed, Fault::MalformedTwoParts, Fault::MalformedPayload];
        }
        Fault::parse(text).into_iter().collect()
    }

    /// Whether a strict reader lets it in all the same.
    pub fn is_good(self) -> bool {
        self == Fault::AudArray
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
