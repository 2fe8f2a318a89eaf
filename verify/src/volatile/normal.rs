//! Values with what varies from run to run taken out: ids that are drawn, moments, ports of this machine.

use super::moments::{DAY, Moment, seconds_of};
use fancy_regex::{Captures, Regex, Replacer};
use std::sync::LazyLock;

/// A value with its volatile parts masked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Normal {
    /// What is left.
    pub(crate) text: String,
    /// What is left when everything is taken out that may vary in some values.
    frame: String,
    /// What was taken out, in order.
    parts: Vec<Part>,
}

/// What stood where something may vary.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    text: String,
    /// What stands in its place; nothing where it is no more than it looks like.
    mask: Option<&'static str>,
    moment: Option<Moment>,
}

/// Digits that are farther from now than this are no moment.
const FARTHEST: i64 = 3 * 366 * DAY;

static HERE: LazyLock<Regex> = LazyLock::new(|| {
    made(
        r"(?i)(?:https?://)?(?<![a-z0-9.])(?:localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal)(?::\d{1,5})?(?![a-z0-9])",
    )
});

static VOLATILE: LazyLock<Regex> = LazyLock::new(|| {
    made(concat!(
        r"(?<![A-Za-z0-9])(?:",
        r"(?<uuid>[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})",
        r"|(?<iso>\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)",
        r"|(?<compact>\d{8}T\d{6}Z)",
        r"|(?<http>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|UTC|[+-]\d{4}))",
        r"|(?<date>\d{4}-\d\d-\d\d)",
        r"|(?<epoch>1\d{9}(?:\d{3}|\d{6}|\d{9})?(?:\.\d+)?)",
        r"|(?<word>[A-Za-z0-9]{8,})",
        r")(?![A-Za-z0-9])",
    ))
});

static VERSIONS: LazyLock<Regex> =
    LazyLock::new(|| made(r"(?<![A-Za-z0-9])v?\d+(?:\.\d+)+(?:[-+.]?[A-Za-z0-9]+)*"));

static ATTEMPTS: LazyLock<Regex> =
    LazyLock::new(|| made(r"(?i)\b((?:attempt|retry|try)[a-z_-]*)([=:] ?)\d+"));

fn made(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern that the tests have compiled")
}

/// The value as it was sent at `now`, in seconds since 1970, without what varies. `fixed`: dates stand for
/// versions and are kept.
pub(crate) fn normal(text: &str, now: Option<i64>, fixed: bool) -> Normal {
    // What has no digit and names no machine varies nowhere.
    if !text.bytes().any(|b| b.is_ascii_digit()) && !text.to_ascii_lowercase().contains("localhost") {
        return Normal { text: text.to_owned(), frame: text.to_owned(), parts: Vec::new() };
    }
    let text = replaced(&HERE, text, "{here}");
    let text = replaced(&ATTEMPTS, &text, "$1$2{n}");
    let mut parts = Vec::new();
    let frame = replaced(&VOLATILE, &text, |found: &Captures<'_, str>| {
        parts.push(part(found, now, fixed));
        PLACE
    });
    let mut masked = String::new();
    let mut between = frame.split(PLACE);
    masked.push_str(between.next().unwrap_or_default());
    for (part, rest) in parts.iter().zip(between) {
        masked.push_str(part.mask.unwrap_or(&part.text));
        masked.push_str(rest);
    }
    Normal { text: masked, frame, parts }
}

/// Stands where something was taken out: a character of nobody's (Unicode, private use).
const PLACE: &str = "\u{f8ff}";

