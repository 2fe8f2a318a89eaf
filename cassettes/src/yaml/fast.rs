//! Reads what the emitter wrote, line by line, many times faster than a general YAML reader.
//!
//! It accepts exactly the emitter's own spelling and gives up (`None`) at anything else, a hand-edited
//! file for example; the general reader then reads it and finds the words for what is wrong. Where both
//! read a file they agree, which is a test.

use super::{disk, frames, unquote};
use crate::model::RedactRules;

/// What stands before the exchanges, and their text, if the emitter wrote it so.
pub(super) fn head(text: &str) -> Option<(disk::File, &str)> {
    let mut lines = Lines { rest: text };
    let version = lines.expect("truetape: ")?.parse().ok()?;
    let recorder = unquote::line(lines.expect("recorder: ")?)?;
    let upstreams = lines.strings("upstreams:", "- ")?.unwrap_or_default();
    let redact = match lines.expect("redact:") {
        Some("") => RedactRules {
            headers: lines.strings("  headers:", "  - ")?.unwrap_or_default(),
            query: lines.strings("  query:", "  - ")?.unwrap_or_default(),
            json: lines.strings("  json:", "  - ")?.unwrap_or_default(),
            patterns: lines.strings("  patterns:", "  - ")?.unwrap_or_default(),
            keep: lines.strings("  keep:", "  - ")?.unwrap_or_default(),
        },
        Some(_) => return None,
        None => RedactRules::default(),
    };
    lines.expect("exchanges:").filter(|rest| rest.is_empty())?;
    Some((disk::File { _version: version, recorder, upstreams, redact, exchanges: None }, lines.rest))
}

/// How each exchange begins; nothing within one stands so far to the left.
const BEGIN: &str = "- id: ";

/// Reads exchanges one after the other; `take` may stop it.
pub(super) fn exchanges(text: &str, mut take: impl FnMut(disk::Exchange) -> Option<()>) -> Option<()> {
    let mut lines = Lines { rest: text };
    while !lines.rest.is_empty() {
        take(exchange(&mut lines)?)?;
    }
    Some(())
}

/// What has not been read yet.
pub(super) struct Lines<'t> {
    pub(super) rest: &'t str,
}

