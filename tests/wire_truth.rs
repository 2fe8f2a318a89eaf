//! Bytes in are bytes out: while recording, in the file, and in the replay.

use crate::support::{Answer, Running, Upstream, ask_within, get, truetape, upstream};
use std::{io::Write as _, net::TcpStream, path::Path, thread, time::Duration};

/// Records one GET of each target, then replays it. Gives, for each, what the client saw directly, recorded, replayed.
fn thrice(upstream: &Upstream, targets: &[&str], replay_options: &[&str]) -> Vec<[Answer; 3]> {
    let directory = tempfile::tempdir().expect("a directory");
    let recorder = Running::start(
        &["record", "--upstream", &upstream.url, "--cassette", "c.yaml", "--timeout", "1"],
        directory.path(),
        1,
    );
    let recorded: Vec<Answer> = targets.iter().map(|t| get(recorder.url(), t)).collect();
    let done = recorder.stop();
    assert_eq!(done.code, 0, "{done:?}");
    replay(directory.path(), targets, replay_options)
        .into_iter()
        .zip(recorded)
        .zip(targets)
        .map(|((replayed, recorded), target)| [get(&upstream.url, target), recorded, replayed])
        .collect()
}

fn replay(directory: &Path, targets: &[&str], options: &[&str]) -> Vec<Answer> {
    let replay = Running::start(&[&["replay", "c.yaml"], options].concat(), directory, 1);
    let answers = targets.iter().map(|t| get(replay.url(), t)).collect();
    let done = replay.stop();
    assert_eq!(done.code, 0, "{done:?}");
    answers
}

fn raw(bytes: Vec<u8>) -> Upstream {
    Upstream::start(move |_, stream| stream.write_all(&bytes).is_ok() && upstream::close(stream))
}

fn framed(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 Entirely Fine\r\n{headers}Content-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[test]
fn bodies_and_heads_survive_byte_for_byte() {
    let json = br#"{"a":10.10,"b":1.0,"c":1e2,"d":12345678901234567890123,"a":"again", "e":"\u00e9\ud800"}"#;
    let gzip: &[u8] = &[
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0x56, 0x4a, 0x54, 0xb2, 0x32, 0xd4, 0x33, 0xac, 0x05, 0,
        0x2b, 0x0a, 0x2f, 0x46, 9, 0, 0, 0,
    ];
    let bodies: [(&str, &[u8]); 7] = [
        ("Content-Type: application/json\r\n", json),
        ("content-type: application/json\r\nContent-Encoding: gzip\r\n", gzip),
        ("Content-Type: text/csv\r\n", b"a,b\r\n\"1,234.56\",2\r\n"),
        ("Content-Type: text/plain; charset=latin-1\r\n", b"caf\xe9 \xff"),
        ("Content-Type: application/json\r\n", b"{\n  \"pretty\": [1,\n 2]\n}\n"),
        ("Content-Type: application/octet-stream\r\n", &[0; 3000]),
        ("", b""),
    ];
    for (kind, body) in bodies {
        let headers = format!(
            "Date: Sat, 21 Nov 2026 22:00:00 GMT\r\nset-Cookie: \r\nX-ODD-case: 1\r\n{kind}Set-Cookie: \r\nx-odd-CASE: 2\r\n"
        );
        let wire = framed(&headers, body);
        let upstream = raw(wire.clone());
        for [direct, recorded, replayed] in thrice(&upstream, &["/x"], &[]) {
            assert_eq!(direct.bytes, wire);
            assert_eq!(recorded.text(), direct.text(), "recorded");
            assert_eq!(recorded.bytes, wire, "recorded");
            assert_eq!(replayed.text(), direct.text(), "replayed");
            assert_eq!(replayed.bytes, wire, "replayed");
        }
    }
}

#[test]
fn chunks_trailers_and_interim_replies_survive() {
    let wire = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
        5\r\nhello\r\n1\r\n,\r\n6\r\n world\r\n0\r\nX-Sum: 12\r\n\r\n";
    let upstream = raw(wire.to_vec());
    for [direct, recorded, replayed] in thrice(&upstream, &["/x"], &[]) {
        assert_eq!(direct.bytes, wire);
        assert_eq!(recorded.text(), direct.text());
        assert_eq!(replayed.text(), direct.text());
    }
}

/// What a client can tell of how a connection ended.
fn ending(answer: &Answer) -> (String, Option<std::io::ErrorKind>) {
    (answer.text(), answer.error)
}

#[test]
fn failures_are_recorded_whole_and_replayed_as_what_they_were() {
    let upstream = Upstream::start(|asked, stream: &mut TcpStream| match asked.target.as_str() {
        "/missing" => {
            stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}").is_ok()
                && upstream::close(stream)
        }
        "/reset" => upstream::reset(stream),
        "/reset-midway" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            upstream::reset(stream)
        }
        "/truncated" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            upstream::close(stream)
        }
        "/truncated-chunk" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
            upstream::close(stream)
        }
        "/half-a-head" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Ty");
            upstream::close(stream)
        }
        "/nonsense" => {
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n");
            upstream::close(stream)
        }
        _ => upstream::close(stream),
    });
    let targets = [
        "/missing",
        "/reset",
        "/reset-midway",
        "/truncated",
        "/truncated-chunk",
        "/closed",
        "/half-a-head",
        "/half-a-head",
        "/nonsense",
    ];
    for ([direct, recorded, replayed], target) in thrice(&upstream, &targets, &[]).into_iter().zip(targets) {
        assert_eq!(ending(&recorded), ending(&direct), "{target} recorded");
        assert_eq!(ending(&replayed), ending(&direct), "{target} replayed");
    }
}

