//! Declared faults: met as what they are, counted, told, and gone when the client asks again.

use crate::support::*;
use cassettes::model::{Chunk, Timing};
use replayer::{Conditions, Settings};
use std::io::ErrorKind;
use std::time::{Duration, Instant};

fn faulty(declared: &str, exchanges: Vec<cassettes::model::Exchange>) -> Running {
    let conditions: Conditions = serde_json::from_str(declared).unwrap();
    let settings = Settings { conditions, patience: Duration::from_millis(300), ..Settings::new(now) };
    serve(tape(exchanges), settings, &[None])
}

fn one(declared: &str) -> Running {
    faulty(&format!(r#"{{"faults":[{declared}]}}"#), vec![exchange(get("/v1/x"), reply(200, "0123456789"))])
}

const ASK: &str = "GET /v1/x HTTP/1.1\r\nHost: x\r\n\r\n";

fn met(running: &Running) -> (String, std::io::Result<()>) {
    let mut client = running.connect();
    client.send(ASK);
    let (bytes, ended) = client.rest();
    (String::from_utf8_lossy(&bytes).into_owned(), ended)
}

#[test]
fn who_asks_again_gets_the_true_answer() {
    let running = one(r#"{"operation":"GET /v1/{id}","at":[1,2],"status":503,"retry-after":2}"#);
    let mut client = running.connect();
    for _ in 0..2 {
        let got = client.ask(ASK);
        assert_eq!((got.status, got.header("retry-after")), (503, Some("2")));
    }
    assert_eq!(client.ask(ASK).text(), "0123456789");
    assert_eq!(client.ask(ASK).status, 501, "used up by now");
    let journal = running.get("/__truetape/journal").text();
    let faults = journal.lines().filter(|line| line.contains(r#""fault":"status 503""#)).count();
    assert_eq!((faults, journal.matches(r#""answer":"503""#).count()), (2, 2), "{journal}");
    let outcome = running.stop();
    let session = &outcome.sessions[0];
    assert_eq!((session.served, session.missed, session.unused), (1, 1, 0));
    assert_eq!((session.faults[0].times, session.faults[0].fault.as_str()), (2, "status 503"));
}

#[test]
fn a_miss_is_nothing_that_a_fault_could_strike() {
    let running = one(r#"{"at":1,"status":503}"#);
    let mut client = running.connect();
    assert_eq!(client.ask("GET /v1/never HTTP/1.1\r\nHost: x\r\n\r\n").status, 501);
    assert_eq!((client.ask(ASK).status, client.ask(ASK).status, client.ask(ASK).status), (503, 200, 501));
    assert!(running.get("/__truetape/metrics").text().contains("truetape_faults_total 1\n"));
    let outcome = running.stop();
    assert_eq!((outcome.sessions[0].faults[0].times, outcome.missed()), (1, 2));
    let never = one(r#"{"status":503}"#);
    assert_eq!(never.get("/v1/never").status, 501);
    assert_eq!(never.stop().sessions[0].faults[0].times, 0);
}

#[test]
fn a_fault_that_uses_up_leaves_nothing() {
    let running = one(r#"{"at":1,"status":500,"uses-up":true,"body":"{}"}"#);
    let mut client = running.connect();
    assert_eq!(client.ask(ASK).header("content-type"), Some("application/json"));
    assert_eq!(client.ask(ASK).status, 501);
}

#[test]
fn connections_break_as_declared_and_the_answer_stays() {
    let running = one(r#"{"times":1,"fault":"reset"}"#);
    let (bytes, ended) = met(&running);
    assert_eq!((bytes.as_str(), ended.unwrap_err().kind()), ("", ErrorKind::ConnectionReset));
    assert!(running.get("/v1/x").text() == "0123456789");

    let running = one(r#"{"times":1,"truncate":"50%"}"#);
    let (bytes, ended) = met(&running);
    assert!(bytes.contains("Content-Length: 10\r\n") && bytes.ends_with("\r\n\r\n01234"), "{bytes}");
    ended.unwrap();
    assert_eq!(running.get("/v1/x").text(), "0123456789");

    let running = one(r#"{"times":1,"fault":"reset","after":"3B"}"#);
    let (bytes, ended) = met(&running);
    assert!(bytes.ends_with("\r\n\r\n012"), "{bytes}");
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::ConnectionReset);

    let running = one(r#"{"times":1,"fault":"close"}"#);
    assert_eq!(met(&running).0, "");
    let running = one(r#"{"times":1,"fault":"garbage"}"#);
    let (bytes, _) = met(&running);
    assert!(!bytes.is_empty() && !bytes.starts_with("HTTP/"));

    let running = one(r#"{"times":1,"fault":"stall","after":"0%"}"#);
    let started = Instant::now();
    let (bytes, _) = met(&running);
    assert!(bytes.ends_with("\r\n\r\n") && started.elapsed() >= Duration::from_millis(300), "{bytes}");
}

#[test]
fn a_client_of_http2_meets_a_reset_stream() {
    let running = one(r#"{"times":1,"fault":"reset"}"#);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let statuses = runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(running.address).await.unwrap();
        let (mut client, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        let mut statuses = Vec::new();
        for _ in 0..2 {
            let uri = format!("http://{}/v1/x", running.address);
            let request = http::Request::get(uri).body(()).unwrap();
            let (answer, _) = client.send_request(request, true).unwrap();
            statuses.push(answer.await.map(|a| a.status().as_u16()).map_err(|e| e.is_reset()));
        }
        statuses
    });
    assert_eq!(statuses, [Err(true), Ok(200)]);
}

#[test]
fn answers_are_late_and_slow_as_declared() {
    let running = one(r#"{"delay":"150ms"}"#);
    let started = Instant::now();
    assert_eq!(running.get("/v1/x").text(), "0123456789");
    assert!((150..600).contains(&started.elapsed().as_millis()), "{:?}", started.elapsed());

    let running = faulty(
        r#"{"faults":[{"slow":"10kB/s"}]}"#,
        vec![exchange(get("/v1/x"), reply(200, &"x".repeat(2000)))],
    );
    let started = Instant::now();
    assert_eq!(running.get("/v1/x").body.len(), 2000);
    assert!((150..900).contains(&started.elapsed().as_millis()), "{:?}", started.elapsed());

    let running = faulty(r#"{"latency":"120ms"}"#, vec![exchange(get("/v1/x"), reply(200, "ok"))]);
    let started = Instant::now();
    running.get("/v1/x");
    assert!((120..600).contains(&started.elapsed().as_millis()), "{:?}", started.elapsed());
}

#[test]
fn a_sampled_answer_takes_the_time_of_one_of_its_operation() {
    let timed = |id: &str, millis: u64| {
        let mut one = exchange(get(&format!("/v1/things/{id}")), reply(200, "{}"));
        one.timing = Timing {
            first_byte: Some(millis * 1000),
            end: Some(millis * 1000),
            chunks: vec![Chunk { at: millis * 1000, len: 2 }],
        };
        one
    };
    let running =
        faulty(r#"{"speed":"sampled:3","repeat":true}"#, vec![timed("1000001", 5), timed("1000002", 120)]);
    let took: Vec<u128> = (0..12)
        .map(|_| {
            let started = Instant::now();
            running.get("/v1/things/1000001");
            started.elapsed().as_millis()
        })
        .collect();
    assert!(took.iter().any(|ms| *ms < 60) && took.iter().any(|ms| *ms >= 120), "{took:?}");
}

#[test]
fn faults_are_a_sessions_own() {
    let running = one(r#"{"operation":"GET /v1/nowhere","fault":"reset"}"#);
    let own = r#"{"name":"a","conditions":{"faults":[{"operation":"GET /v1/x","at":1,"status":429}]}}"#;
    let begun = running.ask(&format!(
        "POST /__truetape/sessions HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{own}",
        running.address,
        own.len()
    ));
    assert_eq!(begun.status, 201, "{}", begun.text());
    let statuses: Vec<u16> = ["/__truetape/session/a/v1/x", "/v1/x", "/__truetape/session/a/v1/x"]
        .iter()
        .map(|target| running.get(target).status)
        .collect();
    assert_eq!(statuses, [429, 200, 200]);
}
