//! Each answer once and in order, in every session for itself.

use crate::support::*;
use cassettes::model::{Headers, Request};
use replayer::Conditions;
use replayer::{Settings, Tape};
use std::sync::Arc;

fn pages_and_polls() -> Arc<Tape> {
    let chain = ["/list", "/list?cursor=b", "/list?cursor=c"];
    let pages = chain.iter().zip(["b", "c", "end"]);
    let pages =
        pages.map(|(target, next)| exchange(get(target), reply(200, &format!("{{\"next\":\"{next}\"}}"))));
    let polls = ["queued", "running", "done"].map(|s| exchange(get("/job"), reply(200, &format!("\"{s}\""))));
    tape(pages.chain(polls))
}

#[test]
fn two_clients_at_once_each_walk_a_chain_and_a_poll() {
    let running = serve(pages_and_polls(), Settings::new(now), &[None]);
    std::thread::scope(|scope| {
        for name in ["one", "two", "three"] {
            let running = &running;
            scope.spawn(move || {
                let mut client = running.connect();
                let mut ask = |target: &str| {
                    // Half of the sessions are named by a header, half by a path.
                    let request = if name == "one" {
                        format!("GET {target} HTTP/1.1\r\nHost: x\r\nTruetape-Session: {name}\r\n\r\n")
                    } else {
                        format!("GET /__truetape/session/{name}{target} HTTP/1.1\r\nHost: x\r\n\r\n")
                    };
                    client.ask(&request)
                };
                for (target, next) in [("/list", "b"), ("/list?cursor=b", "c"), ("/list?cursor=c", "end")] {
                    assert_eq!(ask(target).json()["next"], next);
                }
                for state in ["queued", "running", "done"] {
                    assert_eq!(ask("/job").json(), state);
                }
                assert_eq!(
                    ask("/job").header("truetape-miss"),
                    Some("exhausted; nearest=\"billing.yaml#6\"")
                );
            });
        }
    });
    let outcome = running.stop();
    let names: Vec<&str> = outcome.sessions.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["one", "three", "two"]);
    assert!(outcome.sessions.iter().all(|s| (s.served, s.missed, s.unused) == (6, 1, 0)), "{outcome:?}");
    assert!(outcome.unused.is_empty());
}

#[test]
fn repeat_gives_the_last_answer_again() {
    let settings = Settings {
        conditions: Conditions { repeat: Some(true), ..Conditions::default() },
        ..Settings::new(now)
    };
    let running = serve(pages_and_polls(), settings, &[None]);
    let states: Vec<String> = (0..5).map(|_| running.get("/job").text()).collect();
    assert_eq!(states, ["\"queued\"", "\"running\"", "\"done\"", "\"done\"", "\"done\""]);
    let outcome = running.stop();
    assert_eq!((outcome.served(), outcome.missed()), (5, 0));
    assert_eq!(outcome.unused.len(), 3);
}

#[test]
fn query_order_and_body_spelling_do_not_matter() {
    let json = "application/json";
    let running = replay([
        exchange(get("/s?a=1&b=2"), reply(200, "1")),
        exchange(get("/s?b=2&a=1"), reply(200, "2")),
        exchange(post("/p", json, "{\"a\":1,\"b\":2}"), reply(201, "3")),
    ]);
    assert_eq!(running.get("/s?b=2&a=1").text(), "1", "one queue, whatever the order");
    assert_eq!(running.get("/s?a=1&b=2").text(), "2");
    let body = "{ \"b\": 2, \"a\": 1 }";
    let head = format!("Host: x\r\nContent-Type: {json}\r\nContent-Length: {}", body.len());
    assert_eq!(running.ask(&format!("POST /p HTTP/1.1\r\n{head}\r\n\r\n{body}")).status, 201);
}

#[test]
fn answers_go_to_the_credential_that_earned_them() {
    let with = |credential: Option<&str>| {
        let mut request: Request = get("/me");
        if let Some(credential) = credential {
            request.headers.push("Authorization", credential);
        }
        request
    };
    let running = replay([
        exchange(with(None), reply(401, "\"who\"")),
        exchange(with(Some("Bearer aaaa")), reply(200, "\"you\"")),
    ]);
    let dummy = "GET /me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer dummy\r\n\r\n";
    assert_eq!(running.ask(dummy).status, 200, "a dummy token is a token");
    assert_eq!(running.ask(dummy).status, 501, "and never gets what the one without got");
    assert_eq!(running.get("/me").status, 401);
}

#[test]
fn selecting_headers_choose_but_never_forbid() {
    let with = |accept: &str| Request { headers: Headers::from_pairs([("Accept", accept)]), ..get("/v2/m") };
    let one = exchange(with("text/v1"), reply(200, "1"));
    let running = replay([one, exchange(with("text/v2"), reply(200, "2"))]);
    let ask = || running.ask("GET /v2/m HTTP/1.1\r\nHost: x\r\nAccept: text/v2\r\n\r\n").text();
    assert_eq!(ask(), "2");
    assert_eq!(ask(), "1", "what is left is given rather than refused");
}

#[test]
fn pages_under_masked_tokens_keep_apart() {
    let page =
        |token: &str, n: u32| exchange(get(&format!("/l?access_token={token}")), reply(200, &n.to_string()));
    let running = replay([page("tok_1", 1), page("tok_2", 2), page("tok_3", 3)]);
    assert_eq!(running.get("/l?access_token=tok_3").text(), "3");
    assert_eq!(running.get("/l?access_token=tok_1").text(), "1");
    assert_eq!(running.get("/l?access_token=other").text(), "2", "an unknown value takes the first unplayed");
}

#[test]
fn each_upstream_can_have_its_own_listener() {
    const OTHER: &str = "http://auth.test/base";
    let mut other = exchange(get("/health"), reply(200, &format!("\"{UPSTREAM}/x\"")));
    other.upstream = OTHER.into();
    let tape = tape([exchange(get("/health"), reply(200, "\"api\"")), other]);
    let running = serve(tape, Settings::new(now), &[None, Some(OTHER), Some(UPSTREAM)]);
    let [all, auth, api] = running.addresses[..] else { panic!("three listeners") };
    let ask = |at| Client::to(at).ask(&format!("GET /health HTTP/1.1\r\nHost: {at}\r\n\r\n"));
    assert_eq!(ask(auth).json(), format!("http://{api}/x"), "links lead to the listener of their upstream");
    assert_eq!(ask(auth).status, 501);
    assert_eq!(ask(all).json(), "api");
    assert_eq!(running.stop().unused.len(), 0);
}
