//! The admin API: what it shows, what it does, and whom it answers.

use crate::support::*;
use replayer::{AdminToken, Playback, Settings};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

fn listing() -> Vec<cassettes::model::Exchange> {
    let page = |cursor: &str, more: bool, id: u32| {
        let next = if more { format!("\"c{}\"", id + 1) } else { "null".to_owned() };
        let target = if cursor.is_empty() {
            "/things?limit=1".into()
        } else {
            format!("/things?limit=1&cursor={cursor}")
        };
        exchange(
            get(&target),
            reply(200, &format!("{{\"data\":[{{\"id\":\"t{id}\"}}],\"next_cursor\":{next}}}")),
        )
    };
    vec![page("", true, 1), page("c2", true, 2), page("c3", false, 3)]
}

fn send(running: &Running, method: &str, target: &str, body: &str) -> Got {
    let length = body.len();
    running.ask(&format!(
        "{method} /__truetape/{target} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}",
        running.address
    ))
}

#[test]
fn sessions_are_begun_with_conditions_shown_and_ended() {
    let running = replay(listing());
    let begun =
        send(&running, "POST", "sessions", r#"{"name":"t1","port":true,"conditions":{"repeat":true}}"#);
    assert_eq!(
        (begun.status, begun.header("location")),
        (201, Some("/__truetape/sessions/t1")),
        "{}",
        begun.text()
    );
    let begun = begun.json();
    let own = begun["base_url"].as_str().unwrap().trim_start_matches("http://").to_owned();
    assert_eq!(begun["conditions"]["repeat"], true);
    assert_ne!(own, running.address.to_string(), "a port of its own");
    for _ in 0..2 {
        let got = Client::to(own.parse().unwrap()).ask("GET /things?limit=1 HTTP/1.1\r\nHost: x\r\n\r\n");
        assert_eq!(got.status, 200, "{}", got.text());
    }
    let shown = running.get("/__truetape/sessions/t1").json();
    assert_eq!((&shown["served"], &shown["unused"]), (&2.into(), &2.into()));
    let unnamed = send(&running, "POST", "sessions", "");
    let unnamed = unnamed.json()["base_url"].as_str().unwrap().to_owned();
    assert!(unnamed.starts_with(&format!("http://{}/__truetape/session/", running.address)), "{unnamed}");
    assert_eq!(running.get("/__truetape/sessions").json().as_array().unwrap().len(), 3);
    for (body, expected) in [
        (r#"{"name":"t1"}"#, 409),
        (r#"{"name":"a b"}"#, 422),
        (r#"{"nam":"a"}"#, 400),
        (r#"{"conditions":{"miss-status":200}}"#, 400),
        (r#"{"conditions":{"cassettes":["none.yaml"]}}"#, 422),
    ] {
        let got = send(&running, "POST", "sessions", body);
        assert_eq!(
            (got.status, got.header("content-type")),
            (expected, Some("application/problem+json")),
            "{body}"
        );
        assert!(!got.json()["hint"].as_str().unwrap().is_empty());
    }
    assert_eq!(send(&running, "DELETE", "sessions/t1", "").status, 204);
    assert_eq!(running.get("/__truetape/sessions/t1").status, 404);
    assert_eq!(send(&running, "DELETE", "sessions/default", "").status, 409);
    assert!(TcpStream::connect(&own).is_err() || Client::to(own.parse().unwrap()).rest().0.is_empty());
}

#[test]
fn the_chain_of_pages_shows_which_were_asked_for() {
    let running = replay(listing());
    running.get("/things?limit=1");
    running.get("/things?limit=1&cursor=c2");
    let walks = running.get("/__truetape/chains").json();
    assert_eq!(walks[0]["listing"], "GET /things");
    let pages = walks[0]["pages"].as_array().unwrap();
    let seen: Vec<_> =
        pages.iter().map(|p| (p["exchange"].as_str().unwrap(), p["played"].as_u64().unwrap())).collect();
    assert_eq!(seen, [("billing.yaml#1", 1), ("billing.yaml#2", 1), ("billing.yaml#3", 0)]);
    assert_eq!(pages[2]["link"], serde_json::json!({ "place": "query cursor", "value": "c3" }));
}

#[test]
fn the_journal_is_there_without_a_file_and_by_session() {
    let running = replay(listing());
    running.get("/things?limit=1");
    running.get("/__truetape/session/s1/things?limit=1");
    running.get("/nothing");
    let read = |query: &str| {
        let got = running.get(&format!("/__truetape/journal{query}"));
        assert_eq!(
            (got.header("content-type"), got.header("truetape-cut")),
            (Some("application/x-ndjson"), Some("0"))
        );
        cassettes::journal::Journal::read(&got.text()).unwrap()
    };
    let all = read("");
    assert_eq!(all.served().map(|s| s.answer.as_str()).collect::<Vec<_>>(), ["200", "200", "501"]);
    assert_eq!(all.opening.cassettes[0].name, "billing.yaml");
    assert_eq!(read("?session=s1").served().map(|s| s.session.as_str()).collect::<Vec<_>>(), ["s1"]);
    let metrics = running.get("/__truetape/metrics").text();
    for line in [
        "truetape_requests_total 3",
        "truetape_misses_total 1",
        "truetape_answers_total{class=\"2xx\"} 2",
        "truetape_serving_seconds_count 3",
    ] {
        assert!(metrics.lines().any(|l| l == line), "{line} in {metrics}");
    }
}

/// Reads events until one of that name has come.
fn until(stream: &mut TcpStream, name: &str) -> String {
    let mut text = String::new();
    let mut piece = [0; 4096];
    while !text.contains(&format!("event: {name}\n")) || !text.ends_with("\n\n\r\n") {
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "ended with {text}");
        text.push_str(std::str::from_utf8(&piece[..read]).unwrap());
    }
    text
}

fn watch(running: &Running, query: &str, more: &str) -> TcpStream {
    let mut stream = TcpStream::connect(running.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let head = format!("GET /__truetape/events{query} HTTP/1.1\r\nHost: {}\r\n{more}\r\n", running.address);
    stream.write_all(head.as_bytes()).unwrap();
    stream
}

#[test]
fn events_come_live_and_go_on_where_a_client_left() {
    let running = replay(listing());
    running.get("/things?limit=1");
    let mut stream = watch(&running, "?last=10", "");
    let first = until(&mut stream, "served");
    assert!(first.contains("content-type: text/event-stream") && first.contains("id: 0\n"), "{first}");
    running.get("/nothing");
    let missed = until(&mut stream, "missed");
    let id = missed.split("event: missed").next().unwrap().rsplit("id: ").next().unwrap().trim().to_owned();
    drop(stream);
    running.get("/things?limit=1&cursor=c2");
    send(&running, "POST", "reset", "");
    let mut again = watch(&running, "", &format!("Last-Event-ID: {id}\r\n"));
    let later = until(&mut again, "session-reset");
    assert!(later.contains("cursor=c2") && !later.contains("/nothing"), "{later}");
    // An open stream does not keep the replay from stopping.
    let started = std::time::Instant::now();
    running.stop();
    assert!(started.elapsed() < Duration::from_secs(3));
}

#[test]
fn a_watcher_that_reads_nothing_is_in_nobodys_way() {
    let exchanges = vec![exchange(get("/a"), reply(200, "1"))];
    let mut settings = Settings::new(now);
    settings.conditions.repeat = Some(true);
    let running = serve(tape(exchanges), settings, &[None]);
    let idle: Vec<TcpStream> = (0..20).map(|_| watch(&running, "", "")).collect();
    let mut client = running.connect();
    for _ in 0..3000 {
        assert_eq!(client.ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
    }
    drop(idle);
    assert!(running.get("/__truetape/metrics").text().contains("truetape_requests_total 3000\n"));
}

#[test]
fn a_token_is_asked_for_and_pages_of_others_are_refused() {
    let settings = Settings { admin_token: AdminToken::new("s3cret"), ..Settings::new(now) };
    let running = serve(tape(listing()), settings, &[None]);
    let ask = |path: &str, more: &str| {
        running.ask(&format!("GET /__truetape/{path} HTTP/1.1\r\nHost: {}\r\n{more}\r\n", running.address))
    };
    let refused = ask("health", "");
    assert_eq!(
        (refused.status, refused.header("www-authenticate")),
        (401, Some("Bearer realm=\"truetape\""))
    );
    assert_eq!(ask("health", "Authorization: Bearer s3cret\r\n").status, 200);
    assert_eq!(
        (ask("", "").status, ask("openapi.json", "").status),
        (200, 200),
        "they tell nothing of the replay"
    );
    assert_eq!(ask("health", "Authorization: Bearer s3cret\r\nOrigin: http://evil.test\r\n").status, 403);
    assert_eq!(running.get("/things?limit=1").status, 200, "what is replayed needs none");
}

#[test]
fn shutdown_is_a_wish_that_whoever_runs_the_server_hears() {
    let playback = Arc::new(Playback::new(tape(listing()), Settings::new(now)));
    let running = serve_playback(Arc::clone(&playback), &[None]);
    assert_eq!(send(&running, "POST", "shutdown", "").status, 202);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let heard = async { tokio::time::timeout(Duration::from_secs(5), playback.asked_to_stop()).await };
    runtime.block_on(heard).expect("heard");
    let form = format!(
        "POST /__truetape/shutdown HTTP/1.1\r\nHost: {}\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
        running.address
    );
    assert_eq!(running.ask(&form).status, 415);
    let long = send(&running, "POST", "sessions", &" ".repeat(300_000));
    assert_eq!(long.status, 413);
}
