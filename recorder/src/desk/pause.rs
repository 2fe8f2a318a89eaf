//! How long the real side wants to be left alone.

use super::Asked;
use cassettes::facets::retry_hint::{retry_hint, seconds, span as parsed};
use cassettes::json::Json;
use cassettes::model::Timestamp;
use std::time::Duration;

/// The pause that an answer asks for; none where it names none.
pub(crate) fn wanted_pause(asked: &Asked, now: Timestamp) -> Option<Duration> {
    retry_hint(asked.reply()?)?.pause(now)
}

/// A span as plans write it: `2s`, `500ms`, `1m`, or seconds as a number.
pub(crate) fn span(value: &Json) -> Option<Duration> {
    match value {
        Json::Number(text) => text.parse::<f64>().ok().filter(|n| *n >= 0.0 && n.is_finite()).map(seconds),
        Json::String(text) => parsed(text),
        _ => None,
    }
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
