//! Moments that stand in requests: which of them mean the same in two runs that lie apart.

use cassettes::model::Timestamp;

/// Moments so near to the sending are its own.
const NEAR: i64 = 600;

/// By so many seconds may the distance of a moment differ from run to run.
const SLACK: i64 = 180;

pub(crate) const DAY: i64 = 86_400;

/// A moment as it stood in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// When it is, in seconds since 1970.
    pub(crate) at: i64,
    /// When it was sent.
    pub(crate) now: i64,
    /// It is a day and no more.
    pub(crate) day: bool,
}

impl Moment {
    fn ahead(&self) -> i64 {
        self.at.saturating_sub(self.now)
    }

    fn is_near(&self) -> bool {
        self.ahead().saturating_abs() <= NEAR
    }

    /// By how many days it lies ahead, on a clock that is so far from UTC.
    fn days(&self, offset: i64) -> i64 {
        let at = if self.day { self.at } else { self.at + offset };
        at.div_euclid(DAY) - (self.now + offset).div_euclid(DAY)
    }

    /// Whether they are as many days ahead, on the clock of wherever their client is.
    fn is_as_many_days(&self, other: &Moment) -> bool {
        (-12..=14).map(|hours| hours * 3600).any(|offset| self.days(offset) == other.days(offset))
    }

    /// Whether two moments mean the same, each to the request that it stood in. Those that are written alike are
    /// the same whatever their distance: who compares them looks at that first.
    pub(crate) fn is_same(&self, other: &Moment) -> bool {
        if self.day || other.day {
            return self.is_as_many_days(other) || self.is_same_of_month(other);
        }
        (self.is_near() && other.is_near())
            || (self.ahead() - other.ahead()).saturating_abs() <= SLACK
            || self.is_same_of_hour(other)
            || self.is_same_of_day(other)
            || self.is_same_of_month(other)
    }

    /// The beginning of this hour, or of the last one.
    fn is_same_of_hour(&self, other: &Moment) -> bool {
        let hours = |m: &Moment| m.at.div_euclid(3600) - m.now.div_euclid(3600);
        self.at.rem_euclid(3600) == 0 && other.at.rem_euclid(3600) == 0 && hours(self) == hours(other)
    }

    /// The same time of a day that is as far: the beginning of today, wherever it begins.
    fn is_same_of_day(&self, other: &Moment) -> bool {
        let time = |m: &Moment| m.at.rem_euclid(DAY);
        time(self) == time(other) && time(self) % 900 == 0 && self.is_as_many_days(other)
    }

    /// As many months ahead, on the same day of it: its first, its last, or the day that it was sent on.
    fn is_same_of_month(&self, other: &Moment) -> bool {
        let (Some(a), Some(b)) = (Calendar::of(self), Calendar::of(other)) else { return false };
        let same_day = a.day == b.day || (a.is_last && b.is_last);
        let time = |m: &Moment| m.at.rem_euclid(DAY);
        let same_time = time(self) == time(other);
        let on_its_day = |m: &Moment, c: &Calendar| {
            let late = (time(m) - m.now.rem_euclid(DAY)).abs() <= SLACK || m.day;
            late && (c.day == c.sent_on || (c.is_last && c.day < c.sent_on))
        };
        a.months == b.months && ((same_day && same_time) || (on_its_day(self, &a) && on_its_day(other, &b)))
    }
}

impl Moment {
    /// `7 days before`, `1 hour after`: how far it lies from when it was sent.
    pub(crate) fn words(&self) -> String {
        let ahead = if self.day { self.days(0) * DAY } else { self.ahead() };
        let far = ahead.unsigned_abs();
        let (n, unit) = match far {
            0..120 => (far, "second"),
            120..7_200 => ((far + 30) / 60, "minute"),
            7_200..172_800 => ((far + 1_800) / 3_600, "hour"),
            _ => ((far + 43_200) / 86_400, "day"),
        };
        let s = if n == 1 { "" } else { "s" };
        format!("{n} {unit}{s} {}", if ahead < 0 { "before" } else { "after" })
    }
}

