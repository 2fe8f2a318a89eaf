//! What clients sent during a replay, one JSON object a line.
//!
//! The first line says what was replayed, then comes a line for each request served and one for each
//! connection that ended, in the order in which those things were over. Times are microseconds since the
//! replay started. Secrets are cleaned before a line is written, exactly as in a cassette.

use crate::model::Micros;
use serde::{Deserialize, Serialize};

/// The version of the journal that this program writes.
pub const SCHEMA: u32 = 1;

/// The first line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opening {
    /// The journal's version: [`SCHEMA`].
    pub journal: u32,
    /// The program that wrote it, for example `truetape 0.1.0`.
    pub by: String,
    /// When the replay started, RFC 3339.
    pub started: String,
    /// `instant`, `recorded` or `xN`.
    pub speed: String,
    /// Whether an exhausted queue gave its last answer again.
    pub repeat: bool,
    /// What was replayed, in the order given.
    pub cassettes: Vec<Source>,
}

/// A cassette that was replayed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// As evidence names it.
    pub name: String,
    /// The SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
}

/// One request that was served.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Served {
    /// When its head had been read.
    pub at: Micros,
    /// What carried it.
    pub connection: Carrier,
    /// The session it belonged to.
    pub session: String,
    /// As sent.
    pub method: String,
    /// As sent, without the session's prefix, secrets cleaned.
    pub target: String,
    /// Names and values in the order, case and number in which they were sent, secrets cleaned.
    pub headers: Vec<(String, String)>,
    /// Absent if none was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Content>,
    /// The exchange that answered, as evidence cites it: `billing.yaml#3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<String>,
    /// The queue was exhausted and its last answer was given again.
    #[serde(default, skip_serializing_if = "is_false")]
    pub again: bool,
    /// Why nothing matched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub miss: Option<Missed>,
    /// The aspects in which the request was allowed to differ from the recorded one, and did: each declaration
    /// by which it found its answer, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loosened: Vec<String>,
    /// The declared fault that was shown in place of the answer, or with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// How fast its session's answers came, where that is not what the opening says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<String>,
    /// What its session's clock made of the moments in the answer; absent where it left them as recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clocked>,
    /// The request never came whole: what was expected, and what came. Method and target are empty where
    /// not even they could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
    /// The status given, or the transport failure shown: `200`, `reset`; `none` where nothing was.
    pub answer: String,
    /// When the first byte of the answer was written, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Micros>,
    /// When the last byte was written, or the failure shown, or the client was found gone.
    pub end: Micros,
    /// Bytes of the answer that were written, head and framing counted.
    pub written: u64,
    /// When the client left before the end; absent if it took everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gave_up: Option<Micros>,
    /// It was still under way when the replay ended; `end` is that moment.
    #[serde(default, skip_serializing_if = "is_false")]
    pub waiting: bool,
}

/// The connection that carried a request, as it was when the request came.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carrier {
    /// Counted from one within a replay.
    pub id: u64,
    /// Which request on it this was, counted from one.
    pub request: u64,
    /// When it was accepted.
    pub opened: Micros,
    /// The version of HTTP spoken on it; absent: HTTP/1.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// It is carried by TLS.
    #[serde(default, skip_serializing_if = "is_false")]
    pub tls: bool,
}

/// What a session's clock made of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocked {
    /// By how many seconds the moments in the answer are later than the recorded ones.
    pub moved: i64,
    /// By how many seconds the session's clock was ahead of the real one; absent: by none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ahead: i64,
}

/// The body of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Bytes, as sent.
    pub len: u64,
    /// SHA-256 of the bytes as sent; after cleaning where secrets stood in them.
    pub sha256: String,
    /// The body itself, cleaned, where it is UTF-8 and small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Why a request found no answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// `unknown` or `exhausted`; `frame` where a WebSocket was played until its client said something else.
    pub reason: String,
    /// The nearest exchange, as evidence cites it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
    /// Each difference from it, for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<String>,
}

