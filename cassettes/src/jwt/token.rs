//! Reading a token without judging it: unknown algorithms, `none`, padding and missing signatures are
//! what the lessons are about, so they must be readable.

use crate::json::Json;
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::URL_SAFE_NO_PAD},
};

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The alphabet of base64url (RFC 4648 §5).
pub(crate) const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Registered and common claims that hold a moment in seconds since the epoch.
const DATES: [&str; 6] = ["exp", "nbf", "iat", "auth_time", "updated_at", "rat"];
/// Below this a number is a duration or a counter, not a moment (it is 1973).
const FIRST_MOMENT: i64 = 100_000_000;

/// A signed token in compact form (RFC 7515 §7.1): a readable header and readable claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jwt {
    /// The JOSE header.
    pub header: Json,
    /// The claims.
    pub claims: Json,
    parts: [String; 3],
}

impl Jwt {
    /// Reads exactly one token. The signature may be empty or nonsense; nothing is verified.
    pub fn parse(text: &str) -> Option<Jwt> {
        let mut parts = text.split('.');
        let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || header.is_empty() {
            return None;
        }
        let object = |part: &str| Json::parse(&unbase64(part)?).ok().filter(|j| matches!(j, Json::Object(_)));
        Some(Jwt {
            header: object(header)?,
            claims: object(claims)?,
            parts: [header.to_owned(), claims.to_owned(), signature.to_owned()],
        })
    }

    /// Reads header and claims that have no third part, not even an empty one, as if it were empty.
    pub(crate) fn parse_cut(text: &str) -> Option<Jwt> {
        (text.matches('.').count() == 1).then(|| Jwt::parse(&format!("{text}."))).flatten()
    }

    /// The algorithm named in the header; empty if there is none.
    pub fn alg(&self) -> &str {
        self.header.get("alg").and_then(Json::as_str).unwrap_or_default()
    }

    /// The key's id, if the header names one.
    pub fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Json::as_str)
    }

    /// Whether nothing vouches for it: `alg` is `none` in any case, or the signature is empty.
    pub fn is_unsigned(&self) -> bool {
        self.signature().is_empty() || self.alg().eq_ignore_ascii_case("none")
    }

    /// The claims that are moments, in seconds since the epoch, fractions dropped.
    pub fn times(&self) -> Vec<(String, i64)> {
        let mut times = Vec::new();
        for (name, value) in self.claims.members() {
            let Json::Number(text) = value else { continue };
            let Some(seconds) = seconds(text) else { continue };
            if is_date(name, seconds) && !times.iter().any(|(n, _)| n == name) {
                times.push((name.clone(), seconds));
            }
        }
        times
    }

    /// The third part, as it stands.
    pub fn signature(&self) -> &str {
        &self.parts[2]
    }

    /// What the signature is made over (RFC 7515 §5.1).
    pub fn signing_input(&self) -> String {
        format!("{}.{}", self.parts[0], self.parts[1])
    }

    /// The claims' text, exactly.
    pub(crate) fn payload(&self) -> Vec<u8> {
        unbase64(&self.parts[1]).unwrap_or_default()
    }

    /// With another payload, padded as this one was.
    pub(crate) fn with_payload(&self, payload: &[u8]) -> Jwt {
        let mut part = base64url(payload);
        if self.parts[1].ends_with('=') {
            part.extend(std::iter::repeat_n('=', part.len().wrapping_neg() % 4));
        }
        let claims = Json::parse(payload).unwrap_or_else(|_| self.claims.clone());
        let parts = [self.parts[0].clone(), part, self.parts[2].clone()];
        Jwt { header: self.header.clone(), claims, parts }
    }

    /// With another third part.
    pub(crate) fn with_signature(mut self, signature: String) -> Jwt {
        self.parts[2] = signature;
        self
    }
}

/// The compact form.
impl std::fmt::Display for Jwt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.parts[0], self.parts[1], self.parts[2])
    }
}

/// RFC 7519 calls it a NumericDate: seconds, fractions allowed.
fn seconds(text: &str) -> Option<i64> {
    match text.parse::<i64>() {
        Ok(whole) => Some(whole),
        Err(_) => text.parse::<f64>().ok().filter(|f| f.abs() < 9e15).map(|f| f.floor() as i64),
    }
}

/// Whether a number of seconds since the epoch is meant as a moment: 0 and 1 are constants.
pub(crate) fn is_moment(seconds: i64) -> bool {
    seconds.unsigned_abs() >= FIRST_MOMENT.unsigned_abs()
}

fn is_date(name: &str, seconds: i64) -> bool {
    DATES[..3].contains(&name)
        || (FIRST_MOMENT..FIRST_MOMENT * 1000).contains(&seconds)
            && (DATES.contains(&name)
                || ["_at", "_time", "_exp", "_expires"].iter().any(|end| name.ends_with(end)))
}

/// Either alphabet, padded or not, stray bits at the end tolerated.
pub(crate) fn unbase64(part: &str) -> Option<Vec<u8>> {
    if part.contains(['+', '/']) {
        return LENIENT.decode(part.replace('+', "-").replace('/', "_")).ok();
    }
    LENIENT.decode(part).ok()
}

/// Without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str, claims: &str, signature: &str) -> String {
        format!("{}.{}.{signature}", base64url(header.as_bytes()), base64url(claims.as_bytes()))
    }

    #[test]
    fn whatever_is_a_token_is_read() {
        let claims =
            r#"{"sub":"u1","exp":1700000000,"iat":1699999000.75,"auth_time":1,"last_seen_at":1699999999}"#;
        for (header, signature) in [
            (r#"{"alg":"none"}"#, ""),
            (r#"{"alg":"XS999","kid":"k1"}"#, "AAAA"),
            (r#"{"typ":"JWT"}"#, "%%%"),
            (r#"{"alg":"HS256"}"#, "QUJDRA=="),
        ] {
            let text = token(header, claims, signature);
            let jwt = Jwt::parse(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(jwt.to_string(), text);
            let times = [("exp", 1_700_000_000), ("iat", 1_699_999_000), ("last_seen_at", 1_699_999_999)];
            assert_eq!(jwt.times(), times.map(|(n, t)| (n.to_owned(), t)));
        }
        let padded = format!("{}=.{}==.x", base64url(br#"{"alg":"a"}"#), base64url(br#"{"a":1}"#));
        assert_eq!(Jwt::parse(&padded).map(|j| j.to_string()), Some(padded));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in
            ["", "a.b.c", "..", "1.2.3", "e30.e30", "e30.e30.x.y", ".e30.x", "e30.W10.x", "www.example.com"]
        {
            assert_eq!(Jwt::parse(text), None, "{text}");
        }
    }
}