/// Where in the calendar a moment lies.
struct Calendar {
    /// By how many months it lies ahead.
    months: i64,
    day: i8,
    is_last: bool,
    /// The day of the month that it was sent on.
    sent_on: i8,
}

impl Calendar {
    fn of(moment: &Moment) -> Option<Calendar> {
        let date = |seconds: i64| {
            let at = jiff::Timestamp::from_second(seconds).ok()?;
            Some(jiff::tz::Offset::UTC.to_datetime(at).date())
        };
        let (at, now) = (date(moment.at)?, date(moment.now)?);
        let months = |date: jiff::civil::Date| i64::from(date.year()) * 12 + i64::from(date.month());
        Some(Calendar {
            months: months(at) - months(now),
            day: at.day(),
            is_last: at.day() == at.days_in_month(),
            sent_on: now.day(),
        })
    }
}

/// A moment as RFC 3339 writes it, or with a blank, a comma, or without a zone, as some libraries do.
pub(crate) fn seconds_of(iso: &str) -> Option<i64> {
    let iso = iso.replacen(' ', "T", 1).replace(',', ".");
    let known = |text: &str| Timestamp::parse(text).map(Timestamp::seconds);
    known(&iso).or_else(|| known(&format!("{iso}Z")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(at: &str, now: &str) -> Moment {
        let seconds = |text: &str| seconds_of(text).expect("a moment");
        Moment { at: seconds(at), now: seconds(now), day: false }
    }

    #[test]
    fn what_is_counted_from_now_is_the_same_and_what_is_not_is_another() {
        for (same, one, two) in [
            (
                true,
                ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
                ("2026-03-05T06:07:09Z", "2026-03-05T06:07:08Z"),
            ),
            // The beginning of today, of this hour, of today somewhere else.
            (
                true,
                ("2026-01-02T00:00:00Z", "2026-01-02T03:04:05Z"),
                ("2026-03-05T00:00:00Z", "2026-03-05T22:07:08Z"),
            ),
            (
                true,
                ("2026-01-02T03:00:00Z", "2026-01-02T03:04:05Z"),
                ("2026-03-05T22:00:00Z", "2026-03-05T22:47:08Z"),
            ),
            (
                true,
                ("2026-01-01T15:00:00Z", "2026-01-02T03:04:05Z"),
                ("2026-03-05T15:00:00Z", "2026-03-05T22:07:08Z"),
            ),
            // In a month; the first of the last one; the end of this one.
            (
                true,
                ("2026-02-02T03:04:05Z", "2026-01-02T03:04:05Z"),
                ("2026-04-05T06:07:09Z", "2026-03-05T06:07:08Z"),
            ),
            (
                true,
                ("2026-02-28T03:04:05Z", "2026-01-31T03:04:05Z"),
                ("2026-04-05T06:07:09Z", "2026-03-05T06:07:08Z"),
            ),
            (
                true,
                ("2025-12-01T00:00:00Z", "2026-01-02T03:04:05Z"),
                ("2026-02-01T00:00:00Z", "2026-03-05T06:07:08Z"),
            ),
            (
                true,
                ("2026-02-28T00:00:00Z", "2026-02-02T03:04:05Z"),
                ("2026-03-31T00:00:00Z", "2026-03-05T06:07:08Z"),
            ),
            // Yesterday instead of today, an hour instead of two, a week instead of a month.
            (
                false,
                ("2026-01-02T00:00:00Z", "2026-01-02T03:04:05Z"),
                ("2026-03-04T00:00:00Z", "2026-03-05T22:07:08Z"),
            ),
            (
                false,
                ("2026-01-02T04:04:05Z", "2026-01-02T03:04:05Z"),
                ("2026-03-06T00:07:08Z", "2026-03-05T22:07:08Z"),
            ),
            (
                false,
                ("2026-01-09T03:04:05Z", "2026-01-02T03:04:05Z"),
                ("2026-04-05T06:07:09Z", "2026-03-05T06:07:08Z"),
            ),
        ] {
            let (a, b) = (moment(one.0, one.1), moment(two.0, two.1));
            assert_eq!((a.is_same(&b), b.is_same(&a)), (same, same), "{one:?} {two:?}");
        }
    }
}
