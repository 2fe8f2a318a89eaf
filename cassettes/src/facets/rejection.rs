//! # rejection
//!
//! Why a credential was turned away: the rejected request beside those that were let in.
//!
//! ## Why it matters
//!
//! A mock that asks for any token, or for none, is passed by a client that sends an expired one, or one for
//! somebody else. Only a rejection whose reason is known proves what the real side looks at.
//!
//! ## Fires
//!
//! The label is what the rejected request shows by itself; rules also compare it with accepted ones.
//!
//! ```text
//! > GET /v1/me
//! < 401 {"error":"unauthorized"}
//! = rejected-missing
//! ```
//!
//! ```text
//! > GET /v1/me
//! > authorization: Bearer
//! < 401
//! = rejected-malformed
//! ```
//!
//! ```text
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"none"}{"sub":"u1","exp":1767326645})
//! < 401
//! = rejected-alg-none
//! ```
//!
//! An `nbf` that is to come, an `exp` that is past, and none at all (examples are of 2026-01-02T03:04:06Z):
//!
//! ```text
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"exp":1767412805,"nbf":1767326645})
//! < 401
//! = rejected-not-yet-valid
//! ```
//!
//! ```text
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","exp":1767319445})
//! < 401
//! = rejected-expired
//! ```
//!
//! ```text
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1"})
//! < 401
//! = rejected-no-exp
//! ```
//!
//! ```text
//! > DELETE /v1/things/7
//! > authorization: Bearer opaque
//! < www-authenticate: Bearer error="insufficient_scope", scope="write"
//! < 403
//! = rejected-missing-scope
//! ```
//!
//! ## Quiet
//!
//! Nothing can be seen that is wrong with it:
//!
//! ```text
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"HS256"}{"sub":"u1","exp":1767326645})
//! < 401
//! ```
//!
//! A wrong password is not a missing credential:
//!
//! ```text
//! > POST /login
//! > content-type: application/json
//! >> {"user":"u1","password":"nope"}
//! < 401
//! ```
//!
//! Let in, for whatever reason:
//!
//! ```text
//! > GET /v1/me
//! > authorization: Bearer jwt({"alg":"none"}{"sub":"u1"})
//! < 200 {"id":"u1"}
//! ```
//!
//! The question was wrong, not who asked it:
//!
//! ```text
//! > POST /v1/charges
//! < 422 {"error":{"code":"invalid_amount"}}
//! ```

use super::challenge::challenges;
use super::credential::{Credential, credentials};
use super::error_class::{Class, error_of};
use super::facet::{Facet, Told};
use crate::{
    json::Json,
    jwt::{Fault, Jwt, SCOPES, is_moment},
    meta::Meta,
    model::{Exchange, SignatureVerdict},
};
use std::fmt;

/// Why a credential was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rejection {
    /// There was none.
    Missing,
    /// It was not of the form wanted.
    Malformed,
    /// `alg` is `none`.
    AlgNone,
    /// Another algorithm than accepted tokens have.
    AlgSwapped,
    /// It has no `exp`, and accepted tokens do.
    NoExp,
    /// `exp` is 0, or another constant that is no moment.
    ExpZero,
    /// `exp` had passed.
    Expired,
    /// `nbf` was still to come.
    NotYetValid,
    /// `iat` was still to come.
    IatFuture,
    /// Another audience, or none.
    WrongAud,
    /// The audience in a list, where accepted ones have a text.
    AudArray,
    /// Another issuer, or none.
    WrongIss,
    /// A key id that no accepted token has.
    UnknownKid,
    /// The signature is known to be bad, or there is none.
    BadSignature,
    /// It lacks a scope that an accepted token has.
    MissingScope,
    /// It says that it is a token of another kind.
    WrongTyp,
    /// Nothing that we can see tells it from an accepted one.
    Unknown,
}

