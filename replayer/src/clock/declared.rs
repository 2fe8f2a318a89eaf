//! The clock that a session's answers follow.

use cassettes::{model::Timestamp, plan};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, str::FromStr};

/// Which moment the first exchange of a session has, to its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Clock {
    /// The recorded one: the bytes stay as they are.
    #[default]
    Recorded,
    /// So many seconds from the moment at which it is asked for; `now` is 0.
    FromNow(i64),
    /// This one.
    At(Timestamp),
}

/// A clock that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected the clock `recorded`, `now`, a distance from now such as `+1h` or `-2d`, or a moment such as 2026-01-31T12:00:00Z, found `{found}`"
)]
pub struct NoClock {
    /// As the user wrote it.
    pub found: String,
}

/// The years that answers can speak of: four digits, and no wrap of any number of seconds.
const YEARS: std::ops::Range<i64> = 0..253_402_300_800;

impl Clock {
    /// Whether answers can speak of so many seconds since the epoch.
    pub(crate) fn has(seconds: i64) -> bool {
        YEARS.contains(&seconds)
    }

    /// Where the clock stands when the session begins; none: as recorded.
    pub(crate) fn origin(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Clock::Recorded => None,
            Clock::FromNow(seconds) => {
                Some(Timestamp(now.0.saturating_add(seconds.saturating_mul(1_000_000))))
            }
            Clock::At(moment) => Some(moment),
        }
    }
}

impl FromStr for Clock {
    type Err = NoClock;

    fn from_str(text: &str) -> Result<Self, NoClock> {
        let text = text.trim();
        let none = || NoClock { found: text.to_owned() };
        if text == "recorded" {
            return Ok(Clock::Recorded);
        }
        if let Some(seconds) = plan::seconds(text) {
            return if YEARS.contains(&seconds.abs()) { Ok(Clock::FromNow(seconds)) } else { Err(none()) };
        }
        Timestamp::parse(text).filter(|at| YEARS.contains(&at.seconds())).map(Clock::At).ok_or_else(none)
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Clock::Recorded => f.write_str("recorded"),
            Clock::FromNow(0) => f.write_str("now"),
            Clock::FromNow(seconds) => write!(f, "{seconds:+}s"),
            Clock::At(moment) => write!(f, "{moment}"),
        }
    }
}

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Clock {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::pace::written(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_read_and_said() {
        for (text, clock) in [
            ("recorded", Clock::Recorded),
            ("now", Clock::FromNow(0)),
            ("+1h", Clock::FromNow(3600)),
            ("-2d", Clock::FromNow(-172_800)),
            ("2026-01-31T12:00:00+02:00", Clock::At(Timestamp(1_769_853_600_000_000))),
        ] {
            assert_eq!(text.parse(), Ok(clock));
            assert_eq!(clock.to_string().parse(), Ok(clock));
        }
        for bad in ["", "soon", "1h", "2026-01-31", "+9999999999w", "12"] {
            assert!(bad.parse::<Clock>().is_err(), "{bad}");
        }
        assert_eq!(Clock::FromNow(-1).origin(Timestamp(3_000_000)), Some(Timestamp(2_000_000)));
    }
}
