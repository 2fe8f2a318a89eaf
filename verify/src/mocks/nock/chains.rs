//! Chains of calls in source: `nock('https://host').get('/path').query({…}).reply(200, {…})`.

use super::fixture::base;
use super::interceptor::{Answer, Interceptor, Path, Query, body, headers};
use super::source::Source;
use super::value::{self, Js};
use super::words::{Kind, Word, words};
use crate::mocks::Unknown;
use cassettes::model::{FailureKind, Headers};
use cassettes::subject::Spot;
use std::collections::BTreeMap;

/// What `nock(…)` gives.
#[derive(Debug, Default)]
struct Scope {
    /// None: only a run would tell.
    base: Option<String>,
    persist: bool,
    headers: Vec<(String, Js)>,
    bad_headers: Vec<String>,
    default_headers: Headers,
    unknown: Vec<Unknown>,
}

/// Everything that a file's chains say.
struct Chains<'s> {
    file: &'s str,
    source: &'s Source<'s>,
    scopes: Vec<Scope>,
    done: Vec<(usize, Interceptor)>,
    /// What a variable holds: a scope, and an interceptor that has no reply yet.
    held: BTreeMap<String, (usize, Option<Interceptor>)>,
    unknown: Vec<Unknown>,
}

/// Reads every chain of a file.
pub(super) fn read(
    file: &str,
    text: &str,
    other: &dyn Fn(&str) -> Option<Js>,
) -> (Vec<Interceptor>, Vec<Unknown>) {
    let words = words(text);
    let source = Source::new(text, &words, other);
    let mut chains = Chains {
        file,
        source: &source,
        scopes: Vec::new(),
        done: Vec::new(),
        held: BTreeMap::new(),
        unknown: Vec::new(),
    };
    chains.run();
    chains.finish()
}

/// Whether a source calls the library at all.
pub(super) fn has_chain(text: &str) -> bool {
    text.contains("nock(")
}

const METHODS: [&str; 9] = ["get", "post", "put", "head", "patch", "merge", "delete", "options", "intercept"];

