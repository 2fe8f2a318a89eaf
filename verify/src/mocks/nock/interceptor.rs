//! One interceptor, from a fixture or from source, as a stub.

use super::value::{self, Js};
use crate::mocks::conditions::{Asked, Condition, Custom, Fit, Pattern, Text};
use crate::mocks::{Content, Replies, Reply, Stub, Unknown};
use cassettes::json::Json;
use cassettes::model::{Body, FailureKind, Headers, Micros, Request, is_header_name};
use cassettes::subject::{Lines, Spot};
use std::sync::Arc;

/// What an interceptor wants and gives.
#[derive(Debug, Clone)]
pub(super) struct Interceptor {
    pub(super) spot: Spot,
    pub(super) method: String,
    pub(super) path: Path,
    pub(super) query: Query,
    /// Lower case or not; values are texts or expressions.
    pub(super) headers: Vec<(String, Js)>,
    pub(super) bad_headers: Vec<String>,
    /// None: nobody cares.
    pub(super) body: Option<Js>,
    pub(super) answer: Answer,
    /// None: again and again.
    pub(super) times: Option<u32>,
    pub(super) delay: Option<Micros>,
    pub(super) unknown: Vec<Unknown>,
}

/// The path that an interceptor wants.
#[derive(Debug, Clone)]
pub(super) enum Path {
    /// This one, the scope's own before it.
    Exact(String),
    /// One that ends so: the scope's own path is not told.
    Ends(String),
    /// One with this in it.
    Regex(Pattern),
    /// One with holes that only a run would fill, and how the file writes it.
    Holes(Vec<Option<String>>, String),
    /// One that only a run would tell.
    Unknown(String),
}

/// The query that an interceptor wants.
#[derive(Debug, Clone)]
pub(super) enum Query {
    /// None told: it is a part of the path.
    InPath,
    /// Whatever there is.
    Any,
    /// These, flattened, and no others.
    Exactly(Vec<(String, Js)>),
    /// One that only a run would tell.
    Unknown(String),
}

/// What an interceptor answers.
#[derive(Debug, Clone)]
pub(super) enum Answer {
    /// A reply.
    Reply { status: u16, headers: Headers, body: Vec<u8>, spot: Spot, lines: Option<Lines> },
    /// An error instead of one.
    Error { kind: FailureKind, spot: Spot },
    /// One that only a run would tell.
    Unknown(Unknown),
}

impl Path {
    /// The same below a path that nobody knows.
    pub(super) fn below_anything(&self) -> Path {
        match self {
            Path::Exact(path) => Path::Ends(path.clone()),
            other => other.clone(),
        }
    }
}

impl Interceptor {
    /// One without wishes.
    pub(super) fn new(spot: Spot) -> Self {
        let answer = Answer::Unknown(Unknown {
            spot: spot.clone(),
            what: "an interceptor without a reply".to_owned(),
        });
        Interceptor {
            spot,
            method: "GET".to_owned(),
            path: Path::Exact("/".to_owned()),
            query: Query::InPath,
            headers: Vec::new(),
            bad_headers: Vec::new(),
            body: None,
            answer,
            times: Some(1),
            delay: None,
            unknown: Vec::new(),
        }
    }

    /// Sets the path below a scope's own; a query in it is one that is wanted.
    pub(super) fn at(&mut self, base: &str, path: &str) {
        let whole = format!("{base}{path}");
        match whole.split_once('?') {
            Some((path, query)) => {
                let pairs = Request::new("GET", format!("/?{query}")).query_pairs();
                self.query = Query::Exactly(value::flat_pairs(&pairs));
                self.path = Path::Exact(path.to_owned());
            }
            None => self.path = Path::Exact(whole),
        }
    }

