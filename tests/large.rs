//! Requests and texts that are larger than memory should hold, through a recorder and through its replay.

use crate::{
    streams::{MIB, both, peak, record},
    support::{Answer, Running, Upstream, client::ask_raw},
};
use cassettes::model::Digest;
use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    thread::sleep,
    time::Duration,
};

/// Takes a request's body to its end, whatever frames it, and says how long it was.
fn storage() -> Upstream {
    Upstream::start(|asked, stream| {
        if asked.header("transfer-encoding").is_some() {
            let (mut end, mut piece) = (asked.body.clone(), vec![0; 256 * 1024]);
            while !end.ends_with(b"0\r\n\r\n") {
                match stream.read(&mut piece) {
                    Ok(read @ 1..) => end.extend_from_slice(&piece[..read]),
                    _ => return false,
                }
                end.drain(..end.len().saturating_sub(5));
            }
        }
        stream.write_all(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok").is_ok()
    })
}

fn connect(at: &Running) -> TcpStream {
    TcpStream::connect(at.url().trim_start_matches("http://")).expect("it listens")
}

/// Sends a body of so many mebibytes, each of which begins with its number, and gives the answer.
fn upload(at: &Running, target: &str, chunked: bool, count: usize) -> String {
    let mut stream = connect(at);
    let framing = match chunked {
        true => "Transfer-Encoding: chunked".to_owned(),
        false => format!("Content-Length: {}", count * MIB),
    };
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n{framing}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("taken");
    let mut piece = vec![0xfe; MIB];
    for n in 0..count {
        piece[..8].copy_from_slice(&n.to_be_bytes());
        if chunked {
            stream.write_all(b"100000\r\n").expect("taken");
        }
        stream.write_all(&piece).expect("taken");
        if chunked {
            stream.write_all(b"\r\n").expect("taken");
        }
    }
    if chunked {
        stream.write_all(b"0\r\n\r\n").expect("taken");
    }
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    text
}

/// Names of the files in `blobs/`.
fn blobs(directory: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(directory.join("blobs")) else { return Vec::new() };
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
#[cfg(target_os = "linux")]
fn a_very_large_upload_costs_no_memory() {
    let answers = both(&storage(), "instant", |at| {
        let answers = [upload(at, "/whole", false, 200), upload(at, "/chunked", true, 200)];
        let peak = peak(at);
        assert!(peak < 100, "{peak} MiB");
        answers
    });
    assert!(answers.iter().flatten().all(|answer| answer.ends_with("\r\n\r\nok")), "{answers:?}");
}

fn post(at: &Running, media: &str, body: &[u8]) -> Answer {
    let head = format!(
        "POST /files HTTP/1.1\r\nHost: x\r\nContent-Type: {media}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    ask_raw(at.url(), &[head.as_bytes(), body].concat())
}

#[test]
fn one_wrong_byte_in_a_large_upload_is_a_miss_that_says_the_digests() {
    let directory = tempfile::tempdir().expect("a directory");
    let recorder = record(directory.path(), &storage());
    let mut body = vec![0xfe; 3 * MIB];
    assert_eq!(post(&recorder, "video/mp4", &body).status(), 201);
    let done = recorder.stop();
    assert_eq!(done.code, 0, "{done:?}");
    let recorded = Digest::of(&body).to_string();
    assert_eq!(blobs(directory.path()), std::slice::from_ref(&recorded));
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    body[2 * MIB] = 0;
    let miss = post(&replay, "video/mp4", &body);
    let asked = Digest::of(&body).to_string();
    assert!(miss.text().contains(&asked) && miss.text().contains(&recorded), "{}", miss.text());
    body[2 * MIB] = 0xfe;
    assert_eq!(post(&replay, "video/mp4", &body).status(), 201);
    assert_eq!(post(&replay, "video/mp4", &body[1..]).status(), miss.status(), "a byte less");
    replay.stop();
}

/// A form in parts that is as large as this is kept as it came; a boundary makes no difference all the same.
#[test]
fn a_large_form_in_parts_is_found_whatever_its_boundary() {
    let form = |boundary: &str, name: &str| {
        let mut body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\none\r\n--{boundary}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n"
        )
        .into_bytes();
        body.resize(body.len() + 33 * MIB, 0xfe);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        body
    };
    let send = |at: &Running, boundary: &str, name: &str| {
        post(at, &format!("multipart/form-data; boundary={boundary}"), &form(boundary, name)).status()
    };
    let directory = tempfile::tempdir().expect("a directory");
    let recorder = record(directory.path(), &storage());
    assert_eq!(send(&recorder, "aaa", "note"), 201);
    assert_eq!(send(&recorder, "aaa", "password"), 201, "the client gets its answer all the same");
    let done = recorder.stop();
    assert!(done.stderr.contains("it holds a part named `password`"), "{done:?}");
    assert_eq!(blobs(directory.path()).len(), 1, "only what is kept");
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    assert_eq!(send(&replay, "another-boundary", "note"), 201);
    assert_ne!(send(&replay, "another-boundary", "other"), 201);
    replay.stop();
}

/// Half an upload, then the client is gone or the recorder is killed.
#[test]
fn an_upload_that_breaks_off_leaves_nothing_that_could_be_taken_for_whole() {
    let directory = tempfile::tempdir().expect("a directory");
    let vendor = storage();
    let begin = |at: &Running| {
        let mut stream = connect(at);
        let head = format!(
            "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: {}\r\n\r\n",
            8 * MIB
        );
        stream.write_all(head.as_bytes()).expect("taken");
        stream.write_all(&vec![0xfe; 4 * MIB]).expect("taken");
        sleep(Duration::from_millis(500));
        stream
    };
    let recorder = record(directory.path(), &vendor);
    drop(begin(&recorder));
    sleep(Duration::from_millis(300));
    let done = recorder.stop();
    assert!(blobs(directory.path()).is_empty(), "{done:?}");
    assert!(!directory.path().join("c.yaml").exists(), "nothing was recorded");

    let recorder = record(directory.path(), &vendor);
    let stream = begin(&recorder);
    recorder.kill();
    drop(stream);
    let left = blobs(directory.path());
    assert!(left.len() == 1 && left[0].starts_with(".truetape-"), "{left:?}");
    let recorder = record(directory.path(), &vendor);
    assert!(blobs(directory.path()).is_empty(), "the next recorder clears it away");
    recorder.stop();
}

/// An export of so many mebibytes, as one JSON document.
fn export(count: usize) -> Upstream {
    Upstream::start(move |_, stream| {
        let length = count * MIB + 4;
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        let row = format!("{{\"id\": 123, \"name\": \"somebody\", \"note\": \"{}\"}},", "word ".repeat(18));
        let mut piece = row.repeat(MIB / row.len()).into_bytes();
        piece.resize(MIB, b' ');
        let mut taken = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(b"[")).is_ok();
        for _ in 0..count {
            taken = taken && stream.write_all(&piece).is_ok();
        }
        if taken {
            let _ = stream.write_all(b"{}]");
        }
        false
    })
}

fn download(at: &Running) -> usize {
    let mut stream = connect(at);
    stream.write_all(b"GET /export HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("taken");
    let (mut piece, mut total) = (vec![0; 256 * 1024], 0);
    while let Ok(read @ 1..) = stream.read(&mut piece) {
        total += read;
    }
    total
}

/// Text of that size cannot be cleaned: the client gets it, nothing is kept of it, and that is said.
#[test]
#[cfg(target_os = "linux")]
fn a_very_large_text_is_kept_only_if_that_is_wished() {
    const COUNT: usize = 300;
    let vendor = export(COUNT);
    let directory = tempfile::tempdir().expect("a directory");
    let recorder = record(directory.path(), &vendor);
    assert!(download(&recorder) > COUNT * MIB);
    let most = peak(&recorder);
    let done = recorder.stop();
    assert!(most < 150, "{most} MiB");
    assert!(done.code != 0 && done.stderr.contains("`--spill-text`"), "{done:?}");
    assert!(blobs(directory.path()).is_empty());

    let arguments = ["record", "--spill-text", "--upstream", &vendor.url, "--cassette", "c.yaml"];
    let recorder = Running::start(&arguments, directory.path(), 1);
    assert!(download(&recorder) > COUNT * MIB);
    let most = peak(&recorder);
    let done = recorder.stop();
    assert!(done.code == 0 && most < 150, "{most} MiB, {done:?}");
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    assert!(download(&replay) > COUNT * MIB);
    let most = peak(&replay);
    assert!(most < 100, "{most} MiB");
    replay.stop();
}

/// Where the disk takes no more, the client is served, and that the exchange is lost is said.
#[test]
#[cfg(unix)]
fn a_full_disk_loses_the_exchange_and_says_so() {
    let directory = tempfile::tempdir().expect("a directory");
    let vendor = storage();
    let arguments = ["record", "--upstream", &vendor.url, "--cassette", "c.yaml"];
    let recorder = Running::start_limited("trap '' XFSZ; ulimit -f 4096", &arguments, directory.path());
    assert_eq!(post(&recorder, "video/mp4", &vec![0xfe; 8 * MIB]).status(), 201);
    assert_eq!(post(&recorder, "text/plain", b"small").status(), 201);
    let done = recorder.stop();
    assert!(done.code != 0 && done.stderr.contains("the request: "), "{done:?}");
    assert!(std::fs::read_to_string(directory.path().join("c.yaml")).expect("a cassette").contains("small"));
    assert!(blobs(directory.path()).is_empty(), "not even a part of it");
}
