//! Clients that are many, slow, huge, or speak no HTTP: the replay holds little for each, ends what leads nowhere, and
//! answers quiet clients beside them as if nothing were.
//!
//! `TRUETAPE_FAULTS=full` tries each with the numbers that its limit is made for.

use crate::support::{Running, get};
use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{Shutdown, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// What one quiet answer may take on a busy machine.
const SOON: Duration = Duration::from_secs(5);
const MEGABYTE: usize = 1024 * 1024;
/// The body of `/big`.
const BIG: usize = 3 * MEGABYTE;

fn scaled(plain: usize, full: usize) -> usize {
    if std::env::var("TRUETAPE_FAULTS").is_ok_and(|scale| scale == "full") { full } else { plain }
}

/// A replay of two exchanges, `/calm` and `/big`.
struct Scene {
    replay: Running,
    _directory: tempfile::TempDir,
}

impl Scene {
    fn set() -> Scene {
        Scene::limited("true")
    }

    /// Below a shell that sets these limits first.
    fn limited(limits: &str) -> Scene {
        let directory = tempfile::tempdir().expect("a directory");
        let exchange = |id: u32, target: &str, body: &str| {
            format!(
                "- id: {id}\n  at: \"2026-01-31T12:00:00.000000Z\"\n  request: {{method: GET, target: {target}}}\n  \
                 reply: {{status: 200, headers: [\"Content-Length: {}\"], body: {{text: \"{body}\"}}}}\n",
                body.len()
            )
        };
        let big = "b".repeat(BIG);
        let all = [exchange(1, "/calm", "well"), exchange(2, "/big", &big)].concat();
        let text = format!("truetape: 1\nupstreams: [\"http://vendor.test\"]\nexchanges:\n{all}");
        std::fs::write(directory.path().join("c.yaml"), text).expect("written");
        let arguments = ["replay", "c.yaml", "--repeat", "--journal", "journal.jsonl"];
        let replay = Running::start_limited(limits, &arguments, directory.path());
        assert_eq!(get(replay.url(), "/big").body().len(), BIG);
        Scene { replay, _directory: directory }
    }

    fn connect(&self) -> TcpStream {
        let authority = self.replay.url().trim_start_matches("http://");
        let stream = TcpStream::connect(authority).expect("somebody listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream.set_write_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream
    }

    /// Does this while quiet clients ask; none of them waits, and so many bytes more are held at most.
    fn beside(&self, more: usize, what: impl FnOnce()) {
        let before = self.held();
        let over = Arc::new(AtomicBool::new(false));
        let calm: Vec<_> = (0..2)
            .map(|_| {
                let (over, url) = (Arc::clone(&over), self.replay.url().to_owned());
                thread::spawn(move || {
                    let mut answered = 0;
                    while !over.load(Ordering::Relaxed) {
                        let begun = Instant::now();
                        assert_eq!(get(&url, "/calm").body(), b"well");
                        assert!(begun.elapsed() < SOON, "a quiet client waited {:?}", begun.elapsed());
                        answered += 1;
                        thread::sleep(Duration::from_millis(5));
                    }
                    answered
                })
            })
            .collect();
        what();
        let held = self.held();
        over.store(true, Ordering::Relaxed);
        for client in calm {
            assert!(client.join().expect("quiet clients are served") > 0);
        }
        assert!(held < before + more, "{before} bytes were held, {held} while it went on");
    }

    /// The memory it holds, in bytes; 0 where the system does not tell.
    fn held(&self) -> usize {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.replay.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|l| l.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or(0) * 1024
    }

    /// Ends it as users do: whatever was done to it, it is still there to say what it saw.
    fn end(self) {
        let done = self.replay.stop();
        assert!(matches!(done.code, 0 | 1) && !done.stderr.contains("panicked"), "{done:?}");
    }
}

const CALM: &[u8] = b"GET /calm HTTP/1.1\r\nHost: h\r\n\r\n";
const ASK_BIG: &[u8] = b"GET /big HTTP/1.1\r\nHost: h\r\n\r\n";

fn answered(stream: &mut TcpStream) {
    let mut answer = vec![0; b"HTTP/1.1 200 \r\nContent-Length: 4\r\n\r\nwell".len()];
    stream.read_exact(&mut answer).expect("an answer");
    assert!(answer.ends_with(b"well"), "{}", String::from_utf8_lossy(&answer));
}

#[test]
fn a_crowd_of_idle_connections_costs_little_and_the_active_are_answered() {
    let scene = Scene::set();
    let (idle, active) = (scaled(300, 10_000), scaled(60, 1_000));
    // A task, its buffer and what the system's allocator rounds them to.
    scene.beside((idle + active) * 12 * 1024 + 8 * MEGABYTE, || {
        let mut crowd: Vec<TcpStream> = (0..idle).map(|_| scene.connect()).collect();
        let mut busy: Vec<TcpStream> = (0..active).map(|_| scene.connect()).collect();
        for stream in crowd.iter_mut().step_by(2) {
            stream.write_all(CALM).expect("taken");
            answered(stream);
        }
        for _ in 0..5 {
            for stream in &mut busy {
                stream.write_all(CALM).expect("taken");
            }
            busy.iter_mut().for_each(answered);
        }
    });
    scene.end();
}

#[test]
fn slow_clients_hold_a_connection_and_nothing_else() {
    let scene = Scene::set();
    let each = scaled(20, 300);
    scene.beside(each * 3 * 200 * 1024 + 8 * MEGABYTE, || {
        let heads: Vec<TcpStream> = (0..each).map(|_| scene.connect()).collect();
        let bodies: Vec<TcpStream> = (0..each).map(|_| scene.connect()).collect();
        let readers: Vec<TcpStream> = (0..each).map(|_| scene.connect()).collect();
        for mut stream in &bodies {
            stream
                .write_all(b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n")
                .expect("taken");
        }
        for mut stream in &readers {
            stream.write_all(ASK_BIG).expect("taken");
        }
        let mut drop = [0; 512];
        for byte in CALM.iter().take(25) {
            for mut stream in heads.iter().chain(&bodies) {
                stream.write_all(&[*byte]).expect("drops are taken");
            }
            for mut stream in &readers {
                stream.read_exact(&mut drop).expect("drops are given");
            }
            thread::sleep(Duration::from_millis(20));
        }
        for mut stream in heads {
            stream.write_all(&CALM[25..]).expect("taken");
            answered(&mut stream);
        }
    });
    scene.end();
}

#[test]
fn clients_that_never_read_are_held_no_answer() {
    let scene = Scene::set();
    let clients = scaled(20, 200);
    // Ten answers of 3 MiB each are due to each of them.
    scene.beside(clients * 200 * 1024 + 8 * MEGABYTE, || {
        let mut deaf: Vec<TcpStream> = (0..clients).map(|_| scene.connect()).collect();
        for stream in &mut deaf {
            stream.write_all(&ASK_BIG.repeat(10)).expect("taken");
        }
        thread::sleep(Duration::from_millis(500));
    });
    scene.end();
}

#[test]
fn a_huge_request_is_told_by_its_digest_alone() {
    let scene = Scene::set();
    let size = scaled(48, 1024) * MEGABYTE;
    let piece = vec![b'u'; MEGABYTE];
    scene.beside(24 * MEGABYTE, || {
        for chunked in [false, true] {
            let mut stream = scene.connect();
            let length =
                if chunked { "Transfer-Encoding: chunked".into() } else { format!("Content-Length: {size}") };
            let head = format!("POST /upload HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{length}\r\n\r\n");
            stream.write_all(head.as_bytes()).expect("taken");
            for _ in 0..size / piece.len() {
                if chunked {
                    stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).expect("taken");
                }
                stream.write_all(&piece).expect("taken to the end");
                if chunked {
                    stream.write_all(b"\r\n").expect("taken");
                }
            }
            if chunked {
                stream.write_all(b"0\r\n\r\n").expect("taken");
            }
            let mut answer = String::new();
            stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
            stream.read_to_string(&mut answer).expect("an answer");
            assert!(answer.starts_with("HTTP/1.1 501 "), "{answer}");
        }
    });
    scene.end();
}

/// What two readers could understand in two ways, or nobody in any.
const MALFORMED: [&str; 24] = [
    "GET /calm HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n",
    "GET /calm HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nwell",
    "GET /calm HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "GET /calm HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "GET /calm HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "GET /calm HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "GET /calm HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "GET /calm HTTP/1.1\r\nHost: h\r\nContent-Length: +4\r\n\r\nwell",
    "GET /calm HTTP/1.1\r\nHost: h\r\nContent-Length: 4, 4\r\n\r\nwell",
    "GET /calm HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "GET /calm HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n",
    "GET /calm HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
    "GET /calm HTTP/1.1\r\n\r\n",
    "GET /calm HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n",
    "GET /ca\0lm HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /calm HTTP/1.1\r\nHost: h\r\n: nameless\r\n\r\n",
    "GET /calm HTTP/1.1\r\nHost: h\r\nno colon\r\n\r\n",
    "GET /calm\r\n\r\n",
    "GET /calm HTTP/3.0\r\nHost: h\r\n\r\n",
    "GET  /calm HTTP/1.1\r\nHost: h\r\n\r\n",
    "\0\0\0\0\0\0\0\0\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    "POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
];

#[test]
fn what_is_no_http_is_refused_and_its_connection_ended() {
    let scene = Scene::set();
    let long = format!("GET /{} HTTP/1.1\r\nHost: h\r\n\r\n", "a".repeat(MEGABYTE));
    let many = format!("GET /calm HTTP/1.1\r\nHost: h\r\n{}\r\n", "a: b\r\n".repeat(50_000));
    let connect = "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n";
    scene.beside(16 * MEGABYTE, || {
        for _ in 0..scaled(2, 50) {
            for sent in MALFORMED.iter().copied().chain([long.as_str(), &many, connect]) {
                let mut stream = scene.connect();
                // A request behind it must not be taken for one: it may be part of the first.
                let behind = "GET /calm HTTP/1.1\r\nHost: h\r\n\r\n";
                let _ = stream.write_all(sent.as_bytes());
                let _ = stream.write_all(behind.as_bytes());
                let _ = stream.shutdown(Shutdown::Write);
                let mut answer = Vec::new();
                match stream.read_to_end(&mut answer) {
                    Ok(_) => {}
                    // What was not read when it was refused turns the end into a reset.
                    Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{sent:.80}"),
                }
                let answer = String::from_utf8_lossy(&answer);
                let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 4");
                let refused = refused || sent == connect && answer.starts_with("HTTP/1.1 501 ");
                assert!(refused && (sent == connect || !answer.contains("well")), "{sent:.80}: {answer}");
            }
        }
    });
    scene.end();
}

#[test]
fn ten_thousand_requests_in_one_breath_are_answered_in_order() {
    let scene = Scene::set();
    scene.beside(8 * MEGABYTE, || {
        let mut stream = scene.connect();
        let mut asking = stream.try_clone().expect("a clone");
        let asker = thread::spawn(move || asking.write_all(&CALM.repeat(10_000)));
        for _ in 0..10_000 {
            answered(&mut stream);
        }
        asker.join().expect("joined").expect("all were taken");
    });
    scene.end();
}

/// Frames of HTTP/2 (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

#[test]
fn windows_that_stay_shut_and_floods_of_settings_hold_nothing() {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let scene = Scene::set();
    let connections = scaled(5, 50);
    // SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113 §6.5.2): nothing of any answer may be sent.
    let shut = [&[0, 4][..], &0_u32.to_be_bytes()].concat();
    let head = [&[0x82, 0x86, 0x41, 1, b'h', 0x04, 4][..], b"/big"].concat();
    // A bridge and a buffer for each of fifty streams.
    scene.beside(connections * 50 * 192 * 1024 + 16 * MEGABYTE, || {
        let mut all = Vec::new();
        for _ in 0..connections {
            let mut stream = scene.connect();
            let mut bytes = [PREFACE, &frame(4, 0, 0, &shut)].concat();
            for number in 0..50 {
                bytes.extend(frame(1, 5, 2 * number + 1, &head));
            }
            stream.write_all(&bytes).expect("taken");
            all.push(stream);
        }
        thread::sleep(Duration::from_millis(500));
        for stream in &mut all {
            // Nobody reads the acknowledgements: sooner or later these are not taken any more, or the end comes.
            stream.set_write_timeout(Some(Duration::from_millis(200))).expect("a timeout");
            let _ = stream.write_all(&frame(4, 0, 0, &shut).repeat(20_000));
        }
    });
    scene.end();
}

#[cfg(target_os = "linux")]
#[test]
fn without_descriptors_it_waits_and_then_goes_on() {
    let scene = Scene::limited("ulimit -n 40");
    let ticks = || -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", scene.replay.id())).expect("alive");
        let fields: Vec<&str> = stat.rsplit_once(')').expect("a name").1.split_whitespace().collect();
        fields[11..13].iter().map(|n| n.parse::<u64>().expect("a number")).sum()
    };
    let crowd: Vec<TcpStream> = (0..100).map(|_| scene.connect()).collect();
    thread::sleep(Duration::from_millis(200));
    let before = ticks();
    thread::sleep(Duration::from_secs(1));
    assert!(ticks() - before < 50, "half of the second was spent on accepting in vain");
    drop(crowd);
    assert_eq!(get(scene.replay.url(), "/calm").body(), b"well");
    scene.end();
}