impl Rejection {
    /// As plans and reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Rejection::Missing => "missing",
            Rejection::Malformed => "malformed",
            Rejection::AlgNone => "alg-none",
            Rejection::AlgSwapped => "alg-swapped",
            Rejection::NoExp => "no-exp",
            Rejection::ExpZero => "exp-zero",
            Rejection::Expired => "expired",
            Rejection::NotYetValid => "not-yet-valid",
            Rejection::IatFuture => "iat-future",
            Rejection::WrongAud => "wrong-aud",
            Rejection::AudArray => "aud-array",
            Rejection::WrongIss => "wrong-iss",
            Rejection::UnknownKid => "unknown-kid",
            Rejection::BadSignature => "bad-signature",
            Rejection::MissingScope => "missing-scope",
            Rejection::WrongTyp => "wrong-typ",
            Rejection::Unknown => "unknown",
        }
    }

    /// In words, to stand after "a credential".
    pub fn describe(self) -> &'static str {
        match self {
            Rejection::Missing => "that is missing",
            Rejection::Malformed => "that is malformed",
            Rejection::AlgNone => "with alg none",
            Rejection::AlgSwapped => "with another algorithm",
            Rejection::NoExp => "without exp",
            Rejection::ExpZero => "whose exp is zero",
            Rejection::Expired => "whose exp is past",
            Rejection::NotYetValid => "whose nbf is in the future",
            Rejection::IatFuture => "whose iat is in the future",
            Rejection::WrongAud => "for another audience",
            Rejection::AudArray => "whose aud is a list",
            Rejection::WrongIss => "of another issuer",
            Rejection::UnknownKid => "with an unknown kid",
            Rejection::BadSignature => "with a bad signature",
            Rejection::MissingScope => "without the scope",
            Rejection::WrongTyp => "of another typ",
            Rejection::Unknown => "that was refused",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a reader sees in a token that a lesson made.
impl From<Fault> for Rejection {
    fn from(fault: Fault) -> Rejection {
        match fault {
            Fault::Missing => Rejection::Missing,
            Fault::Malformed | Fault::MalformedTwoParts | Fault::MalformedPayload => Rejection::Malformed,
            Fault::NoExp => Rejection::NoExp,
            Fault::ExpZero => Rejection::ExpZero,
            Fault::Expired => Rejection::Expired,
            Fault::NotYetValid => Rejection::NotYetValid,
            Fault::IatFuture => Rejection::IatFuture,
            Fault::WrongIss => Rejection::WrongIss,
            Fault::WrongAud => Rejection::WrongAud,
            Fault::AudArray => Rejection::AudArray,
            Fault::AlgNone | Fault::AlgNoneBare => Rejection::AlgNone,
            Fault::AlgSwapped => Rejection::AlgSwapped,
            Fault::UnknownKid => Rejection::UnknownKid,
            Fault::BadSignature | Fault::NoSignature => Rejection::BadSignature,
            Fault::MissingScope | Fault::NoScope => Rejection::MissingScope,
            Fault::WrongTyp => Rejection::WrongTyp,
            Fault::Stranger => Rejection::Unknown,
        }
    }
}

/// Why a request was turned away with an auth or forbidden answer; none if it was not. `accepted` are
/// exchanges of the same kind that were let in; the more there are, the surer the reason.
pub fn rejection(rejected: &Exchange, accepted: &[&Exchange]) -> Option<Rejection> {
    let (request, response) = (&rejected.request, rejected.answer.reply()?);
    let error = error_of(response, Some(request));
    let told = Told { request, response, json: None, error: error.as_ref(), miss: None, exchange: rejected };
    rejection_in(&told, accepted)
}

/// As [`rejection`], for a reply that has been read.
fn rejection_in(told: &Told<'_>, accepted: &[&Exchange]) -> Option<Rejection> {
    let (response, facts, rejected) = (told.response, told.error?, told.exchange);
    if !matches!(facts.class, Class::Auth | Class::Forbidden) {
        return None;
    }
    let errors: Vec<String> =
        challenges(response).iter().filter_map(|c| c.error().map(str::to_owned)).collect();
    let said = |code: &str| errors.iter().any(|e| e == code);
    let reply = Reply {
        said: &said,
        // A password or a grant in the body was refused, or only a code says "auth" (RFC 6749 §5.2).
        other: !matches!(facts.status, 401 | 403 | 407) && challenges(response).is_empty(),
        scope_wanted: said("insufficient_scope") || facts.class == Class::Forbidden,
    };
    Some(flaw_in(rejected, accepted, &reply))
}

/// What a reader sees that is wrong with the credential of a request, beside those that were let in, before
/// anybody has answered it. None where nothing can be seen.
pub fn flaw(asked: &Exchange, accepted: &[&Exchange]) -> Option<Rejection> {
    let reply = Reply { said: &|_| false, other: false, scope_wanted: false };
    Some(flaw_in(asked, accepted, &reply)).filter(|flaw| *flaw != Rejection::Unknown)
}

/// What a rejection itself says of its reason.
struct Reply<'r> {
    /// Whether a challenge gives this error code.
    said: &'r dyn Fn(&str) -> bool,
    /// It may have been something else than a credential.
    other: bool,
    scope_wanted: bool,
}

