//! How fast answers are given.

use cassettes::model::Micros;
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
}

/// A speed that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected the speed `instant`, `recorded` or `xN` with N above zero (for example `x10`), found `{found}`"
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
            Speed::Recorded => Some(Duration::from_micros(at)),
            // A float that is too large for the cast saturates, which is what is wanted here.
            Speed::Times(times) => Some(Duration::from_micros((at as f64 / times) as u64)),
        }
    }
}

impl FromStr for Speed {
    type Err = NoSpeed;

    fn from_str(text: &str) -> Result<Self, NoSpeed> {
        match text {
            "instant" => Ok(Speed::Instant),
            "recorded" => Ok(Speed::Recorded),
            _ => text
                .strip_prefix('x')
                .and_then(|n| n.parse::<f64>().ok())
                .filter(|n| n.is_finite() && *n > 0.0)
                .map(Speed::Times)
                .ok_or_else(|| NoSpeed { found: text.to_owned() }),
        }
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Speed::Instant => f.write_str("instant"),
            Speed::Recorded => f.write_str("recorded"),
            Speed::Times(times) => write!(f, "x{times}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_read_and_applied() {
        assert_eq!("x4".parse(), Ok(Speed::Times(4.0)));
        assert_eq!(Speed::Times(4.0).due(1000), Some(Duration::from_micros(250)));
        for bad in ["x0", "x-1", "xinf", "fast", "4", "xNaN", ""] {
            assert!(bad.parse::<Speed>().is_err(), "{bad}");
        }
    }
}
