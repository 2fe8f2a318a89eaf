//! How long the real side wants to be left alone.

use super::Asked;
use cassettes::facets::retry_hint::{HintForm, retry_hint};
use cassettes::json::Json;
use cassettes::model::Timestamp;
use std::time::Duration;

/// The pause that an answer asks for; none where it names none.
pub(crate) fn wanted_pause(asked: &Asked, now: Timestamp) -> Option<Duration> {
    let hint = retry_hint(asked.reply()?)?;
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0);
    let until = |micros: i64| Duration::from_micros(u64::try_from(micros.saturating_sub(now.0)).unwrap_or(0));
    match hint.form {
        HintForm::Seconds => number(&hint.text).map(seconds),
        HintForm::Millis => number(&hint.text).map(|ms| seconds(ms / 1000.0)),
        HintForm::Duration => parsed(&hint.text),
        HintForm::Moment => Timestamp::parse(&hint.text).map(|then| until(then.0)),
        HintForm::HttpDate => {
            let then = http_date(&hint.text)?;
            // A date counts whole seconds: the one that it names must have begun.
            Some(until(then.saturating_mul(1_000_000)) + Duration::from_millis(50))
        }
    }
}

/// A span as plans write it: `2s`, `500ms`, `1m`, or seconds as a number.
pub(crate) fn span(value: &Json) -> Option<Duration> {
    match value {
        Json::Number(text) => text.parse::<f64>().ok().filter(|n| *n >= 0.0 && n.is_finite()).map(seconds),
        Json::String(text) => parsed(text),
        _ => None,
    }
}

fn parsed(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let number: f64 = digits.parse().ok().filter(|n: &f64| *n >= 0.0 && n.is_finite())?;
    Some(seconds(match text[digits.len()..].trim() {
        "ms" => number / 1000.0,
        "s" => number,
        "m" => number * 60.0,
        "h" => number * 3600.0,
        _ => return None,
    }))
}

/// Never longer than a day.
fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds.clamp(0.0, 86_400.0))
}

/// Seconds since the epoch.
fn http_date(text: &str) -> Option<i64> {
    let then = httpdate::parse_http_date(text).ok()?;
    i64::try_from(then.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{Answer, Headers, Request, Response};

    #[test]
    fn the_wish_to_be_left_alone_is_understood_in_every_form() {
        let pause = |headers: &[(&str, &str)], body: &str| {
            let reply = Response::new(429, Headers::from_pairs(headers.iter().copied()), body.to_owned());
            let asked = Asked::new(Request::new("GET", "/"), Answer::Reply(reply), None);
            wanted_pause(&asked, Timestamp(1_792_567_670_000_000)).map(|pause| pause.as_millis())
        };
        assert_eq!(pause(&[("Retry-After", "2")], ""), Some(2000));
        assert_eq!(pause(&[("Retry-After-Ms", "20")], ""), Some(20));
        assert_eq!(pause(&[("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT")], ""), Some(10_050));
        assert_eq!(pause(&[], r#"{"error":{"retryDelay":"3.5s"}}"#), Some(3500));
        assert_eq!(pause(&[("Retry-After", "soon")], ""), None);
        assert_eq!(pause(&[("Retry-After", "1e99")], ""), Some(86_400_000));
        let span = |text: &str| span(&Json::String(text.to_owned())).map(|span| span.as_millis());
        assert_eq!(
            (span("1.5s"), span("500ms"), span("1m"), span("x"), span("")),
            (Some(1500), Some(500), Some(60_000), None, None)
        );
    }
}
