//! The examples on audits' pages: the cassettes of [`cassettes::examples`], and what a client did.
//!
//! ```text
//! > GET /v1/things                       the cassettes, as on the pages of rules
//! < 200 {"data": []}
//! + speed recorded                       how fast it was replayed; else `instant`
//! + started 2026-01-31T12:00:00Z         by the real clock
//! + session a                            the session of the requests from here on; else `default`
//! + 0.000 c1 #1                          at 0 s a request on connection 1, as recorded, answered by exchange 1
//! + 0.200-0.350 c1 #2                    it was over at 0.35 s; else after a millisecond
//! + 0.4 c1 other.yaml#1                  of another cassette
//! + 0.5 c2 GET /v1/nothing               a miss
//! + 0.6 c2 GET /v1/things?b=1&a=2 = #3   another spelling, answered all the same
//! + authorization: Bearer x              a header of that request; the recorded ones are there
//! ++ {"amount":1}                        its body, in place of the recorded one
//! + 0.7-5.7 c3 #4 left                   the client left before the end
//! + 0.8-2.8 c3 #4 left first=0.9         … after the first byte
//! + 0.9 c3 #4 again fault=stall          the last answer again; a fault was declared (`reset`, `status-503`, …)
//! + 0.9-5.0 c3 #4 waiting                it was still under way when the replay ended
//! + 0.9 c3 #5 speed=x2 clock=3600        its session's own speed; moments in the answer an hour later
//! + 0.9 c3 #5 clock=3600/60              … while the session's clock is a minute ahead
//! + 6.0 c2 closed                        the connection ended
//! + 9.0 end                              the replay went on until then
//! ```
//!
//! Connections are opened with their first request, or with `+ 0.0 c1 opened`.

use cassettes::examples;
use cassettes::journal::{Carrier, Clocked, Content, Ended, Journal, Line, Missed, SCHEMA, Served, Source};
use cassettes::model::{Cassette, Digest, Exchange, Micros, is_header_name};
use std::collections::BTreeMap;

/// What an example says: what was recorded, and what clients did.
#[derive(Debug, Clone)]
pub struct Example {
    /// The evidence.
    pub cassettes: Vec<Cassette>,
    /// What clients did.
    pub journal: Journal,
}

/// Reads an example. Errs with the line that makes no sense.
pub fn parse(text: &str) -> Result<Example, String> {
    let is_done = |line: &&str| line.starts_with('+');
    // The lines of the other notation keep their numbers.
    let recorded: Vec<&str> = text.lines().map(|line| if is_done(&line) { "" } else { line }).collect();
    let cassettes = examples::parse(&recorded.join("\n"))?.cassettes;
    let mut reader = Reader {
        cassettes: &cassettes,
        session: "default".to_owned(),
        journal: Journal::default(),
        connections: BTreeMap::new(),
    };
    let opening = &mut reader.journal.opening;
    (opening.journal, opening.speed) = (SCHEMA, "instant".to_owned());
    opening.cassettes =
        cassettes.iter().map(|c| Source { name: c.name.clone(), ..Source::default() }).collect();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| is_done(line)) {
        reader.line(line.trim_end()).map_err(|why| format!("line {}: {why}: `{line}`", number + 1))?;
    }
    let mut journal = reader.journal;
    journal.lines.sort_by_key(over);
    Ok(Example { cassettes, journal })
}

/// When the thing that a line tells was over.
fn over(line: &Line) -> Micros {
    match line {
        Line::Served(served) => served.end,
        Line::Ended(ended) => ended.closed,
    }
}

struct Reader<'c> {
    cassettes: &'c [Cassette],
    session: String,
    journal: Journal,
    /// When each was opened, and how many requests it has carried.
    connections: BTreeMap<u64, (Micros, u64)>,
}

