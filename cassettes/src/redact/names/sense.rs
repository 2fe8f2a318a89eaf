//! What names can say, and what that makes of a value.

use super::value::looks_random;

/// What a name says about the value under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::redact) enum Sense {
    /// Nothing.
    #[default]
    No,
    /// A string here is secret.
    Secret,
    /// A string or a number here is secret.
    Digits,
    /// Every string and number here and below is secret, but for what says only what kind of secret it is.
    Subtree,
    /// Everything here and below is secret: the project says so.
    All,
    /// A string here is secret if it could be a credential at all: `token` names too much.
    Token,
    /// Secret if it looks drawn at random.
    Random,
    /// Secret if it is a card's number.
    Card,
    /// Secret beside a `grant_type`, or if it looks drawn at random.
    Code,
    /// A scheme and credentials.
    Authorization,
    /// Cookies.
    Cookies,
}

/// A member's sense, and whether it stands where people read about fields instead of their values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::redact) struct Mark {
    pub(in crate::redact) sense: Sense,
    pub(super) about: bool,
}

/// Whether every value under a name of that sense is secret.
pub(super) fn always(sense: Sense) -> bool {
    matches!(
        sense,
        Sense::Secret
            | Sense::Digits
            | Sense::Subtree
            | Sense::All
            | Sense::Token
            | Sense::Authorization
            | Sense::Cookies
    )
}

/// Whether this value under a name of that sense is secret.
pub(in crate::redact) fn wants(sense: Sense, value: &str, number: bool) -> bool {
    if value.is_empty() || ["true", "false", "null"].iter().any(|word| value.eq_ignore_ascii_case(word)) {
        return false;
    }
    match sense {
        Sense::No => false,
        Sense::Digits | Sense::Subtree | Sense::All => true,
        Sense::Card => is_card(value),
        Sense::Secret | Sense::Authorization | Sense::Cookies => !number,
        Sense::Token => {
            !number && !value.contains(char::is_whitespace) && (value.len() >= 6 || has_digit(value))
        }
        // A path is no key.
        Sense::Random => !number && looks_random(value, 20) && !value.contains('/'),
        Sense::Code => !number && looks_random(value, 20),
    }
}

impl Mark {
    /// The mark of a header, a query or a field.
    pub(in crate::redact) fn of(sense: Sense) -> Mark {
        Mark { sense, about: false }
    }

    /// The mark of a document that stands as a string in this place.
    pub(in crate::redact) fn inside(self) -> Mark {
        let sense = match self.sense {
            Sense::All => Sense::All,
            Sense::Secret | Sense::Digits | Sense::Subtree | Sense::Token => Sense::Subtree,
            _ => Sense::No,
        };
        Mark { sense, about: self.about }
    }

    /// Whether this value here is secret.
    pub(in crate::redact) fn wants(self, value: &str, number: bool) -> bool {
        wants(self.sense, value, number) && (!self.about || looks_random(value, 12))
    }
}

fn has_digit(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_digit())
}

fn is_card(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (13..=19).contains(&digits)
        && value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-'))
        && matches!(value.as_bytes().first(), Some(b'2'..=b'6'))
        && crate::redact::pseudonym::luhn(value)
}
