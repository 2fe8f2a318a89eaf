//! Tokens, good and bad in one way each, and what a JWT library looks at.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cassettes::jwt::{HmacKey, Jwt, Keys as _};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

const KEY: &str = "the-key-of-the-boundaries-gallery";
const ISSUER: &str = "https://idp.test";
const AUDIENCE: &str = "api";

pub(super) const KINDS: [&str; 10] = [
    "good",
    "no-exp",
    "expired",
    "not-yet-valid",
    "wrong-aud",
    "wrong-iss",
    "bad-signature",
    "alg-none",
    "malformed",
    "missing",
];

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_secs()).expect("before the end")
}

fn sign(input: &str, key: &str) -> Vec<u8> {
    HmacKey(key.as_bytes().to_vec()).sign("HS256", None, input.as_bytes()).expect("a known algorithm")
}

/// The token of a kind; none where it is missing.
pub(super) fn token(kind: &str) -> Option<String> {
    let now = now();
    let mut claims = json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "u1", "iat": now - 60, "exp": now + 3600});
    match kind {
        "missing" => return None,
        "malformed" => return Some("not-a-token".to_owned()),
        "no-exp" => drop(claims.as_object_mut().and_then(|claims| claims.remove("exp"))),
        "expired" => claims["exp"] = json!(now - 30),
        "with-nbf" => claims["nbf"] = json!(now - 60),
        "not-yet-valid" => claims["nbf"] = json!(now + 1800),
        "wrong-aud" => claims["aud"] = json!("billing"),
        "wrong-iss" => claims["iss"] = json!("https://elsewhere.test"),
        _ => {}
    }
    let alg = if kind == "alg-none" { "none" } else { "HS256" };
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let input = format!("{}.{}", part(&json!({"alg": alg, "typ": "JWT"})), part(&claims));
    let signature = match kind {
        "alg-none" => Vec::new(),
        "bad-signature" => sign(&input, "another key entirely"),
        _ => sign(&input, KEY),
    };
    Some(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// What is asked of a token besides that it is signed, and not past an `exp` that it has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Checks {
    pub(super) needs_exp: bool,
    pub(super) claims: bool,
}

/// Why a token is refused, or whose it is.
pub(super) fn verify(token: Option<&str>, checks: Checks) -> Result<String, &'static str> {
    let jwt = Jwt::parse(token.ok_or("token_missing")?).ok_or("token_malformed")?;
    if jwt.alg() != "HS256" {
        return Err("algorithm_not_allowed");
    }
    if jwt.signature() != URL_SAFE_NO_PAD.encode(sign(&jwt.signing_input(), KEY)) {
        return Err("bad_signature");
    }
    let claims: Value = serde_json::from_str(&jwt.claims.to_string()).map_err(|_| "token_malformed")?;
    match claims["exp"].as_i64() {
        None if checks.needs_exp => return Err("token_without_expiry"),
        Some(exp) if exp <= now() => return Err("token_expired"),
        _ => {}
    }
    if checks.claims {
        if claims["nbf"].as_i64().is_some_and(|nbf| nbf > now()) {
            return Err("token_not_yet_valid");
        }
        if claims["aud"] != AUDIENCE {
            return Err("wrong_audience");
        }
        if claims["iss"] != ISSUER {
            return Err("wrong_issuer");
        }
    }
    Ok(claims["sub"].as_str().unwrap_or_default().to_owned())
}