impl Chains<'_> {
    fn run(&mut self) {
        let words: &[Word] = self.source.words;
        let mut at = 0;
        while at < words.len() {
            let Kind::Name(name) = &words[at].kind else {
                at += 1;
                continue;
            };
            let sign = |at: usize| match words.get(at).map(|word| &word.kind) {
                Some(Kind::Sign(sign)) => Some(*sign),
                _ => None,
            };
            let member = at > 0 && matches!(sign(at - 1), Some("." | "?."));
            let declares = at > 0 && words[at - 1].kind == Kind::Name("function".to_owned());
            at = if name == "nock" && sign(at + 1) == Some("(") && !member && !declares {
                self.begin(at)
            } else if !member && sign(at + 1) == Some(".") && self.held.contains_key(name) {
                let (scope, open) = self.held.get(name).cloned().unwrap_or_default();
                let (end, open) = self.chain(at + 1, scope, open);
                self.held.insert(name.clone(), (scope, open));
                end
            } else {
                at + 1
            };
        }
    }

    fn spot(&self, line: u32) -> Spot {
        Spot { file: self.file.to_owned(), line }
    }

    fn doubt(&self, line: u32, what: impl Into<String>) -> Unknown {
        Unknown { spot: self.spot(line), what: what.into() }
    }

    /// `nock(…)` and what hangs on it.
    fn begin(&mut self, at: usize) -> usize {
        let line = self.source.words[at].line;
        let mut reader = self.source.read(at + 1);
        let arguments = reader.arguments();
        let next = reader.at;
        let mut scope = Scope::default();
        match arguments.first().map(|(value, _)| value) {
            Some(Js::Text(url)) => scope.base = Some(base(url).to_owned()),
            // A host is no matter here: any expression for it is as good as another.
            Some(Js::Regex(_)) => scope.base = Some(String::new()),
            Some(_) => {}
            None => scope.unknown.push(self.doubt(line, "nock()")),
        }
        for (name, value) in arguments.get(1).map(|(value, _)| value.members()).unwrap_or_default() {
            match name.as_str() {
                "reqheaders" => scope.headers.extend(value.members().iter().cloned()),
                "badheaders" => match value {
                    Js::List(names) => scope.bad_headers.extend(names.iter().filter_map(Js::text)),
                    _ => scope.unknown.push(self.doubt(line, "badheaders")),
                },
                "allowUnmocked" | "encodedQueryParams" => {}
                name => scope.unknown.push(self.doubt(line, format!("the option {name}"))),
            }
        }
        if let Some((Js::Unknown(what), line)) = arguments.get(1) {
            scope.unknown.push(self.doubt(*line, what.clone()));
        }
        self.scopes.push(scope);
        let number = self.scopes.len() - 1;
        let before = self.done.len();
        let (end, open) = self.chain(next, number, None);
        match self.bound(at) {
            Some(name) => {
                self.held.insert(name, (number, open));
            }
            None => match open {
                Some(open) => self.done.push((number, open)),
                None if self.done.len() == before => {
                    self.unknown.push(self.doubt(line, "a scope that is used somewhere else"));
                }
                None => {}
            },
        }
        end
    }

    /// The variable that a call's value is kept in.
    fn bound(&self, at: usize) -> Option<String> {
        let before = |back: usize| at.checked_sub(back).map(|at| &self.source.words[at].kind);
        match (before(1), before(2)) {
            (Some(Kind::Sign("=")), Some(Kind::Name(name))) => Some(name.clone()),
            _ => None,
        }
    }

    /// Calls one after the other; gives where they end, and an interceptor that has no reply yet.
    fn chain(
        &mut self,
        mut at: usize,
        scope: usize,
        mut open: Option<Interceptor>,
    ) -> (usize, Option<Interceptor>) {
        let words: &[Word] = self.source.words;
        loop {
            let sign = |at: usize| match words.get(at).map(|word| &word.kind) {
                Some(Kind::Sign(sign)) => Some(*sign),
                _ => None,
            };
            let Some(Kind::Name(method)) = words.get(at + 1).map(|word| &word.kind) else { break };
            if sign(at) != Some(".") || sign(at + 2) != Some("(") {
                break;
            }
            let line = words[at + 1].line;
            let mut reader = self.source.read(at + 2);
            let arguments = reader.arguments();
            at = reader.at;
            if METHODS.contains(&method.as_str()) {
                self.done.extend(open.take().map(|open| (scope, open)));
                open = Some(self.intercept(scope, method, &arguments, line));
            } else if let Some(one) = open.as_mut() {
                if interceptor(self.file, one, method, &arguments, line) {
                    self.done.extend(open.take().map(|done| (scope, done)));
                }
            } else {
                self.on_scope(scope, method, &arguments, line);
            }
        }
        (at, open)
    }

    fn intercept(&self, scope: usize, method: &str, arguments: &[(Js, u32)], line: u32) -> Interceptor {
        let mut one = Interceptor::new(self.spot(line));
        let mut rest = arguments.iter().map(|(value, _)| value);
        let path = rest.next().cloned().unwrap_or(Js::Undefined);
        one.method = match method {
            "intercept" => rest.next().and_then(Js::text).unwrap_or_default().to_ascii_uppercase(),
            method => method.to_ascii_uppercase(),
        };
        match path {
            Js::Text(path) => match &self.scopes[scope].base {
                Some(base) => one.at(base, &path),
                None => {
                    one.at("", &path);
                    one.path = one.path.below_anything();
                }
            },
            Js::Holes(mut parts, shown) => {
                let base = self.scopes[scope].base.clone();
                parts.insert(0, base);
                one.path = Path::Holes(parts, format!("the path {shown}"));
            }
            Js::Regex(pattern) => one.path = Path::Regex(pattern),
            Js::Unknown(what) => one.path = Path::Unknown(format!("the path {what}")),
            _ => one.path = Path::Unknown("a path that is no text".to_owned()),
        }
        one.body = rest.next().filter(|body| !matches!(body, Js::Undefined)).cloned();
        for (name, value) in rest.next().map(Js::members).unwrap_or_default() {
            match name.as_str() {
                "reqheaders" => one.headers.extend(value.members().iter().cloned()),
                name => one.unknown.push(self.doubt(line, format!("the option {name}"))),
            }
        }
        one
    }

    fn on_scope(&mut self, scope: usize, method: &str, arguments: &[(Js, u32)], line: u32) {
        let first = arguments.first().map(|(value, _)| value);
        let doubt = self.doubt(line, format!(".{method}(…)"));
        let scope = &mut self.scopes[scope];
        match (method, first) {
            ("persist", first) => scope.persist = first != Some(&Js::Bool(false)),
            ("matchHeader", Some(Js::Text(name))) => {
                let value = arguments.get(1).map_or(Js::Undefined, |(value, _)| value.clone());
                scope.headers.push((name.clone(), value));
            }
            ("defaultReplyHeaders", Some(given)) => match headers(given) {
                Ok(headers) => scope.default_headers = headers,
                Err(_) => scope.unknown.push(doubt),
            },
            // What happens around a request is no matter of its answer.
            ("on" | "once" | "log" | "replyContentLength" | "replyDate", _) => {}
            ("done" | "isDone" | "pendingMocks" | "activeMocks" | "removeAllListeners", _) => {}
            _ => scope.unknown.push(doubt),
        }
    }

    fn finish(mut self) -> (Vec<Interceptor>, Vec<Unknown>) {
        let mut open: Vec<(usize, Interceptor)> = std::mem::take(&mut self.held)
            .into_iter()
            .filter_map(|(_, (scope, open))| Some((scope, open?)))
            .collect();
        self.done.append(&mut open);
        self.done.sort_by_key(|(_, one)| one.spot.line);
        let scopes = self.scopes;
        let finished = self.done.into_iter().map(|(number, mut one)| {
            let scope = &scopes[number];
            if scope.persist {
                one.times = None;
            }
            one.headers.extend(scope.headers.iter().cloned());
            one.bad_headers.extend(scope.bad_headers.iter().cloned());
            one.unknown.extend(scope.unknown.iter().cloned());
            if let Answer::Reply { headers, .. } = &mut one.answer {
                for (name, value) in scope.default_headers.iter() {
                    if !headers.contains(name) {
                        headers.push(name, value);
                    }
                }
            }
            one
        });
        (finished.collect(), self.unknown)
    }
}

