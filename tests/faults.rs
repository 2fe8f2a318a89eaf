//! Upstreams and clients that fail in every way: what came is recorded as what it was, everybody else is served
//! as if nothing were, and the file is whole.

use crate::support::{
    Answer, Done, Running, Upstream, ask_within, get,
    upstream::{close, reset},
};
use cassettes::model::Cassette;
use std::{
    collections::BTreeMap,
    io::{Read as _, Write as _},
    net::{Shutdown, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// How often each fault is tried, all of them at the same time.
const ROUNDS: usize = 4;
/// Clients that ask on quietly meanwhile.
const CALM: usize = 4;
/// What one quiet answer may take on a busy machine.
const SOON: Duration = Duration::from_secs(5);
const WHOLE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell";
const MEGABYTE: usize = 1024 * 1024;

/// A recorder between a vendor that fails as the target says and whoever asks.
struct Scene {
    recorder: Running,
    directory: tempfile::TempDir,
}

impl Scene {
    fn set() -> Scene {
        let vendor = Upstream::start(|asked, stream| {
            let fault = asked.target.split('/').nth(1).unwrap_or_default().to_owned();
            fail(&fault, stream)
        });
        let directory = tempfile::tempdir().expect("a directory");
        let arguments = ["record", "--upstream", &vendor.url, "--cassette", "c.yaml", "--timeout", "1.5"];
        let recorder = Running::start(&arguments, directory.path(), 1);
        Scene { recorder, directory }
    }

    /// Does this while quiet clients ask; how often they were answered.
    fn beside<T>(&self, what: impl FnOnce() -> T) -> (T, usize) {
        let over = Arc::new(AtomicBool::new(false));
        let calm: Vec<_> = (0..CALM)
            .map(|client| {
                let (over, url) = (Arc::clone(&over), self.recorder.url().to_owned());
                thread::spawn(move || {
                    let mut answered = 0;
                    while !over.load(Ordering::Relaxed) {
                        let begun = Instant::now();
                        let answer = get(&url, &format!("/calm/{client}-{answered}"));
                        assert_eq!(answer.body(), b"well", "{answer:?}");
                        assert!(begun.elapsed() < SOON, "a quiet client waited {:?}", begun.elapsed());
                        answered += 1;
                        thread::sleep(Duration::from_millis(5));
                    }
                    answered
                })
            })
            .collect();
        let done = what();
        over.store(true, Ordering::Relaxed);
        (done, calm.into_iter().map(|one| one.join().expect("quiet clients are served")).sum())
    }

    /// Stops it and reads what it wrote. Nothing may be half-written, and nothing else may lie about.
    fn end(self) -> (Cassette, Done) {
        let done = self.recorder.stop();
        let names: Vec<_> = std::fs::read_dir(self.directory.path())
            .expect("a directory")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| name != "blobs" && name != ".truetape")
            .collect();
        assert_eq!(names, ["c.yaml"], "{done:?}");
        let loaded = cassettes::store::load(&self.directory.path().join("c.yaml")).expect("a cassette");
        assert_eq!(loaded.notes, [] as [String; 0]);
        (loaded.cassette, done)
    }
}

/// The faults of an upstream, and as what each is recorded.
const UPSTREAM: &[(&str, &str)] = &[
    ("silent", "timeout"),
    ("stalls-in-head", "timeout"),
    ("stalls-in-body", "timeout"),
    ("resets", "reset"),
    ("resets-in-head", "reset"),
    ("resets-in-body", "reset"),
    ("closes", "closed"),
    ("closes-in-head", "truncated"),
    ("closes-in-body", "truncated"),
    ("closes-in-chunk", "truncated"),
    ("trickles", "200"),
    ("garbage", "protocol"),
    ("huge-head", "protocol"),
    ("bad-chunk", "protocol"),
    ("too-much", "200"),
    ("twice", "200"),
    ("calm", "200"),
];

fn fail(fault: &str, stream: &mut TcpStream) -> bool {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let says = match fault {
        "stalls-in-head" | "resets-in-head" | "closes-in-head" => "HTTP/1.1 200 OK\r\nContent-Le".to_owned(),
        "stalls-in-body" | "resets-in-body" | "closes-in-body" => WHOLE.replace("well", "we"),
        "closes-in-chunk" => format!("{chunked}9\r\nhalf"),
        "bad-chunk" => format!("{chunked}4\r\nwell\r\nzz\r\n"),
        "garbage" => "\u{1}\u{2}no such protocol\r\n\r\n".to_owned(),
        "huge-head" => format!("HTTP/1.1 200 OK\r\nX-Long: {}", "x".repeat(8 * MEGABYTE)),
        "too-much" => format!("{WHOLE} and more than was told"),
        "twice" => WHOLE.repeat(2),
        "silent" | "resets" | "closes" => String::new(),
        "trickles" => {
            return WHOLE.as_bytes().iter().all(|byte| {
                thread::sleep(Duration::from_millis(3));
                stream.write_all(&[*byte]).is_ok()
            });
        }
        "large" => {
            format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", 8 * MEGABYTE, "x".repeat(8 * MEGABYTE))
        }
        "slow" => {
            let _ = stream.write_all(WHOLE.replace("well", "we").as_bytes());
            thread::sleep(Duration::from_millis(400));
            return stream.write_all(b"ll").is_ok();
        }
        _ => WHOLE.to_owned(),
    };
    let _ = stream.write_all(says.as_bytes());
    match fault.split('-').next() {
        Some("resets") => reset(stream),
        Some("closes") => close(stream),
        Some("silent" | "stalls") => {
            // Longer than the recorder waits, and no longer than it is there.
            let _ = stream.set_read_timeout(Some(Duration::from_secs(8)));
            let _ = stream.read(&mut [0; 16]);
            false
        }
        _ => true,
    }
}

#[test]
fn an_upstream_may_fail_in_every_way() {
    let scene = Scene::set();
    let (heard, answered) = scene.beside(|| {
        let asking: Vec<_> = (0..ROUNDS)
            .flat_map(|round| UPSTREAM.iter().map(move |(fault, _)| (round, *fault)))
            .map(|(round, fault)| {
                let url = scene.recorder.url().to_owned();
                let request =
                    format!("GET /{fault}/{round} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                let ask = move || ask_within(&url, request.as_bytes(), Duration::from_secs(4));
                (fault, thread::spawn(ask))
            })
            .collect();
        asking.into_iter().map(|(fault, asking)| (fault, asking.join().expect("an end"))).collect::<Vec<_>>()
    });
    for (fault, answer) in &heard {
        let whole = matches!(*fault, "trickles" | "too-much" | "twice" | "calm");
        assert!(!whole || answer.body() == b"well", "{fault}: {}", shown(answer));
    }
    let (cassette, done) = scene.end();
    assert_eq!(done.code, 0, "{done:?}");
    let mut recorded: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for exchange in &cassette.exchanges {
        let fault = exchange.request.target.split('/').nth(1).unwrap_or_default();
        recorded.entry(fault).or_default().push(exchange.answer.label());
        if let Some(reply) = exchange.answer.reply() {
            assert_eq!(reply.body.bytes(), b"well", "{fault}");
        }
    }
    let calm = recorded.remove("calm").unwrap_or_default();
    assert_eq!(calm, vec!["200"; answered + ROUNDS]);
    for (fault, label) in UPSTREAM.iter().filter(|(fault, _)| *fault != "calm") {
        assert_eq!(recorded.remove(fault).unwrap_or_default(), [*label; ROUNDS], "{fault}");
    }
    assert!(recorded.is_empty(), "{recorded:?}");
    println!(
        "{} faults of {} kinds beside {answered} quiet answers",
        heard.len() - ROUNDS,
        UPSTREAM.len() - 1
    );
}

/// The faults of a client: what it does at a base URL, in which round.
type Misbehaviour = (&'static str, fn(&str, usize));

const CLIENT: &[Misbehaviour] = &[
    ("says nothing", |url, _| drop(connect(url))),
    ("leaves in its head", |url, _| say(url, "GET /leaves-in-head HTTP/1.1\r\nHo")),
    ("leaves in its body", |url, _| {
        say(url, "POST /calm/body HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhal");
    }),
    // This vendor answers before it has the whole of it, and what it says is recorded.
    ("leaves in its chunk", |url, _| {
        say(url, "POST /calm/chunk HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhal");
    }),
    ("says garbage", |url, _| say(url, "\u{16}\u{3}\u{1} no such protocol\r\n\r\n")),
    ("says a huge head", |url, _| {
        say(url, &format!("GET /huge HTTP/1.1\r\nX-Long: {}", "x".repeat(4 * MEGABYTE)));
    }),
    ("leaves before the answer", |url, round| say(url, &request("slow", "unheard", round))),
    ("resets before the answer", |url, round| {
        let mut stream = connect(url);
        let _ = stream.write_all(request("slow", "reset", round).as_bytes());
        thread::sleep(Duration::from_millis(50));
        let _ = socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO));
    }),
    ("closes its half", |url, round| {
        let mut stream = connect(url);
        stream.write_all(request("slow", "half", round).as_bytes()).expect("taken");
        stream.shutdown(Shutdown::Write).expect("half closed");
        assert!(rest(&mut stream).ends_with("\r\n\r\nwell"));
    }),
    ("trickles", |url, round| {
        let mut stream = connect(url);
        for byte in request("calm", "trickled", round).bytes() {
            stream.write_all(&[byte]).expect("taken");
            thread::sleep(Duration::from_millis(2));
        }
        assert!(rest(&mut stream).ends_with("\r\n\r\nwell"));
    }),
    ("never reads", |url, round| {
        let mut stream = connect(url);
        stream.write_all(request("large", "unread", round).as_bytes()).expect("taken");
        thread::sleep(Duration::from_secs(3));
    }),
    ("reads a little and leaves", |url, round| {
        let mut stream = connect(url);
        stream.write_all(request("large", "little", round).as_bytes()).expect("taken");
        stream.read_exact(&mut [0; 1000]).expect("a little");
    }),
];

#[test]
fn a_client_may_fail_in_every_way() {
    let scene = Scene::set();
    let url = scene.recorder.url().to_owned();
    let ((), answered) = scene.beside(|| {
        let failing: Vec<_> = (0..ROUNDS)
            .flat_map(|round| CLIENT.iter().map(move |fault| (round, fault)))
            .map(|(round, (name, fails))| {
                let url = url.clone();
                (name, thread::spawn(move || fails(&url, round)))
            })
            .collect();
        for (name, failing) in failing {
            failing.join().unwrap_or_else(|_| panic!("a client that {name}"));
        }
        // What goes on without its client is recorded too.
        thread::sleep(Duration::from_secs(1));
    });
    let peak = peak_memory(&scene.recorder);
    let (cassette, done) = scene.end();
    assert_eq!(done.code, 0, "{done:?}");
    let mut recorded: BTreeMap<&str, usize> = BTreeMap::new();
    for exchange in &cassette.exchanges {
        let what = exchange.request.target.split('/').nth(2).unwrap_or_default();
        *recorded.entry(what.split('-').next().unwrap_or_default()).or_default() += 1;
        let reply = exchange.answer.reply().expect("the vendor answered every request that reached it");
        let large = exchange.request.target.starts_with("/large");
        assert!(large || reply.body.bytes() == b"well", "{}", exchange.request.target);
    }
    let calm: usize = (0..CALM).map(|client| recorded.remove(client.to_string().as_str()).unwrap_or(0)).sum();
    assert_eq!(calm, answered);
    for (what, (least, most)) in [
        ("chunk", (0, ROUNDS)),
        ("unheard", (0, ROUNDS)),
        ("reset", (0, ROUNDS)),
        ("half", (ROUNDS, ROUNDS)),
        ("trickled", (ROUNDS, ROUNDS)),
        ("unread", (ROUNDS, ROUNDS)),
        ("little", (ROUNDS, ROUNDS)),
    ] {
        let came = recorded.remove(what).unwrap_or(0);
        assert!((least..=most).contains(&came), "{what}: {came} exchanges");
    }
    assert!(recorded.is_empty(), "{recorded:?}");
    // Eight megabytes, eight times, and what comes with them.
    assert!(peak < 400 * MEGABYTE, "{peak} bytes of memory");
    println!(
        "{} clients failed in {} ways beside {answered} quiet answers",
        CLIENT.len() * ROUNDS,
        CLIENT.len()
    );
}

fn request(fault: &str, what: &str, round: usize) -> String {
    format!("GET /{fault}/{what}-{round} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
}

fn connect(url: &str) -> TcpStream {
    let stream = TcpStream::connect(url.trim_start_matches("http://")).expect("somebody listens");
    stream.set_read_timeout(Some(SOON)).expect("a timeout");
    stream
}

/// Says this and leaves.
fn say(url: &str, text: &str) {
    let mut stream = connect(url);
    let _ = stream.write_all(text.as_bytes());
    thread::sleep(Duration::from_millis(100));
}

fn rest(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    text
}

fn shown(answer: &Answer) -> String {
    format!("{:?} then {:?}", answer.text().chars().take(200).collect::<String>(), answer.error)
}

/// The most memory that a process ever had, in bytes; zero where the system does not tell.
fn peak_memory(running: &Running) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse::<usize>().ok()).unwrap_or(0) * 1024
}