fn flaw_in(rejected: &Exchange, accepted: &[&Exchange], reply: &Reply<'_>) -> Rejection {
    let said = reply.said;
    let good: Vec<(Credential, &Exchange)> =
        accepted.iter().filter_map(|e| Some((credentials(&e.request).into_iter().next()?, *e))).collect();
    let own = credentials(&rejected.request);
    // The credential that stands where accepted ones stand, or else the most telling one.
    let place = good.first().map(|(c, _)| &c.place);
    let credential =
        own.iter().find(|c| Some(&c.place) == place).or(if place.is_none() { own.first() } else { None });
    let Some(credential) = credential.filter(|c| !c.text.is_empty() || c.scheme.is_some()) else {
        // Let in without one, turned away without one: it was not that.
        let open = good.is_empty() && !accepted.is_empty();
        let other = reply.other || own.iter().any(Credential::is_in_body);
        return if open || other { Rejection::Unknown } else { Rejection::Missing };
    };
    let wants_jwt = good.iter().any(|(c, _)| c.jwt.is_some());
    let scheme = good.is_empty() || good.iter().any(|(c, _)| c.scheme == credential.scheme);
    let Some(jwt) = &credential.jwt else {
        // Of two parts, and honest about it.
        let is_none = |cut: Jwt| cut.alg().eq_ignore_ascii_case("none");
        if Jwt::parse_cut(&credential.text).is_some_and(is_none) {
            return Rejection::AlgNone;
        }
        let malformed = wants_jwt || credential.text.is_empty() || !scheme || said("invalid_request");
        return if malformed {
            Rejection::Malformed
        } else if said("insufficient_scope") {
            Rejection::MissingScope
        } else {
            Rejection::Unknown
        };
    };
    if !scheme {
        return Rejection::Malformed;
    }
    if jwt.alg().eq_ignore_ascii_case("none") {
        return Rejection::AlgNone;
    }
    token_rejection(credential, rejected, &good, reply.scope_wanted)
}

/// Why a readable token was turned away. What is wrong in itself goes before what is only different.
fn token_rejection(
    token: &Credential,
    rejected: &Exchange,
    good: &[(Credential, &Exchange)],
    scope_wanted: bool,
) -> Rejection {
    let tokens: Vec<&(Credential, &Exchange)> = good.iter().filter(|(c, _)| c.jwt.is_some()).collect();
    let jwt = |c: &Credential| c.jwt.clone();
    let differs = |of: &dyn Fn(&Credential) -> String| {
        !tokens.is_empty() && tokens.iter().all(|(c, _)| of(c) != of(token))
    };
    let alg = |c: &Credential| jwt(c).map(|j| j.alg().to_owned()).unwrap_or_default();
    let kid = |c: &Credential| jwt(c).and_then(|j| j.kid().map(str::to_owned)).unwrap_or_default();
    let iss = |c: &Credential| c.claim("iss").map(ToString::to_string).unwrap_or_default();
    let typ = |c: &Credential| {
        let typ =
            jwt(c).and_then(|j| j.header.get("typ").and_then(Json::as_str).map(str::to_ascii_lowercase));
        typ.unwrap_or_default()
    };
    let exp = token.time(rejected, "exp");
    let constant = |c: &Credential| {
        let exp = c.claim("exp").and_then(Json::scalar_text).and_then(|text| text.parse().ok());
        exp.is_some_and(|exp| !is_moment(exp))
    };
    let listed = |c: &Credential| matches!(c.claim("aud"), Some(Json::Array(_)));
    let later = |name: &str| token.time(rejected, name).is_some_and(|t| t > 30);
    let aud = token.claim_words("aud");
    let other_aud = !tokens.is_empty()
        && tokens.iter().all(|(c, _)| {
            !c.claim_words("aud").iter().any(|a| aud.contains(a)) && c.claim_words("aud") != aud
        });
    let lacks = |name: &str| {
        let own = token.claim_words(name);
        !tokens.is_empty() && tokens.iter().all(|(c, _)| c.claim_words(name).iter().any(|s| !own.contains(s)))
    };
    if differs(&alg) {
        Rejection::AlgSwapped
    } else if constant(token) && !tokens.iter().any(|(c, _)| constant(c)) {
        Rejection::ExpZero
    } else if exp.is_some_and(|exp| exp <= 0) {
        Rejection::Expired
    } else if exp.is_none() && !tokens.iter().any(|(c, e)| c.time(e, "exp").is_none()) {
        Rejection::NoExp
    } else if later("nbf") {
        Rejection::NotYetValid
    } else if later("iat") && !tokens.iter().any(|(c, e)| c.time(e, "iat").is_some_and(|t| t > 30)) {
        Rejection::IatFuture
    } else if other_aud {
        Rejection::WrongAud
    } else if differs(&iss) {
        Rejection::WrongIss
    } else if matches!(token.signature(rejected), SignatureVerdict::Bad | SignatureVerdict::Absent)
        && !differs(&kid)
    {
        Rejection::BadSignature
    } else if differs(&kid) {
        Rejection::UnknownKid
    } else if differs(&typ) {
        Rejection::WrongTyp
    } else if scope_wanted || SCOPES.iter().any(|name| lacks(name)) {
        Rejection::MissingScope
    } else if !tokens.is_empty() && listed(token) && !tokens.iter().any(|(c, _)| listed(c)) {
        Rejection::AudArray
    } else {
        Rejection::Unknown
    }
}

/// Labels an exchange whose credential was turned away.
pub static FACET: Facet = Facet {
    meta: Meta::new("rejection", include_str!("rejection.rs")),
    label: |told| {
        let why = rejection_in(told, &[]).filter(|why| *why != Rejection::Unknown)?;
        Some(format!("rejected-{why}"))
    },
};

#[cfg(test)]
#[path = "rejection_tests.rs"]
mod tests;
