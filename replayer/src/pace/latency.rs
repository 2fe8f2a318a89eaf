//! Time that passes before every answer, whatever was recorded: a fixed one, or one drawn between two.

use super::span::{NoSpan, Span};
use crate::seed::Draw;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr, time::Duration};

/// What is waited before an answer begins, beside what its speed says: `50ms`, or `20ms..80ms` for any time
/// between these, evenly drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Latency {
    /// The least.
    pub least: Span,
    /// The most; the same for a fixed one.
    pub most: Span,
}

impl Latency {
    /// One drawn length.
    pub(crate) fn drawn(self, draw: &mut Draw) -> Duration {
        let spread = self.most.0.saturating_sub(self.least.0);
        self.least.0 + spread.mul_f64(draw.share())
    }
}

impl FromStr for Latency {
    type Err = NoSpan;

    fn from_str(text: &str) -> Result<Self, NoSpan> {
        let (least, most) = text.split_once("..").unwrap_or((text, text));
        let latency = Latency { least: least.parse()?, most: most.parse()? };
        if latency.least > latency.most {
            return Err(NoSpan { found: text.to_owned() });
        }
        Ok(latency)
    }
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.least == self.most {
            true => write!(f, "{}", self.least),
            false => write!(f, "{}..{}", self.least, self.most),
        }
    }
}

impl Serialize for Latency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Latency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::written(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_drawn_between_both_ends() {
        let latency: Latency = "20ms..80ms".parse().unwrap_or_else(|e| panic!("{e}"));
        let mut draw = Draw::new(7, 0);
        let drawn: Vec<u128> = (0..50).map(|_| latency.drawn(&mut draw).as_millis()).collect();
        assert!(drawn.iter().all(|ms| (20..=80).contains(ms)), "{drawn:?}");
        assert!(drawn.iter().any(|ms| *ms < 40) && drawn.iter().any(|ms| *ms > 60), "{drawn:?}");
        let fixed: Latency = "50ms".parse().unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((fixed.drawn(&mut draw).as_millis(), fixed.to_string()), (50, "50ms".into()));
        assert!("80ms..20ms".parse::<Latency>().is_err());
    }
}