/// What a pattern finds replaced; a text that is too much for it stays as it is.
fn replaced(pattern: &Regex, text: &str, by: impl Replacer) -> String {
    pattern.try_replacen(text, 0, by).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

fn part(found: &Captures<'_, str>, now: Option<i64>, fixed: bool) -> Part {
    let text = found.get(0).map_or("", |m| m.as_str()).to_owned();
    let moment = moment(found, now, fixed);
    let named = |name: &str| found.name(name).map(|m| m.as_str());
    let mask = match &moment {
        Some(moment) if moment.day => Some("{date}"),
        Some(_) => Some("{time}"),
        None if named("uuid").is_some() => Some("{uuid}"),
        None => named("word").filter(|word| is_drawn(word)).map(|_| "{random}"),
    };
    Part { text, mask, moment }
}

fn moment(found: &Captures<'_, str>, now: Option<i64>, fixed: bool) -> Option<Moment> {
    let text = |name: &str| found.name(name).map(|m| m.as_str());
    let of = |at: i64| Some(Moment { at, now: now?, day: false });
    if let Some(iso) = text("iso") {
        return of(seconds_of(iso)?);
    }
    if let Some(compact) = text("compact") {
        let at = |from, to| compact.get(from..to).unwrap_or_default();
        let iso =
            format!("{}-{}-{}T{}:{}:{}Z", at(0, 4), at(4, 6), at(6, 8), at(9, 11), at(11, 13), at(13, 15));
        return of(seconds_of(&iso)?);
    }
    if let Some(http) = text("http") {
        let date = jiff::fmt::rfc2822::parse(&http.replace("UTC", "GMT")).ok()?;
        return of(date.timestamp().as_second());
    }
    if let Some(date) = text("date").filter(|_| !fixed) {
        return Some(Moment { day: true, ..of(seconds_of(&format!("{date}T00:00:00Z"))?)? });
    }
    let whole: String = text("epoch")?.bytes().take(10).map(char::from).collect();
    let seconds: i64 = whole.parse().ok()?;
    of(seconds).filter(|_| now.is_some_and(|now| (seconds - now).abs() < FARTHEST))
}

/// Whether a word looks drawn: a digest, or letters and digits in no order that people write them in.
fn is_drawn(word: &str) -> bool {
    let bytes = word.as_bytes();
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = bytes.len() - digits;
    let hex = bytes.iter().all(u8::is_ascii_hexdigit);
    if hex && word.len() >= 16 && letters > 0 {
        return true;
    }
    if digits < 2 || letters < 2 {
        return false;
    }
    let turns = bytes.windows(2).filter(|two| two[0].is_ascii_digit() != two[1].is_ascii_digit()).count();
    (hex && turns >= 2) || (word.len() >= 12 && turns >= 3) || word.len() >= 32
}

/// A value as it was sent at `now`, in seconds since 1970, without what varies; dates stand for versions.
pub(crate) fn masked(text: &str, now: Option<i64>) -> String {
    normal(text, now, true).text
}

impl Normal {
    /// Whether two values are the same but for what varies.
    pub(crate) fn is_same(&self, other: &Normal) -> bool {
        self.frame == other.frame
            && self.parts.len() == other.parts.len()
            && self.parts.iter().zip(&other.parts).all(|(a, b)| a.is_same(b))
    }
}

impl Part {
    /// Whether one of two words looks drawn, and the other may be by its length and its letters.
    fn is_drawn_as(&self, other: &Part) -> bool {
        let drawn = self.mask == Some("{random}") || other.mask == Some("{random}");
        let like = |one: &Part, two: &Part| {
            let hex = |part: &Part| part.text.bytes().all(|b| b.is_ascii_hexdigit());
            one.text.len() == two.text.len() && (hex(one) || !hex(two))
        };
        drawn && like(self, other) && like(other, self)
    }

    /// What is written alike is the same, however far the moments of sending lie apart.
    fn is_same(&self, other: &Part) -> bool {
        self.text == other.text
            || match (&self.moment, &other.moment) {
                (Some(a), Some(b)) => a.is_same(b),
                _ => (self.mask.is_some() && self.mask == other.mask) || self.is_drawn_as(other),
            }
    }
}

/// How far the first moment that is another lies from the sending, then and now; nothing where more differs.
pub(crate) fn distances(was: &Normal, is: &Normal) -> Option<(String, String)> {
    let mut other = was.parts.iter().zip(&is.parts).filter(|(a, b)| !a.is_same(b));
    let (a, b) = other.next().filter(|_| was.frame == is.frame && was.parts.len() == is.parts.len())?;
    Some((a.moment?.words(), b.moment?.words()))
}

/// The text without version numbers.
pub(crate) fn without_versions(text: &str) -> String {
    replaced(&VERSIONS, text, "{version}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Normal {
        normal(text, Some(1_767_323_045), false)
    }

    #[test]
    fn what_varies_is_masked_and_what_means_something_is_not() {
        for (text, masked) in [
            ("a1b2c3d4-0000-4000-8000-0123456789ab", "{uuid}"),
            ("req_9f86d081884c7d65", "req_{random}"),
            ("http://127.0.0.1:41233/cb", "{here}/cb"),
            ("localhost:80", "{here}"),
            ("attempt=1; max=3", "attempt={n}; max=3"),
            ("python-requests/2.31.0", "python-requests/2.31.0"),
            ("sub_a1", "sub_a1"),
            ("application/vnd.github.v3+json", "application/vnd.github.v3+json"),
            ("12345678", "12345678"),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-{random}-{random}-01"),
        ] {
            assert_eq!(at(text).text, masked, "{text}");
        }
        assert_eq!(normal("2024-06-20", Some(1_767_323_045), true).text, "2024-06-20");
    }

    #[test]
    fn moments_are_compared_by_their_distance() {
        let later = normal("2026-01-05T03:04:05Z", Some(1_767_323_045 + 3 * DAY), false);
        assert!(at("2026-01-02T03:04:09Z").is_same(&later));
        let hour = |now: i64, ahead: i64| normal(&(now + ahead).to_string(), Some(now), false);
        assert!(hour(1_767_323_045, 3600).is_same(&hour(1_777_323_045, 3601)));
        assert!(!hour(1_767_323_045, 3600).is_same(&hour(1_777_323_045, 7200)));
    }

    #[test]
    fn what_is_written_alike_is_the_same_whenever_it_is_sent() {
        for text in [
            "1970-01-01T00:00:00.000Z",
            "born 1984-05-06, seen 2026-01-02T03:00:00Z",
            "1700000000",
            "20260102T030405Z",
            "Fri, 02 Jan 2026 03:04:05 GMT",
        ] {
            let whole = |now: i64| normal(text, Some(now), false);
            for days in [1, 45, 400, 4000] {
                assert!(whole(1_767_323_045).is_same(&whole(1_767_323_045 + days * DAY)), "{text} {days}");
            }
        }
        let later = |text: &str| normal(text, Some(1_767_323_045 + 90 * DAY), false);
        assert!(!at("2026-01-09T03:04:05Z").is_same(&later("2026-01-10T03:04:05Z")));
    }
}
