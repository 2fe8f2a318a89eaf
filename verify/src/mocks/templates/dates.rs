//! Moments in the patterns of Java's formatters.

use cassettes::model::Timestamp;
use jiff::Span;
use jiff::tz::{Offset, TimeZone};

/// A zone, and how it was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

impl Zone {
    /// UTC, or an offset. Others need tables of the machine's own.
    pub fn find(name: &str) -> Result<Self, String> {
        let named = |zone| Ok(Zone { name: name.to_owned(), zone });
        let rest = name.trim_start_matches("UTC").trim_start_matches("GMT");
        if matches!(rest, "" | "Z") {
            return named(TimeZone::UTC);
        }
        let unknown = || format!("the time zone {name}");
        let (sign, digits) = match rest.split_at_checked(1).ok_or_else(unknown)? {
            ("+", digits) => (1, digits),
            ("-", digits) => (-1, digits),
            _ => return Err(unknown()),
        };
        let (hours, minutes) = match digits.split_once(':') {
            Some(parts) => parts,
            None if digits.len() == 4 && digits.is_ascii() => digits.split_at(2),
            None => (digits, "0"),
        };
        let part = |text: &str| text.parse::<i32>().ok().filter(|n| (0..60).contains(n));
        let (Some(hours), Some(minutes)) = (part(hours), part(minutes)) else { return Err(unknown()) };
        let offset = Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).map_err(|_| unknown())?;
        named(TimeZone::fixed(offset))
    }
}

/// A moment moved by `3 days`, `-2 months`.
pub fn shift(at: Timestamp, by: &str) -> Result<Timestamp, String> {
    let unknown = || format!("the offset {by}");
    let (amount, unit) = by.trim().split_once(' ').ok_or_else(unknown)?;
    let amount: i64 = amount.trim_start_matches('+').parse().map_err(|_| unknown())?;
    let span = match unit.trim().trim_end_matches('s').to_ascii_lowercase().as_str() {
        "milli" | "millisecond" => Span::new().try_milliseconds(amount),
        "second" => Span::new().try_seconds(amount),
        "minute" => Span::new().try_minutes(amount),
        "hour" => Span::new().try_hours(amount),
        "day" => Span::new().try_days(amount),
        "week" => Span::new().try_weeks(amount),
        "month" => Span::new().try_months(amount),
        "year" => Span::new().try_years(amount),
        _ => return Err(unknown()),
    };
    let zoned = zoned(at, None)?;
    let moved = span.and_then(|span| zoned.checked_add(span)).map_err(|_| unknown())?;
    Ok(Timestamp(moved.timestamp().as_microsecond()))
}

fn zoned(at: Timestamp, zone: Option<&Zone>) -> Result<jiff::Zoned, String> {
    let moment = jiff::Timestamp::from_microsecond(at.0).map_err(|_| "a moment so far away".to_owned())?;
    Ok(moment.to_zoned(zone.map_or(TimeZone::UTC, |zone| zone.zone.clone())))
}