impl<'t> Lines<'t> {
    fn peek(&self) -> &'t str {
        let end = memchr::memchr(b'\n', self.rest.as_bytes()).unwrap_or(self.rest.len());
        &self.rest[..end]
    }

    fn skip(&mut self, line: &str) {
        self.rest = self.rest.get(line.len() + 1..).unwrap_or_default();
    }

    /// What follows the prefix on the next line, which is then read; none if it begins otherwise.
    fn expect(&mut self, prefix: &str) -> Option<&'t str> {
        // Most keys are absent from most exchanges: look at the prefix before looking for the line's end.
        self.rest.strip_prefix(prefix)?;
        let line = self.peek();
        self.skip(line);
        line.get(prefix.len()..)
    }

    /// A quoted text under a key that must be there.
    fn text(&mut self, prefix: &str) -> Option<String> {
        unquote::line(self.expect(prefix)?)
    }

    /// `Some(None)`: the key is not there. `None`: it is, in another spelling.
    fn strings(&mut self, key: &str, item: &str) -> Option<Option<Vec<String>>> {
        match self.expect(key) {
            None => return Some(None),
            Some(" []") => return Some(Some(Vec::new())),
            Some("") => {}
            Some(_) => return None,
        }
        let mut list = Vec::new();
        while let Some(text) = self.expect(item) {
            list.push(unquote::line(text)?);
        }
        Some(Some(list))
    }

    fn fields(&mut self, indent: &str, key: &str) -> Option<Vec<disk::Field>> {
        let mut fields = Vec::new();
        let Some(rest) = self.rest.strip_prefix(indent).and_then(|r| r.strip_prefix(key)) else {
            return Some(fields);
        };
        self.rest = rest.strip_prefix('\n')?;
        while let Some(rest) = self.rest.strip_prefix(indent).filter(|r| r.starts_with("- ")) {
            let end = memchr::memchr(b'\n', rest.as_bytes())?;
            self.rest = &rest[end + 1..];
            let (name, value) = unquote::field(&rest[2..end])?;
            fields.push(disk::Field(name, value));
        }
        Some(fields)
    }

    fn body(&mut self, indent: &str) -> Option<Option<disk::Body>> {
        let Some(rest) = self.rest.strip_prefix(indent).and_then(|r| r.strip_prefix("body:\n")) else {
            return Some(None);
        };
        self.rest = rest;
        let inner = indent.len() + 2;
        let sha256 = Some(unquote::line(self.key(inner, "sha256: ")?)?);
        Some(Some(disk::Body { sha256, ..self.form(inner)? }))
    }

    /// One of a body's forms, in lines of this indentation.
    pub(super) fn form(&mut self, inner: usize) -> Option<disk::Body> {
        let mut body = disk::Body::default();
        self.rest = self.rest.get(inner..)?;
        let (key, rest) = self.rest.split_once(": ")?;
        self.rest = rest;
        match key {
            "json" => body.json = Some(self.block(inner + 2)?),
            "spaced-json" => body.spaced_json = Some(self.block(inner + 2)?),
            "text" if rest.starts_with('|') => body.text = Some(self.block(inner + 2)?),
            "text" => {
                let (text, rest) = unquote::lines(rest)?;
                self.rest = rest.strip_prefix('\n')?;
                body.text = Some(text);
            }
            "base64" => body.base64 = Some(unquote::line(self.expect("")?)?),
            "blob" => body.blob = Some(disk::BlobLen(self.expect("")?.parse().ok()?)),
            _ => return None,
        }
        Some(body)
    }

    pub(super) fn key(&mut self, indent: usize, key: &str) -> Option<&'t str> {
        let line = self.peek();
        let value = line.get(indent..)?.strip_prefix(key)?;
        line[..indent].bytes().all(|b| b == b' ').then_some(())?;
        self.skip(line);
        Some(value)
    }

    /// A literal block whose header is next.
    fn block(&mut self, indent: usize) -> Option<String> {
        let chomp = self.expect("|")?;
        let mut text = String::with_capacity(256);
        while !self.rest.is_empty() {
            let line = self.peek();
            if let Some(content) =
                line.get(indent..).filter(|_| line.as_bytes()[..indent].iter().all(|&b| b == b' '))
            {
                text.push_str(content);
            } else if !line.is_empty() {
                break;
            }
            text.push('\n');
            self.skip(line);
        }
        match chomp {
            // The emitter writes no empty line that is not content.
            "-" => (text.pop() == Some('\n') && !text.ends_with('\n')).then_some(text),
            "" => (!text.ends_with("\n\n")).then_some(text),
            "+" => Some(text),
            _ => None,
        }
    }
}

