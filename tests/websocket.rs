//! WebSockets through the binary: recorded, killed, replayed, inspected and verified.

use crate::support::{Running, Upstream, get, truetape};
use cassettes::model::{Frame, FrameKind};
use std::{
    collections::VecDeque,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};
use wire::websocket::{Message, Reader, accept, write_message};

/// One end of a WebSocket.
struct End<S> {
    stream: S,
    reader: Reader,
    come: VecDeque<Message>,
    mask: Option<[u8; 4]>,
}

impl<S: Read + Write> End<S> {
    fn of(stream: S, mask: Option<[u8; 4]>) -> Self {
        End { stream, reader: Reader::new(1 << 20, None), come: VecDeque::new(), mask }
    }

    fn say(&mut self, kind: FrameKind, data: &[u8]) -> bool {
        let mut out = Vec::new();
        write_message(&mut out, kind, data, &[], None, self.mask);
        self.stream.write_all(&out).is_ok()
    }

    fn text(&mut self, text: &str) -> bool {
        self.say(FrameKind::Text, text.as_bytes())
    }

    fn next(&mut self) -> Option<Message> {
        while self.come.is_empty() {
            let mut buffer = [0; 4096];
            let read = self.stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
            let mut out = Vec::new();
            self.reader.push(&buffer[..read], &mut out).expect("frames");
            self.come.extend(out);
        }
        self.come.pop_front()
    }

    fn hear(&mut self) -> String {
        self.next().map_or("the end".to_owned(), |m| String::from_utf8_lossy(&m.data).into_owned())
    }
}

/// Greets, answers each text with its echo and a tick of its own, and says farewell to `bye`.
fn vendor() -> Upstream {
    Upstream::start(|asked, stream| {
        let Some(key) = asked.header("sec-websocket-key") else {
            let refusal = b"HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n";
            return stream.write_all(refusal).is_ok();
        };
        let head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
        let head = format!("{head}Sec-WebSocket-Accept: {}\r\n\r\n", accept(key.as_bytes()));
        let _ = stream.write_all(head.as_bytes());
        let mut end = End::of(stream, None);
        end.text(r#"{"hello":"you","session_token":"sk-v1-90210abcdef"}"#);
        while let Some(message) = end.next() {
            match message.kind {
                FrameKind::Text if message.data == "bye" => {
                    end.say(FrameKind::Close, &Frame::close(4000, "so long"));
                }
                FrameKind::Text => {
                    end.say(FrameKind::Text, &message.data);
                    std::thread::sleep(Duration::from_millis(150));
                    end.text("tick");
                }
                FrameKind::Ping => drop(end.say(FrameKind::Pong, &message.data)),
                FrameKind::Close => return false,
                FrameKind::Binary | FrameKind::Pong => {}
            }
        }
        false
    })
}

fn connect(url: &str) -> End<TcpStream> {
    let authority = url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(authority).expect("somebody listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout");
    let head = format!(
        "GET /live HTTP/1.1\r\nHost: {authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n\r\n",
        "bmV3IGtleSBldmVyeSB0aW0="
    );
    stream.write_all(head.as_bytes()).expect("taken");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("a head");
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).expect("text");
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    assert!(head.contains(&accept(b"bmV3IGtleSBldmVyeSB0aW0=")), "{head}");
    End::of(stream, Some([7, 1, 200, 9]))
}

/// A client's side of the conversation; what it hears.
fn converse(url: &str, words: &[&str]) -> Vec<String> {
    let mut end = connect(url);
    let mut heard = vec![end.hear()];
    for word in words {
        assert!(end.text(word));
        heard.push(end.hear());
        if *word != "bye" {
            heard.push(end.hear());
        }
    }
    end.say(FrameKind::Close, &Frame::close(4000, "so long"));
    assert_eq!(end.hear(), "the end");
    heard
}

fn record(directory: &Path, vendor: &Upstream) -> Running {
    Running::start(&["record", "--upstream", &vendor.url, "--cassette", "c.yaml"], directory, 1)
}

