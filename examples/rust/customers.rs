//! A client as one writes it, and its tests against recordings. Each test has a session to itself, so they run in
//! parallel; a miss fails its test with what was asked, the nearest exchange and each difference.

use replayer::testing::{Replay, Setup};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};

const TOUR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../cassettes/library/sandbox/tour.yaml");

/// The code under test. Its base URL is all that a test tells it; yours uses the HTTP client that it uses.
struct Customers {
    url: String,
}

impl Customers {
    async fn find(&self, id: &str) -> Option<serde_json::Value> {
        let (status, body) = self.get(&format!("/v1/customers/{id}")).await;
        (status != 404).then(|| serde_json::from_str(&body).expect("JSON"))
    }

    async fn names(&self, limit: u32) -> Vec<String> {
        let (mut names, mut after) = (Vec::new(), String::new());
        loop {
            let (_, page) = self.get(&format!("/v1/customers?limit={limit}{after}")).await;
            let page: serde_json::Value = serde_json::from_str(&page).expect("JSON");
            let data = page["data"].as_array().cloned().unwrap_or_default();
            names.extend(data.iter().filter_map(|customer| Some(customer["name"].as_str()?.to_owned())));
            match data.last().filter(|_| page["has_more"] == true) {
                Some(last) => after = format!("&starting_after={}", last["id"].as_str().unwrap_or_default()),
                None => return names,
            }
        }
    }

    async fn get(&self, target: &str) -> (u16, String) {
        let url = format!("{}{target}", self.url);
        tokio::task::spawn_blocking(move || {
            let rest = url.trim_start_matches("http://");
            let (authority, path) = rest.split_at(rest.find('/').expect("a path"));
            let mut stream = TcpStream::connect(authority).expect("the replay listens");
            write!(stream, "GET {path} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n")
                .expect("sent");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("an answer");
            let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
            (head[9..12].parse().expect("a status"), body.to_owned())
        })
        .await
        .expect("asked")
    }
}

#[tokio::test]
async fn all_pages_are_read() {
    let replay = Replay::start([TOUR]).expect("the cassette");
    let customers = Customers { url: replay.url() };
    assert_eq!(customers.names(3).await.len(), 7);
    replay.done();
}

#[tokio::test]
async fn tests_that_share_a_replay_have_a_session_each() {
    let replay = Setup::new([TOUR]).start().expect("the cassette");
    for name in ["one", "two"] {
        let session = replay.session(name);
        let customers = Customers { url: session.url() };
        assert_eq!(customers.names(3).await.len(), 7);
        assert_eq!(customers.find("cus_nope").await, None);
        session.done();
    }
    let ported = replay.session("three");
    let customers = Customers { url: ported.own_port().expect("a free port") };
    assert_eq!(customers.names(3).await.len(), 7);
}

#[tokio::test]
async fn what_was_not_recorded_fails_the_test_and_says_why() {
    let replay = Replay::start([TOUR]).expect("the cassette");
    let customers = Customers { url: replay.url() };
    customers.get("/v1/customers?limit=4").await;
    let failed = catch_unwind(AssertUnwindSafe(|| replay.done())).expect_err("a miss");
    let text = failed.downcast_ref::<String>().expect("a text");
    assert!(text.contains("GET /v1/customers?limit=4") && text.contains("tour.yaml#"), "{text}");
    assert!(text.contains("query limit"), "{text}");

    // A test that forgets `done` fails as well, when the replay is dropped.
    let replay = Replay::start([TOUR]).expect("the cassette");
    Customers { url: replay.url() }.get("/v1/nothing").await;
    assert!(catch_unwind(AssertUnwindSafe(|| drop(replay))).is_err());

    // A test of misses looks at them itself.
    let mut replay = Replay::start([TOUR]).expect("the cassette");
    Customers { url: replay.url() }.get("/v1/nothing").await;
    assert_eq!(replay.outcome().missed(), 1);
    replay.forgive();
}
