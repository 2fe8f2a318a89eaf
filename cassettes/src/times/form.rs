//! Moments as answers write them, and the same text for another moment: digits change, marks stay.

use crate::facets::time_form::{TimeKind, time_form};
use crate::model::Timestamp;
use jiff::{
    SignedDuration,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

/// How a moment is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `2026-01-02T03:04:05.6+02:00`, `2026-01-02 03:04`.
    Iso,
    /// `2026-01-02`: some moment of that day.
    Day,
    /// `20260102T030405Z` (ISO 8601, basic), `20260102030405`.
    Basic,
    /// `20260102`.
    BasicDay,
    /// `Fri, 02 Jan 2026 03:04:05 GMT` (RFC 9110 §5.6.7), with dashes as cookies had it (RFC 6265 §5.1.1), and
    /// with an offset as mail has it (RFC 5322 §3.3).
    Stamp,
    /// So many of these in a second, since 1970.
    Epoch(i64),
}

/// A text that is a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) form: Form,
    /// Whole seconds since 1970.
    pub(super) seconds: i64,
}

const DAY: i64 = 86_400;

/// The moment that a text is whatever it is called: date and time stand in it.
pub(super) fn evident(text: &str) -> Option<Moment> {
    if !(12..=48).contains(&text.len()) || !text.is_ascii() {
        return None;
    }
    let moment = |form, seconds| Some(Moment { form, seconds });
    if text.as_bytes()[0].is_ascii_alphabetic() {
        return moment(Form::Stamp, Stamp::read(text)?.seconds()?);
    }
    if !text.as_bytes()[0].is_ascii_digit() {
        return None;
    }
    if let Some(seconds) = iso(text) {
        return moment(Form::Iso, seconds);
    }
    text.contains('T').then(|| moment(Form::Basic, basic(text)?)).flatten()
}

/// The moment that a text is only if its name says so: a day alone, or a number.
pub(super) fn named(text: &str) -> Option<Moment> {
    if let Some(seconds) = day(text) {
        return Some(Moment { form: Form::Day, seconds });
    }
    if let Some(seconds) = (text.len() == 14).then(|| basic(text)).flatten() {
        return Some(Moment { form: Form::Basic, seconds });
    }
    epoch(text)
}

/// The day that eight digits are.
pub(super) fn basic_day(text: &str) -> Option<Moment> {
    if text.len() != 8 {
        return None;
    }
    Some(Moment { form: Form::BasicDay, seconds: at(civil_basic_day(text)?)? })
}

/// The text for the moment so many seconds later; none where the form cannot say it. `of_day` is the second of
/// the day that a day alone is taken to mean.
pub(super) fn moved(text: &str, form: Form, by: i64, of_day: i64) -> Option<String> {
    let later = |from: DateTime, by: i64| from.checked_add(SignedDuration::from_secs(by)).ok();
    let of_day = of_day.rem_euclid(DAY);
    let mut out = text.to_owned();
    let mut put = |range: std::ops::Range<usize>, value: i16| {
        out.replace_range(range.clone(), &format!("{value:0width$}", width = range.len()));
    };
    let in_form = |time: &DateTime| (1..=9999).contains(&time.year());
    match form {
        Form::Iso => {
            let time = later(civil_iso(text)?, by).filter(in_form)?;
            put(0..4, time.year());
            put(5..7, time.month().into());
            put(8..10, time.day().into());
            put(11..13, time.hour().into());
            put(14..16, time.minute().into());
            if text.as_bytes().get(16) == Some(&b':') {
                put(17..19, time.second().into());
            }
        }
        Form::Day => {
            let time = later(civil_day(text)?, by + of_day).filter(in_form)?;
            put(0..4, time.year());
            put(5..7, time.month().into());
            put(8..10, time.day().into());
        }
        Form::BasicDay => {
            let time = later(civil_basic_day(text)?, by + of_day).filter(in_form)?;
            put(0..4, time.year());
            put(4..6, time.month().into());
            put(6..8, time.day().into());
        }
        Form::Basic => {
            let time = later(civil_basic(text)?, by).filter(in_form)?;
            let t = usize::from(text.as_bytes().get(8) == Some(&b'T'));
            put(0..4, time.year());
            put(4..6, time.month().into());
            put(6..8, time.day().into());
            put(8 + t..10 + t, time.hour().into());
            put(10 + t..12 + t, time.minute().into());
            put(12 + t..14 + t, time.second().into());
        }
        Form::Stamp => {
            let stamp = Stamp::read(text)?;
            return Some(stamp.said(later(stamp.time, by).filter(in_form)?));
        }
        Form::Epoch(unit) => {
            let whole = text.find('.').unwrap_or(text.len());
            let number: i64 = text[..whole].parse().ok()?;
            out.replace_range(..whole, &number.checked_add(by.checked_mul(unit)?)?.to_string());
        }
    }
    Some(out)
}