    /// The stub that it makes.
    pub(super) fn stub(self) -> Stub {
        let mut stub = Stub::new(self.spot.clone());
        let path = match &self.path {
            Path::Exact(path) | Path::Ends(path) | Path::Holes(_, path) => path.clone(),
            Path::Regex(pattern) => format!("/{}/", pattern.source()),
            Path::Unknown(what) => what.clone(),
        };
        stub.label = format!("{} {path}", self.method);
        stub.when = self.conditions();
        stub.times = self.times;
        stub.unknown = self.unknown;
        let mut reply = match self.answer {
            Answer::Reply { status, headers, body, spot, lines } => {
                let mut reply = Reply::new(status, spot);
                reply.lines = lines;
                reply.headers = headers;
                reply.body = Content::Fixed(Body::from(body));
                reply
            }
            Answer::Error { kind, spot } => {
                let mut reply = Reply::new(500, spot);
                reply.fault = Some(kind);
                reply
            }
            Answer::Unknown(unknown) => {
                stub.unknown.push(unknown);
                Reply::new(200, stub.spot.clone())
            }
        };
        reply.delay = self.delay;
        stub.replies = Replies::one(reply);
        stub
    }

    fn conditions(&self) -> Vec<Condition> {
        let mut when = vec![Condition::method(&self.method)];
        // Without a word about the query the whole must be the same.
        let place = match self.query {
            Query::InPath => Condition::Target,
            _ => Condition::Path,
        };
        match &self.path {
            Path::Exact(path) => when.push(place(Text::Equal(path.clone()))),
            Path::Ends(path) => when.push(place(Text::Ends(path.clone()))),
            Path::Regex(pattern) => when.push(place(Text::Matches(pattern.clone()))),
            Path::Holes(parts, what) => {
                when.extend(value::holes(parts).map(|pattern| place(Text::Matches(pattern))));
                when.push(Condition::Unknown(what.clone()));
            }
            Path::Unknown(what) => when.push(Condition::Unknown(what.clone())),
        }
        match &self.query {
            Query::InPath | Query::Any => {}
            Query::Unknown(what) => when.push(Condition::Unknown(what.clone())),
            Query::Exactly(wanted) => {
                let told = wanted.iter().map(|(name, value)| format!("{name}={}", shown(value)));
                let told = format!("the query `{}` and no other", told.collect::<Vec<_>>().join("&"));
                let wanted = wanted.clone();
                when.push(custom(told, move |asked| {
                    value::fit_flat(&wanted, &value::flat_pairs(asked.query()))
                }));
            }
        }
        when.extend(self.headers.iter().filter_map(|(name, value)| header(name, value)));
        let absent = |name: &String| Condition::Header(name.clone(), Text::Absent);
        when.extend(self.bad_headers.iter().map(absent));
        if let Some(body) = self.body.clone() {
            when.push(match body.unknown() {
                Some(what) => Condition::Unknown(what.to_owned()),
                None => {
                    custom(format!("the body `{}`", shown(&body)), move |asked| wanted_body(&body, asked))
                }
            });
        }
        when
    }
}

fn custom(told: String, test: impl Fn(&Asked<'_>) -> Fit + Send + Sync + 'static) -> Condition {
    Condition::Custom(Custom { told, test: Arc::new(test) })
}

fn shown(value: &Js) -> String {
    match value {
        Js::Regex(pattern) => format!("/{}/", pattern.source()),
        Js::Text(text) => text.clone(),
        value => value.stringify().map_or_else(|| "undefined".to_owned(), |json| json.to_string()),
    }
}

/// The host is put there by whoever asks.
fn header(name: &str, value: &Js) -> Option<Condition> {
    if name.eq_ignore_ascii_case("host") {
        return None;
    }
    let text = match value {
        Js::Regex(pattern) => Text::Matches(pattern.clone()),
        Js::Unknown(what) | Js::Holes(_, what) => Text::Unknown(what.clone()),
        value => match value.text() {
            Some(text) => Text::Equal(text),
            None => Text::Unknown(format!("the header {name}")),
        },
    };
    Some(Condition::Header(name.to_owned(), text))
}

fn wanted_body(wanted: &Js, asked: &Asked<'_>) -> Fit {
    let bytes = asked.bytes();
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
    };
    let media = asked.header("content-type").first().map(|value| value.text.to_string()).unwrap_or_default();
    let whole = |text: &str| match media.contains("multipart") {
        true => text.to_owned(),
        false => text.replace(['\r', '\n'], ""),
    };
    match wanted {
        Js::Regex(pattern) => pattern.fit(&text),
        Js::Map(_) | Js::List(_) => match Json::parse(text.as_bytes()) {
            Ok(json) => either_way(wanted, &Js::of_json(&json)),
            Err(_) if media.contains("x-www-form-urlencoded") => {
                let mut flat = Vec::new();
                value::flat("", wanted, &mut flat);
                let pairs = Request::new("POST", format!("/?{text}")).query_pairs();
                value::fit_flat(&flat, &value::flat_pairs(&pairs))
            }
            Err(_) => Fit::Unmet,
        },
        wanted => Fit::of(wanted.text().is_some_and(|wanted| whole(&wanted) == whole(&text))),
    }
}

