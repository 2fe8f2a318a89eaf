//! Sessions: many at once, with conditions of their own, by port, ended, and over cassettes that are loaded again.

use crate::support::{Client, cassette, chunked, exchange, get, now, post, reply, serve_playback, tape};
use cassettes::model::{Answer, Cassette, Headers, RedactRules, Response};
use cassettes::redact::{Policy, PseudonymKey};
use replayer::{Conditions, NoSession, Playback, Settings, Tape};
use std::sync::Arc;
use std::time::Duration;

/// So many sessions at once.
const MANY: usize = 1000;

fn playback(tape: Arc<Tape>) -> Arc<Playback> {
    Arc::new(Playback::new(tape, Settings::new(now)))
}

fn named(name: &str, target: &str) -> String {
    format!("GET /__truetape/session/{name}{target} HTTP/1.1\r\nHost: x\r\n\r\n")
}

/// Three answers to one request: whoever mixes sessions gives one of them twice, or to the wrong one.
fn polls() -> Arc<Tape> {
    let answers = ["{\"n\":1}", "{\"n\":2}", "{\"n\":3}"];
    tape(answers.map(|body| exchange(get("/poll"), reply(200, body))))
}

fn two_cassettes() -> Arc<Tape> {
    let of = |name: &str, body: &str| Cassette {
        name: name.to_owned(),
        ..cassette([
            exchange(get("/who"), reply(200, body)),
            exchange(get(&format!("/{body}")), reply(200, body)),
        ])
    };
    let policy = Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([7; 32]), None).unwrap();
    Arc::new(Tape::prepare(vec![of("a.yaml", "one"), of("b.yaml", "two")], Arc::new(policy)))
}

#[test]
fn a_thousand_sessions_at_once_do_not_mix() {
    let running = serve_playback(playback(polls()), &[None]);
    let address = running.address;
    let round = |turn: usize, client: &mut Client, from: usize| {
        // Each connection goes through all sessions, every one from another place: they interleave.
        for n in (from..MANY).step_by(8) {
            let by_path = (n + turn).is_multiple_of(2);
            let got = if by_path {
                client.ask(&named(&format!("s{n}"), "/poll"))
            } else {
                client.ask(&format!("GET /poll HTTP/1.1\r\nHost: x\r\nTruetape-Session: s{n}\r\n\r\n"))
            };
            assert_eq!((got.status, got.text()), (200, format!("{{\"n\":{}}}", turn + 1)), "s{n}");
        }
    };
    for turn in 0..3 {
        std::thread::scope(|scope| {
            for from in 0..8 {
                let round = &round;
                scope.spawn(move || round(turn, &mut Client::to(address), from));
            }
        });
    }
    assert_eq!(running.get("/poll").text(), "{\"n\":1}");
    let once_more = Client::to(address).ask(&named("s7", "/poll"));
    assert_eq!(once_more.status, 501);
    let outcome = running.stop();
    assert_eq!(
        (outcome.sessions.len(), outcome.served(), outcome.missed()),
        (MANY + 1, 3 * MANY as u64 + 1, 1)
    );
    assert_eq!(outcome.sessions[0].name, "default");
}

