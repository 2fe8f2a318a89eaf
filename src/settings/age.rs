//! How old evidence may be.

use cassettes::model::Micros;
use serde::{Deserialize, Deserializer, de};

const DAY: Micros = 24 * 60 * 60 * 1_000_000;

/// Reads days (`180`, `180d`), weeks (`26w`) or years (`1y`), as microseconds.
pub(crate) fn age(text: &str) -> Result<Micros, String> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let days = match &text[digits.len()..] {
        "" | "d" => 1,
        "w" => 7,
        "y" => 365,
        _ => 0,
    };
    let count: Option<u64> = digits.parse().ok();
    count
        .filter(|count| *count > 0 && days > 0)
        .and_then(|count| count.checked_mul(days)?.checked_mul(DAY))
        .ok_or_else(|| format!("expected a number of days such as 180d, or of weeks (26w), found `{text}`"))
}

/// `evidence: {max-age: 180d}`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(crate) struct Evidence {
    /// Older evidence is too old.
    #[serde(deserialize_with = "max_age")]
    pub(crate) max_age: Option<Micros>,
}

fn max_age<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Micros>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a number of days such as 180d")]
    enum Written {
        Days(u64),
        Text(String),
    }
    let text = match Written::deserialize(deserializer)? {
        Written::Days(days) => days.to_string(),
        Written::Text(text) => text,
    };
    age(&text).map(Some).map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_weeks_and_years_are_read_and_nonsense_is_not() {
        assert_eq!(age("180"), age("180d"));
        assert_eq!(age("2w"), age("14d"));
        assert_eq!(age(" 1y "), Ok(365 * DAY));
        for wrong in ["", "d", "0d", "1.5d", "3h", "-1", "99999999999999999999", "18446744073709551615y"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }
}