impl Reader<'_> {
    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        if let Some(body) = line.strip_prefix("++ ") {
            let content = content(body.as_bytes());
            self.last()?.body = Some(content);
            return Ok(());
        }
        let rest = line.strip_prefix("+ ").ok_or("expected `+ `")?;
        let (first, after) = rest.split_once(' ').ok_or("expected a moment, a header or a setting")?;
        match first {
            "speed" => self.journal.opening.speed = after.to_owned(),
            "session" => self.session = after.to_owned(),
            "started" => self.journal.opening.started = after.to_owned(),
            _ if first.starts_with(|c: char| c.is_ascii_digit()) => self.event(first, after)?,
            _ => {
                let (name, value) = rest.split_once(':').ok_or("expected a header")?;
                if !is_header_name(name) {
                    return Err("expected a header's name");
                }
                let headers = &mut self.last()?.headers;
                headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
                headers.push((name.to_owned(), examples::expand(value.trim())?));
            }
        }
        Ok(())
    }

    fn last(&mut self) -> Result<&mut Served, &'static str> {
        match self.journal.lines.last_mut() {
            Some(Line::Served(served)) => Ok(served),
            _ => Err("no request that this could be of"),
        }
    }

    fn event(&mut self, when: &str, what: &str) -> Result<(), &'static str> {
        let (at, end) = match when.split_once('-') {
            Some((at, end)) => (moment(at)?, moment(end)?),
            None => (moment(when)?, moment(when)? + 1000),
        };
        let mut words = what.split(' ').filter(|word| !word.is_empty());
        let connection = words.next().ok_or("expected a connection")?;
        if connection == "end" {
            // The journal ends with a connection that nothing is known of.
            self.journal.lines.push(Line::Ended(Ended { closed: at, opened: at, ..Ended::default() }));
            return Ok(());
        }
        let id: u64 =
            connection.strip_prefix('c').and_then(|id| id.parse().ok()).ok_or("expected a connection: c1")?;
        let known = self.connections.entry(id).or_insert((at, 0));
        let mut words: Vec<&str> = words.collect();
        match words.as_slice() {
            ["opened"] => return Ok(()),
            ["closed", why @ ..] => {
                let why = (!why.is_empty()).then(|| why.join(" "));
                let (opened, requests) = *known;
                let ended = Ended { closed: at, connection: id, opened, requests, why, ..Ended::default() };
                self.journal.lines.push(Line::Ended(ended));
                return Ok(());
            }
            _ => {}
        }
        known.1 += 1;
        let connection = Carrier { id, request: known.1, opened: known.0, ..Carrier::default() };
        let session = self.session.clone();
        let mut served = Served { at, end, connection, session, written: 100, ..Served::default() };
        while let Some(flag) = words.last().copied() {
            match flag.split_once('=').unwrap_or((flag, "")) {
                ("left", "") => (served.gave_up, served.written) = (Some(end), 0),
                ("waiting", "") => served.waiting = true,
                ("again", "") => served.again = true,
                ("first", text) if !text.is_empty() => served.first = Some(moment(text)?),
                ("speed", text) if !text.is_empty() => served.speed = Some(text.to_owned()),
                ("clock", text) if !text.is_empty() => served.clock = Some(clocked(text)?),
                ("fault", text) if !text.is_empty() => served.fault = Some(text.replace('-', " ")),
                _ => break,
            }
            words.pop();
        }
        self.asked(&words, &mut served)?;
        match served.fault.as_deref() {
            Some("stall") => served.answer = "timeout".to_owned(),
            Some("close") => served.answer = "closed".to_owned(),
            Some("reset") => served.answer = "reset".to_owned(),
            Some(fault) => {
                let status = fault.strip_prefix("status ").map(str::to_owned);
                served.answer = status.unwrap_or(served.answer);
            }
            None => {}
        }
        if served.first.is_some() {
            served.written = 100;
        }
        self.journal.lines.push(Line::Served(Box::new(served)));
        Ok(())
    }

    /// `#1`, `METHOD TARGET`, or `METHOD TARGET = #1`.
    fn asked(&self, words: &[&str], served: &mut Served) -> Result<(), &'static str> {
        let (cite, spelt) = match words {
            [cite] => (Some(*cite), None),
            [method, target, "=", cite] => (Some(*cite), Some((*method, *target))),
            [method, target] => (None, Some((*method, *target))),
            _ => return Err("expected an exchange, or a method and a target"),
        };
        match cite {
            Some(cite) => {
                let (name, exchange) = self.exchange(cite)?;
                let asked = &exchange.request;
                served.exchange = Some(name);
                served.answer = exchange.answer.label();
                (served.method, served.target) = (asked.method.clone(), asked.target.clone());
                let text = |(name, value): (&str, &[u8])| {
                    (name.to_owned(), String::from_utf8_lossy(value).into_owned())
                };
                served.headers = asked.headers.iter().map(text).collect();
                served.body = (!asked.body.is_empty()).then(|| content(asked.body.bytes()));
            }
            None => {
                served.miss = Some(Missed { reason: "unknown".to_owned(), ..Missed::default() });
                served.answer = "501".to_owned();
            }
        }
        if let Some((method, target)) = spelt {
            (served.method, served.target) = (method.to_owned(), target.to_owned());
        }
        Ok(())
    }

    fn exchange(&self, cite: &str) -> Result<(String, &Exchange), &'static str> {
        let (name, id) = cite.split_once('#').ok_or("expected an exchange: #1")?;
        let known = |c: &&Cassette| name.is_empty() || c.name == name;
        let cassette = self.cassettes.iter().find(known).ok_or("no cassette of that name")?;
        let id: u32 = id.parse().map_err(|_| "expected an exchange's number")?;
        let exchange =
            cassette.exchanges.iter().find(|e| e.id.0 == id).ok_or("no exchange of that number")?;
        Ok((cassette.cite(exchange.id), exchange))
    }
}

fn content(bytes: &[u8]) -> Content {
    let text = String::from_utf8(bytes.to_vec()).ok();
    Content { len: bytes.len() as u64, sha256: Digest::of(bytes).to_string(), text }
}

/// `3600`, `3600/60`
fn clocked(text: &str) -> Result<Clocked, &'static str> {
    let seconds = |text: &str| text.parse().map_err(|_| "expected whole seconds");
    let (moved, ahead) = text.split_once('/').unwrap_or((text, "0"));
    Ok(Clocked { moved: seconds(moved)?, ahead: seconds(ahead)? })
}

/// Seconds with up to six digits after the point.
fn moment(text: &str) -> Result<Micros, &'static str> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || part.len() > 6 || !digits(whole) || !digits(part) {
        return Err("expected seconds");
    }
    let whole: Micros = whole.parse().map_err(|_| "expected seconds")?;
    let part: Micros = format!("{part:0<6}").parse().map_err(|_| "expected seconds")?;
    whole.checked_mul(1_000_000).and_then(|micros| micros.checked_add(part)).ok_or("expected fewer seconds")
}