/// A call on an interceptor; says whether it was its reply.
fn interceptor(file: &str, one: &mut Interceptor, method: &str, arguments: &[(Js, u32)], line: u32) -> bool {
    let first = arguments.first().map(|(value, _)| value);
    let number = match first {
        Some(Js::Number(number)) if number.is_finite() && *number >= 0.0 => Some(*number),
        _ => None,
    };
    let spot = |line: u32| Spot { file: file.to_owned(), line };
    let doubt = |what: String| Unknown { spot: spot(line), what };
    match (method, first) {
        ("reply", _) => {
            one.answer = reply(arguments, &spot, line);
            return true;
        }
        ("replyWithError", first) => {
            one.answer = Answer::Error { kind: first.map_or(FailureKind::Closed, failure), spot: spot(line) };
            return true;
        }
        ("replyWithFile", _) => {
            one.answer = Answer::Unknown(doubt(".replyWithFile(…)".to_owned()));
            return true;
        }
        ("query", Some(wanted)) => one.query = query(wanted),
        ("times", _) if number.is_some() => one.times = number.map(|n| (n as u32).max(1)),
        ("once", _) => one.times = Some(1),
        ("twice", _) => one.times = Some(2),
        ("thrice", _) => one.times = Some(3),
        ("optionally", _) => {}
        ("delay" | "delayBody" | "delayConnection", Some(given)) => {
            let of = |name: &str| match given.get(name) {
                Some(Js::Number(number)) if *number >= 0.0 => *number,
                _ => 0.0,
            };
            let millis = number.unwrap_or_else(|| of("head") + of("body"));
            one.delay = Some(one.delay.unwrap_or_default() + (millis * 1000.0) as u64);
        }
        ("matchHeader", Some(Js::Text(name))) => {
            let value = arguments.get(1).map_or(Js::Undefined, |(value, _)| value.clone());
            one.headers.push((name.clone(), value));
        }
        ("basicAuth", Some(given)) => {
            use base64::Engine as _;
            let of = |name: &str| given.get(name).and_then(Js::text).unwrap_or_default();
            let pair = format!("{}:{}", of("user"), of("pass"));
            let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
            one.headers.push(("authorization".to_owned(), Js::Text(format!("Basic {encoded}"))));
        }
        _ => one.unknown.push(doubt(format!(".{method}(…)"))),
    }
    false
}

