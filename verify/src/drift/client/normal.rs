//! Values with what varies from run to run taken out: ids that are drawn, moments, ports of this machine.

use cassettes::model::Timestamp;
use fancy_regex::{Captures, Regex, Replacer};
use std::sync::LazyLock;

/// A value with its volatile parts masked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Normal {
    /// What is left.
    pub(super) text: String,
    /// The moments that stood in it, in seconds from when it was sent.
    pub(super) moments: Vec<i64>,
}

/// Moments so near to the sending are its own.
const NEAR: i64 = 600;

/// By so many seconds may the distance of a moment differ from run to run.
const SLACK: i64 = 180;

const DAY: i64 = 86_400;

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
pub(super) fn normal(text: &str, now: Option<i64>, fixed: bool) -> Normal {
    // What has no digit and names no machine varies nowhere.
    if !text.bytes().any(|b| b.is_ascii_digit()) && !text.to_ascii_lowercase().contains("localhost") {
        return Normal { text: text.to_owned(), moments: Vec::new() };
    }
    let text = replaced(&HERE, text, "{here}");
    let text = replaced(&ATTEMPTS, &text, "$1$2{n}");
    let mut moments = Vec::new();
    let text = replaced(&VOLATILE, &text, |found: &Captures<'_, str>| {
        masked(found, now, fixed, &mut moments)
            .map_or_else(|| found.get(0).map_or_else(String::new, |m| m.as_str().to_owned()), str::to_owned)
    });
    Normal { text, moments }
}

/// What a pattern finds replaced; a text that is too much for it stays as it is.
fn replaced(pattern: &Regex, text: &str, by: impl Replacer) -> String {
    pattern.try_replacen(text, 0, by).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}

fn masked(
    found: &Captures<'_, str>,
    now: Option<i64>,
    fixed: bool,
    moments: &mut Vec<i64>,
) -> Option<&'static str> {
    let text = |name: &str| found.name(name).map(|m| m.as_str());
    let mut moment = |seconds: Option<i64>, mask: &'static str| {
        moments.push(seconds? - now?);
        Some(mask)
    };
    if text("uuid").is_some() {
        return Some("{uuid}");
    }
    if let Some(iso) = text("iso") {
        return moment(seconds_of(iso), "{time}");
    }
    if let Some(compact) = text("compact") {
        let at = |from, to| compact.get(from..to).unwrap_or_default();
        let iso =
            format!("{}-{}-{}T{}:{}:{}Z", at(0, 4), at(4, 6), at(6, 8), at(9, 11), at(11, 13), at(13, 15));
        return moment(seconds_of(&iso), "{time}");
    }
    if let Some(http) = text("http") {
        let date = jiff::fmt::rfc2822::parse(&http.replace("UTC", "GMT")).ok();
        return moment(date.map(|date| date.timestamp().as_second()), "{time}");
    }
    if let Some(date) = text("date").filter(|_| !fixed) {
        let midnight = seconds_of(&format!("{date}T00:00:00Z"))?;
        let today = now? - now?.rem_euclid(DAY);
        // Days count from this one: whether it was early or late makes no difference.
        moments.push((midnight - today).clamp(-FARTHEST * 30, FARTHEST * 30));
        return Some("{date}");
    }
    if let Some(epoch) = text("epoch") {
        let whole: String = epoch.bytes().take(10).map(char::from).collect();
        let seconds: i64 = whole.parse().ok()?;
        return ((seconds - now?).abs() < FARTHEST).then(|| moment(Some(seconds), "{time}")).flatten();
    }
    is_drawn(text("word")?).then_some("{random}")
}

fn seconds_of(iso: &str) -> Option<i64> {
    let iso = iso.replacen(' ', "T", 1).replace(',', ".");
    let known = |text: &str| Timestamp::parse(text).map(Timestamp::seconds);
    known(&iso).or_else(|| known(&format!("{iso}Z")))
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

impl Normal {
    /// Whether two values are the same but for what varies.
    pub(super) fn is_same(&self, other: &Normal) -> bool {
        let near = |moment: &i64| moment.abs() <= NEAR;
        let same = |a: &i64, b: &i64| (near(a) && near(b)) || (a - b).abs() <= SLACK;
        self.text == other.text
            && self.moments.len() == other.moments.len()
            && self.moments.iter().zip(&other.moments).all(|(a, b)| same(a, b))
    }
}

/// The text without version numbers.
pub(super) fn without_versions(text: &str) -> String {
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
}
