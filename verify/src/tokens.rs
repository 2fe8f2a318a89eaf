//! Recorded tokens minted afresh, so that what was valid then is valid now.

use crate::case::Reason;
use crate::options::Options;
use cassettes::facets::credential::{Credential, credentials};
use cassettes::facets::error_class::error_of;
use cassettes::json::{Json, Pointer};
use cassettes::jwt::{self, Jwt};
use cassettes::model::{Answer, Exchange, Place, Redaction, Request, SignatureVerdict};
use std::borrow::Cow;

/// Replaces each token that the recorded request carried by one that means the same now. A token that
/// the subject itself gave is left alone. False: a token could not be minted so that it means the same.
pub(crate) fn renew(exchange: &Exchange, request: &mut Request, options: &Options<'_>) -> bool {
    let mut faithful = true;
    for facts in &exchange.tokens {
        let Some(recorded) = token_at(&exchange.request, &facts.place.0) else { continue };
        let minted = jwt::mint(&recorded, facts, exchange.at, options.now, options.keys);
        if replace(request, &recorded, &minted.token) {
            faithful &= minted.faithful;
        }
    }
    faithful
}

/// Why an answer to a well-signed token says nothing of the subject: the recorded one was refused, which may have been
/// for its signature, since nobody could check that. Let in though it has expired it says enough, and so does the
/// very same refusal.
fn unsure(exchange: &Exchange, answer: &Answer) -> Option<Reason> {
    let unchecked = exchange.tokens.iter().find(|facts| {
        facts.signature == SignatureVerdict::Unknown && facts.place.0.starts_with("request ")
    })?;
    let refusal = |answer: &Answer| {
        let reply = answer.reply().filter(|reply| matches!(reply.status, 401 | 403))?;
        let code = error_of(reply, None).and_then(|facts| Some(facts.codes.first()?.value.clone()));
        Some((reply.status, code, reply.headers.get("www-authenticate").map(Cow::into_owned)))
    };
    let was = refusal(&exchange.answer)?;
    let says = match refusal(answer) {
        Some(is) => is == was,
        None => unchecked.times.iter().any(|(name, seconds)| name == "exp" && *seconds <= 0),
    };
    (!says).then_some(Reason::Signature)
}

/// Why an answer says nothing of the subject: it refuses a credential that the real side let in, and what
/// it was asked with only stands for that credential; or nobody knows what was wrong with that credential.
pub(crate) fn refused(exchange: &Exchange, answer: &Answer) -> Option<Reason> {
    if let Some(unsure) = unsure(exchange, answer) {
        return Some(unsure);
    }
    let refuses = |answer: &Answer| answer.reply().is_some_and(|r| matches!(r.status, 401 | 403 | 407));
    // 403 says that the credential itself was good.
    let forbids = |answer: &Answer| answer.reply().is_some_and(|r| r.status == 403);
    let unlike = !refuses(&exchange.answer) || (forbids(&exchange.answer) && !forbids(answer));
    if !refuses(answer) || !unlike {
        return None;
    }
    let minted = |place: &Place| exchange.tokens.iter().any(|t| t.place == *place);
    let masked = |place: &Place| {
        exchange.redactions.iter().any(|r| r.place == *place && !r.by.starts_with("secret "))
            && !minted(place)
    };
    let stands_in = |one: &Credential| masked(&one.place) && !is_named(&one.text);
    let found = credentials(&exchange.request).into_iter().find(stands_in).map(|one| one.place.0);
    // Signatures and keys in a query or a header of its own, known by the name that redaction goes by.
    let by_name = || {
        let signed = |r: &&Redaction| {
            let asked = r.place.0.starts_with("request query ") || r.place.0.starts_with("request header ");
            asked && matches!(r.by.as_str(), "query" | "headers") && !minted(&r.place)
        };
        exchange.redactions.iter().find(signed).map(|r| r.place.0.clone())
    };
    found.or_else(by_name).map(Reason::Masked)
}

/// Whether a credential is made of named secrets alone, which are themselves again when they are sent:
/// `{{client}}:{{key}}`.
fn is_named(text: &str) -> bool {
    let mut rest = text;
    let mut any = false;
    while let Some((inside, after)) = rest.strip_prefix("{{").and_then(|r| r.split_once("}}")) {
        any |= !inside.is_empty();
        rest = after.strip_prefix(':').unwrap_or(after);
    }
    any && rest.is_empty()
}

/// The token in a place of the request; places in the reply give none.
fn token_at(request: &Request, place: &str) -> Option<String> {
    let rest = place.strip_prefix("request ")?;
    let (kind, at) = rest.split_once(' ')?;
    let text = match kind {
        "header" => request.headers.get(at)?.into_owned(),
        "cookie" => request.headers.get("cookie")?.into_owned(),
        "query" => request.query_pairs().into_iter().find(|(n, _)| n == at)?.1,
        "json" => {
            let body = Json::parse(request.body.bytes()).ok()?;
            let mut found = None;
            Pointer::walk(&body, &mut |pointer, value| {
                if found.is_none() && pointer.to_string() == at {
                    found = value.as_str().map(str::to_owned);
                }
            });
            found?
        }
        _ => String::from_utf8_lossy(request.body.bytes()).into_owned(),
    };
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)))
        .find(|piece| match piece.matches('.').count() {
            2 => Jwt::parse(piece).is_some(),
            // Without even an empty third part.
            1 => Jwt::parse(&format!("{piece}.")).is_some(),
            _ => false,
        })
        .map(str::to_owned)
}

/// Puts the new token wherever the old one stands; tokens are too long to stand anywhere by chance.
fn replace(request: &mut Request, old: &str, new: &str) -> bool {
    let mut found = false;
    for (_, value) in &mut request.headers.0 {
        if let Ok(text) = std::str::from_utf8(value)
            && text.contains(old)
        {
            *value = text.replace(old, new).into_bytes();
            found = true;
        }
    }
    if request.target.contains(old) {
        request.target = request.target.replace(old, new);
        found = true;
    }
    let body = std::str::from_utf8(request.body.bytes())
        .ok()
        .filter(|b| b.contains(old))
        .map(|b| b.replace(old, new));
    if let Some(body) = body {
        if request.headers.contains("content-length") {
            request.headers.set("content-length", body.len().to_string());
        }
        request.body = body.into();
        found = true;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_secrets_stand_for_nobody_else() {
        for text in ["{{key}}", "{{client}}:{{key}}", "{{key}}:"] {
            assert!(is_named(text), "{text}");
        }
        for text in ["", "user_1:{{key}}", "{{client}}:pw", "{{key", "Zm9vOmJhcg=="] {
            assert!(!is_named(text), "{text}");
        }
    }
}