#[test]
fn a_timeout_is_a_timeout_and_never_an_answer() {
    let upstream = Upstream::start(|_, stream| {
        thread::sleep(Duration::from_secs(60));
        upstream::close(stream)
    });
    let directory = tempfile::tempdir().expect("a directory");
    let arguments = ["record", "--upstream", &upstream.url, "--cassette", "c.yaml", "--timeout", "0.3"];
    let recorder = Running::start(&arguments, directory.path(), 1);
    // A client that is more patient than the recorder still sees silence, and gives up by itself.
    let patient = |url: &str| {
        let answer = ask_within(url, b"GET /slow HTTP/1.1\r\nHost: h\r\n\r\n", Duration::from_secs(2));
        (answer.bytes, answer.error)
    };
    let gave_up = (Vec::new(), Some(std::io::ErrorKind::WouldBlock));
    assert_eq!(patient(recorder.url()), gave_up);
    assert_eq!(recorder.stop().code, 0);
    let text = std::fs::read_to_string(directory.path().join("c.yaml")).expect("a cassette");
    assert!(text.contains("kind: timeout"), "{text}");
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    assert_eq!(patient(replay.url()), gave_up);
    assert_eq!(replay.stop().code, 0);
}

#[test]
fn server_sent_events_keep_their_gaps_while_recording_and_replaying() {
    const GAP: Duration = Duration::from_millis(250);
    let upstream = Upstream::start(|_, stream| {
        let _ = stream.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
        );
        for event in 1..=4 {
            thread::sleep(GAP);
            let data = format!("data: {event}\n\n");
            let _ = stream.write_all(format!("{:x}\r\n{data}\r\n", data.len()).as_bytes());
        }
        let _ = stream.write_all(b"0\r\n\r\n");
        upstream::close(stream)
    });
    let [[direct, recorded, replayed]] = &thrice(&upstream, &["/events"], &["--speed", "recorded"])[..]
    else {
        panic!("one target")
    };
    assert_eq!(recorded.body(), direct.body());
    assert_eq!(replayed.bytes, direct.bytes);
    for (name, answer) in [("recorded", recorded), ("replayed", replayed)] {
        let mut events: Vec<Duration> = answer.reads.iter().map(|(at, _)| *at).collect();
        events.dedup_by(|a, b| *a < *b + Duration::from_millis(60));
        let gaps: Vec<_> = events.windows(2).map(|w| w[1] - w[0]).collect();
        let spread = answer.reads.last().expect("reads").0 - answer.reads.first().expect("reads").0;
        assert!(gaps.len() >= 3, "{name}: {:?}", answer.reads);
        // Loose on purpose: a busy machine delays, but four events never come at once.
        assert!(gaps.iter().all(|gap| *gap > GAP / 3), "{name}: {gaps:?}");
        assert!(spread > GAP * 2, "{name}: {spread:?}");
    }
}

#[test]
fn a_refused_upstream_is_recorded_and_the_client_gets_no_invented_status() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", free.local_addr().expect("an address"));
    drop(free);
    let directory = tempfile::tempdir().expect("a directory");
    let recorder =
        Running::start(&["record", "--upstream", &url, "--cassette", "c.yaml"], directory.path(), 1);
    let answer = get(recorder.url(), "/x");
    assert!(answer.bytes.is_empty(), "{answer:?}");
    let done = recorder.stop();
    assert_eq!(done.code, 3, "nobody was asked: {done:?}");
    assert!(done.stderr.contains("failed: refused at") && done.stderr.contains("hint:"), "{done:?}");
    let text = std::fs::read_to_string(directory.path().join("c.yaml")).expect("a cassette");
    assert!(text.contains("kind: refused"), "{text}");
    let done = truetape(&["inspect", "c.yaml"], directory.path());
    assert!(done.stdout.contains("refused"), "{done:?}");
}