#[test]
fn what_was_said_is_said_again_and_no_mock_is_judged_by_it() {
    let vendor = vendor();
    let directory = tempfile::tempdir().expect("a directory");
    let recorder = record(directory.path(), &vendor);
    let real = converse(recorder.url(), &["one", r#"{"two":2}"#, "bye"]);
    let done = recorder.stop();
    assert_eq!(done.code, 0, "{done:?}");
    assert_eq!(real.len(), 6, "{real:?}");
    let text = std::fs::read_to_string(directory.path().join("c.yaml")).expect("a cassette");
    assert!(
        text.contains("frames:") && text.contains("code: 4000") && !text.contains("90210abcdef"),
        "{text}"
    );

    let replay = Running::start(&["replay", "c.yaml", "--journal", "j.jsonl"], directory.path(), 1);
    let mut again = converse(replay.url(), &["one", "{ \"two\": 2 }", "bye"]);
    // What was masked comes masked.
    assert!(again[0].starts_with(r#"{"hello":"you","session_token":"#) && again[0] != real[0]);
    again[0].clone_from(&real[0]);
    assert_eq!(again, real);
    let done = replay.stop();
    assert!(done.code == 0 && done.stderr.contains("replayed 1 of 1"), "{done:?}");

    let replay = Running::start(&["replay", "c.yaml", "--journal", "j.jsonl"], directory.path(), 1);
    let mut end = connect(replay.url());
    end.hear();
    end.text("won");
    assert!(end.hear().contains("truetape-miss: frame 2 body: asked won, recorded one"));
    let done = replay.stop();
    assert_eq!(done.code, 1, "{done:?}");
    assert!(done.stderr.contains("c.yaml#1: frame 2"), "{done:?}");
    let journal = std::fs::read_to_string(directory.path().join("j.jsonl")).expect("a journal");
    assert!(journal.contains(r#""reason":"frame","nearest":"c.yaml#1""#), "{journal}");

    let done = truetape(&["inspect", "c.yaml", "--exchanges"], directory.path());
    assert!(done.stdout.contains("GET    /live  10 frames"), "{done:?}");
    let done = truetape(&["verify", "c.yaml", "--mock", &vendor.url], directory.path());
    assert_eq!(done.code, 3, "nothing was judged: {done:?}");
    assert!(done.stdout.contains("it is a WebSocket"), "{done:?}");
}

#[test]
fn a_cassette_with_a_socket_agrees_with_its_own_replay() {
    let vendor = vendor();
    let directory = tempfile::tempdir().expect("a directory");
    let recorder = record(directory.path(), &vendor);
    converse(recorder.url(), &["bye"]);
    assert_eq!(get(recorder.url(), "/live").status(), 426);
    recorder.stop();
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    let done = truetape(&["verify", "c.yaml", "--mock", replay.url()], directory.path());
    assert!(done.code == 0 && done.stdout.contains("it is a WebSocket"), "{done:?}");
}

#[test]
fn a_killed_recorder_keeps_what_had_come_of_an_open_socket() {
    let vendor = vendor();
    let directory = tempfile::tempdir().expect("a directory");
    let recorder = record(directory.path(), &vendor);
    let mut end = connect(recorder.url());
    end.hear();
    end.text("early");
    assert_eq!((end.hear(), end.hear()), ("early".to_owned(), "tick".to_owned()));
    std::thread::sleep(Duration::from_millis(2300));
    end.text("late");
    end.hear();
    recorder.kill();
    let done = truetape(&["inspect", "c.yaml", "--exchanges"], directory.path());
    assert!(done.stderr.contains("recovered 1 exchange"), "{done:?}");
    // The greeting, `early`, its echo and the tick; what came within the last second is lost.
    assert!(done.stdout.contains("GET    /live  4 frames") || done.stdout.contains("6 frames"), "{done:?}");
    let again = Running::start(
        &["record", "--upstream", &vendor.url, "--cassette", "c.yaml", "--mode", "new"],
        directory.path(),
        1,
    );
    // The part that was saved is played, and what the cassette does not know is asked.
    let mut end = connect(again.url());
    end.hear();
    end.text("early");
    assert_eq!(end.hear(), "early");
    drop(end);
    let done = again.stop();
    assert!(done.code == 0 && done.stderr.contains("recovered"), "{done:?}");
}
