//! Types that a value may be asked to be of, whatever it is.

use super::several::written_as_text;
use crate::{
    facets::time_form::{TimeKind, epoch_form, time_form},
    json::Json,
    jwt::Jwt,
    model::{Micros, Timestamp},
    times::read_http_date,
};
use std::{fmt, str::FromStr};

/// A type: every value of it is as good as the recorded one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Thirty-two hexadecimal digits in five groups (RFC 9562 §4), in any case.
    Uuid,
    /// A number without fraction or exponent.
    Integer,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `2026-01-31`.
    Date,
    /// A moment: RFC 3339, an HTTP date, ISO 8601 in its basic form, or seconds, milliseconds or microseconds since 1970.
    Time,
    /// A moment not further from now than this.
    Now(Micros),
    /// An address of electronic mail.
    Email,
    /// A text that is not empty.
    Text,
    /// Hexadecimal digits.
    Hex,
    /// Base64 in either alphabet.
    Base64,
    /// A JSON Web Token.
    Jwt,
    /// An absolute URL.
    Url,
}

/// Those that are a word.
const WORDS: [(&str, Kind); 12] = [
    ("uuid", Kind::Uuid),
    ("integer", Kind::Integer),
    ("number", Kind::Number),
    ("boolean", Kind::Boolean),
    ("date", Kind::Date),
    ("time", Kind::Time),
    ("email", Kind::Email),
    ("text", Kind::Text),
    ("hex", Kind::Hex),
    ("base64", Kind::Base64),
    ("jwt", Kind::Jwt),
    ("url", Kind::Url),
];

impl Kind {
    /// Whether a JSON value is of this type. `now` is none for what was recorded, of which any moment will do.
    pub fn is_json(self, value: &Json, now: Option<Timestamp>) -> bool {
        match (self, value) {
            (Kind::Boolean, Json::Bool(_)) => true,
            (Kind::Boolean | Kind::Integer | Kind::Number, Json::String(_)) => false,
            (Kind::Integer | Kind::Number | Kind::Time | Kind::Now(_), Json::Number(text)) => {
                self.is_text(text, now)
            }
            (_, Json::String(text)) => self.is_text(text, now),
            _ => false,
        }
    }

    /// Whether a text is of this type.
    pub fn is_text(self, text: &str, now: Option<Timestamp>) -> bool {
        match self {
            Kind::Uuid => is_uuid(text),
            Kind::Integer => {
                let digits = text.strip_prefix('-').unwrap_or(text);
                !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
            }
            Kind::Number => {
                text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
                    && text.parse::<f64>().is_ok_and(f64::is_finite)
            }
            Kind::Boolean => matches!(text, "true" | "false"),
            // Of days that there are.
            Kind::Date => {
                time_form(text).is_some_and(|form| form.kind == TimeKind::Date)
                    && text.parse::<jiff::civil::Date>().is_ok()
            }
            Kind::Time => moment(text).is_some(),
            Kind::Now(within) => {
                moment(text).is_some_and(|at| now.is_none_or(|now| now.0.abs_diff(at.0) <= within))
            }
            Kind::Email => is_email(text),
            Kind::Text => !text.is_empty(),
            Kind::Hex => !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit()),
            Kind::Base64 => {
                let body = text.trim_end_matches('=');
                !body.is_empty()
                    && text.len() - body.len() <= 2
                    && body.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/-_".contains(&b))
            }
            Kind::Jwt => Jwt::parse(text).is_some(),
            Kind::Url => text.split_once("://").is_some_and(|(scheme, rest)| {
                !scheme.is_empty()
                    && !rest.is_empty()
                    && !rest.contains(' ')
                    && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
            }),
        }
    }
}

pub(super) fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        let lawful = |part: &str| !part.is_empty() && !part.contains([' ', '@', '/', ',', '<', '>']);
        lawful(name) && lawful(host) && !host.starts_with('.') && !host.ends_with('.')
    })
}

/// The moment that a text names, whatever its form; a date or a time without a zone is taken as UTC.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    if let Some(form) = epoch_form(text) {
        let value: f64 = text.parse().ok()?;
        let unit = match form.kind {
            TimeKind::Seconds => 1e6,
            TimeKind::Millis => 1e3,
            _ => 1.0,
        };
        return Some(Timestamp((value * unit) as i64));
    }
    if let Some(at) = read_http_date(text) {
        return Some(at);
    }
    let basic = basic(text);
    let text = basic.as_deref().unwrap_or(text);
    Timestamp::parse(text).or_else(|| {
        let time: jiff::civil::DateTime = text.parse().ok()?;
        let zoned = time.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Timestamp(zoned.timestamp().as_microsecond()))
    })
}

/// `20260131T120000Z` with its marks.
fn basic(text: &str) -> Option<String> {
    let lawful = text.len() == 16 && text.is_ascii() && text.ends_with('Z') && text.as_bytes()[8] == b'T';
    let digits = lawful && text.bytes().enumerate().all(|(at, b)| at == 8 || at == 15 || b.is_ascii_digit());
    digits.then(|| {
        format!(
            "{}-{}-{}T{}:{}:{}Z",
            &text[..4],
            &text[4..6],
            &text[6..8],
            &text[9..11],
            &text[11..13],
            &text[13..15]
        )
    })
}

/// `5m` in microseconds.
fn span(text: &str) -> Option<Micros> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim() {
        "ms" => 1_000,
        "s" => 1_000_000,
        "m" | "min" => 60_000_000,
        "h" => 3_600_000_000,
        "d" => 86_400_000_000,
        _ => return None,
    };
    number.checked_mul(unit)
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((_, kind)) = WORDS.iter().find(|(word, _)| *word == text) {
            return Ok(*kind);
        }
        let within = text.strip_prefix("now").map(str::trim_start).and_then(|rest| {
            let rest = ["±", "+/-", "+-"].iter().find_map(|sign| rest.strip_prefix(sign))?;
            span(rest)
        });
        within.map(Kind::Now).ok_or_else(|| {
            let words: Vec<&str> = WORDS.iter().map(|(word, _)| *word).collect();
            format!("expected a type, {} or such as now ± 5m, found {text:?}", words.join(", "))
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Kind::Now(within) = self {
            let units = [
                (86_400_000_000, "d"),
                (3_600_000_000, "h"),
                (60_000_000, "m"),
                (1_000_000, "s"),
                (1_000, "ms"),
            ];
            let (unit, name) =
                units.into_iter().find(|(unit, _)| within % unit == 0).unwrap_or((1_000, "ms"));
            return write!(f, "now ± {}{name}", within / unit);
        }
        f.write_str(WORDS.iter().find(|(_, kind)| kind == self).map_or("", |(word, _)| word))
    }
}

written_as_text!(Kind, "a type");
