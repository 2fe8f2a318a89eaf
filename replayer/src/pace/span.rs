//! Lengths of time as people write them: `250ms`, `2s`, `1.5m`.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr, time::Duration};

/// A length of time, written with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Span(pub Duration);

/// A length of time that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a time with its unit, such as 250ms, 2s or 1m, found `{found}`")]
pub struct NoSpan {
    /// As the user wrote it.
    pub found: String,
}

/// A day; who waits longer has mistaken the unit.
const LONGEST: f64 = 86_400.0;

impl FromStr for Span {
    type Err = NoSpan;

    fn from_str(text: &str) -> Result<Self, NoSpan> {
        let written = text.trim();
        let digits = written.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match &written[digits.len()..] {
            "us" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            // Nothing needs no unit.
            "" if digits == "0" => 1.0,
            _ => f64::NAN,
        };
        let number = digits.bytes().all(|b| b.is_ascii_digit() || b == b'.').then(|| digits.parse::<f64>());
        match number {
            Some(Ok(number)) if (0.0..=LONGEST).contains(&(number * unit)) => {
                Ok(Span(Duration::from_secs_f64(number * unit)))
            }
            _ => Err(NoSpan { found: text.to_owned() }),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.as_micros();
        match micros {
            0 => f.write_str("0s"),
            _ if micros.is_multiple_of(60_000_000) => write!(f, "{}m", micros / 60_000_000),
            _ if micros.is_multiple_of(1_000_000) => write!(f, "{}s", micros / 1_000_000),
            _ if micros.is_multiple_of(1000) => write!(f, "{}ms", micros / 1000),
            _ => write!(f, "{micros}us"),
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::written(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_units_and_said_again() {
        for (text, said) in [
            ("250ms", "250ms"),
            ("1.5s", "1500ms"),
            ("0.5m", "30s"),
            ("2h", "120m"),
            ("0", "0s"),
            ("7us", "7us"),
        ] {
            let span: Span = text.parse().unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(span.to_string(), said);
            assert_eq!(said.parse(), Ok(span));
        }
        for bad in ["", "s", "5", "-1s", "1 y", "infs", "1e9s", "25h", "nan"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }
}
