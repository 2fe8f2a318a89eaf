//! How fast answers are given, against the recorded times.

use cassettes::model::Micros;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr, time::Duration};

/// How fast answers are given, against the recorded times.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Speed {
    /// As fast as the connection takes them.
    #[default]
    Instant,
    /// At the recorded times.
    Recorded,
    /// So many times faster than recorded; always finite and above zero.
    Times(f64),
    /// Each answer as slow as any answer of its operation was recorded, drawn from this seed.
    Sampled(u64),
}

/// A speed that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected the speed `instant`, `recorded`, `xN` with N above zero (for example `x10`), or `sampled` with or without a seed (`sampled:7`), found `{found}`"
)]
pub struct NoSpeed {
    /// As the user wrote it.
    pub found: String,
}

impl Speed {
    /// When something recorded at this moment is due; none: at once.
    pub(crate) fn due(self, at: Micros) -> Option<Duration> {
        match self {
            Speed::Instant => None,
            Speed::Recorded | Speed::Sampled(_) => Some(Duration::from_micros(at)),
            // A float that is too large for the cast saturates, which is what is wanted here.
            Speed::Times(times) => Some(Duration::from_micros((at as f64 / times) as u64)),
        }
    }
}

impl FromStr for Speed {
    type Err = NoSpeed;

    fn from_str(text: &str) -> Result<Self, NoSpeed> {
        let none = || NoSpeed { found: text.to_owned() };
        match text {
            "instant" => Ok(Speed::Instant),
            "recorded" => Ok(Speed::Recorded),
            "sampled" => Ok(Speed::Sampled(0)),
            _ => match text.strip_prefix("sampled:") {
                Some(seed) => seed.parse().map(Speed::Sampled).map_err(|_| none()),
                None => text
                    .strip_prefix('x')
                    .and_then(|n| n.parse::<f64>().ok())
                    .filter(|n| n.is_finite() && *n > 0.0)
                    .map(Speed::Times)
                    .ok_or_else(none),
            },
        }
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Speed::Instant => f.write_str("instant"),
            Speed::Recorded => f.write_str("recorded"),
            Speed::Times(times) => write!(f, "x{times}"),
            Speed::Sampled(0) => f.write_str("sampled"),
            Speed::Sampled(seed) => write!(f, "sampled:{seed}"),
        }
    }
}

impl Serialize for Speed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Speed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::written(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_read_said_and_applied() {
        assert_eq!("x4".parse(), Ok(Speed::Times(4.0)));
        assert_eq!(Speed::Times(4.0).due(1000), Some(Duration::from_micros(250)));
        for good in ["instant", "recorded", "x0.5", "sampled", "sampled:7"] {
            assert_eq!(good.parse::<Speed>().map(|s| s.to_string()).as_deref(), Ok(good));
        }
        for bad in ["x0", "x-1", "xinf", "fast", "4", "xNaN", "", "sampled:", "sampled:x"] {
            assert!(bad.parse::<Speed>().is_err(), "{bad}");
        }
    }
}
