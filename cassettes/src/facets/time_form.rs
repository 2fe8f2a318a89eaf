//! How a moment is written: the moment is data, the form is behaviour.

use std::fmt;

/// What a text or a number says of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeKind {
    /// ISO 8601 with date and time.
    Iso,
    /// `2026-01-02`
    Date,
    /// `Fri, 02 Jan 2026 03:04:05 GMT` (RFC 9110 §5.6.7)
    Http,
    /// `01/31/2026`, `31.01.2026`: a date as people of some country write it.
    Local,
    /// Seconds since 1970, whole or with a fraction.
    Seconds,
    /// Milliseconds since 1970.
    Millis,
    /// Microseconds since 1970.
    Micros,
}

/// What is said of the place on earth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offset {
    /// Nothing.
    None,
    /// `Z`
    Zulu,
    /// `+00:00`
    Zero,
    /// Any other.
    Other,
}

/// The form of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeForm {
    /// Which way of writing.
    pub kind: TimeKind,
    /// The offset of ISO forms.
    pub offset: Offset,
    /// Digits after the seconds of ISO forms.
    pub fraction: usize,
    /// Whether a space stands where ISO forms have a `T`.
    pub spaced: bool,
}

impl fmt::Display for TimeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TimeKind::Iso => "an ISO 8601 time",
            TimeKind::Date => "an ISO 8601 date",
            TimeKind::Http => "an HTTP date",
            TimeKind::Local => "a date of some country's form",
            TimeKind::Seconds => "seconds since 1970",
            TimeKind::Millis => "milliseconds since 1970",
            TimeKind::Micros => "microseconds since 1970",
        })
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Offset::None => "no offset",
            Offset::Zulu => "`Z`",
            Offset::Zero => "`+00:00`",
            Offset::Other => "an offset other than zero",
        })
    }
}

const PLAIN: TimeForm = TimeForm { kind: TimeKind::Date, offset: Offset::None, fraction: 0, spaced: false };

/// The form of a text that is a moment, whatever it is called.
pub fn time_form(text: &str) -> Option<TimeForm> {
    if text.ends_with(" GMT") && httpdate::parse_http_date(text).is_ok() {
        return Some(TimeForm { kind: TimeKind::Http, ..PLAIN });
    }
    if is_local(text) {
        return Some(TimeForm { kind: TimeKind::Local, ..PLAIN });
    }
    let bytes = text.as_bytes();
    if !matches(bytes.get(..10)?, b"0000-00-00") {
        return None;
    }
    let Some(separator) = bytes.get(10) else { return Some(PLAIN) };
    if !matches!(separator, b'T' | b't' | b' ') || !matches(bytes.get(11..16)?, b"00:00") {
        return None;
    }
    let mut rest = &text[16..];
    let mut fraction = 0;
    if let Some(seconds) = rest.strip_prefix(':') {
        if !matches(seconds.as_bytes().get(..2)?, b"00") {
            return None;
        }
        rest = &seconds[2..];
        if let Some(digits) = rest.strip_prefix(['.', ',']) {
            fraction = digits.bytes().take_while(u8::is_ascii_digit).count();
            if fraction == 0 {
                return None;
            }
            rest = &digits[fraction..];
        }
    }
    let offset = match rest {
        "" => Offset::None,
        "Z" | "z" => Offset::Zulu,
        _ => {
            let digits = rest.strip_prefix(['+', '-', '\u{2212}'])?.as_bytes();
            if ![&b"00:00"[..], b"0000", b"00"].iter().any(|form| matches(digits, form)) {
                return None;
            }
            if digits.iter().all(|b| b"0:".contains(b)) { Offset::Zero } else { Offset::Other }
        }
    };
    Some(TimeForm { kind: TimeKind::Iso, offset, fraction, spaced: *separator == b' ' })
}