/// A moment as header fields write it (RFC 9110 §5.6.7); that of 1970 where the year has no four digits.
pub fn http_date(at: Timestamp) -> String {
    const FIRST: &str = "Thu, 01 Jan 1970 00:00:00 GMT";
    moved(FIRST, Form::Stamp, at.seconds(), 0).unwrap_or_else(|| FIRST.to_owned())
}

/// The moment that such a field names.
pub fn read_http_date(text: &str) -> Option<Timestamp> {
    let since = httpdate::parse_http_date(text).ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_micros()).ok().map(Timestamp)
}

/// Seconds since 1970 of a time without offset.
fn at(time: DateTime) -> Option<i64> {
    Some(time.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

/// Digits as a number.
fn number<T: std::str::FromStr>(text: &str, range: std::ops::Range<usize>) -> Option<T> {
    let digits = text.get(range)?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn civil_day(text: &str) -> Option<DateTime> {
    let date = Date::new(number(text, 0..4)?, number(text, 5..7)?, number(text, 8..10)?).ok()?;
    Some(date.to_datetime(Time::midnight()))
}

fn day(text: &str) -> Option<i64> {
    let is = time_form(text).is_some_and(|form| form.kind == TimeKind::Date);
    is.then(|| at(civil_day(text)?)).flatten()
}

/// The time as written, its offset left aside.
fn civil_iso(text: &str) -> Option<DateTime> {
    let second = match text.as_bytes().get(16) {
        Some(b':') => number(text, 17..19)?,
        _ => 0,
    };
    let time = Time::new(number(text, 11..13)?, number(text, 14..16)?, second, 0).ok()?;
    Some(civil_day(text)?.date().to_datetime(time))
}

fn iso(text: &str) -> Option<i64> {
    if time_form(text).is_none_or(|form| form.kind != TimeKind::Iso) {
        return None;
    }
    Some(at(civil_iso(text)?)? - offset(&text[16..]))
}

/// Seconds east of Greenwich, as the end of a text says them.
fn offset(end: &str) -> i64 {
    let Some(sign) = end.rfind(['+', '-']) else { return 0 };
    let digits: String = end[sign + 1..].chars().filter(char::is_ascii_digit).collect();
    let part = |range| number::<i64>(&digits, range).unwrap_or(0);
    let seconds = part(0..2) * 3600 + part(2..4) * 60;
    if end[sign..].starts_with('-') { -seconds } else { seconds }
}

fn civil_basic_day(text: &str) -> Option<DateTime> {
    let date = Date::new(number(text, 0..4)?, number(text, 4..6)?, number(text, 6..8)?).ok()?;
    Some(date.to_datetime(Time::midnight()))
}

/// `20260102T030405`, with or without the T, and with a fraction, a `Z` or nothing behind it.
fn civil_basic(text: &str) -> Option<DateTime> {
    let t = usize::from(text.as_bytes().get(8) == Some(&b'T'));
    let rest = text.get(14 + t..)?.trim_end_matches('Z');
    if !(rest.is_empty() || rest.starts_with('.') && rest[1..].bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let part = |from: usize| number::<i8>(text, from + t..from + 2 + t);
    let time = Time::new(part(8)?, part(10)?, part(12)?, 0).ok()?;
    Some(civil_basic_day(text)?.date().to_datetime(time))
}

fn basic(text: &str) -> Option<i64> {
    at(civil_basic(text)?)
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, from 2001 to 2100.
fn epoch(text: &str) -> Option<Moment> {
    const YEARS: std::ops::Range<i64> = 978_307_200..4_102_444_800;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || !(9..=19).contains(&whole.len()) {
        return None;
    }
    let value: i64 = whole.parse().ok()?;
    let unit =
        [1, 1000, 1_000_000, 1_000_000_000].into_iter().find(|unit| YEARS.contains(&(value / unit)))?;
    Some(Moment { form: Form::Epoch(unit), seconds: value / unit })
}

/// A date as header fields write it, taken apart.
struct Stamp<'t> {
    time: DateTime,
    /// Between weekday and day, between day, month and year, and behind the time.
    comma: &'t str,
    mark: char,
    zone: &'t str,
    long_day: bool,
    padded: bool,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

impl<'t> Stamp<'t> {
    fn read(text: &'t str) -> Option<Stamp<'t>> {
        let (weekday, rest) = text.split_once(", ")?;
        let long_day = DAYS.contains(&weekday);
        if !long_day && !DAYS.iter().any(|day| day[..3] == *weekday) {
            return None;
        }
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let mark = rest[digits..].chars().next().filter(|c| matches!(c, ' ' | '-'))?;
        let (day, month) = (number(rest, 0..digits)?, rest.get(digits + 1..digits + 4)?);
        let month = MONTHS.iter().position(|m| *m == month)?;
        let rest = rest.get(digits + 4..)?.strip_prefix(mark)?;
        let month = i8::try_from(month + 1).ok()?;
        let date = Date::new(number(rest, 0..4)?, month, day).ok()?;
        let clock = rest.get(4..)?.strip_prefix(' ')?;
        let marks = clock.get(2..3)? == ":" && clock.get(5..6)? == ":";
        let zone = clock.get(8..)?.strip_prefix(' ')?;
        let offset =
            zone.len() == 5 && zone.starts_with(['+', '-']) && zone[1..].bytes().all(|b| b.is_ascii_digit());
        if !marks || !(offset || matches!(zone, "GMT" | "UTC")) || !(1..=2).contains(&digits) {
            return None;
        }
        let time = Time::new(number(clock, 0..2)?, number(clock, 3..5)?, number(clock, 6..8)?, 0).ok()?;
        let padded = digits == 2;
        Some(Stamp { time: date.to_datetime(time), comma: ", ", mark, zone, long_day, padded })
    }

    fn seconds(&self) -> Option<i64> {
        Some(at(self.time)? - if self.zone.len() == 5 { offset(self.zone) } else { 0 })
    }

    /// The same for another time.
    fn said(&self, time: DateTime) -> String {
        let Stamp { comma, mark, zone, .. } = self;
        let day = DAYS[usize::from(time.weekday().to_monday_zero_offset().unsigned_abs()) % DAYS.len()];
        let day = if self.long_day { day } else { &day[..3] };
        let month = MONTHS[usize::from(time.month().unsigned_abs().max(1) - 1) % MONTHS.len()];
        let (date, year) = (time.day(), time.year());
        let date = if self.padded { format!("{date:02}") } else { date.to_string() };
        let (hour, minute, second) = (time.hour(), time.minute(), time.second());
        format!("{day}{comma}{date}{mark}{month}{mark}{year:04} {hour:02}:{minute:02}:{second:02} {zone}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_moved_with_its_marks() {
        let at = 1_767_323_045; // 2026-01-02T03:04:05Z
        for (text, later) in [
            ("2026-01-02T03:04:05Z", "2026-03-03T04:04:06Z"),
            ("2026-01-02T05:04:05.123456+02:00", "2026-03-03T06:04:06.123456+02:00"),
            ("2026-01-02T00:34:05-0230", "2026-03-03T01:34:06-0230"),
            ("20260102T030405Z", "20260303T040406Z"),
            ("Fri, 02 Jan 2026 03:04:05 GMT", "Tue, 03 Mar 2026 04:04:06 GMT"),
            ("Fri, 02-Jan-2026 03:04:05 GMT", "Tue, 03-Mar-2026 04:04:06 GMT"),
            ("Friday, 02-Jan-2026 03:04:05 GMT", "Tuesday, 03-Mar-2026 04:04:06 GMT"),
            ("Fri, 2 Jan 2026 05:04:05 +0200", "Tue, 3 Mar 2026 06:04:06 +0200"),
        ] {
            let moment = evident(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(moment.seconds, at, "{text}");
            let by = 60 * 86_400 + 3601;
            assert_eq!(moved(text, moment.form, by, 0).as_deref(), Some(later));
            assert_eq!(moved(later, moment.form, -by, 0).as_deref(), Some(text));
        }
        assert_eq!(evident("2026-01-02 03:04").map(|m| m.seconds), Some(at - 5));
        for none in
            ["2026-01-02", "2026-13-02T03:04:05Z", "2026-02-30T00:00:00Z", "Fri, 31 Feb 2026 00:00:00 GMT"]
        {
            assert_eq!(evident(none), None, "{none}");
        }
        for none in [
            "Fri, é2 Jan 2026 03:04:05 GMT",
            "Abc, 02 Jan 2026",
            "12345678T123456Z",
            "",
            "2026-01-02T24:00:00Z",
        ] {
            assert_eq!(evident(none), None, "{none}");
        }
    }

    #[test]
    fn numbers_keep_their_unit_and_days_their_day() {
        for (text, later) in [
            ("1767323045", "1767323046"),
            ("1767323045.25", "1767323046.25"),
            ("1767323045000", "1767323046000"),
            ("1767323045000000", "1767323046000000"),
            ("1767323045000000001", "1767323046000000001"),
            ("20260102235959", "20260103000000"),
        ] {
            let moment = named(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(moved(text, moment.form, 1, 0).as_deref(), Some(later));
        }
        let day = named("2026-01-31").unwrap_or_else(|| panic!("a day"));
        assert_eq!(moved("2026-01-31", day.form, 3600, 82_800).as_deref(), Some("2026-02-01"));
        assert_eq!(moved("2026-01-31", day.form, 3599, 82_800).as_deref(), Some("2026-01-31"));
        assert_eq!(moved("20260131", Form::BasicDay, 86_400, 0).as_deref(), Some("20260201"));
        for none in ["12", "1767323045e3", "-1767323045", "17673230451", "1.5", "2026-1-2"] {
            assert_eq!(named(none), None, "{none}");
        }
        assert_eq!(moved("9999-12-31T23:59:59Z", Form::Iso, 1, 0), None);
    }
}