/// A connection that ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub closed: Micros,
    /// Which connection.
    pub connection: u64,
    /// When it was accepted.
    pub opened: Micros,
    /// How many requests it carried.
    pub requests: u64,
    /// Bytes that the client sent and nobody read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<u64>,
    /// Why it ended, where that is known: who closed it, or how it broke.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// One line after the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A request was served.
    Served(Box<Served>),
    /// A connection ended.
    Ended(Ended),
}

/// A whole journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journal {
    /// What was replayed.
    pub opening: Opening,
    /// What happened, in order.
    pub lines: Vec<Line>,
}

/// A journal that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} on line {line} of the journal")]
pub struct JournalError {
    /// What was expected and what was found.
    pub what: String,
    /// Counted from one.
    pub line: usize,
}

impl Journal {
    /// Reads a journal. A last line without its line end was cut off by a stop and is left out.
    pub fn read(text: &str) -> Result<Journal, JournalError> {
        let mut journal = Journal::default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        let mut lines = whole.lines().enumerate();
        let Some((_, first)) = lines.next() else {
            return Err(JournalError { what: "expected what was replayed, found nothing".into(), line: 1 });
        };
        journal.opening = parse(first, 0)?;
        if journal.opening.journal > SCHEMA {
            let newer = journal.opening.journal;
            let what = format!("expected version {SCHEMA} or older, found version {newer}");
            return Err(JournalError { what, line: 1 });
        }
        for (index, line) in lines.filter(|(_, l)| !l.trim().is_empty()) {
            let probe: Probe = parse(line, index)?;
            journal.lines.push(if probe.closed.is_some() {
                Line::Ended(parse(line, index)?)
            } else {
                Line::Served(Box::new(parse(line, index)?))
            });
        }
        Ok(journal)
    }

    /// The requests served, in order.
    pub fn served(&self) -> impl Iterator<Item = &Served> {
        self.lines.iter().filter_map(|line| match line {
            Line::Served(served) => Some(served.as_ref()),
            Line::Ended(_) => None,
        })
    }

    /// The connections that ended, in order.
    pub fn ended(&self) -> impl Iterator<Item = &Ended> {
        self.lines.iter().filter_map(|line| match line {
            Line::Ended(ended) => Some(ended),
            Line::Served(_) => None,
        })
    }
}

/// Writes one line, line end included.
pub fn write<T: Serialize>(line: &T, out: &mut Vec<u8>) {
    // These types hold only text, numbers and lists: nothing in them can fail to serialise.
    let _ = serde_json::to_writer(&mut *out, line);
    out.push(b'\n');
}

/// Tells the kinds of line apart: only a connection's end was ever `closed`.
#[derive(Deserialize)]
struct Probe {
    closed: Option<Micros>,
}

fn parse<'t, T: Deserialize<'t>>(line: &'t str, index: usize) -> Result<T, JournalError> {
    serde_json::from_str(line)
        .map_err(|e| JournalError { what: format!("expected a journal entry, found {e}"), line: index + 1 })
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(value: &i64) -> bool {
    *value == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_and_a_torn_last_one_is_left_out() {
        let opening = Opening { journal: SCHEMA, by: "truetape".into(), ..Opening::default() };
        let served = Served { at: 7, method: "GET".into(), target: "/a".into(), ..Served::default() };
        let ended = Ended { closed: 9, connection: 1, ..Ended::default() };
        let mut out = Vec::new();
        write(&opening, &mut out);
        write(&served, &mut out);
        write(&ended, &mut out);
        out.extend_from_slice(b"{\"at\":1,");
        let journal = Journal::read(std::str::from_utf8(&out).unwrap()).unwrap();
        assert_eq!(journal.opening, opening);
        assert_eq!(journal.lines, [Line::Served(Box::new(served)), Line::Ended(ended)]);
    }

    #[test]
    fn what_is_no_journal_says_where() {
        let error = Journal::read("{\"journal\":9,\"by\":\"x\"}\n").unwrap_err();
        assert_eq!(error.line, 1);
        assert_eq!(Journal::read("").unwrap_err().line, 1);
        let newer = r#"{"journal":2,"by":"x","started":"","speed":"","repeat":false,"cassettes":[]}"#;
        let error = Journal::read(&format!("{newer}\n")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected version 1 or older, found version 2 on line 1 of the journal"
        );
    }
}