/// A moment in a pattern; without one as ISO 8601 in whole seconds.
pub fn format(at: Timestamp, pattern: Option<&str>, zone: Option<&Zone>) -> Result<String, String> {
    match pattern {
        Some("epoch") => return Ok(at.0.div_euclid(1000).to_string()),
        Some("unix") => return Ok(at.seconds().to_string()),
        _ => {}
    }
    let zoned = zoned(at, zone)?;
    let pattern = pattern.unwrap_or("yyyy-MM-dd'T'HH:mm:ssXXX");
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if c == '\'' {
            let inner = &rest[1..];
            let end = inner.find('\'').ok_or_else(|| format!("the date pattern {pattern}"))?;
            out.push_str(if end == 0 { "'" } else { &inner[..end] });
            rest = &inner[end + 1..];
            continue;
        }
        let count = rest.chars().take_while(|next| *next == c).count();
        if c.is_ascii_alphabetic() {
            let field = field(c, count, &zoned, zone).ok_or_else(|| format!("the date pattern {pattern}"))?;
            out.push_str(&field);
        } else {
            rest.chars().take(count).for_each(|c| out.push(c));
        }
        rest = &rest[count * c.len_utf8()..];
    }
    Ok(out)
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// One field of a pattern; none if nobody here knows the letter.
fn field(letter: char, count: usize, at: &jiff::Zoned, zone: Option<&Zone>) -> Option<String> {
    let number = |value: i64| format!("{value:0count$}");
    let name = |names: &[&str], at: i8| {
        let name = names.get(usize::try_from(at - 1).ok()?)?;
        Some(if count >= 4 { (*name).to_owned() } else { name[..3].to_owned() })
    };
    Some(match letter {
        'y' | 'u' if count == 2 => format!("{:02}", at.year().rem_euclid(100)),
        'y' | 'u' => number(at.year().into()),
        'M' | 'L' if count >= 3 => name(&MONTHS, at.month())?,
        'M' | 'L' => number(at.month().into()),
        'd' => number(at.day().into()),
        'D' => number(at.day_of_year().into()),
        'E' => name(&DAYS, at.weekday().to_monday_one_offset())?,
        'H' => number(at.hour().into()),
        'k' => number(if at.hour() == 0 { 24 } else { at.hour().into() }),
        'h' => number(i64::from(at.hour() + 11) % 12 + 1),
        'K' => number(i64::from(at.hour()) % 12),
        'm' => number(at.minute().into()),
        's' => number(at.second().into()),
        'S' => format!("{:09}", at.subsec_nanosecond()).get(..count.min(9))?.to_owned(),
        'a' => if at.hour() < 12 { "AM" } else { "PM" }.to_owned(),
        'z' | 'V' => match zone {
            Some(zone) if zone.name == "Z" && letter == 'z' => "Z".to_owned(),
            Some(zone) => zone.name.clone(),
            None => "UTC".to_owned(),
        },
        'Z' if count <= 3 => offset(at, false),
        'X' if at.offset().seconds() == 0 => "Z".to_owned(),
        'X' | 'x' if count == 1 && at.offset().seconds() % 3600 == 0 => offset(at, false)[..3].to_owned(),
        'X' | 'x' => offset(at, count == 3 || count == 5),
        _ => return None,
    })
}

fn offset(at: &jiff::Zoned, colon: bool) -> String {
    let seconds = at.offset().seconds();
    let (sign, minutes) = (if seconds < 0 { '-' } else { '+' }, seconds.abs() / 60);
    format!("{sign}{:02}{}{:02}", minutes / 60, if colon { ":" } else { "" }, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_java_writes_them() {
        let at = Timestamp::parse("2026-01-03T04:05:06.789Z").expect("a moment");
        let zone = Zone::find("+02:30").expect("a zone");
        let cases = [
            (None, None, "2026-01-03T04:05:06Z"),
            (None, Some(&zone), "2026-01-03T06:35:06+02:30"),
            (Some("epoch"), None, "1767413106789"),
            (Some("unix"), None, "1767413106"),
            (Some("EEE, dd MMM yyyy HH:mm:ss 'GMT'"), None, "Sat, 03 Jan 2026 04:05:06 GMT"),
            (Some("yy/M/d h:mm a, SSS Z"), Some(&zone), "26/1/3 6:35 AM, 789 +0230"),
        ];
        for (pattern, zone, wanted) in cases {
            assert_eq!(format(at, pattern, zone).as_deref(), Ok(wanted));
        }
        assert!(format(at, Some("GGG"), None).is_err() && Zone::find("Mars/Base").is_err());
        assert_eq!(
            shift(at, "-2 months").map(|t| t.to_string()),
            Ok("2025-11-03T04:05:06.789000Z".to_owned())
        );
        assert!(shift(at, "soon").is_err() && shift(at, "9999999999999 years").is_err());
    }
}
