//! One accepted finding.

use cassettes::model::Timestamp;
use serde::{Deserialize, Deserializer, de};
use std::fmt;

/// `{finding: FINGERPRINT, reason: "...", until: 2027-01-31}`: all three are needed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ignore {
    /// The finding's fingerprint, as reports give it.
    #[serde(deserialize_with = "fingerprint")]
    pub(crate) finding: String,
    /// Why it is accepted.
    #[serde(deserialize_with = "reason")]
    pub(crate) reason: String,
    /// The last day, YYYY-MM-DD.
    #[serde(deserialize_with = "until")]
    pub(crate) until: String,
}

impl Ignore {
    /// Whether the last day has passed.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        last_moment(&self.until).is_none_or(|end| now > end)
    }
}

/// The end of a day, YYYY-MM-DD, in universal time.
pub(crate) fn last_moment(day: &str) -> Option<Timestamp> {
    (day.len() == 10).then(|| Timestamp::parse(&format!("{day}T23:59:59Z")))?
}

/// A text; a fingerprint that happens to have no letter would be a number, and lose its zeros.
fn fingerprint<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    struct Text;
    impl de::Visitor<'_> for Text {
        type Value = String;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a fingerprint in quotes, as reports give it")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<String, E> {
            Ok(text.trim().to_owned())
        }
    }
    deserializer.deserialize_any(Text)
}

fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Err(de::Error::custom("an ignore needs a reason"));
    }
    Ok(text)
}

fn until<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if last_moment(text.trim()).is_none() {
        return Err(de::Error::custom(format!(
            "an ignore ends on a day: expected YYYY-MM-DD, found `{text}`"
        )));
    }
    Ok(text.trim().to_owned())
}
