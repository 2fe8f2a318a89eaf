//! Tokens that are made anew: what good ones are made of, told from recorded ones.

use crate::lacking::field_of;
use cassettes::facets::credential::{Credential, credentials};
use cassettes::json::Json;
use cassettes::jwt::Jwt;
use cassettes::model::{Exchange, TokenFacts};
use cassettes::plan::TokenSpec;

/// The readable token that an exchange carries, outside of its body.
pub(super) fn token_of(exchange: &Exchange) -> Option<(Credential, &TokenFacts)> {
    let credential =
        credentials(&exchange.request).into_iter().find(|c| c.jwt.is_some() && !c.is_in_body())?;
    let facts = exchange.tokens.iter().find(|facts| facts.place == credential.place)?;
    Some((credential, facts))
}

/// The readable token that an exchange carries in its body: a client's assertion (RFC 7523 §2).
pub(super) fn assertion_of(exchange: &Exchange) -> Option<(Credential, &TokenFacts)> {
    let found = |c: &Credential| c.jwt.is_some() && c.is_in_body();
    let credential = credentials(&exchange.request).into_iter().find(found)?;
    let facts = exchange.tokens.iter().find(|facts| facts.place == credential.place)?;
    Some((credential, facts))
}

/// How such a token is made again: its claims with their times from now.
pub(super) fn spec(exchange: &Exchange, credential: &Credential, facts: &TokenFacts) -> TokenSpec {
    let empty = Json::Object(Vec::new());
    let Some(jwt): Option<&Jwt> = credential.jwt.as_ref() else { return TokenSpec::default() };
    let mut claims = jwt.claims.clone();
    if let Json::Object(members) = &mut claims {
        for (name, value) in members.iter_mut() {
            let time = facts.times.iter().find(|(n, _)| n == name);
            let constant =
                value.scalar_text().and_then(|t| t.parse::<f64>().ok()).is_some_and(|t| t.abs() < 1e8);
            if let Some((_, time)) = time.filter(|_| !constant) {
                *value = Json::String(from_now(*time));
            }
        }
    }
    let mut header = jwt.header.clone();
    if let Json::Object(members) = &mut header {
        // What is made is a JWT anyway, and the key says how it signs.
        members.retain(|(name, value)| name != "alg" && !(name == "typ" && value.as_str() == Some("JWT")));
        if jwt.header.get("typ").is_none() {
            members.push(("typ".to_owned(), Json::Null));
        }
    }
    let header = if matches!(header, Json::Object(_)) { header } else { empty };
    let field = match credential.is_in_body() {
        true => format!(
            "{}{}={{}}",
            TokenSpec::IN_BODY,
            credential.place.0.rsplit([' ', '/']).next().unwrap_or_default()
        ),
        false => field_of(credential, &exchange.request),
    };
    TokenSpec { claims, header, field }
}

/// Seconds from now as a plan writes them, in the largest unit that is near.
fn from_now(seconds: i64) -> String {
    if seconds.abs() < 2 {
        return "now".to_owned();
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let count = seconds.unsigned_abs();
    // What was minted a moment before it was sent lacks that moment.
    for (unit, size, slack) in [('d', 86_400, 60), ('h', 3600, 30), ('m', 60, 5)] {
        let near = (count + slack) / size;
        if near > 0 && near.saturating_mul(size).abs_diff(count) <= slack {
            return format!("{sign}{near}{unit}");
        }
    }
    format!("{sign}{count}s")
}

/// Whether two are made alike, but for what differs in every token.
pub(super) fn is_same(a: &TokenSpec, b: &TokenSpec) -> bool {
    let stable = |spec: &TokenSpec| -> Vec<(String, String)> {
        let unique = ["jti", "nonce", "iat", "exp", "nbf", "auth_time", "at_hash", "c_hash"];
        let kept = spec.claims.members().iter().filter(|(name, _)| !unique.contains(&name.as_str()));
        kept.map(|(name, value)| (name.clone(), value.to_string())).collect()
    };
    a.field == b.field && stable(a) == stable(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_as_people_mean_them() {
        for (seconds, text) in [
            (0, "now"),
            (3600, "+1h"),
            (3598, "+1h"),
            (-62, "-1m"),
            (90, "+90s"),
            (86_399, "+1d"),
            (300, "+5m"),
            (-5, "-5s"),
            (7200, "+2h"),
        ] {
            assert_eq!(from_now(seconds), text);
        }
    }
}
