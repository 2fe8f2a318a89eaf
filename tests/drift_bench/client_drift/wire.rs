//! A small client of HTTP/1.1: it keeps its connection, and does with it what its habits say.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// One connection, opened when it is needed.
pub(crate) struct Wire {
    authority: String,
    stream: Option<BufReader<TcpStream>>,
    /// A connection for each request.
    pub(crate) fresh: bool,
    /// That of before is left open.
    pub(crate) leaks: bool,
    left: Vec<BufReader<TcpStream>>,
    /// How long it waits for an answer.
    pub(crate) patience: Option<Duration>,
}

impl Wire {
    pub(crate) fn new(url: &str) -> Self {
        let authority = url.trim_start_matches("http://").to_owned();
        Wire { authority, stream: None, fresh: false, leaks: false, left: Vec::new(), patience: None }
    }

    /// The status and the body of an answer; none where it gave up.
    pub(crate) fn ask(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(String, String)],
        body: Option<&str>,
    ) -> Option<(u16, String)> {
        let told = self.try_to(method, target, headers, body);
        // Who asks for the end of the connection ends it as well.
        let closes = headers.iter().any(|(name, value)| name == "Connection" && value == "close");
        if self.leaks {
            self.left.extend(self.stream.take());
        }
        if told.is_err() || self.fresh || closes {
            self.stream = None;
        }
        told.ok()
    }

    fn try_to(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(String, String)],
        body: Option<&str>,
    ) -> io::Result<(u16, String)> {
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n", self.authority);
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(body) = body {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        let stream = match self.stream.take() {
            Some(open) => open,
            None => BufReader::new(TcpStream::connect(&self.authority)?),
        };
        let stream = self.stream.insert(stream);
        stream.get_ref().set_read_timeout(Some(self.patience.unwrap_or(Duration::from_secs(20))))?;
        stream.get_ref().set_nodelay(true)?;
        stream.get_mut().write_all(format!("{head}\r\n{}", body.unwrap_or_default()).as_bytes())?;
        let (mut status, mut length, mut closes) = (0, 0_usize, false);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse().unwrap_or_default(),
                "connection" => closes = value == "close",
                _ if name.starts_with("HTTP/") => {
                    status = name.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
                }
                _ => {}
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body)?;
        if closes {
            self.stream = None;
        }
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }
}
