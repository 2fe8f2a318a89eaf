//! Answers that follow a clock, and the way back.

use crate::support::*;
use cassettes::model::{Answer, Exchange, Headers, Response, Timestamp};
use replayer::{Conditions, Settings};

/// Recorded a year before it is replayed: 2024-11-21T22:00:00Z.
const THEN: i64 = 1_732_226_400;

fn recorded(mut exchange: Exchange, second: i64) -> Exchange {
    exchange.at = Timestamp((THEN + second) * 1_000_000);
    exchange
}

fn clocked(clock: &str, exchanges: Vec<Exchange>) -> Running {
    let conditions: Conditions = serde_json::from_str(&format!(r#"{{"clock":"{clock}"}}"#)).unwrap();
    serve(tape(exchanges), Settings { conditions, ..Settings::new(now) }, &[None])
}

fn dated(body: &str, extra: &[(&str, &str)]) -> Answer {
    let mut headers = Headers::from_pairs([
        ("Date", "Thu, 21 Nov 2024 22:00:00 GMT".to_owned()),
        ("Content-Type", "application/json".to_owned()),
        ("Content-Length", body.len().to_string()),
    ]);
    extra.iter().for_each(|(name, value)| headers.push(*name, *value));
    Answer::Reply(Response { reason: "OK".into(), ..Response::new(200, headers, body.to_owned()) })
}

#[test]
fn a_recording_of_last_year_is_as_fresh_as_on_its_day() {
    let made = r#"{"id":"a","created_at":"2024-11-21T22:00:00Z","expires_at":1732230000,"expires_in":3600}"#;
    let again = r#"{"id":"a","created_at":"2024-11-21T22:00:00Z","read_at":"2024-11-21T22:00:02.5+00:00"}"#;
    let running = clocked(
        "now",
        vec![
            recorded(exchange(get("/v1/a"), dated(made, &[("Expires", "0")])), 0),
            recorded(exchange(get("/v1/a?since=2024-11-21T22%3A00%3A00Z"), dated(again, &[])), 2),
        ],
    );
    // The replay's clock stands at 2025-11-21T22:00:00Z.
    let got = running.get("/v1/a");
    assert_eq!(got.header("date"), Some("Fri, 21 Nov 2025 22:00:00 GMT"));
    assert_eq!(got.header("expires"), Some("0"));
    assert_eq!(
        got.text(),
        r#"{"id":"a","created_at":"2025-11-21T22:00:00Z","expires_at":1763766000,"expires_in":3600}"#
    );
    let got = running.get("/v1/a?since=2025-11-21T22%3A00%3A00Z");
    assert_eq!(got.status, 200, "{}", got.text());
    assert_eq!(
        got.text(),
        r#"{"id":"a","created_at":"2025-11-21T22:00:00Z","read_at":"2025-11-21T22:00:02.5+00:00"}"#
    );
    assert_eq!(running.stop().missed(), 0);
}

#[test]
fn a_clock_is_put_forward_while_it_runs() {
    let body = r#"{"at":1732226400}"#;
    let each = |n: i64| recorded(exchange(get("/v1/a"), dated(body, &[])), n);
    let running = clocked("2030-01-01T00:00:00Z", vec![each(0), each(1), each(2)]);
    assert_eq!(running.get("/v1/a").text(), r#"{"at":1893456000}"#);
    let put = |body: &str| {
        running.ask(&format!(
            "POST /__truetape/sessions/default/clock HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            running.address,
            body.len()
        ))
    };
    let said = put(r#"{"advance":"1h"}"#);
    assert_eq!(
        (said.status, said.text().starts_with(r#"{"now":"2030-01-01T01:00"#)),
        (200, true),
        "{}",
        said.text()
    );
    assert_eq!(running.get("/v1/a").text(), r#"{"at":1893459600}"#);
    assert_eq!(put(r#"{"to":"now"}"#).status, 200);
    assert_eq!(put(r#"{"to":"soon"}"#).status, 400);
    // The third was recorded at 22:00:02 and comes now.
    assert_eq!(running.get("/v1/a").text(), r#"{"at":1763762398}"#);
}

#[test]
fn without_a_clock_the_bytes_are_the_recorded_ones() {
    let body = r#"{"at":1732226400}"#;
    let running = replay([recorded(exchange(get("/v1/a"), dated(body, &[])), 0)]);
    let got = running.get("/v1/a");
    assert_eq!((got.text().as_str(), got.header("date")), (body, Some("Thu, 21 Nov 2024 22:00:00 GMT")));
    let refused = running.ask(&format!(
        "POST /__truetape/sessions/default/clock HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{{\"advance\":\"1h\"}}",
        running.address
    ));
    assert_eq!(refused.status, 409, "{}", refused.text());
}
