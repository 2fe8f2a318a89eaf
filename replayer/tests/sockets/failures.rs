//! A failure is replayed as what it was.

use crate::support::*;
use cassettes::model::{Answer, FailureKind, Headers, Response};
use replayer::Settings;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

fn half() -> Response {
    Response::new(200, Headers::from_pairs([("Content-Length", "100")]), "only half")
}

fn rest(answer: Answer) -> (String, std::io::Result<()>) {
    let running = replay([exchange(get("/f"), answer)]);
    let mut client = running.connect();
    client.send("GET /f HTTP/1.1\r\nHost: x\r\n\r\n");
    let (bytes, ended) = client.rest();
    (String::from_utf8(bytes).unwrap(), ended)
}

#[test]
fn a_reset_is_a_reset() {
    for kind in [FailureKind::Reset, FailureKind::Refused, FailureKind::Unresolved, FailureKind::Tls] {
        let (bytes, ended) = rest(failed(kind, None));
        assert_eq!((bytes.as_str(), ended.unwrap_err().kind()), ("", ErrorKind::ConnectionReset), "{kind}");
    }
    let (bytes, ended) = rest(failed(FailureKind::Reset, Some(half())));
    assert_eq!(bytes, "HTTP/1.1 200 \r\nContent-Length: 100\r\n\r\nonly half");
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_truncated_body_ends_early_and_in_order() {
    let (bytes, ended) = rest(failed(FailureKind::Truncated, Some(half())));
    assert_eq!(bytes, "HTTP/1.1 200 \r\nContent-Length: 100\r\n\r\nonly half");
    ended.unwrap();
    let Answer::Reply(partial) = chunked("text/plain", "only half") else { unreachable!() };
    let (bytes, ended) = rest(failed(FailureKind::Truncated, Some(partial)));
    assert!(bytes.ends_with("9\r\nonly half\r\n"), "no last chunk: {bytes}");
    ended.unwrap();
}

#[test]
fn a_closed_connection_closes_without_a_byte() {
    let (bytes, ended) = rest(failed(FailureKind::Closed, None));
    assert_eq!(bytes, "");
    ended.unwrap();
    let (bytes, _) = rest(failed(FailureKind::Protocol, None));
    assert!(!bytes.is_empty() && !bytes.starts_with("HTTP/"));
}

#[test]
fn a_timeout_is_silence_until_the_client_leaves() {
    let settings = Settings { patience: Duration::from_millis(400), ..Settings::new(now) };
    let stalled = || failed(FailureKind::Timeout, Some(half()));
    let running =
        serve(tape([exchange(get("/t"), stalled()), exchange(get("/t"), stalled())]), settings, &[None]);
    let started = Instant::now();
    let mut client = running.connect();
    client.send("GET /t HTTP/1.1\r\nHost: x\r\n\r\n");
    let (bytes, ended) = client.rest();
    ended.unwrap();
    assert!(bytes.ends_with(b"only half") && started.elapsed() >= Duration::from_millis(400));
    drop(client);
    let mut client = running.connect();
    client.send("GET /t HTTP/1.1\r\nHost: x\r\n\r\n");
    client.answer(true);
    drop(client);
    let started = Instant::now();
    running.stop();
    assert!(started.elapsed() < Duration::from_millis(300), "a client that left is not waited for");
}
