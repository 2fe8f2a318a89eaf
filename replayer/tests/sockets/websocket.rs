//! WebSockets played to a client that speaks frames by itself.

use crate::support::{Running, UPSTREAM, exchange, get, now, serve, tape};
use cassettes::model::{
    Answer, Exchange, FailureKind, Frame, FrameKind, Headers, Micros, Request, Response, Side, Timing,
    TransportFailure,
};
use replayer::Conditions;
use replayer::{Outcome, Reason, Settings, Speed};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use wire::websocket::{Inflater, Message, Reader, write_message};

const C: Side = Side::Client;
const V: Side = Side::Upstream;

fn text(at: Micros, from: Side, text: &str) -> Frame {
    Frame::new(at, from, FrameKind::Text, text.as_bytes().to_vec())
}

fn close(at: Micros, from: Side, code: u16) -> Frame {
    Frame::new(at, from, FrameKind::Close, Frame::close(code, "bye"))
}

fn asks(target: &str) -> Request {
    let mut request = get(target);
    for (name, value) in [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("Sec-WebSocket-Version", "13"),
    ] {
        request.headers.push(name, value);
    }
    request
}

fn socket_with(fields: &[(&str, &str)], frames: Vec<Frame>) -> Exchange {
    let fixed = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", "recorded")];
    let headers = Headers::from_pairs(fixed.iter().chain(fields).copied());
    let reply = Response { reason: "Switching Protocols".into(), frames, ..Response::new(101, headers, "") };
    exchange(asks("/live"), Answer::Reply(reply))
}

fn socket(frames: Vec<Frame>) -> Exchange {
    socket_with(&[], frames)
}

fn play(exchanges: Vec<Exchange>) -> Running {
    serve(tape(exchanges), Settings::new(now), &[None])
}

/// A client that speaks frames.
struct Live {
    stream: TcpStream,
    head: String,
    reader: Reader,
    come: std::collections::VecDeque<Message>,
}