#[tokio::test]
async fn a_session_has_a_port_whose_links_lead_back_to_it() {
    let listing = chunked("application/json", "{\"next\":\"https://api.test/poll\"}");
    let tape = tape([exchange(get("/list"), listing), exchange(get("/poll"), reply(200, "1"))]);
    let playback = playback(tape);
    let session = playback.begin(Some("own"), Conditions::default()).unwrap();
    assert!(playback.open_port(&session).await.is_err(), "nobody listens yet");
    let running = serve_playback(Arc::clone(&playback), &[None]);
    let port = playback.open_port(&session).await.unwrap();
    assert_eq!(playback.open_port(&session).await.unwrap(), port);
    assert_eq!(playback.port(&session), Some(port));
    let asked = tokio::task::spawn_blocking(move || {
        let mut client = Client::to(port);
        client.send(&format!("GET /list HTTP/1.1\r\nHost: {port}\r\nConnection: close\r\n\r\n"));
        let listed = String::from_utf8(client.rest().0).unwrap();
        assert!(listed.contains(&format!("http://{port}/poll")), "{listed}");
        let polled = Client::to(port).ask("GET /poll HTTP/1.0\r\n\r\n");
        assert_eq!((polled.status, polled.text()), (200, "1".into()));
        Client::to(port).ask("GET /poll HTTP/1.1\r\nHost: x\r\n\r\n").status
    });
    assert_eq!(asked.await.unwrap(), 501);
    assert_eq!(running.get("/poll").status, 200);
    assert!(playback.end("own"));
    assert!(!playback.end("own") && !playback.end("default"));
    // The listener lets go of its port as soon as it hears of it.
    let closed = || std::net::TcpStream::connect(port).is_err();
    for _ in 0..100 {
        if closed() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(closed());
    let (journal, _) = playback.journal().unwrap().text(None);
    let journal = cassettes::journal::Journal::read(&journal).unwrap();
    // Two at the port, then one at the listener: each is another connection, wherever it was made.
    let connections: Vec<u64> = journal.served().map(|s| s.connection.id).collect();
    assert_eq!(connections, [1, 2, 3, 4]);
    let outcome = running.stop();
    let of = |name: &str| outcome.sessions.iter().find(|s| s.name == name).unwrap();
    assert_eq!((of("own").served, of("own").missed, of("default").served), (2, 1, 1));
    assert!(outcome.unused.is_empty());
}

#[test]
fn a_session_plays_some_cassettes_under_its_own_conditions() {
    let playback = playback(two_cassettes());
    let conditions = |cassettes: &[&str]| Conditions {
        cassettes: Some(cassettes.iter().map(|c| (*c).to_owned()).collect()),
        repeat: Some(true),
        miss_status: Some(418),
        ..Conditions::default()
    };
    let b = playback.begin(Some("b"), conditions(&["b.yaml"])).unwrap();
    let c = playback.begin(Some("c"), conditions(&["b"])).unwrap();
    assert!(Arc::ptr_eq(b.tape(), c.tape()) && b.tape().len() == 2 && b.is_plain());
    let refused = playback.begin(Some("x"), conditions(&["c.yaml"])).unwrap_err();
    assert_eq!(refused.to_string(), "expected cassettes among a.yaml, b.yaml, found c.yaml");
    let again = playback.begin(Some("b"), Conditions::default()).unwrap_err();
    assert_eq!(again, NoSession::Begun { name: "b".into() });
    let unnamed = playback.begin(None, Conditions::default()).unwrap();
    let running = serve_playback(Arc::clone(&playback), &[None]);
    let ask = |name: &str, target: &str| running.connect().ask(&named(name, target));
    for _ in 0..3 {
        assert_eq!(ask("b", "/who").text(), "two");
    }
    assert_eq!((ask("b", "/one").status, ask("b", "/two").text()), (418, "two".into()));
    assert_eq!(ask(unnamed.name(), "/who").text(), "one");
    let missed = ask("c", "/one");
    assert!(!missed.text().contains("a.yaml#"), "{}", missed.text());
    let outcome = running.stop();
    let unused: Vec<&str> = outcome.unused.iter().map(|u| u.exchange.as_str()).collect();
    assert_eq!(unused, ["a.yaml#2"]);
    let b = outcome.sessions.iter().find(|s| s.name == "b").unwrap();
    assert_eq!((b.served, b.missed, b.unused), (4, 1, 0));
}

#[test]
fn cookies_stay_below_the_path_of_their_session() {
    let headers = Headers::from_pairs([("Set-Cookie", "sid=1; Path=/; HttpOnly")]);
    let set = Answer::Reply(Response::new(200, headers, "in"));
    let playback = Arc::new(Playback::new(tape([exchange(get("/login"), set)]), Settings::new(now)));
    playback.begin(Some("fast"), Conditions { repeat: Some(true), ..Conditions::default() }).unwrap();
    let running = serve_playback(playback, &[None]);
    for (prefix, path) in [
        ("", "/"),
        ("/__truetape/session/auto", "/__truetape/session/auto/"),
        ("/__truetape/session/fast", "/__truetape/session/fast/"),
    ] {
        let got = running.get(&format!("{prefix}/login"));
        assert_eq!(got.header("set-cookie"), Some(format!("sid=1; Path={path}; HttpOnly").as_str()));
    }
}

#[test]
fn values_of_a_sessions_own_stand_where_others_were_recorded() {
    let asked = "{\"id\":\"{{order}}\",\"key\":\"k-recorded\"}";
    let tape = tape([
        exchange(
            post("/orders?n={{nonce}}", "application/json", asked),
            reply(201, "{\"id\":\"{{order}}\"}"),
        ),
        exchange(get("/orders/ord_recorded"), reply(200, "{\"id\":\"ord_recorded\",\"key\":\"k-recorded\"}")),
    ]);
    let variables = |pairs: &[(&str, &str)]| Conditions {
        variables: pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        ..Conditions::default()
    };
    let defaults = variables(&[("order", "ord_recorded")]);
    let playback = Arc::new(Playback::new(tape, Settings { conditions: defaults, ..Settings::new(now) }));
    playback.begin(Some("mine"), variables(&[("order", "ord_mine_9"), ("nonce", "a/b")])).unwrap();
    let odd = playback.begin(Some("odd"), variables(&[("order", "a\r\nb")])).unwrap_err();
    assert!(odd.to_string().starts_with("variable `order`: expected a value"), "{odd}");
    let running = serve_playback(playback, &[None]);
    let order = |name: &str, nonce: &str, order: &str| {
        let body = format!("{{\"key\":\"k-recorded\",\"id\":\"{order}\"}}");
        running.ask(&format!(
            "POST /orders?n={nonce} HTTP/1.1\r\nHost: x\r\nTruetape-Session: {name}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    };
    assert_eq!(order("mine", "a%2Fb", "ord_mine_9").text(), "{\"id\":\"ord_mine_9\"}");
    assert_eq!(order("other", "{{nonce}}", "ord_recorded").text(), "{\"id\":\"ord_recorded\"}");
    assert_eq!(order("third", "a%2Fb", "ord_mine_9").status, 501);
    let mine = running.ask(&named("mine", "/orders/ord_mine_9"));
    assert_eq!(mine.text(), "{\"id\":\"ord_mine_9\",\"key\":\"k-recorded\"}");
    assert_eq!(
        running.get("/orders/ord_recorded").text(),
        "{\"id\":\"ord_recorded\",\"key\":\"k-recorded\"}"
    );
    assert_eq!(running.stop().missed(), 1);
}

#[test]
fn old_sessions_end_and_begin_anew() {
    let settings =
        Settings { session_age: Some(Duration::from_secs(1)), most_sessions: 2, ..Settings::new(now) };
    let playback = Arc::new(Playback::new(polls(), settings));
    let running = serve_playback(Arc::clone(&playback), &[None]);
    let ask = |name: &str| running.ask(&named(name, "/poll"));
    assert_eq!((ask("a").text(), ask("b").text()), ("{\"n\":1}".into(), "{\"n\":1}".into()));
    let third = ask("c");
    assert!(third.status == 400 && third.text().contains("at most 2 sessions"), "{}", third.text());
    let until = std::time::Instant::now() + Duration::from_secs(8);
    while playback.session("a").is_some() || playback.session("b").is_some() {
        assert!(std::time::Instant::now() < until, "{:?}", playback.sessions().len());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(
        (ask("a").text(), ask("a").text(), ask("c").text()),
        ("{\"n\":1}".into(), "{\"n\":2}".into(), "{\"n\":1}".into())
    );
    let outcome = running.stop();
    let served: Vec<(&str, u64)> = outcome.sessions.iter().map(|s| (s.name.as_str(), s.served)).collect();
    assert_eq!(served, [("a", 3), ("b", 1), ("c", 1)]);
}

#[test]
fn another_tape_takes_over_under_load_and_loses_no_request() {
    let answers = |text: &str| {
        let body = format!("{{\"v\":\"{text}\"}}");
        tape([exchange(get("/v"), reply(200, &body))])
    };
    let conditions = Conditions { repeat: Some(true), ..Conditions::default() };
    let playback = Arc::new(Playback::new(answers("0"), Settings { conditions, ..Settings::new(now) }));
    let own = Conditions { miss_status: Some(418), ..Conditions::default() };
    playback.begin(Some("own"), own).unwrap();
    let running = serve_playback(Arc::clone(&playback), &[None]);
    let address = running.address;
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|n| {
                scope.spawn(move || {
                    let (mut client, mut last) = (Client::to(address), 0);
                    for _ in 0..500 {
                        let name = if n % 2 == 0 { "default" } else { "own" };
                        let got = client
                            .ask(&format!("GET /v HTTP/1.1\r\nHost: x\r\nTruetape-Session: {name}\r\n\r\n"));
                        assert_eq!(got.status, 200);
                        let version = got.json()["v"].as_str().unwrap().parse::<u32>().unwrap();
                        assert!(version >= last, "{version} after {last}");
                        last = version;
                    }
                })
            })
            .collect();
        for version in 1..20 {
            playback.replace(answers(&version.to_string())).unwrap();
            std::thread::sleep(Duration::from_millis(5));
        }
        clients.into_iter().for_each(|client| client.join().unwrap());
    });
    assert_eq!(running.get("/v").text(), "{\"v\":\"19\"}");
    assert_eq!(running.ask(&named("own", "/no")).status, 418);
    let outcome = running.stop();
    // Whatever was answered counts, on whichever tape.
    assert_eq!((outcome.served(), outcome.missed()), (2001, 1));
}

#[test]
fn a_tape_that_lacks_what_a_session_plays_changes_nothing() {
    let playback = playback(two_cassettes());
    let conditions = Conditions { cassettes: Some(vec!["b.yaml".into()]), ..Conditions::default() };
    playback.begin(Some("b"), conditions).unwrap();
    assert!(matches!(playback.replace(polls()), Err(NoSession::Cassette { .. })));
    assert_eq!((playback.tape().len(), playback.loading()), (4, 0));
    assert!(playback.end("b"));
    playback.replace(polls()).unwrap();
    assert_eq!((playback.tape().len(), playback.loading()), (3, 1));
}

#[test]
fn requests_that_never_came_whole_are_in_the_journal() {
    let playback = playback(polls());
    let running = serve_playback(Arc::clone(&playback), &[None]);
    let cut = |bytes: &str| {
        let client = Client::to(running.address);
        let mut client = client;
        client.send(bytes);
        client.0.shutdown(std::net::Shutdown::Write).unwrap();
        client.rest().0
    };
    let broken = "POST /poll?api_key=sk_live_4eC39HqLyjWDarjtT1zdp7dc HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc";
    assert!(cut(broken).is_empty());
    assert!(cut("GET /poll HT").is_empty());
    assert!(cut("\u{1}\u{2}what\r\n\r\n").starts_with(b"HTTP/1.1 400"));
    assert!(cut("GET /poll HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n").starts_with(b"HTTP/1.1 400"));
    assert!(cut("").is_empty());
    let (text, _) = playback.journal().unwrap().text(None);
    let broken: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|line| line.get("broken").is_some())
        .collect();
    let why: Vec<&str> = broken.iter().map(|line| line["broken"].as_str().unwrap()).collect();
    assert_eq!(why.len(), 4, "{text}");
    assert!(why[0].contains("closed the connection before its request was whole"), "{why:?}");
    assert!(why[1].contains("the connection ended before the head did"), "{why:?}");
    assert!(why[2].contains("is not HTTP/1.1"), "{why:?}");
    assert_eq!((&broken[0]["method"], &broken[1]["target"]), (&"POST".into(), &"/poll".into()));
    assert!(!text.contains("sk_live_4eC39HqLyjWDarjtT1zdp7dc"), "{text}");
    assert_eq!(running.stop().missed(), 0);
}