/// Objects are compared as they are, or with names such as `a[b]` and `a.b` opened.
fn either_way(wanted: &Js, found: &Js) -> Fit {
    let plain = wanted.fit(found);
    let opened = |value: &Js| value.members().iter().any(|(name, _)| name.contains(['.', '[']));
    if plain == Fit::Met || !(opened(wanted) || opened(found)) {
        return plain;
    }
    let (mut a, mut b) = (Vec::new(), Vec::new());
    value::flat("", wanted, &mut a);
    value::flat("", found, &mut b);
    value::fit_flat(&a, &b)
}

/// Headers as they are given: a flat list, or an object whose values are texts or lists of them.
pub(super) fn headers(given: &Js) -> Result<Headers, String> {
    let mut headers = Headers::new();
    let mut add = |name: &str, value: &Js| {
        if let Some(what) = value.unknown() {
            return Err(what.to_owned());
        }
        let values = match value {
            Js::List(items) => items.iter().collect(),
            one => vec![one],
        };
        for value in values {
            let text = value.text().filter(|text| is_header_name(name) && !text.contains(['\r', '\n']));
            headers.push(name, text.ok_or_else(|| format!("the header {name}"))?);
        }
        Ok(())
    };
    match given {
        Js::Undefined | Js::Null => {}
        Js::List(items) => {
            for pair in items.chunks(2) {
                let [Js::Text(name), value] = pair else {
                    return Err("headers that are no list of names and values".to_owned());
                };
                add(name, value)?;
            }
        }
        Js::Map(members) => members.iter().try_for_each(|(name, value)| add(name, value))?,
        Js::Unknown(what) => return Err(what.clone()),
        _ => return Err("headers that are no list and no object".to_owned()),
    }
    Ok(headers)
}

/// The bytes that a body becomes, and whether they are JSON that the library wrote.
pub(super) fn body(given: &Js, encoded: bool) -> Result<(Vec<u8>, bool), String> {
    if let Some(what) = given.unknown() {
        return Err(what.to_owned());
    }
    let pieces: Vec<&Js> = match given {
        Js::List(items) => items.iter().collect(),
        one => vec![one],
    };
    if encoded {
        // Encoded bodies are given as hexadecimal digits, piece by piece.
        let bytes: Option<Vec<Vec<u8>>> = pieces
            .iter()
            .map(|piece| match piece {
                Js::Undefined | Js::Null => Some(Vec::new()),
                piece => hex(&piece.text()?),
            })
            .collect();
        return bytes.map(|b| (b.concat(), false)).ok_or_else(|| "an encoded body that is no hex".to_owned());
    }
    Ok(match given {
        Js::Undefined => (Vec::new(), false),
        Js::Text(text) => (text.clone().into_bytes(), false),
        value => (value.stringify().map(|json| json.to_string()).unwrap_or_default().into_bytes(), true),
    })
}

/// Bytes out of hexadecimal digits.
pub(super) fn hex(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| char::from(c).to_digit(16);
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|p| Some((digit(*p.first()?)? << 4 | digit(*p.get(1)?)?) as u8)).collect()
}
