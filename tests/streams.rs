//! Every kind of stream, through a recorder and through its replay: events, long polls, uploads that trickle,
//! expectations, answers without a body, redirects, and bodies larger than memory should hold.

use crate::support::{Answer, Running, Upstream, ask, client::ask_raw, get};
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    sync::mpsc,
    thread::sleep,
    time::{Duration, Instant},
};

pub(crate) const MIB: usize = 1024 * 1024;

/// Runs the client against the recorder in front of the vendor, and against the replay at the given speed.
pub(crate) fn both<T>(vendor: &Upstream, speed: &str, client: impl Fn(&Running) -> T) -> [T; 2] {
    let directory = tempfile::tempdir().expect("a directory");
    let recorder = record(directory.path(), vendor);
    let real = client(&recorder);
    let done = recorder.stop();
    assert_eq!(done.code, 0, "{done:?}");
    let replay = Running::start(&["replay", "c.yaml", "--speed", speed], directory.path(), 1);
    let again = client(&replay);
    let done = replay.stop();
    assert!(done.code == 0 && done.stderr.contains("no miss"), "{done:?}");
    [real, again]
}

pub(crate) fn record(directory: &Path, vendor: &Upstream) -> Running {
    Running::start(&["record", "--upstream", &vendor.url, "--cassette", "c.yaml"], directory, 1)
}

/// When a text was whole for the client, in milliseconds.
fn when(answer: &Answer, text: &str) -> u128 {
    let end = answer.text().find(text).expect("it came") + text.len();
    let mut seen = 0;
    for (at, bytes) in &answer.reads {
        seen += bytes;
        if seen >= end {
            return at.as_millis();
        }
    }
    u128::MAX
}

#[test]
fn events_keep_their_gaps() {
    let vendor = Upstream::start(|_, stream| {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";
        let _ = stream.write_all(head.as_bytes());
        for n in 0..4 {
            let _ = stream.write_all(format!("data: {{\"n\":{n}}}\n\n").as_bytes());
            sleep(Duration::from_millis(250));
        }
        false
    });
    for answer in both(&vendor, "recorded", |at| get(at.url(), "/events")) {
        let came: Vec<u128> = (0..4).map(|n| when(&answer, &format!("\"n\":{n}}}\n\n"))).collect();
        for gap in came.windows(2) {
            assert!((180..450).contains(&(gap[1] - gap[0])), "{came:?}");
        }
    }
}

#[test]
fn a_long_poll_is_waited_for() {
    let vendor = Upstream::start(|_, stream| {
        sleep(Duration::from_millis(2500));
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok").is_ok()
    });
    for answer in both(&vendor, "recorded", |at| get(at.url(), "/poll")) {
        assert!(answer.body() == b"ok" && (2300..4500).contains(&when(&answer, "ok")), "{answer:?}");
    }
}

#[test]
fn an_upload_reaches_the_vendor_as_it_comes() {
    let (send, received) = mpsc::channel();
    let vendor = Upstream::start(move |_, stream| {
        let (mut seen, begun) = (Vec::new(), Instant::now());
        while !seen.ends_with(b"0\r\n\r\n") {
            let mut buffer = [0; 4096];
            let read = stream.read(&mut buffer).expect("more of it");
            seen.extend_from_slice(&buffer[..read]);
            let _ = send
                .send((begun.elapsed().as_millis(), String::from_utf8_lossy(&buffer[..read]).into_owned()));
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok").is_ok()
    });
    let answers = both(&vendor, "instant", |at| {
        let mut stream = TcpStream::connect(at.url().trim_start_matches("http://")).expect("it listens");
        let head = "POST /up HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
        let _ = stream.write_all(head.as_bytes());
        for piece in ["1\r\na\r\n", "1\r\nb\r\n", "1\r\nc\r\n", "0\r\n\r\n"] {
            sleep(Duration::from_millis(200));
            let _ = stream.write_all(piece.as_bytes());
        }
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        text
    });
    assert!(answers.iter().all(|answer| answer.ends_with("\r\n\r\nok")), "{answers:?}");
    let came: Vec<(u128, String)> = received.try_iter().collect();
    let first = came.iter().find(|(_, text)| text.contains('a')).expect("a").0;
    let last = came.iter().find(|(_, text)| text.contains('c')).expect("c").0;
    assert!(last - first >= 300, "{came:?}");
}

#[test]
fn an_expectation_is_met_by_whoever_answers() {
    let vendor = Upstream::start(|asked, stream| {
        if asked.header("expect").is_some() {
            let _ = stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
        }
        // The body is not read as long as it is not asked for: this reader has taken it already.
        stream.write_all(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").is_ok()
    });
    let answers = both(&vendor, "instant", |at| {
        let head =
            "POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n";
        let mut stream = TcpStream::connect(at.url().trim_start_matches("http://")).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(5))).expect("a timeout");
        let _ = stream.write_all(head.as_bytes());
        let mut first = [0; 25];
        stream.read_exact(&mut first).expect("an interim reply before the body");
        let _ = stream.write_all(b"2\r\nhi\r\n0\r\n\r\n");
        let mut text = String::from_utf8_lossy(&first).into_owned();
        let _ = stream.read_to_string(&mut text);
        text
    });
    for answer in answers {
        assert!(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n"), "{answer}");
    }
}

#[test]
fn answers_without_a_body_and_redirects_stay_what_they_are() {
    let vendor = Upstream::start(|asked, stream| {
        let host = asked.header("host").unwrap_or_default();
        let head = match asked.target.as_str() {
            "/head" => "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\nETag: \"a\"\r\n\r\n".to_owned(),
            _ => format!("HTTP/1.1 302 Found\r\nLocation: http://{host}/next\r\nContent-Length: 0\r\n\r\n"),
        };
        stream.write_all(head.as_bytes()).is_ok() && asked.target != "/head"
    });
    let answers = both(&vendor, "instant", |at| {
        let head = ask(at.url(), "HEAD", "/head", &[], b"");
        (head, get(at.url(), "/moved"), at.url().to_owned())
    });
    for (head, moved, url) in answers {
        assert_eq!(
            (head.header("content-length").as_deref(), head.body().len()),
            (Some("1234"), 0),
            "{head:?}"
        );
        assert_eq!(
            (moved.status(), moved.header("location")),
            (302, Some(format!("{url}/next"))),
            "{moved:?}"
        );
    }
}

/// The most memory that a process has ever held, in MiB.
#[cfg(target_os = "linux")]
pub(crate) fn peak(running: &Running) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", running.id())).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") / 1024
}

