//! The journal says what clients did.

use crate::support::*;
use cassettes::journal::{Journal as Read, Opening, SCHEMA, Source};
use cassettes::model::FailureKind;
use replayer::{Journal, Playback, Settings};
use std::io::Write;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs a client against a replay with a journal, and reads the journal.
fn journal(exchanges: Vec<cassettes::model::Exchange>, client: impl FnOnce(&Running)) -> Read {
    let paper = Paper::default();
    let tape = tape(exchanges);
    let opening = Opening {
        journal: SCHEMA,
        cassettes: vec![Source { name: "billing.yaml".into(), sha256: "0".repeat(64) }],
        ..Opening::default()
    };
    let journal = Journal::begin(Box::new(paper.clone()), &opening, Arc::clone(&tape), now).unwrap();
    let settings = Settings { journal: Some(journal), ..Settings::new(now) };
    let (running, playback) = serve_shared(tape, settings);
    client(&running);
    running.stop();
    playback.journal().unwrap().close().unwrap();
    let text = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
    Read::read(&text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[test]
fn every_request_has_its_line() {
    let json = "application/json";
    let exchanges = vec![
        exchange(get("/a"), reply(200, "1")),
        exchange(post("/p", json, "{\"n\":1}"), reply(201, "2")),
        exchange(get("/r"), failed(FailureKind::Reset, None)),
    ];
    let read = journal(exchanges, |running| {
        let mut client = running.connect();
        let secret = "Authorization: Bearer sk_live_4eC39HqLyjWDarjtT1zdp7dc";
        client.ask(&format!("GET /a HTTP/1.1\r\nHost: x\r\nX-Case: \"Kept\"\r\n{secret}\r\n\r\n"));
        client.ask(&format!("GET /a HTTP/1.1\r\nHost: x\r\nX-Case: \"Kept\"\r\n{secret}\r\n\r\n"));
        client.ask("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 7\r\n\r\n{\"n\":1}");
        client.ask("POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n{\"n\": 2}");
        client.send("GET /r HTTP/1.1\r\nHost: x\r\nTruetape-Session: t\r\n\r\n");
        client.rest().1.unwrap_err();
    });
    let served: Vec<_> = read.served().collect();
    let cited: Vec<_> = served.iter().map(|s| (s.exchange.as_deref(), s.answer.as_str())).collect();
    let expected = [
        (Some("billing.yaml#1"), "200"),
        (None, "501"),
        (Some("billing.yaml#2"), "201"),
        (None, "501"),
        (Some("billing.yaml#3"), "reset"),
    ];
    assert_eq!(cited, expected);
    assert!(served[0].headers.contains(&("X-Case".into(), "\"Kept\"".into())));
    assert!(!format!("{read:?}").contains("4eC39HqLyjWDarjtT1zdp7dc"), "no secret is written down");
    let miss = served[1].miss.as_ref().unwrap();
    assert_eq!((miss.reason.as_str(), miss.nearest.as_deref()), ("exhausted", Some("billing.yaml#1")));
    assert_eq!(served[2].body.as_ref().unwrap().text.as_deref(), Some("{\"n\":1}"));
    assert!(served[3].miss.as_ref().unwrap().differences[0].contains("asked 2, recorded 1"));
    assert_eq!((served[4].session.as_str(), served[0].session.as_str()), ("t", "default"));
    assert_eq!(served.iter().map(|s| s.connection.request).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert!(served.windows(2).all(|w| w[0].end <= w[1].at));
    assert!(served.iter().all(|s| s.connection.opened <= s.at && s.gave_up.is_none()));
    assert_eq!(read.ended().map(|e| e.requests).collect::<Vec<_>>(), [5]);
}

#[test]
fn giving_up_is_told() {
    let read = journal(vec![exchange(get("/t"), failed(FailureKind::Timeout, None))], |running| {
        let mut client = running.connect();
        client.send("GET /t HTTP/1.1\r\nHost: x\r\n\r\n");
        std::thread::sleep(std::time::Duration::from_millis(150));
    });
    let served = read.served().next().unwrap();
    assert_eq!(served.answer, "timeout");
    let waited = served.gave_up.unwrap() - served.at;
    assert!((100_000..1_000_000).contains(&waited), "{waited}");
}

fn serve_shared(tape: Arc<replayer::Tape>, settings: Settings) -> (Running, Arc<Playback>) {
    let playback = Arc::new(Playback::new(tape, settings));
    (serve_playback(Arc::clone(&playback), &[None]), playback)
}