fn query(wanted: &Js) -> Query {
    match wanted {
        Js::Bool(true) => Query::Any,
        Js::Text(text) => {
            let request =
                cassettes::model::Request::new("GET", format!("/?{}", text.trim_start_matches('?')));
            Query::Exactly(value::flat_pairs(&request.query_pairs()))
        }
        Js::Map(_) => {
            let mut flat = Vec::new();
            value::flat("", wanted, &mut flat);
            Query::Exactly(flat)
        }
        Js::Unknown(what) => Query::Unknown(format!("the query {what}")),
        _ => Query::Unknown("a query that is no object".to_owned()),
    }
}

fn reply(arguments: &[(Js, u32)], spot: &dyn Fn(u32) -> Spot, line: u32) -> Answer {
    let nothing = (Js::Undefined, line);
    let mut list = arguments.iter();
    let (status, _) = list.next().unwrap_or(&nothing);
    let (content, place) = list.next().unwrap_or(&nothing);
    let (given, _) = list.next().unwrap_or(&nothing);
    let doubt = |what: String| Answer::Unknown(Unknown { spot: spot(line), what });
    let status = match status {
        Js::Undefined => 200,
        Js::Number(number) if (100.0..1000.0).contains(number) => *number as u16,
        Js::Unknown(what) => return doubt(format!("the reply {what}")),
        _ => return doubt("a status that is none".to_owned()),
    };
    let mut headers = match headers(given) {
        Ok(headers) => headers,
        Err(what) => return doubt(format!("the reply's headers: {what}")),
    };
    match body(content, !headers.codings().is_empty()) {
        Ok((bytes, json)) => {
            if json && !headers.contains("content-type") {
                headers.push("Content-Type", "application/json");
            }
            Answer::Reply { status, headers, body: bytes, spot: spot(*place), lines: None }
        }
        Err(what) => doubt(format!("the reply's body {what}")),
    }
}

/// How a request fails that is answered with an error: by its code, or by a code in its words.
fn failure(error: &Js) -> FailureKind {
    let code = error.get("code").or_else(|| error.get("message")).unwrap_or(error);
    let text = match code {
        Js::Unknown(text) => text.clone(),
        code => code.text().unwrap_or_default(),
    };
    let known = [
        ("ECONNRESET", FailureKind::Reset),
        ("TIMEDOUT", FailureKind::Timeout),
        ("ECONNREFUSED", FailureKind::Refused),
        ("ENOTFOUND", FailureKind::Unresolved),
        ("EAI_AGAIN", FailureKind::Unresolved),
        ("CERT", FailureKind::Tls),
        ("HPE_", FailureKind::Protocol),
    ];
    let found = known.into_iter().find(|(word, _)| text.contains(word)).map(|(_, kind)| kind);
    found.unwrap_or(FailureKind::Closed)
}
