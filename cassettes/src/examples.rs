//! The examples on shelf items' pages, read: exchanges, and a mock's answers, in a few lines of text.
//!
//! ```text
//! --- other.yaml                        another cassette from here on; the first is example.yaml
//! > GET /v1/things?limit=2              a recorded request …
//! > accept: application/json            … its headers …
//! >> {"a": 1}                           … and its body, a line at a time
//! @ token request header authorization good exp=-60
//! @ edited                              facts: a token, an edit, a moment (`@ at 2026-…`), a delay
//! @ end 9500000                         … of the last byte, where the first came earlier
//! < link: </v1/things?page=2>; rel=next the real answer: headers first …
//! < 200 {"data": []}                    … then the status and the body (`<<` adds lines to it)
//! ~ 200 {"data": []}                    the mock's answer; further ones answer further questions
//! ~ failed reset                        answers may fail
//! ~ first-byte 7500000                  … and the next one may take its time
//! ~ same                                as the real side
//! ~ untaken 404                         what its tool says when no stub of the mock takes the question
//! ~ forever                             the last answer again and again
//! * stubs/a.json:3 GET /v1/x/{id} 200   the mock is a file with this stub in it
//! ```
//!
//! `jwt({header}{claims})` stands for a token. What is made of an example is its shelf's business.

use crate::jwt::base64url;
use crate::model::{
    Answer, Body, Cassette, Connection, Exchange, ExchangeId, FailureKind, Headers, Place, Request, Response,
    SignatureVerdict, Timestamp, Timing, TokenFacts, TransportFailure, is_header_name,
};
use crate::subject::{Observed, PathForm, Route, Spot};

/// What an example says: what was recorded, and what the mock answers.
#[derive(Debug, Clone)]
pub struct Example {
    /// The evidence.
    pub cassettes: Vec<Cassette>,
    /// The mock's answers in the order in which it gives them.
    pub answers: Vec<Observed>,
    /// Whether the last answer is given again and again.
    pub forever: bool,
    /// What the mock can answer at all, if it is a file.
    pub routes: Vec<Route>,
}

/// When the examples' exchanges were recorded: 2026-01-02T03:04:05Z, a second apart.
const RECORDED: i64 = 1_767_323_045_000_000;

/// Reads an example. Errs with the line that makes no sense.
pub fn parse(text: &str) -> Result<Example, String> {
    let mut reader = Reader {
        example: Example {
            cassettes: vec![cassette("example.yaml")],
            answers: Vec::new(),
            forever: false,
            routes: Vec::new(),
        },
        headers: Headers::new(),
        timing: Timing::default(),
        open: None,
    };
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_end();
        if !line.is_empty() {
            reader.line(line).map_err(|why| format!("line {}: {why}: `{line}`", number + 1))?;
        }
    }
    Ok(reader.example)
}

fn cassette(name: &str) -> Cassette {
    Cassette { name: name.to_owned(), ..Cassette::default() }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Real,
    Mock,
}