impl Live {
    fn to(running: &Running, fields: &str) -> Live {
        let mut stream = TcpStream::connect(running.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let head = "GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\
                    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: bmV3IGtleSBldmVyeSB0aW0=\r\n";
        stream.write_all(format!("{head}{fields}\r\n").as_bytes()).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap();
        let inflater = head.contains("permessage-deflate").then(Inflater::default);
        Live { stream, head, reader: Reader::new(1 << 20, inflater), come: Default::default() }
    }

    fn say(&mut self, kind: FrameKind, data: &[u8]) {
        let mut out = Vec::new();
        write_message(&mut out, kind, data, &[], None, Some([1, 2, 3, 4]));
        self.stream.write_all(&out).unwrap();
    }

    fn text(&mut self, text: &str) {
        self.say(FrameKind::Text, text.as_bytes());
    }

    /// The next message; none at the end of the connection.
    fn next(&mut self) -> Option<Message> {
        while self.come.is_empty() {
            let mut buffer = [0; 4096];
            let read = match self.stream.read(&mut buffer) {
                Ok(0) => return None,
                Err(e) if e.kind() == ErrorKind::ConnectionReset => return None,
                read => read.unwrap(),
            };
            let mut out = Vec::new();
            self.reader.push(&buffer[..read], &mut out).unwrap();
            self.come.extend(out);
        }
        self.come.pop_front()
    }

    fn hears(&mut self, text: &str) {
        let message = self.next().unwrap_or_else(|| panic!("expected {text}, got the end"));
        assert_eq!(String::from_utf8_lossy(&message.data), text);
    }

    /// The code and the reason of the close that comes.
    fn closed(&mut self) -> (u16, String) {
        let message = self.next().expect("a close");
        assert_eq!(message.kind, FrameKind::Close, "{message:?}");
        let code = u16::from_be_bytes([message.data[0], message.data[1]]);
        (code, String::from_utf8_lossy(&message.data[2..]).into_owned())
    }
}

fn missed(outcome: &Outcome) -> String {
    let miss = &outcome.sessions[0].misses[0];
    assert_eq!(miss.reason, Reason::Frame);
    miss.detail()
}

#[test]
fn the_vendor_waits_for_the_client_and_the_key_is_answered() {
    let running = play(vec![socket(vec![
        text(10, V, "welcome"),
        text(20, C, r#"{"op":"subscribe","to":["a","b"]}"#),
        text(30, V, "first"),
        text(40, V, "second"),
        Frame::new(50, C, FrameKind::Binary, vec![0, 255]),
        Frame { fragments: vec![2, 3], ..text(60, V, "third") },
        close(70, C, 1000),
        close(80, V, 1000),
    ])]);
    let mut live = Live::to(&running, "");
    assert!(
        live.head.starts_with("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"),
        "{}",
        live.head
    );
    let accepted =
        format!("Sec-WebSocket-Accept: {}\r\n", wire::websocket::accept(b"bmV3IGtleSBldmVyeSB0aW0="));
    assert!(live.head.contains(&accepted), "{}", live.head);
    live.hears("welcome");
    live.say(FrameKind::Ping, b"are you there");
    live.hears("are you there");
    // Other spelling, same meaning.
    live.text(r#"{ "to": ["a", "b"], "op": "subscribe" }"#);
    live.hears("first");
    live.hears("second");
    live.say(FrameKind::Binary, &[0, 255]);
    assert_eq!(live.next().unwrap().fragments, [2, 3]);
    live.say(FrameKind::Close, &Frame::close(1000, ""));
    assert_eq!(live.closed(), (1000, "bye".to_owned()));
    assert!(live.next().is_none());
    let outcome = running.stop();
    assert_eq!((outcome.missed(), outcome.served(), outcome.unused.len()), (0, 1, 0));
}

#[test]
fn another_message_than_recorded_is_a_miss_that_says_what() {
    let frames = vec![text(1, C, r#"{"op":"subscribe","to":"a"}"#), text(2, V, "ok")];
    let running =
        play(vec![socket(frames.clone()), socket(frames.clone()), socket(frames.clone()), socket(frames)]);
    let mut live = Live::to(&running, "");
    live.text(r#"{"op":"subscribe","to":"b"}"#);
    let (code, reason) = live.closed();
    assert_eq!(code, 1008);
    assert!(reason.starts_with("truetape-miss: frame 1 json /to: asked "), "{reason}");
    // Another kind.
    let mut live = Live::to(&running, "");
    live.say(FrameKind::Binary, br#"{"op":"subscribe","to":"a"}"#);
    assert!(live.closed().1.contains("frame 1 kind: asked binary, recorded text"));
    // More than was recorded.
    let mut live = Live::to(&running, "");
    live.text(r#"{"op":"subscribe","to":"a"}"#);
    live.hears("ok");
    live.text("more");
    assert!(live.closed().1.contains("no further message"));
    // What breaks the protocol is told as such.
    let mut live = Live::to(&running, "");
    live.stream.write_all(&[0x81, 1, b'x']).unwrap();
    assert_eq!(live.closed().0, 1002);
    let outcome = running.stop();
    assert_eq!(outcome.missed(), 3);
    let told = missed(&outcome);
    assert!(
        told.contains("billing.yaml#1: frame 1 json /to: asked ") && told.contains("GET /live"),
        "{told}"
    );
}

#[test]
fn ids_that_a_client_makes_up_are_given_back_to_it() {
    let running = play(vec![socket(vec![
        text(1, C, r#"{"jsonrpc":"2.0","id":"5f0c9b1e-0001","method":"add","n":1}"#),
        text(2, V, r#"{"jsonrpc":"2.0","id":"5f0c9b1e-0001","result":2}"#),
        text(3, V, r#"{"event":"x"}"#),
    ])]);
    let mut live = Live::to(&running, "");
    live.text(r#"{"jsonrpc":"2.0","id":"77aa12cd-9999","method":"add","n":1}"#);
    live.hears(r#"{"jsonrpc":"2.0","id":"77aa12cd-9999","result":2}"#);
    live.hears(r#"{"event":"x"}"#);
    drop(live);
    assert_eq!(running.stop().missed(), 0);
}

#[test]
fn compressed_messages_are_compressed_for_those_who_offer_it() {
    let long = "all the same ".repeat(40);
    let frames = || vec![Frame { compressed: true, ..text(1, V, &long) }, text(2, V, "plain")];
    let recorded = "permessage-deflate; client_max_window_bits=12; server_no_context_takeover";
    let agreed = [("Sec-WebSocket-Extensions", recorded)];
    let running = play((0..4).map(|_| socket_with(&agreed, frames())).collect());
    for (fields, compressed) in [
        ("Sec-WebSocket-Extensions: x, permessage-deflate\r\n", true),
        ("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n", true),
        ("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n", false),
        ("", false),
    ] {
        let mut live = Live::to(&running, fields);
        let message = live.next().unwrap();
        assert!(message.data == long && message.compressed == compressed);
        assert_eq!(live.head.contains("permessage-deflate"), compressed);
        // What a client did not name must not be asked of it.
        assert_eq!(live.head.contains("client_max"), fields.contains("client_max"), "{}", live.head);
        live.hears("plain");
    }
    running.stop();
}

#[test]
fn a_socket_ends_as_it_ended_and_only_sockets_are_sockets() {
    let broken = |kind| {
        let Answer::Reply(partial) = socket(vec![text(1, V, "half")]).answer else { unreachable!() };
        let answer = Answer::Failed(TransportFailure {
            kind,
            message: String::new(),
            partial: Some(Box::new(partial)),
        });
        exchange(asks("/live"), answer)
    };
    let page = exchange(get("/live"), Answer::Reply(Response::new(200, Headers::new(), "page")));
    let chooses = socket_with(&[("Sec-WebSocket-Protocol", "chat.v2")], vec![close(1, V, 4001)]);
    let running = play(vec![broken(FailureKind::Truncated), page, broken(FailureKind::Reset), chooses]);
    for _ in 0..2 {
        let mut live = Live::to(&running, "");
        live.hears("half");
        assert!(live.next().is_none());
    }
    assert!(running.ask("GET /live HTTP/1.1\r\nHost: x\r\n\r\n").text().ends_with("page"));
    let live = Live::to(&running, "Sec-WebSocket-Protocol: chat.v1\r\n");
    assert!(
        live.head.starts_with("HTTP/1.1 501 ") && live.head.contains("sec-websocket-protocol"),
        "{}",
        live.head
    );
    let outcome = running.stop();
    assert_eq!((outcome.missed(), outcome.unused.len()), (1, 0));
    assert!(outcome.sessions[0].misses[0].detail().contains("chat.v1"), "{UPSTREAM}");
}

#[test]
fn recorded_speed_keeps_the_vendors_pauses() {
    let mut exchange = socket(vec![
        text(100_000, V, "a"),
        text(400_000, V, "b"),
        text(2_000_000, C, "go"),
        text(2_200_000, V, "c"),
        close(2_300_000, V, 1000),
    ]);
    exchange.timing = Timing { first_byte: Some(0), end: Some(2_300_000), chunks: Vec::new() };
    let settings = Settings {
        conditions: Conditions { speed: Some(Speed::Recorded), ..Conditions::default() },
        ..Settings::new(now)
    };
    let running = serve(tape([exchange]), settings, &[None]);
    let begun = Instant::now();
    let mut live = Live::to(&running, "");
    let mut came = Vec::new();
    for text in ["a", "b"] {
        live.hears(text);
        came.push(begun.elapsed().as_millis());
    }
    assert!((90..250).contains(&came[0]) && (380..600).contains(&came[1]), "{came:?}");
    // What the client triggers is timed from there, and the recorded wait for the client is not waited again.
    live.text("go");
    live.hears("c");
    let answered = begun.elapsed().as_millis() - came[1];
    assert!((180..450).contains(&answered), "{answered}");
    assert_eq!(live.closed().0, 1000);
    running.stop();
}
