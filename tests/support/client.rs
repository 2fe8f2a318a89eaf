//! A client that sees every byte, and when it came.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

/// All that came on a connection until it ended.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) bytes: Vec<u8>,
    /// Each read: when, and how many bytes.
    pub(crate) reads: Vec<(Duration, usize)>,
    /// How the connection ended, if not by a FIN.
    pub(crate) error: Option<io::ErrorKind>,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub(crate) fn head(&self) -> String {
        self.text().split("\r\n\r\n").next().unwrap_or_default().to_owned()
    }

    pub(crate) fn status(&self) -> u16 {
        self.text().split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0)
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.head().lines().find_map(|line| {
            let (n, value) = line.split_once(": ")?;
            n.eq_ignore_ascii_case(name).then(|| value.to_owned())
        })
    }

    /// The body, its chunks joined.
    pub(crate) fn body(&self) -> Vec<u8> {
        let Some(at) = self.bytes.windows(4).position(|w| w == b"\r\n\r\n") else { return Vec::new() };
        let mut rest = &self.bytes[at + 4..];
        if !self.head().to_ascii_lowercase().contains("transfer-encoding: chunked") {
            return rest.to_vec();
        }
        let mut body = Vec::new();
        while let Some(end) = rest.windows(2).position(|w| w == b"\r\n") {
            let size = usize::from_str_radix(&String::from_utf8_lossy(&rest[..end]), 16).unwrap_or(0);
            if size == 0 || rest.len() < end + 2 + size {
                break;
            }
            body.extend_from_slice(&rest[end + 2..end + 2 + size]);
            rest = rest.get(end + 4 + size..).unwrap_or_default();
        }
        body
    }
}

/// Sends these bytes and reads until the connection ends, at most ten seconds.
pub(crate) fn ask_raw(url: &str, request: &[u8]) -> Answer {
    ask_within(url, request, Duration::from_secs(10))
}

/// As [`ask_raw`], with a limit of its own for each read; a client that gives up sees `WouldBlock`.
pub(crate) fn ask_within(url: &str, request: &[u8], limit: Duration) -> Answer {
    let authority = url.trim_start_matches("http://").split('/').next().expect("an authority");
    let mut stream = TcpStream::connect(authority).expect("somebody listens");
    stream.set_read_timeout(Some(limit)).expect("a timeout");
    stream.write_all(request).expect("the request is taken");
    let started = Instant::now();
    let mut answer = Answer { bytes: Vec::new(), reads: Vec::new(), error: None };
    let mut piece = vec![0; 65536];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return answer,
            Ok(n) => {
                answer.bytes.extend_from_slice(&piece[..n]);
                answer.reads.push((started.elapsed(), n));
            }
            Err(e) => {
                answer.error = Some(e.kind());
                return answer;
            }
        }
    }
}

/// One request on a connection of its own. `url` may have a path, below which the target stands.
pub(crate) fn ask(url: &str, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let rest = url.trim_start_matches("http://");
    let (authority, prefix) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let mut head =
        format!("{method} {prefix}{target} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    ask_raw(url, &[head.as_bytes(), body].concat())
}

pub(crate) fn get(url: &str, target: &str) -> Answer {
    ask(url, "GET", target, &[], b"")
}
