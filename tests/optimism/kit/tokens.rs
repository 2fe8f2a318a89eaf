//! Signed tokens: how a client's are made, and what a vendor finds wrong with them.

use super::hooks::Fault;
use super::json::{Edit, obj};
use super::stage::KEY;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cassettes::json::Json;
use cassettes::jwt::{HmacKey, Jwt, Keys as _};

/// Whom tokens are for.
pub(crate) const AUDIENCE: &str = "https://api.vendor.test";
/// Who gives them.
pub(crate) const ISSUER: &str = "https://id.vendor.test";

/// The claims of a good token.
pub(crate) fn claims(now: i64, scope: &str) -> Json {
    obj! { "iss": ISSUER, "aud": AUDIENCE, "sub": "user-8841", "scope": scope, "iat": now - 30, "exp": now + 3_000 }
}

/// A token with these claims, signed by the vendors' key.
pub(crate) fn signed(claims: &Json) -> String {
    under(&obj! { "alg": "HS256", "typ": "JWT", "kid": "k1" }, claims, KEY)
}

/// A token with a header and claims of its own, signed by any key.
pub(crate) fn under(header: &Json, claims: &Json, key: &[u8]) -> String {
    let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
    let input = format!("{}.{}", part(header), part(claims));
    let alg = header.text_at("/alg").unwrap_or_default();
    let signature = HmacKey(key.to_vec()).sign(&alg, None, input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature.unwrap_or_default()))
}

/// The first thing wrong with a token that should give access now.
pub(crate) fn fault(token: Option<&str>, now: i64, scope: Option<&str>) -> Option<Fault> {
    let Some(token) = token else { return Some(Fault::Missing) };
    let Some(jwt) = Jwt::parse(token) else { return Some(Fault::Malformed) };
    let number = |name: &str| jwt.claims.text_at(&format!("/{name}")).and_then(|t| t.parse::<i64>().ok());
    let signature = URL_SAFE_NO_PAD.decode(jwt.signature()).unwrap_or_default();
    let key = HmacKey(KEY.to_vec());
    let good = key.verify(jwt.alg(), None, jwt.signing_input().as_bytes(), &signature);
    let scopes = jwt.claims.text_at("/scope").unwrap_or_default();
    let wrong = [
        (jwt.alg() == "none", Fault::AlgNone),
        (jwt.alg() != "HS256", Fault::AlgSwapped),
        (jwt.kid().is_some_and(|k| k != "k1"), Fault::KeyId),
        (good != Some(true), Fault::Signature),
        (number("exp").is_none(), Fault::NoExpiry),
        (number("exp").is_some_and(|t| t <= now), Fault::Expired),
        (number("nbf").is_some_and(|t| t > now), Fault::NotYet),
        (jwt.claims.text_at("/iss").as_deref() != Some(ISSUER), Fault::Issuer),
        (jwt.claims.text_at("/aud").as_deref() != Some(AUDIENCE), Fault::Audience),
        (scope.is_some_and(|s| !scopes.split(' ').any(|one| one == s)), Fault::Scope),
    ];
    wrong.into_iter().find(|(is_wrong, _)| *is_wrong).map(|(_, fault)| fault)
}