/// `1/31/2026` and `31.1.2026`, in either order of day and month.
fn is_local(text: &str) -> bool {
    let one = |mark: char| -> Option<bool> {
        let mut parts = text.split(mark);
        let (a, b, year) = (parts.next()?, parts.next()?, parts.next()?);
        let number = |part: &str| part.parse::<u32>().ok().filter(|_| (1..=2).contains(&part.len()));
        let (a, b) = (number(a)?, number(b)?);
        let days = (1..=31).contains(&a) && (1..=31).contains(&b) && (a <= 12 || b <= 12);
        let year = year.len() == 4 && year.parse::<u32>().is_ok_and(|y| (1900..2100).contains(&y));
        Some(days && year && parts.next().is_none())
    };
    ['/', '.'].into_iter().any(|mark| one(mark) == Some(true))
}

/// Whether the bytes have the form: digits where it has zeros, and its own marks elsewhere.
fn matches(bytes: &[u8], form: &[u8]) -> bool {
    bytes.len() == form.len()
        && bytes.iter().zip(form).all(|(b, f)| if *f == b'0' { b.is_ascii_digit() } else { b == f })
}

/// The form of a number that is a moment between 2001 and 2100. Numbers of that size may be anything:
/// only a name makes them times, see [`is_time_name`].
pub fn epoch_form(number: &str) -> Option<TimeForm> {
    let value: f64 = number.parse().ok()?;
    const FROM: f64 = 978_307_200.0;
    const TO: f64 = 4_102_444_800.0;
    let kind = [(1.0, TimeKind::Seconds), (1e3, TimeKind::Millis), (1e6, TimeKind::Micros)]
        .into_iter()
        .find(|(unit, _)| (FROM * unit..TO * unit).contains(&value))?
        .1;
    Some(TimeForm { kind, ..PLAIN })
}

/// Whether a member of that name holds a moment: `created_at`, `expiresOn`, `timestamp`, `date`, ….
pub fn is_time_name(name: &str) -> bool {
    let mut words: Vec<String> = vec![String::new()];
    let mut before_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_lower) {
            words.push(String::new());
        }
        before_lower = c.is_lowercase();
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
    }
    let last = words.last().map(String::as_str).unwrap_or_default();
    matches!(
        last,
        "at" | "on" | "time" | "date" | "timestamp" | "ts" | "datetime" | "created" | "updated" | "modified"
    ) || matches!(
        last,
        "expires" | "expiry" | "since" | "until" | "start" | "end" | "deadline" | "when" | "reset"
    ) || matches!(last, "exp" | "iat" | "nbf" | "seen" | "arrival")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_forms() {
        let form = |text| time_form(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(form("2026-01-02T03:04:05Z").offset, Offset::Zulu);
        assert_eq!(
            form("2026-01-02T23:04:05.123456+02:00"),
            TimeForm { kind: TimeKind::Iso, offset: Offset::Other, fraction: 6, spaced: false }
        );
        assert_eq!(form("2026-01-02 03:04").offset, Offset::None);
        assert_eq!(form("2026-01-02").kind, TimeKind::Date);
        assert_eq!(form("Fri, 02 Jan 2026 03:04:05 GMT").kind, TimeKind::Http);
        assert_eq!(form("03/14/2024").kind, TimeKind::Local);
        assert_eq!(form("14.3.2024").kind, TimeKind::Local);
        for text in [
            "1.2.20245",
            "33/14/2024",
            "1.2.3",
            "",
            "2026-1-2",
            "2026-01-02T",
            "2026-01-02x",
            "12:30",
            "2026-01-02T03:04:05+2",
            "é026-01-02",
        ] {
            assert_eq!(time_form(text), None, "{text}");
        }
        assert_eq!(epoch_form("1767323045").map(|f| f.kind), Some(TimeKind::Seconds));
        assert_eq!(epoch_form("1767323045000").map(|f| f.kind), Some(TimeKind::Millis));
        assert_eq!(epoch_form("12"), None);
        assert!(is_time_name("createdAt") && is_time_name("valid_until") && is_time_name("date"));
        assert!(!is_time_name("amount") && !is_time_name("flat"));
    }
}
