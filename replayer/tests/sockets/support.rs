//! Tapes made by hand, a replay on a thread, and a client that sees every byte.

use cassettes::model::{
    Answer, Cassette, Exchange, ExchangeId, FailureKind, Framing, Header, Headers, RedactRules, Request,
    Response, Timestamp, Timing, TransportFailure,
};
use cassettes::redact::{Policy, PseudonymKey};
use replayer::{Outcome, Playback, Server, Settings, Tape, Wanted};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::watch;

pub(crate) const UPSTREAM: &str = "https://api.test";

pub(crate) fn now() -> Timestamp {
    Timestamp(1_763_762_400_000_000)
}

pub(crate) fn get(target: &str) -> Request {
    Request::new("GET", target)
}

pub(crate) fn post(target: &str, media: &str, body: &'static str) -> Request {
    let headers = Headers::from_pairs([("Content-Type", media)]);
    Request { headers, body: body.into(), ..Request::new("POST", target) }
}

/// A reply with a right Content-Length.
pub(crate) fn reply(status: u16, body: &str) -> Answer {
    let headers = Headers::from_pairs([
        ("Content-Type".to_owned(), "application/json".to_owned()),
        ("Content-Length".to_owned(), body.len().to_string()),
    ]);
    Answer::Reply(Response { reason: "OK".into(), ..Response::new(status, headers, body.to_owned()) })
}

/// A reply in chunks.
pub(crate) fn chunked(media: &str, body: &str) -> Answer {
    let headers = Headers::from_pairs([("Content-Type", media), ("Transfer-Encoding", "chunked")]);
    let response = Response::new(200, headers, body.to_owned());
    Answer::Reply(Response { reason: "OK".into(), framing: Framing::Chunked, ..response })
}

pub(crate) fn failed(kind: FailureKind, partial: Option<Response>) -> Answer {
    Answer::Failed(TransportFailure { kind, message: kind.to_string(), partial: partial.map(Box::new) })
}

pub(crate) fn exchange(request: Request, answer: Answer) -> Exchange {
    Exchange {
        id: ExchangeId(0),
        at: now(),
        upstream: UPSTREAM.into(),
        request,
        answer,
        timing: Timing::default(),
        connection: Default::default(),
        redactions: Vec::new(),
        tokens: Vec::new(),
        edited: false,
    }
}

pub(crate) fn cassette(exchanges: impl IntoIterator<Item = Exchange>) -> Cassette {
    let mut exchanges: Vec<Exchange> = exchanges.into_iter().collect();
    for (id, exchange) in (1..).zip(&mut exchanges) {
        exchange.id = ExchangeId(id);
    }
    let header = Header { upstreams: vec![UPSTREAM.into()], ..Header::default() };
    Cassette { name: "billing.yaml".into(), header, exchanges }
}

pub(crate) fn tape(exchanges: impl IntoIterator<Item = Exchange>) -> Arc<Tape> {
    let policy = Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([7; 32]), None).unwrap();
    Arc::new(Tape::prepare(vec![cassette(exchanges)], Arc::new(policy)))
}

/// A replay served by a thread of its own.
pub(crate) struct Running {
    pub(crate) address: SocketAddr,
    pub(crate) addresses: Vec<SocketAddr>,
    stop: watch::Sender<bool>,
    thread: JoinHandle<Outcome>,
}

pub(crate) fn replay(exchanges: impl IntoIterator<Item = Exchange>) -> Running {
    serve(tape(exchanges), Settings::new(now), &[None])
}

pub(crate) fn serve(tape: Arc<Tape>, settings: Settings, upstreams: &[Option<&str>]) -> Running {
    serve_playback(Arc::new(Playback::new(tape, settings)), upstreams)
}

pub(crate) fn serve_playback(playback: Arc<Playback>, upstreams: &[Option<&str>]) -> Running {
    let (stop, stopped) = watch::channel(false);
    let (told, bound) = std::sync::mpsc::channel();
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let wanted: Vec<Wanted> =
        upstreams.iter().map(|u| Wanted { address, upstream: u.map(str::to_owned) }).collect();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::bind(playback, &wanted).await.unwrap();
            told.send(server.addresses().map(|(a, _)| a).collect::<Vec<_>>()).unwrap();
            server.run(stopped).await
        })
    });
    let addresses = bound.recv().unwrap();
    Running { address: addresses[0], addresses, stop, thread }
}

impl Running {
    pub(crate) fn connect(&self) -> Client {
        Client::to(self.address)
    }

    /// One request on a connection of its own.
    pub(crate) fn ask(&self, request: &str) -> Got {
        self.connect().ask(request)
    }

    pub(crate) fn get(&self, target: &str) -> Got {
        self.ask(&format!("GET {target} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address))
    }

    pub(crate) fn stop(self) -> Outcome {
        self.stop.send(true).unwrap();
        self.thread.join().unwrap()
    }
}

/// A connection.
pub(crate) struct Client(pub(crate) TcpStream, Vec<u8>);

/// An answer: its head as text, and its body by Content-Length.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Got {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut fields = self.head.lines().skip(1).filter_map(|l| l.split_once(": "));
        fields.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }
}

impl Client {
    pub(crate) fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        Client(stream, Vec::new())
    }

    pub(crate) fn send(&mut self, bytes: &str) {
        self.0.write_all(bytes.as_bytes()).unwrap();
    }

    pub(crate) fn ask(&mut self, request: &str) -> Got {
        self.send(request);
        self.answer(request.starts_with("HEAD"))
    }

    /// The next answer on the connection.
    pub(crate) fn answer(&mut self, bodiless: bool) -> Got {
        let end = loop {
            if let Some(at) = self.1.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.more() > 0, "the connection ended in a head: {}", String::from_utf8_lossy(&self.1));
        };
        let head = String::from_utf8(self.1.drain(..end).collect()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut got = Got { status, head, body: Vec::new() };
        let length = got.header("content-length").map_or(0, |v| v.parse().unwrap());
        if !bodiless {
            while self.1.len() < length {
                assert!(self.more() > 0, "the connection ended in a body");
            }
            got.body = self.1.drain(..length).collect();
        }
        got
    }

    /// Everything until the connection ends, and how it ended.
    pub(crate) fn rest(&mut self) -> (Vec<u8>, std::io::Result<()>) {
        let mut rest = std::mem::take(&mut self.1);
        let ended = self.0.read_to_end(&mut rest).map(|_| ());
        (rest, ended)
    }

    fn more(&mut self) -> usize {
        let mut buffer = [0; 4096];
        let read = self.0.read(&mut buffer).unwrap();
        self.1.extend_from_slice(&buffer[..read]);
        read
    }
}
