//! Events as lines. What repeats from request to request is formatted once.

use super::{Event, Matched, Record};
use crate::refusal::Miss;
use crate::reserved::SESSION_FIELD;
use crate::tape::Tape;
use cassettes::journal::{Carrier, Content, Ended, Missed, Served, write};
use cassettes::model::{Digest, Headers, Micros, Request, Timestamp};
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Instant;
use wire::head::Head;

/// Bodies up to this size stand in the journal themselves.
const SMALL: usize = 16 * 1024;

/// How many different field sections are remembered; a client sends a few, over and over.
const REMEMBERED: usize = 1024;

/// Turns events into lines.
pub(super) struct Lines {
    tape: Arc<Tape>,
    started: Instant,
    now: fn() -> Timestamp,
    /// Each entry's own part of a line, made when it is first given.
    entries: Vec<Option<Box<Piece>>>,
    /// Field sections as sent, and as cleaned JSON.
    fields: HashMap<Box<[u8]>, Box<[u8]>, foldhash::fast::RandomState>,
    head: Head,
}

/// What every line of one entry has in common.
struct Piece {
    /// `"method":…,"target":…`
    request: Vec<u8>,
    /// `"body":…,"exchange":…`
    exchange: Vec<u8>,
    /// `"answer":…`
    answer: Vec<u8>,
}

impl Lines {
    pub(super) fn new(tape: Arc<Tape>, started: Instant, now: fn() -> Timestamp) -> Self {
        let entries = (0..tape.len()).map(|_| None).collect();
        Lines { tape, started, now, entries, fields: HashMap::default(), head: Head::default() }
    }

    /// Appends the line of an event.
    pub(super) fn write(&mut self, event: &Event, out: &mut Vec<u8>) {
        match event {
            Event::Served(record) => match &record.matched {
                Matched::Exactly { taken, head } => self.exactly(record, taken.entry, taken.again, head, out),
                Matched::Alike { taken, asked } | Matched::Socket { taken, asked, .. } => {
                    let mut served = self.served(record, asked);
                    if let Matched::Socket { miss: Some(miss), .. } = &record.matched {
                        served.miss = Some(missed(miss));
                    }
                    served.exchange = Some(self.tape.cite(taken.entry));
                    served.again = taken.again;
                    served.answer = self.tape.entries[taken.entry as usize].exchange().answer.label();
                    write(&served, out);
                }
                Matched::Missed { miss, status, asked } => {
                    let mut served = self.served(record, asked);
                    served.miss = Some(missed(miss));
                    served.answer = status.to_string();
                    write(&served, out);
                }
            },
            Event::Closed { facts, at } => {
                let ended = Ended {
                    closed: self.micros(*at),
                    connection: facts.connection,
                    opened: self.micros(facts.accepted),
                    requests: u64::from(facts.request),
                };
                write(&ended, out);
            }
            Event::Over => {}
        }
    }

    fn served(&self, record: &Record, asked: &Request) -> Served {
        let end = self.micros(record.end);
        Served {
            at: self.micros(record.facts.asked),
            connection: Carrier {
                id: record.facts.connection,
                request: u64::from(record.facts.request),
                opened: self.micros(record.facts.accepted),
            },
            session: record.session.as_deref().unwrap_or("default").to_owned(),
            method: asked.method.clone(),
            target: asked.target.clone(),
            headers: texts(&asked.headers),
            body: content(asked),
            end,
            written: record.written,
            gave_up: record.gave_up.then_some(end),
            ..Served::default()
        }
    }

    /// The same line as [`Lines::served`] would give, put together from pieces.
    fn exactly(&mut self, record: &Record, entry: u32, again: bool, head: &[u8], out: &mut Vec<u8>) {
        let facts = &record.facts;
        let (at, opened, end) =
            (self.micros(facts.asked), self.micros(facts.accepted), self.micros(record.end));
        let (id, request) = (facts.connection, facts.request);
        // Writing to memory cannot fail.
        let _ = write!(
            out,
            "{{\"at\":{at},\"connection\":{{\"id\":{id},\"request\":{request},\"opened\":{opened}}},"
        );
        out.extend_from_slice(b"\"session\":");
        json(record.session.as_deref().unwrap_or("default"), out);
        out.push(b',');
        let fields_from = head.iter().position(|b| *b == b'\n').map_or(head.len(), |end| end + 1);
        let known = self.fields.contains_key(&head[fields_from..]);
        if !known {
            let fields = self.fields_of(head);
            if self.fields.len() >= REMEMBERED {
                self.fields.clear();
            }
            self.fields.insert(head[fields_from..].into(), fields);
        }
        let tape = &self.tape;
        let piece = self.entries[entry as usize].get_or_insert_with(|| Box::new(Piece::of(tape, entry)));
        out.extend_from_slice(&piece.request);
        out.extend_from_slice(b",\"headers\":");
        out.extend_from_slice(self.fields.get(&head[fields_from..]).map_or(b"[]", |f| f));
        out.extend_from_slice(&piece.exchange);
        if again {
            out.extend_from_slice(b",\"again\":true");
        }
        out.extend_from_slice(&piece.answer);
        let _ = write!(out, ",\"end\":{end},\"written\":{}", record.written);
        if record.gave_up {
            let _ = write!(out, ",\"gave_up\":{end}");
        }
        out.extend_from_slice(b"}\n");
    }

    /// A head's fields, cleaned, as JSON.
    fn fields_of(&mut self, head: &[u8]) -> Box<[u8]> {
        let mut request = Request::new("GET", "/");
        if let Ok(Some(_)) = self.head.read(head) {
            request.headers = self.head.headers();
            request.headers.remove(SESSION_FIELD);
        }
        let cleaned = self.tape.policy.clean_request(&request, (self.now)());
        let mut out = Vec::new();
        json(&texts(&cleaned.headers), &mut out);
        out.into()
    }

    fn micros(&self, at: Instant) -> Micros {
        u64::try_from(at.saturating_duration_since(self.started).as_micros()).unwrap_or(u64::MAX)
    }
}

impl Piece {
    fn of(tape: &Tape, entry: u32) -> Self {
        let exchange = tape.entries[entry as usize].exchange();
        let mut piece = Piece { request: b"\"method\":".to_vec(), exchange: Vec::new(), answer: Vec::new() };
        json(&exchange.request.method, &mut piece.request);
        piece.request.extend_from_slice(b",\"target\":");
        json(&exchange.request.target, &mut piece.request);
        if let Some(content) = content(&exchange.request) {
            piece.exchange.extend_from_slice(b",\"body\":");
            json(&content, &mut piece.exchange);
        }
        piece.exchange.extend_from_slice(b",\"exchange\":");
        json(&tape.cite(entry), &mut piece.exchange);
        piece.answer.extend_from_slice(b",\"answer\":");
        json(&exchange.answer.label(), &mut piece.answer);
        piece
    }
}

/// Text, numbers and lists: nothing in them can fail to serialise.
fn json<T: serde::Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    let _ = serde_json::to_writer(out, value);
}

fn texts(headers: &Headers) -> Vec<(String, String)> {
    headers.iter().map(|(n, v)| (n.to_owned(), String::from_utf8_lossy(v).into_owned())).collect()
}

fn content(request: &Request) -> Option<Content> {
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