/// Two hundred megabytes pass, framed by length and in chunks, and memory holds a few of them; also where the
/// client is much slower than the vendor.
#[test]
#[cfg(target_os = "linux")]
fn a_very_large_body_costs_no_memory() {
    const COUNT: usize = 200;
    let vendor = Upstream::start(|asked, stream| {
        let chunked = asked.target == "/chunked";
        let framing = if chunked {
            "Transfer-Encoding: chunked".to_owned()
        } else {
            format!("Content-Length: {}", COUNT * MIB)
        };
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n{framing}\r\n\r\n");
        let _ = stream.write_all(head.as_bytes());
        let mut piece = vec![0xfe; MIB];
        for n in 0..COUNT {
            piece[..8].copy_from_slice(&n.to_be_bytes());
            let framed = if chunked { [&b"100000\r\n"[..], &piece, b"\r\n"].concat() } else { piece.clone() };
            if stream.write_all(&framed).is_err() {
                return false;
            }
        }
        chunked && stream.write_all(b"0\r\n\r\n").is_ok()
    });
    // Reads and forgets; the first megabytes slowly.
    let download = |at: &Running, target: &str| {
        let authority = at.url().trim_start_matches("http://");
        let mut stream = TcpStream::connect(authority).expect("it listens");
        let head = format!("GET {target} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).expect("taken");
        let (mut buffer, mut total) = (vec![0; 256 * 1024], 0);
        loop {
            let read = stream.read(&mut buffer).expect("more of it");
            if read == 0 {
                return total;
            }
            total += read;
            if total < 4 * MIB {
                sleep(Duration::from_millis(30));
            }
        }
    };
    let sizes = both(&vendor, "instant", |at| {
        let sizes = [download(at, "/whole"), download(at, "/chunked")];
        let peak = peak(at);
        assert!(peak < 100, "{peak} MiB");
        sizes
    });
    for [whole, chunked] in sizes {
        assert!(whole > COUNT * MIB && whole < COUNT * MIB + 1000, "{whole}");
        assert!(chunked > COUNT * MIB && chunked < COUNT * MIB + 100_000, "{chunked}");
    }
}

/// What is large and opaque is not looked into: a secret in it keeps the exchange from being saved.
#[test]
fn a_secret_in_a_very_large_body_is_not_written() {
    let vendor = Upstream::start(|_, stream| {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\nContent-Length: {}\r\n\r\n",
            3 * MIB
        );
        let mut body = vec![0xfe; 3 * MIB];
        let secret = format!("ghp_{}", "16C7e42F292c6912E7710c838347Ae178B4a");
        body[2 * MIB - 10..][..secret.len()].copy_from_slice(secret.as_bytes());
        stream.write_all(&[head.as_bytes(), &body].concat()).is_ok()
    });
    let directory = tempfile::tempdir().expect("a directory");
    let recorder = record(directory.path(), &vendor);
    let request = b"GET /big.zip HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert!(ask_raw(recorder.url(), request).bytes.len() > 3 * MIB, "the client gets it all the same");
    let done = recorder.stop();
    assert!(done.stderr.contains("a body of 3145728 bytes: not saved: it holds a GitHub token"), "{done:?}");
    let left = std::fs::read_dir(directory.path().join("blobs")).map_or(0, Iterator::count);
    assert_eq!(left, 0);
}
