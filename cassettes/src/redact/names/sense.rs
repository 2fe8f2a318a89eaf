//! What names can say, and what that makes of a value.

use super::{
    value::{could_be_token, is_date, is_long_number, is_path, is_typed_id, looks_drawn, looks_random},
    words::is_masked,
};

/// What a name says about the value under it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::redact) enum Sense {
    /// Nothing.
    #[default]
    No,
    /// A string here is secret, and a number that is no count.
    Secret,
    /// Every string here is secret; a number counts them.
    Secrets,
    /// A string or a number here is secret.
    Digits,
    /// A string or a number here is secret; below, what is called so or looks drawn.
    Holder,
    /// The same of several, which a number counts.
    Holders,
    /// Below a holder, under a name that says nothing: secret if it looks drawn.
    Below,
    /// The value of a secret: every string and number here, and every string below, but for what says only what
    /// kind of secret it is.
    Subtree,
    /// Deeper in the value of a secret.
    Deep,
    /// Everything here and below is secret: the project says so.
    All,
    /// A string here is secret if it could be a credential at all: `token` names too much.
    Token,
    /// The same for a string; a number counts them.
    Tokens,
    /// Secret if it looks drawn at random, and is no id.
    Random,
    /// Secret if it looks drawn: the word has honest uses.
    Drawn,
    /// Secret if it is a short number.
    Pin,
    /// Secret if it is a phrase of many words, or looks drawn.
    Phrase,
    /// Secret if it is a card's number.
    Card,
    /// Secret beside a `grant_type`, or if it looks drawn at random.
    Code,
    /// Secret beside a `grant_type`, and never otherwise.
    Grant,
    /// A scheme and credentials.
    Authorization,
    /// Cookies.
    Cookies,
}

/// A member's sense, and whether it stands where people read about fields instead of their values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::redact) struct Mark {
    pub(in crate::redact) sense: Sense,
    /// How many members deeper that still holds.
    pub(super) about: u8,
}

/// Whether every value under a name of that sense is taken for a secret by those who cannot see it.
pub(super) fn always(sense: Sense) -> bool {
    matches!(
        sense,
        Sense::Secret
            | Sense::Secrets
            | Sense::Digits
            | Sense::Holder
            | Sense::Holders
            | Sense::Below
            | Sense::Subtree
            | Sense::Deep
            | Sense::All
            | Sense::Token
            | Sense::Tokens
            | Sense::Pin
            | Sense::Authorization
            | Sense::Cookies
    )
}

/// Whether this value under a name of that sense is secret.
pub(in crate::redact) fn wants(sense: Sense, value: &str, number: bool) -> bool {
    if value.is_empty()
        || matches!(value, "true" | "false" | "null")
        || (sense != Sense::All && is_masked(value))
    {
        return false;
    }
    match sense {
        Sense::No | Sense::Grant => false,
        Sense::Digits | Sense::Holder | Sense::All => true,
        Sense::Subtree => number || !is_date(value),
        Sense::Deep if number => is_long_number(value, 6),
        Sense::Deep => !is_date(value),
        Sense::Card => is_card(value),
        Sense::Secret => !number || is_long_number(value, 4),
        Sense::Secrets | Sense::Holders | Sense::Authorization | Sense::Cookies => !number,
        Sense::Token if number => is_long_number(value, 6),
        Sense::Token | Sense::Tokens => !number && could_be_token(value),
        Sense::Random => !number && looks_random(value, 16) && !is_path(value),
        Sense::Drawn if is_typed_id(value) => false,
        Sense::Below | Sense::Drawn => !number && looks_drawn(value) && !is_path(value),
        Sense::Pin => (3..=12).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit()),
        Sense::Phrase => !number && (value.split_whitespace().count() >= 9 || looks_drawn(value)),
        Sense::Code => {
            !number && (looks_random(value, 16) || crate::redact::pseudonym::is_uuid(value.as_bytes()))
        }
    }
}

impl Mark {
    /// The mark of a header, a query or a field.
    pub(in crate::redact) fn of(sense: Sense) -> Mark {
        Mark { sense, about: 0 }
    }

    /// The mark of a document that stands as a string in this place.
    pub(in crate::redact) fn inside(self) -> Mark {
        let sense = match self.sense {
            Sense::All => Sense::All,
            Sense::Secret
            | Sense::Secrets
            | Sense::Digits
            | Sense::Holder
            | Sense::Holders
            | Sense::Subtree
            | Sense::Deep
            | Sense::Token
            | Sense::Tokens => Sense::Subtree,
            Sense::Below => Sense::Below,
            _ => Sense::No,
        };
        Mark { sense, about: self.about }
    }

    /// Whether this value here is secret.
    pub(in crate::redact) fn wants(self, value: &str, number: bool) -> bool {
        wants(self.sense, value, number)
    }

    /// Whether people read here about a field, and not its value.
    pub(in crate::redact) fn is_about(self) -> bool {
        self.about > 0
    }
}

fn is_card(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    (13..=19).contains(&digits)
        && value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'-'))
        && matches!(value.as_bytes().first(), Some(b'2'..=b'6'))
        && crate::redact::pseudonym::luhn(value)
}