fn exchange(lines: &mut Lines<'_>) -> Option<disk::Exchange> {
    let id = lines.expect(BEGIN)?.parse().ok()?;
    let at = lines.text("  at: ")?;
    let upstream = match lines.expect("  upstream: ") {
        Some(text) => Some(unquote::line(text)?),
        None => None,
    };
    let connection = connection(lines.expect("  connection: ")?)?;
    lines.expect("  request:").filter(|r| r.is_empty())?;
    let request = disk::Request {
        method: lines.text("    method: ")?,
        target: lines.text("    target: ")?,
        headers: lines.fields("    ", "headers:")?,
        body: lines.body("    ")?,
        trailers: lines.fields("    ", "trailers:")?,
    };
    let (mut answer, mut failed) = (None, None);
    if lines.expect("  reply:").is_some_and(str::is_empty) {
        answer = Some(reply(lines, "    ")?);
    } else {
        lines.expect("  failed:").filter(|r| r.is_empty())?;
        failed = Some(disk::Failed {
            kind: lines.expect("    kind: ")?.to_owned(),
            message: lines.text("    message: ")?,
            partial: match lines.expect("    partial:") {
                Some("") => Some(reply(lines, "      ")?),
                Some(_) => return None,
                None => None,
            },
        });
    }
    let timing = match lines.expect("  timing: ") {
        Some(text) => timing(text)?,
        None => disk::Timing::default(),
    };
    // Redactions and tokens are written in flow style of several shapes; they are few enough to leave
    // to the general reader, one item at a time.
    let redacted = flow_list(lines, "  redacted:")?;
    let tokens = flow_list(lines, "  tokens:")?;
    let seal = lines.expect("  seal: ")?;
    let seal = Some(if seal.starts_with('"') { unquote::line(seal)? } else { seal.to_owned() });
    Some(disk::Exchange {
        id,
        at,
        upstream,
        connection,
        request,
        reply: answer,
        failed,
        timing,
        redacted,
        tokens,
        seal,
    })
}

fn flow_list<T: serde::de::DeserializeOwned>(lines: &mut Lines<'_>, key: &str) -> Option<Vec<T>> {
    if lines.expect(key).is_none_or(|rest| !rest.is_empty()) {
        return Some(Vec::new());
    }
    let mut list = Vec::new();
    while let Some(item) = lines.expect("  - ") {
        list.push(serde_yaml::from_str(item).ok()?);
    }
    Some(list)
}

fn connection(text: &str) -> Option<disk::Connection> {
    let text = text.strip_prefix("{id: ")?.strip_suffix('}')?;
    let (id, rest) = text.split_once(", reused: ")?;
    let mut connection = disk::Connection { id: id.parse().ok()?, ..disk::Connection::default() };
    let mut parts = rest.split(", ");
    connection.reused = parts.next()?.parse().ok()?;
    for part in parts {
        match part.split_once(": ")? {
            ("closed-by", "client") => connection.closed_by = Some(disk::Side::Client),
            ("closed-by", "upstream") => connection.closed_by = Some(disk::Side::Upstream),
            ("tls", text) => connection.tls = Some(unquote::line(text)?),
            ("alpn", text) => connection.alpn = Some(unquote::line(text)?),
            _ => return None,
        }
    }
    Some(connection)
}

fn timing(text: &str) -> Option<disk::Timing> {
    let mut timing = disk::Timing::default();
    for part in text.strip_prefix('{')?.strip_suffix('}')?.split(", ") {
        match part.split_once(": ")? {
            ("first-byte-us", value) => timing.first_byte_us = Some(value.parse().ok()?),
            ("end-us", value) => timing.end_us = Some(value.parse().ok()?),
            ("chunks", value) => timing.chunks = Some(unquote::line(value)?),
            _ => return None,
        }
    }
    Some(timing)
}

fn reply(lines: &mut Lines<'_>, indent: &str) -> Option<disk::Reply> {
    let at = indent.len();
    if lines.key(at, "interim:").is_some() {
        return None;
    }
    let status = lines.key(at, "status: ")?.parse().ok()?;
    let reason = unquote::line(lines.key(at, "reason: ")?)?;
    let version = match lines.key(at, "version: ") {
        Some(text) => Some(unquote::line(text)?),
        None => None,
    };
    let headers = lines.fields(indent, "headers:")?;
    let framing = Some(match lines.key(at, "framing: ")? {
        "none" => disk::Framing::None,
        "length" => disk::Framing::Length,
        "chunked" => disk::Framing::Chunked,
        "close" => disk::Framing::Close,
        _ => return None,
    });
    let body = lines.body(indent)?;
    let trailers = lines.fields(indent, "trailers:")?;
    let frames = frames::read(lines, indent)?;
    let interim = Vec::new();
    Some(disk::Reply { interim, status, reason, version, headers, framing, body, trailers, frames })
}
