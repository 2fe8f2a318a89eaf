//! Moments and durations, in microseconds.

use std::fmt;

/// A duration in microseconds.
pub type Micros = u64;

/// A moment: microseconds since 1970-01-01T00:00:00Z, shown as RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Reads RFC 3339 with any offset.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|t| Timestamp(t.as_microsecond()))
    }

    /// Whole seconds since the epoch, as JWTs count them.
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(time) => write!(f, "{time:.6}"),
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

/// One piece of a body as it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk {
    /// Since the request's last byte was sent.
    pub at: Micros,
    /// Bytes of body, without framing.
    pub len: u64,
}

/// When an answer came, counted from the moment the whole request had been sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timing {
    /// Until the first byte of the head; none if nothing came.
    pub first_byte: Option<Micros>,
    /// Until the last byte, or until the failure was known.
    pub end: Option<Micros>,
    /// The body's pieces; empty for an empty body and for one that came in one piece with its head.
    pub chunks: Vec<Chunk>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_round_trip() {
        for micros in [0, 1_700_000_000_123_456, -1, 1_763_762_400_000_000] {
            let text = Timestamp(micros).to_string();
            assert_eq!(Timestamp::parse(&text), Some(Timestamp(micros)), "{text}");
        }
        assert_eq!(Timestamp(1_763_762_400_000_000).to_string(), "2025-11-21T22:00:00.000000Z");
    }
}