struct Reader {
    example: Example,
    /// Headers of an answer whose status is still to come.
    headers: Headers,
    /// When the mock's next answer comes.
    timing: Timing,
    /// The answer that `<<` or `~~` adds to.
    open: Option<Side>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        match mark {
            "---" => self.example.cassettes.push(cassette(rest)),
            ">" => match header(rest) {
                Some((name, value)) => self.exchange()?.request.headers.push(name, expand(value)?),
                None => self.begin(rest)?,
            },
            ">>" => {
                let body = expand(rest)?;
                let request = &mut self.exchange()?.request;
                request.body = more(&request.body, &body);
            }
            "@" => self.fact(rest)?,
            "*" => {
                self.example.routes.push(route(rest).ok_or("not a stub's place, method, path and status")?);
            }
            "<" => self.answer(Side::Real, rest)?,
            "~" => self.answer(Side::Mock, rest)?,
            "<<" | "~~" => {
                let reply = self.last()?.head_mut().ok_or("no reply to add to")?;
                reply.body = more(&reply.body, rest);
            }
            _ => return Err("unknown mark"),
        }
        Ok(())
    }

    fn exchange(&mut self) -> Result<&mut Exchange, &'static str> {
        let cassette = self.example.cassettes.last_mut();
        cassette.and_then(|c| c.exchanges.last_mut()).ok_or("no exchange has begun")
    }

    fn begin(&mut self, rest: &str) -> Result<(), &'static str> {
        let (method, target) = rest.split_once(' ').ok_or("neither a header nor a request")?;
        let cassette = self.example.cassettes.last_mut().ok_or("no cassette")?;
        let id = cassette.exchanges.len() as u32 + 1;
        cassette.exchanges.push(Exchange {
            id: ExchangeId(id),
            at: Timestamp(RECORDED + i64::from(id) * 1_000_000),
            upstream: "https://api.example.test".to_owned(),
            request: Request::new(method, expand(target)?),
            answer: Answer::Reply(Response::new(204, Headers::new(), "")),
            timing: Timing { first_byte: Some(20_000), end: Some(21_000), chunks: Vec::new() },
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        });
        Ok(())
    }

    fn fact(&mut self, rest: &str) -> Result<(), &'static str> {
        let words: Vec<&str> = rest.split_ascii_whitespace().collect();
        let exchange = self.exchange()?;
        match words.as_slice() {
            ["edited"] => exchange.edited = true,
            ["at", moment] => exchange.at = Timestamp::parse(moment).ok_or("not a moment")?,
            ["first-byte", micros] => exchange.timing = after(micros)?,
            ["end", micros] => exchange.timing.end = after(micros)?.end,
            ["token", side, kind, at, verdict, times @ ..] => {
                let signature = SignatureVerdict::parse(verdict).ok_or("not a verdict on a signature")?;
                let time = |word: &&str| -> Option<(String, i64)> {
                    let (name, offset) = word.split_once('=')?;
                    Some((name.to_owned(), offset.parse().ok()?))
                };
                let times: Option<Vec<_>> = times.iter().map(time).collect();
                let times = times.ok_or("not a claim and its offset")?;
                exchange.tokens.push(TokenFacts { place: Place::of(side, kind, at), signature, times });
            }
            _ => return Err("unknown fact"),
        }
        Ok(())
    }

    fn answer(&mut self, side: Side, rest: &str) -> Result<(), &'static str> {
        self.open = Some(side);
        if let Some(status) = rest.get(..3).and_then(|s| s.parse::<u16>().ok()) {
            let body = expand(rest[3..].trim_start())?;
            let mut headers = std::mem::take(&mut self.headers);
            if !headers.contains("content-type") && !body.is_empty() {
                let json = body.starts_with(['{', '[', '"']) || body == "null";
                headers.push("content-type", if json { "application/json" } else { "text/plain" });
            }
            return self.put(side, Answer::Reply(Response::new(status, headers, body)));
        }
        if let (Some(micros), Side::Mock) = (rest.strip_prefix("first-byte "), side) {
            self.timing = after(micros)?;
            return Ok(());
        }
        if let (Some(rest), Side::Mock) = (rest.strip_prefix("untaken "), side) {
            self.answer(side, rest)?;
            let last = self.example.answers.last_mut();
            last.ok_or("no answer that nothing was there for")?.untaken = true;
            return Ok(());
        }
        if let Some(kind) = rest.strip_prefix("failed ") {
            let kind = FailureKind::parse(kind).ok_or("not a kind of failure")?;
            let message = "as the example says".to_owned();
            return self.put(side, Answer::Failed(TransportFailure { kind, message, partial: None }));
        }
        match (rest, side) {
            ("same", Side::Mock) => {
                let answer = self.exchange()?.answer.clone();
                self.put(side, answer)
            }
            ("forever", Side::Mock) => {
                self.example.forever = true;
                Ok(())
            }
            _ => {
                let (name, value) = header(rest).ok_or("neither a status, a failure nor a header")?;
                self.headers.push(name, value);
                Ok(())
            }
        }
    }

    fn put(&mut self, side: Side, answer: Answer) -> Result<(), &'static str> {
        match side {
            Side::Real => self.exchange()?.answer = answer,
            Side::Mock => {
                let timing = std::mem::take(&mut self.timing);
                self.example.answers.push(Observed { timing, ..Observed::of(answer) });
            }
        }
        Ok(())
    }

    fn last(&mut self) -> Result<&mut Answer, &'static str> {
        match self.open {
            Some(Side::Real) => Ok(&mut self.exchange()?.answer),
            Some(Side::Mock) => {
                self.example.answers.last_mut().map(|o| &mut o.answer).ok_or("no answer to add to")
            }
            None => Err("no answer to add to"),
        }
    }
}

fn route(text: &str) -> Option<Route> {
    let [place, method, path, status] = text.split_ascii_whitespace().collect::<Vec<_>>().try_into().ok()?;
    let (file, line) = place.rsplit_once(':')?;
    Some(Route {
        method: (method != "*").then(|| method.to_owned()),
        path: if path == "/**" { PathForm::Any } else { PathForm::Template(path.to_owned()) },
        statuses: vec![status.parse().ok()?],
        spot: Spot { file: file.to_owned(), line: line.parse().ok()? },
    })
}

fn after(micros: &str) -> Result<Timing, &'static str> {
    let micros = micros.parse().map_err(|_| "not a number of microseconds")?;
    Ok(Timing { first_byte: Some(micros), end: Some(micros), chunks: Vec::new() })
}

fn more(body: &Body, line: &str) -> Body {
    let mut text = String::from_utf8_lossy(body.bytes()).into_owned();
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
    text.into()
}

fn header(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once(':')?;
    let lawful = is_header_name(name);
    lawful.then(|| (name, value.trim()))
}

/// `jwt({header}{claims})` becomes a token; everything else stays. Errs with what is wrong with it.
pub fn expand(text: &str) -> Result<String, &'static str> {
    let Some((before, rest)) = text.split_once("jwt(") else { return Ok(text.to_owned()) };
    let (inner, after) = rest.split_once(')').ok_or("an open jwt(")?;
    let (header, claims) = inner.split_once("}{").ok_or("jwt( wants {header}{claims}")?;
    let part = |text: String| base64url(text.as_bytes());
    let token =
        format!("{}.{}.{}", part(format!("{header}}}")), part(format!("{{{claims}")), part("signed".into()));
    Ok(format!("{before}{token}{}", expand(after)?))
}
