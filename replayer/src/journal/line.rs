//! Events as lines. What repeats from request to request is formatted once.

use super::number::number;
use super::piece::Pieces;
use super::{Event, Kind, Matched, Notice, Record, Told};
use crate::refusal::Miss;
use crate::reserved::SESSION_FIELD;
use crate::tape::Tape;
use cassettes::journal::{Carrier, Content, Ended, Missed, Served, write};
use cassettes::model::{Digest, Headers, HttpVersion, Micros, Request, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;
use wire::head::Head;

/// Bodies up to this size stand in the journal themselves.
const SMALL: usize = 16 * 1024;

/// How many different field sections are remembered; a client sends a few, over and over.
const REMEMBERED: usize = 1024;

/// How many tapes beside the first are remembered with their formatted parts.
const TAPES: usize = 16;

/// Turns events into lines.
pub(super) struct Lines {
    /// The tape that the journal was begun with, then those of sessions that play another.
    tapes: Vec<Pieces>,
    started: Instant,
    now: fn() -> Timestamp,
    /// Field sections as sent, and as cleaned JSON.
    fields: HashMap<Box<[u8]>, Box<[u8]>, foldhash::fast::RandomState>,
    head: Head,
}

impl Lines {
    pub(super) fn new(tape: Arc<Tape>, started: Instant, now: fn() -> Timestamp) -> Self {
        let tapes = vec![Pieces::new(tape)];
        Lines { tapes, started, now, fields: HashMap::default(), head: Head::default() }
    }

    /// Appends the line of an event; none if it has none.
    pub(super) fn write(&mut self, event: &Event, out: &mut Vec<u8>) -> Option<Told> {
        match event {
            Event::Served(record) => Some(self.request(record, out)),
            Event::Closed { facts, at } => {
                let ended = Ended {
                    closed: self.micros(*at),
                    connection: facts.connection,
                    opened: self.micros(facts.accepted),
                    requests: u64::from(facts.request),
                    ..Ended::default()
                };
                write(&ended, out);
                Some(Told { kind: Kind::Ended, status: None })
            }
            Event::Noticed { notice, at } => {
                notice.write(self.micros(*at), out);
                Some(Told { kind: notice.kind(), status: None })
            }
            Event::Settle(_) | Event::Over => None,
        }
    }

    fn request(&mut self, record: &Record, out: &mut Vec<u8>) -> Told {
        let tape = self.tape_of(record);
        let (mut served, told) = match &record.matched {
            Matched::Exactly { taken, head } => {
                return self.exactly(tape, record, taken.entry, taken.again, head, out);
            }
            Matched::Alike { taken, asked } | Matched::Socket { taken, asked, .. } => {
                let mut served = self.served(record, asked);
                if let Matched::Socket { miss: Some(miss), .. } = &record.matched {
                    served.miss = Some(missed(miss));
                }
                let tape = &self.tapes[tape].tape;
                let mut status = None;
                if let Some(entry) = tape.entries.get(taken.entry as usize) {
                    let answer = entry.exchange().answer();
                    served.exchange = Some(tape.cite(taken.entry));
                    served.answer = answer.label();
                    status = answer.reply().map(|reply| reply.status);
                }
                served.again = taken.again;
                let kind = if served.miss.is_some() { Kind::Missed } else { Kind::Served };
                (served, Told { kind, status })
            }
            Matched::Missed { miss, status, asked } => {
                let mut served = self.served(record, asked);
                served.miss = Some(missed(miss));
                served.answer = status.to_string();
                (served, Told { kind: Kind::Missed, status: Some(*status) })
            }
            Matched::Broken { error, status, asked } => {
                let none = Request::new("", "");
                let mut served = self.served(record, asked.as_deref().unwrap_or(&none));
                served.broken = Some(error.clone());
                served.answer = status.map_or_else(|| "none".into(), |status| status.to_string());
                (served, Told { kind: Kind::Broken, status: *status })
            }
        };
        let told = Told { status: shown(record, told.status), ..told };
        if let Some(remarks) = &record.remarks {
            served.loosened.clone_from(&remarks.loosened);
            served.fault.clone_from(&remarks.fault);
            served.speed.clone_from(&remarks.speed);
            served.clock = remarks.clock;
            if let Some(answer) = &remarks.answer {
                served.answer.clone_from(answer);
            }
            served.waiting = remarks.waiting;
        }
        write(&served, out);
        told
    }

    /// Where a record's tape stands among those known.
    fn tape_of(&mut self, record: &Record) -> usize {
        let Some(tape) = &record.tape else { return 0 };
        if let Some(at) = self.tapes.iter().position(|known| Arc::ptr_eq(&known.tape, tape)) {
            return at;
        }
        if self.tapes.len() > TAPES {
            // Those that only the journal still holds, else all: what is formatted can be formatted again.
            let first = Arc::as_ptr(&self.tapes[0].tape);
            let held = |known: &Pieces| Arc::strong_count(&known.tape) > 1;
            self.tapes.retain(|known| Arc::as_ptr(&known.tape) == first || held(known));
            if self.tapes.len() > TAPES {
                self.tapes.truncate(1);
            }
        }
        self.tapes.push(Pieces::new(Arc::clone(tape)));
        self.tapes.len() - 1
    }

    fn served(&self, record: &Record, asked: &Request) -> Served {
        let facts = &record.facts;
        let end = self.micros(record.end);
        Served {
            at: self.micros(facts.asked),
            connection: Carrier {
                id: facts.connection,
                request: u64::from(facts.request),
                opened: self.micros(facts.accepted),
                version: (record.version != HttpVersion::Http11).then(|| record.version.as_str().to_owned()),
                tls: facts.secure,
            },
            session: record.session.as_deref().unwrap_or("default").to_owned(),
            method: asked.method.clone(),
            target: asked.target.clone(),
            headers: texts(&asked.headers),
            body: content(asked),
            first: record.first.map(|first| self.micros(first)),
            end,
            written: record.written,
            gave_up: record.gave_up.then_some(end),
            ..Served::default()
        }
    }

    /// The same line as [`Lines::served`] would give, put together from pieces.
    fn exactly(
        &mut self,
        tape: usize,
        record: &Record,
        entry: u32,
        again: bool,
        head: &[u8],
        out: &mut Vec<u8>,
    ) -> Told {
        let facts = &record.facts;
        number(b"{\"at\":", self.micros(facts.asked), out);
        number(b",\"connection\":{\"id\":", facts.connection, out);
        number(b",\"request\":", u64::from(facts.request), out);
        number(b",\"opened\":", self.micros(facts.accepted), out);
        if record.version != HttpVersion::Http11 {
            out.extend_from_slice(b",\"version\":");
            json(record.version.as_str(), out);
        }
        if facts.secure {
            out.extend_from_slice(b",\"tls\":true");
        }
        out.extend_from_slice(b"},\"session\":");
        match &record.session {
            None => out.extend_from_slice(b"\"default\""),
            Some(name) => json(&**name, out),
        }
        out.push(b',');
        let fields = &head[head.iter().position(|b| *b == b'\n').map_or(head.len(), |end| end + 1)..];
        if !self.fields.contains_key(fields) {
            let cleaned = self.fields_of(tape, head);
            if self.fields.len() >= REMEMBERED {
                self.fields.clear();
            }
            self.fields.insert(fields.into(), cleaned);
        }
        let Some(piece) = self.tapes[tape].of(entry) else {
            // No tape has such an entry: there is nothing to tell of it but that it came.
            out.extend_from_slice(b"\"method\":\"\",\"target\":\"\",\"headers\":[],\"answer\":\"none\"");
            number(b",\"end\":", 0, out);
            out.extend_from_slice(b",\"written\":0}\n");
            return Told { kind: Kind::Served, status: None };
        };
        let status = shown(record, piece.status);
        out.extend_from_slice(piece.request());
        out.extend_from_slice(b",\"headers\":");
        out.extend_from_slice(self.fields.get(fields).map_or(b"[]", |f| f));
        out.extend_from_slice(piece.exchange());
        if again {
            out.extend_from_slice(b",\"again\":true");
        }
        match record.remarks.as_deref() {
            None => out.extend_from_slice(piece.answer()),
            Some(remarks) => {
                if !remarks.loosened.is_empty() {
                    out.extend_from_slice(b",\"loosened\":");
                    json(&remarks.loosened, out);
                }
                if let Some(fault) = &remarks.fault {
                    out.extend_from_slice(b",\"fault\":");
                    json(fault, out);
                }
                if let Some(speed) = &remarks.speed {
                    out.extend_from_slice(b",\"speed\":");
                    json(speed, out);
                }
                if let Some(clock) = &remarks.clock {
                    out.extend_from_slice(b",\"clock\":");
                    json(clock, out);
                }
                match &remarks.answer {
                    None => out.extend_from_slice(piece.answer()),
                    Some(answer) => {
                        out.extend_from_slice(b",\"answer\":");
                        json(answer, out);
                    }
                }
            }
        }
        if let Some(first) = record.first {
            number(b",\"first\":", self.micros(first), out);
        }
        let end = self.micros(record.end);
        number(b",\"end\":", end, out);
        number(b",\"written\":", record.written, out);
        if record.gave_up {
            number(b",\"gave_up\":", end, out);
        }
        out.extend_from_slice(b"}\n");
        Told { kind: Kind::Served, status }
    }

    /// A head's fields, cleaned, as JSON.
    fn fields_of(&mut self, tape: usize, head: &[u8]) -> Box<[u8]> {
        let mut request = Request::new("GET", "/");
        if let Ok(Some(_)) = self.head.read(head) {
            request.headers = self.head.headers();
            request.headers.remove(SESSION_FIELD);
        }
        let cleaned = self.tapes[tape].tape.policy.clean_request(&request, (self.now)());
        let mut out = Vec::new();
        json(&texts(&cleaned.headers), &mut out);
        out.into()
    }

    fn micros(&self, at: Instant) -> Micros {
        u64::try_from(at.saturating_duration_since(self.started).as_micros()).unwrap_or(u64::MAX)
    }
}

impl Notice {
    /// Nothing of the journal: what those who watch are told.
    fn write(&self, at: Micros, out: &mut Vec<u8>) {
        let line = match self {
            Notice::Began(session) | Notice::Over(session) | Notice::Reset(session) => {
                serde_json::json!({ "at": at, "session": session })
            }
            Notice::Reloaded(cassettes) => serde_json::json!({ "at": at, "cassettes": cassettes }),
        };
        write(&line, out);
    }
}

/// The status that was really given: a fault may have changed the recorded one.
fn shown(record: &Record, recorded: Option<u16>) -> Option<u16> {
    match record.remarks.as_ref().and_then(|remarks| remarks.answer.as_deref()) {
        Some(answer) => answer.parse().ok(),
        None => recorded,
    }
}

/// Text, numbers and lists: nothing in them can fail to serialise.
pub(super) fn json<T: serde::Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, value);
}

fn texts(headers: &Headers) -> Vec<(String, String)> {
    headers.iter().map(|(n, v)| (n.to_owned(), String::from_utf8_lossy(v).into_owned())).collect()
}

pub(super) fn content(request: &Request) -> Option<Content> {
    if let Some(blob) = &request.blob {
        return Some(Content { len: blob.len, sha256: blob.digest.to_string(), text: None });
    }
    let body = &request.body;
    if body.is_empty() {
        return None;
    }
    let small = body.len() <= SMALL;
    let text = small.then(|| std::str::from_utf8(body.bytes()).ok().map(str::to_owned)).flatten();
    Some(Content { len: body.len() as u64, sha256: Digest::of(body.bytes()).to_string(), text })
}

fn missed(miss: &Miss) -> Missed {
    let nearest = miss.nearest.first();
    Missed {
        reason: miss.reason.as_str().to_owned(),
        nearest: nearest.map(|n| n.exchange.clone()),
        differences: nearest.into_iter().flat_map(|n| &n.differences).map(ToString::to_string).collect(),
    }
}
