//! Whole answers and requests under another clock.

use super::{Left, Move, Spots, moved_request};
use crate::codec;
use crate::model::{
    Answer, Chunk, Connection, Digest, Exchange, ExchangeId, Headers, Request, Response, Timestamp, Timing,
};

/// 2026-01-02T03:04:05Z
const AT: i64 = 1_767_323_045;
const DAY: i64 = 86_400;

fn exchange(headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Exchange {
    let response = Response::new(200, Headers::from_pairs(headers.iter().copied()), body.into());
    Exchange {
        id: ExchangeId(1),
        at: Timestamp(AT * 1_000_000),
        upstream: "https://a.test".into(),
        request: Request::new("GET", "/a"),
        answer: Answer::Reply(response),
        timing: Timing::default(),
        connection: Connection::default(),
        redactions: Vec::new(),
        tokens: Vec::new(),
        edited: false,
    }
}

fn moved(exchange: &mut Exchange, by: i64) -> super::Moved {
    let spots = Spots::of(exchange);
    let mut token = |_: &str| None;
    let Exchange { answer, timing, .. } = exchange;
    spots.move_in(answer, timing, &mut Move { by, token: &mut token })
}

#[test]
fn relations_stay_and_lengths_and_digests_fit() {
    let body = r#"{"created_at":"2026-01-02T03:04:05Z","expires":1767326645,"expires_in":3600,"n":1.10}"#;
    let codings = ["gzip".to_owned()];
    let sent = codec::encode(body.as_bytes(), &codings).unwrap_or_default();
    let digest = Digest::of(&sent).to_string();
    let headers = [
        ("Date", "Fri, 02 Jan 2026 03:04:05 GMT"),
        ("Content-Type", "application/json"),
        ("Content-Encoding", "gzip"),
        ("Content-Length", "1"),
        ("X-Sum", digest.as_str()),
    ];
    let mut exchange = exchange(&headers, sent.clone());
    if let Answer::Reply(response) = &mut exchange.answer {
        response.headers.set("content-length", sent.len().to_string());
    }
    exchange.timing.chunks = vec![Chunk { at: 1, len: 10 }, Chunk { at: 2, len: sent.len() as u64 - 10 }];
    let spots = Spots::of(&exchange);
    assert_eq!(spots.moments().collect::<Vec<_>>(), [AT, AT, AT + 3600]);
    let outcome = moved(&mut exchange, 365 * DAY);
    let Answer::Reply(response) = &exchange.answer else { panic!("a reply") };
    let fresh = codec::text_of(&response.headers, &response.body).unwrap_or_default();
    assert_eq!(
        fresh,
        r#"{"created_at":"2027-01-02T03:04:05Z","expires":1798862645,"expires_in":3600,"n":1.10}"#
    );
    let header = |name: &str| response.headers.get(name).unwrap_or_default().into_owned();
    assert_eq!(header("date"), "Sat, 02 Jan 2027 03:04:05 GMT");
    assert_eq!(header("content-length"), response.body.len().to_string());
    assert_eq!(header("x-sum"), response.body.digest().to_string());
    assert_eq!(outcome.digests, [(digest, header("x-sum"))]);
    assert_eq!(exchange.timing.chunks.iter().map(|c| c.len).sum::<u64>(), response.body.len() as u64);
}

#[test]
fn what_is_no_moment_stays_byte_for_byte() {
    let body = r#"{"id":1767323045,"amount":1767323045,"version":"2026-01-02","end":"9999-12-31T23:59:59Z"}"#;
    let mut exchange = exchange(&[("Content-Type", "application/json"), ("Expires", "0")], body);
    let before = exchange.clone();
    assert!(Spots::of(&exchange).is_empty() && !moved(&mut exchange, DAY).any);
    assert_eq!(exchange, before);
    let mut coded = before;
    if let Answer::Reply(response) = &mut coded.answer {
        response.headers.push("Content-Encoding", "snappy");
    }
    assert_eq!(Spots::of(&coded).left(), Some(Left::Coding));
}

#[test]
fn a_request_leads_back_what_was_shown_and_nothing_else() {
    let mut request = Request::new(
        "GET",
        "/v1/e?since=2027-01-02T03%3A04%3A05Z&until=2020-01-01T00:00:00Z&created=1798859045&n=2",
    );
    request.headers.push("If-Modified-Since", "Sat, 02 Jan 2027 03:04:05 GMT");
    request.headers.push("If-None-Match", "\"new\"");
    request.body = r#"{"at":1798859045}"#.into();
    let now = Timestamp((AT + 365 * DAY) * 1_000_000);
    let mut back = |at: i64| (at == AT + 365 * DAY).then_some(-365 * DAY);
    let said = |text: &str| (text == "\"new\"").then(|| "\"old\"".to_owned());
    let led = moved_request(&request, now, &mut back, &said).unwrap_or_default();
    assert_eq!(
        led.target,
        "/v1/e?since=2026-01-02T03%3A04%3A05Z&until=2020-01-01T00:00:00Z&created=1767323045&n=2"
    );
    assert_eq!(led.headers.get("if-modified-since").as_deref(), Some("Fri, 02 Jan 2026 03:04:05 GMT"));
    assert_eq!(led.headers.get("if-none-match").as_deref(), Some("\"old\""));
    assert_eq!(led.body.bytes(), br#"{"at":1767323045}"#);
    assert_eq!(moved_request(&led, now, &mut back, &said), None);
}
