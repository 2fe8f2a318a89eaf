//! The HTTP library of the gallery's clients: one connection, kept and used again, and patience of its own.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

/// A connection to a base URL, opened when it is needed.
pub(crate) struct Http {
    authority: String,
    patience: Duration,
    stream: Option<BufReader<TcpStream>>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Http {
    pub(crate) fn new(url: &str) -> Http {
        Http::patient(url, Duration::from_secs(20))
    }

    /// One that waits so long for an answer.
    pub(crate) fn patient(url: &str, patience: Duration) -> Http {
        let authority = url.trim_start_matches("http://").to_owned();
        Http { authority, patience, stream: None }
    }

    pub(crate) fn get(&mut self, target: &str) -> Answered {
        self.ask("GET", target, &[], "").expect("an answer")
    }

    pub(crate) fn post(&mut self, target: &str, json: &str) -> Answered {
        self.ask("POST", target, &[("Content-Type", "application/json")], json).expect("an answer")
    }

    /// Asks, and gives up with the connection when patience ends.
    pub(crate) fn ask(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<Answered> {
        let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {}\r\n", self.authority);
        let sized = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() && !sized {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        let mut stream = match self.stream.take() {
            Some(kept) => kept,
            None => BufReader::new(TcpStream::connect(&self.authority)?),
        };
        stream.get_ref().set_read_timeout(Some(self.patience))?;
        stream.get_mut().write_all(format!("{head}\r\n{body}").as_bytes())?;
        let answered = read(&mut stream)?;
        if answered.header("connection").is_none_or(|said| !said.eq_ignore_ascii_case("close")) {
            self.stream = Some(stream);
        }
        Ok(answered)
    }
}

impl Answered {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Answered> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end() {
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let status = lines[0].split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let header = |line: &String| line.split_once(": ").map(|(n, v)| (n.to_owned(), v.to_owned()));
    let headers = lines.iter().skip(1).filter_map(header).collect();
    let mut answered = Answered { status, headers, body: Vec::new() };
    let length = answered.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
    answered.body.resize(length, 0);
    stream.read_exact(&mut answered.body)?;
    Ok(answered)
}
