//! The vendor's tokens: HS256 JWTs, minted for the good and for every way to be bad, and checked.

use super::reply::{number, object, string};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cassettes::json::Json;
use cassettes::jwt::{HmacKey, Jwt, Keys as _};
use cassettes::model::Timestamp;

/// Who issues the tokens that are trusted.
pub(super) const ISSUER: &str = "https://idp.test";
/// Who they are meant for.
pub(super) const AUDIENCE: &str = "api";
/// The id of the one key.
pub(super) const KEY_ID: &str = "sandbox-1";

/// Why a token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reject {
    Missing,
    Malformed,
    Algorithm,
    KeyId,
    Signature,
    NoExpiry,
    Expired,
    NotYet,
    Audience,
    Issuer,
    Scope,
}

impl Reject {
    pub(super) fn code(self) -> &'static str {
        match self {
            Reject::Missing => "token_missing",
            Reject::Malformed => "token_malformed",
            Reject::Algorithm => "algorithm_not_allowed",
            Reject::KeyId => "unknown_key_id",
            Reject::Signature => "bad_signature",
            Reject::NoExpiry => "token_without_expiry",
            Reject::Expired => "token_expired",
            Reject::NotYet => "token_not_yet_valid",
            Reject::Audience => "wrong_audience",
            Reject::Issuer => "wrong_issuer",
            Reject::Scope => "insufficient_scope",
        }
    }
}

/// The claims of a good token. The algorithm is looked at before the key, the key before the claims.
pub(super) fn check(token: &str, key: &str, now: Timestamp, scope: &str) -> Result<Json, Reject> {
    let jwt = Jwt::parse(token).ok_or(Reject::Malformed)?;
    if jwt.alg() != "HS256" {
        return Err(Reject::Algorithm);
    }
    if jwt.kid().is_some_and(|kid| kid != KEY_ID) {
        return Err(Reject::KeyId);
    }
    let signature = URL_SAFE_NO_PAD.decode(jwt.signature()).map_err(|_| Reject::Signature)?;
    let key = HmacKey(key.as_bytes().to_vec());
    if key.verify("HS256", jwt.kid(), jwt.signing_input().as_bytes(), &signature) != Some(true) {
        return Err(Reject::Signature);
    }
    let seconds =
        |name: &str| jwt.claims.get(name).and_then(Json::scalar_text).and_then(|t| t.parse::<i64>().ok());
    if seconds("exp").ok_or(Reject::NoExpiry)? <= now.seconds() {
        return Err(Reject::Expired);
    }
    if seconds("nbf").is_some_and(|nbf| nbf > now.seconds()) {
        return Err(Reject::NotYet);
    }
    let meant = match jwt.claims.get("aud") {
        Some(Json::Array(many)) => many.iter().any(|aud| aud.as_str() == Some(AUDIENCE)),
        one => one.and_then(Json::as_str) == Some(AUDIENCE),
    };
    if !meant {
        return Err(Reject::Audience);
    }
    if jwt.claims.get("iss").and_then(Json::as_str) != Some(ISSUER) {
        return Err(Reject::Issuer);
    }
    match jwt.claims.get("scope").and_then(Json::as_str) {
        Some(scopes) if !scopes.split(' ').any(|known| known == scope) => Err(Reject::Scope),
        _ => Ok(jwt.claims),
    }
}

/// A token with the vendor's usual header.
pub(super) fn mint(claims: &Json, key: &str) -> String {
    sign(&header("HS256", KEY_ID), claims, "HS256", key)
}

fn header(alg: &str, kid: &str) -> Json {
    object([("alg", string(alg)), ("typ", string("JWT")), ("kid", string(kid))])
}

fn sign(header: &Json, claims: &Json, alg: &str, key: &str) -> String {
    let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
    let input = format!("{}.{}", part(header), part(claims));
    let signature = HmacKey(key.as_bytes().to_vec()).sign(alg, None, input.as_bytes()).unwrap_or_default();
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A token by what is wrong with it, made at `now`; a name that is none of those below gives a good one.
pub(super) fn token(what: &str, key: &str, now: Timestamp) -> String {
    let now = now.seconds();
    let mut members = vec![
        ("iss", string(if what == "wrong-iss" { "https://evil.test" } else { ISSUER })),
        ("aud", string(if what == "wrong-aud" { "other" } else { AUDIENCE })),
        ("sub", string("u1")),
        ("scope", string(if what == "missing-scope" { "mail:read" } else { "profile:read" })),
        ("iat", number(now - 60)),
        ("exp", number(if what == "expired" { now - 30 } else { now + 3600 })),
    ];
    match what {
        "no-exp" => members.retain(|(name, _)| *name != "exp"),
        "not-yet" => members.push(("nbf", number(now + 1800))),
        _ => {}
    }
    let claims = Json::Object(members.into_iter().map(|(n, v)| (n.to_owned(), v)).collect());
    match what {
        "malformed" => "not-a-token".to_owned(),
        "alg-none" => sign(&header("none", KEY_ID), &claims, "none", key),
        "alg-swapped" => sign(&header("HS384", KEY_ID), &claims, "HS384", key),
        "unknown-kid" => sign(&header("HS256", "other-9"), &claims, "HS256", key),
        "bad-signature" => {
            sign(&header("HS256", KEY_ID), &claims, "HS256", "another-key-entirely-0123456789")
        }
        "stripped" => {
            let whole = mint(&claims, key);
            whole.rsplit_once('.').map_or(String::new(), |(signed, _)| format!("{signed}."))
        }
        _ => mint(&claims, key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_token_is_refused_for_its_own_reason() {
        let now = Timestamp(1_772_000_000_000_000);
        let verdict = |what: &str| check(&token(what, "k", now), "k", now, "profile:read").map(drop);
        let expected = [
            Ok(()),
            Err(Reject::Malformed),
            Err(Reject::NoExpiry),
            Err(Reject::Expired),
            Err(Reject::NotYet),
            Err(Reject::Audience),
            Err(Reject::Issuer),
            Err(Reject::Algorithm),
            Err(Reject::Algorithm),
            Err(Reject::Signature),
            Err(Reject::KeyId),
            Err(Reject::Scope),
            Err(Reject::Signature),
        ];
        let names = [
            "good",
            "malformed",
            "no-exp",
            "expired",
            "not-yet",
            "wrong-aud",
            "wrong-iss",
            "alg-none",
            "alg-swapped",
            "bad-signature",
            "unknown-kid",
            "missing-scope",
            "stripped",
        ];
        for (what, expected) in names.into_iter().zip(expected) {
            assert_eq!(verdict(what), expected, "{what}");
        }
    }
}
