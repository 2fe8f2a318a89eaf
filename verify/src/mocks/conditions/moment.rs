//! Moments that a stub wants before or after another.

use super::Fit;
use cassettes::model::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use std::fmt;

/// On which side of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Earlier.
    Before,
    /// Later.
    After,
    /// Then.
    At,
}

/// A moment that a text must name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// On which side of it.
    pub when: When,
    /// The fixed moment; none for that of the run.
    pub fixed: Option<Timestamp>,
    /// Added to it, in microseconds.
    pub offset: i64,
}

impl Moment {
    /// Whether a text names such a moment. A text that names none does not.
    pub fn fit(&self, text: &str, now: Timestamp) -> Fit {
        let Some(named) = read(text) else { return Fit::Unmet };
        let wanted = Timestamp(self.fixed.unwrap_or(now).0.saturating_add(self.offset));
        Fit::of(match self.when {
            When::Before => named < wanted,
            When::After => named > wanted,
            When::At => named == wanted,
        })
    }
}

/// A moment in the usual forms: RFC 3339, a date and a time, a date, an HTTP date. Without an offset: UTC.
pub fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let utc = |date: civil::DateTime| date.to_zoned(TimeZone::UTC).ok().map(|z| z.timestamp());
    let read = text
        .parse::<jiff::Timestamp>()
        .ok()
        .or_else(|| text.parse::<civil::DateTime>().ok().and_then(utc))
        .or_else(|| text.parse::<civil::Date>().ok().and_then(|date| utc(date.at(0, 0, 0, 0))))
        .or_else(|| jiff::fmt::rfc2822::parse(text).ok().map(|z| z.timestamp()))?;
    Some(Timestamp(read.as_microsecond()))
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.when {
            When::Before => "before",
            When::After => "after",
            When::At => "at",
        };
        match self.fixed {
            Some(moment) => write!(f, "{word} {}", Timestamp(moment.0.saturating_add(self.offset))),
            None => write!(f, "{word} now"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_the_usual_forms() {
        let noon = Timestamp::parse("2026-05-01T12:00:00Z");
        for text in ["2026-05-01T14:00:00+02:00", "2026-05-01T12:00:00", "Fri, 01 May 2026 12:00:00 GMT"] {
            assert_eq!(read(text), noon, "{text}");
        }
        let moment = Moment { when: When::Before, fixed: None, offset: -1 };
        assert_eq!(moment.fit("2026-05-01", noon.expect("a moment")), Fit::Met);
        assert_eq!(moment.fit("soon", noon.expect("a moment")), Fit::Unmet);
    }
}
