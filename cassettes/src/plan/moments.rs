//! Moments relative to now, as claims name them.

use crate::json::Json;
use crate::model::Timestamp;

/// Seconds from now: `now`, `+1h`, `-5m`, `+90s`, `+2d`, `-1w`; none for any other text.
pub fn seconds(text: &str) -> Option<i64> {
    if text == "now" {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let rest = &text[1..];
    let digits = rest.trim_end_matches(|c: char| !c.is_ascii_digit());
    let number: i64 = digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let unit = match &rest[digits.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    number.checked_mul(unit)?.checked_mul(sign)
}

/// Claims whose relative moments have become seconds since the epoch (RFC 7519 §2, NumericDate).
pub fn settled(claims: &Json, now: Timestamp) -> Json {
    match claims {
        Json::String(text) => match seconds(text) {
            Some(from_now) => Json::Number(now.seconds().saturating_add(from_now).to_string()),
            None => claims.clone(),
        },
        Json::Object(members) => {
            Json::Object(members.iter().map(|(name, value)| (name.clone(), settled(value, now))).collect())
        }
        Json::Array(items) => Json::Array(items.iter().map(|item| settled(item, now)).collect()),
        Json::Null | Json::Bool(_) | Json::Number(_) => claims.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_moments_are_told_from_words() {
        for (text, from_now) in [("now", 0), ("+1h", 3600), ("-5m", -300), ("+0s", 0), ("-2w", -1_209_600)] {
            assert_eq!(seconds(text), Some(from_now), "{text}");
        }
        for word in ["", "+", "-", "1h", "+h", "+1", "+1y", "++1h", "+1.5h", "+99999999999999999999d", "é1h"]
        {
            assert_eq!(seconds(word), None, "{word}");
        }
        let claims = Json::parse(br#"{"sub":"now-ish","exp":"+1m","n":{"t":"-1s"},"i":7}"#).expect("json");
        let settled = settled(&claims, Timestamp(1_000_000_000));
        assert_eq!(settled.to_string(), r#"{"sub":"now-ish","exp":1060,"n":{"t":999},"i":7}"#);
    }
}
