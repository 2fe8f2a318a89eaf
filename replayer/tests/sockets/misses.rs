//! A miss is explicit, and explains itself.

use crate::support::*;
use replayer::{MISS_STATUS, Reason};

const JSON: &str = "application/json";

fn charge(running: &Running, body: &str) -> Got {
    let head = format!("Host: {}\r\nContent-Type: {JSON}\r\nContent-Length: {}", running.address, body.len());
    running.ask(&format!("POST /charges HTTP/1.1\r\n{head}\r\n\r\n{body}"))
}

#[test]
fn a_changed_body_is_a_miss_with_each_field_told() {
    let running =
        replay([exchange(post("/charges", JSON, "{\"amount\":10.10,\"to\":\"a\"}"), reply(201, "{}"))]);
    let got = charge(&running, "{\"amount\":10.1,\"to\":\"a\"}");
    assert_eq!(got.status, MISS_STATUS);
    assert_eq!(got.header("content-type"), Some("application/problem+json"));
    let header = got.header("truetape-miss").unwrap();
    assert!(header.starts_with("unknown; nearest=\"billing.yaml#1\"; differs=\""), "{header}");
    assert!(header.contains("amount"), "{header}");
    let differences = &got.json()["nearest"][0]["differences"];
    assert_eq!((&differences[0]["asked"], &differences[0]["recorded"]), (&"10.1".into(), &"10.10".into()));
    assert_eq!(differences.as_array().unwrap().len(), 1);
    let misses = running.get("/__truetape/misses").json();
    assert_eq!(misses[0]["nearest"][0]["differences"], *differences);
    assert_eq!(charge(&running, "{\"to\":\"a\",\"amount\":10.10}").status, 201, "a miss uses nothing up");
    let outcome = running.stop();
    assert_eq!((outcome.missed(), outcome.served()), (1, 1));
    assert_eq!(outcome.sessions[0].misses[0].reason, Reason::Unknown);
}

#[test]
fn nothing_recorded_is_said_plainly() {
    let running = replay([]);
    let got = running.get("/a");
    assert_eq!((got.status, got.header("truetape-miss")), (501, Some("unknown")));
    assert_eq!(got.json()["nearest"], serde_json::json!([]));
    let head = running.ask("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(head.status, 501);
}

#[test]
fn the_admin_api_looks_in_and_puts_back() {
    let running = replay([exchange(get("/a"), reply(200, "1")), exchange(get("/b"), reply(200, "2"))]);
    assert_eq!(running.get("/__truetape/health").json()["exchanges"], 2);
    assert_eq!(running.get("/a").status, 200);
    assert_eq!(running.get("/__truetape/session/s/b").status, 200);
    let played = running.get("/__truetape/exchanges").json();
    assert_eq!((&played[0]["played"], &played[1]["played"]), (&1.into(), &1.into()));
    assert_eq!(running.get("/__truetape/unused?session=s").json()[0]["exchange"], "billing.yaml#1");
    assert_eq!(running.get("/a").status, 501);
    let send = |method: &str, target: &str| {
        running.ask(&format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n\r\n", running.address)).status
    };
    assert_eq!(send("POST", "/__truetape/session/s/reset"), 204);
    assert_eq!(running.get("/a").status, 501, "only that session was put back");
    assert_eq!(running.get("/__truetape/session/s/b").status, 200);
    assert_eq!(send("POST", "/__truetape/reset"), 204);
    assert_eq!(running.get("/a").status, 200);
    assert_eq!(send("DELETE", "/__truetape/session/s"), 204);
    assert_eq!((send("GET", "/__truetape/nope"), send("GET", "/__truetape/session//a")), (404, 400));
}

#[test]
fn the_admin_api_answers_only_to_our_own_names() {
    let running = replay([]);
    let got = running.ask("GET /__truetape/health HTTP/1.1\r\nHost: evil.test\r\n\r\n");
    assert_eq!(got.status, 403);
    let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "é".repeat(3));
    assert!(matches!(running.ask(&long).status, 400 | 501));
}
