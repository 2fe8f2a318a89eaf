//! A client that follows a script, and what it recorded.

use super::json::Edit;
use super::service::Told;
use super::stage::{KEY, Stage};
use super::world::RECORDED;
use cassettes::codec;
use cassettes::json::Json;
use cassettes::model::{
    Answer, Cassette, Connection, Exchange, ExchangeId, Header, Headers, RedactRules, Request, Timestamp,
    Timing,
};
use cassettes::redact::{Policy, PseudonymKey, Secret};
use std::sync::Arc;

/// Where the real side lives.
pub(crate) const HOST: &str = "api.vendor.test";

/// What came of one question, for the script to read.
pub(crate) struct Heard(Told);

impl Heard {
    /// The text at a pointer of the answer; something that nobody knows where there is none.
    pub(crate) fn at(&self, pointer: &str) -> String {
        self.0.document().text_at(pointer).unwrap_or_else(|| "missing".to_owned())
    }

    pub(crate) fn header(&self, name: &str) -> String {
        let value = self.0.reply().and_then(|r| r.headers.get(name));
        value.map_or_else(|| "missing".to_owned(), std::borrow::Cow::into_owned)
    }

    /// The target of a Link header's relation, without the host.
    pub(crate) fn link(&self, relation: &str) -> String {
        let link = self.header("link");
        let part = link.split(", ").find(|p| p.contains(&format!("rel=\"{relation}\"")));
        let url = part.and_then(|p| p.split(['<', '>']).nth(1)).unwrap_or("http://x/missing");
        target(url)
    }

    /// The text between two marks in the body.
    pub(crate) fn between(&self, open: &str, close: &str) -> String {
        let body = self.0.reply().and_then(|r| codec::text_of(&r.headers, &r.body));
        let body = body.unwrap_or_default();
        let found = body.split_once(open).and_then(|(_, rest)| rest.split_once(close));
        found.map_or_else(|| "missing".to_owned(), |(text, _)| text.to_owned())
    }
}

/// A URL below the vendor's base.
pub(crate) fn target(url: &str) -> String {
    url.split_once("://")
        .and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()))
        .unwrap_or_default()
}

/// A client that follows a script.
pub(crate) struct Client {
    /// Whom it asks.
    ask: Box<dyn FnMut(&Request) -> Told>,
    start: i64,
    /// Sent with every question until it is changed.
    pub(crate) headers: Vec<(String, String)>,
    asked: Vec<(Request, Told)>,
}

impl Client {
    pub(crate) fn new(mut stage: Stage) -> Self {
        let start = stage.start();
        Client::through(Box::new(move |request| stage.ask(request)), start)
    }

    /// Asks in another way, of a vendor whose life began at this epoch second.
    pub(crate) fn through(ask: Box<dyn FnMut(&Request) -> Told>, start: i64) -> Self {
        Client { ask, start, headers: Vec::new(), asked: Vec::new() }
    }

    /// The epoch second at which the session began.
    pub(crate) fn start(&self) -> i64 {
        self.start
    }

    /// With a header from here on; an empty value takes it away.
    pub(crate) fn always(&mut self, name: &str, value: &str) {
        self.headers.retain(|(n, _)| n != name);
        if !value.is_empty() {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
    }

    pub(crate) fn get(&mut self, target: &str) -> Heard {
        self.ask("GET", target, &[], None)
    }

    pub(crate) fn get_with(&mut self, target: &str, headers: &[(&str, &str)]) -> Heard {
        self.ask("GET", target, headers, None)
    }

    pub(crate) fn delete(&mut self, target: &str) -> Heard {
        self.ask("DELETE", target, &[], None)
    }

    pub(crate) fn post(&mut self, target: &str, document: &Json) -> Heard {
        self.send("POST", target, &[], document)
    }

    /// A document with another method, or with more headers.
    pub(crate) fn send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        document: &Json,
    ) -> Heard {
        let mut all = vec![("content-type", "application/json")];
        all.retain(|(name, _)| headers.iter().all(|(n, _)| n != name));
        all.extend(headers);
        self.ask(method, target, &all, Some(document.to_string()))
    }

    pub(crate) fn form(&mut self, target: &str, headers: &[(&str, &str)], form: &str) -> Heard {
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend(headers);
        self.ask("POST", target, &all, Some(form.to_owned()))
    }

    pub(crate) fn ask(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Heard {
        let mut request = Request::new(method, target);
        request.headers = Headers::from_pairs([("Host", HOST), ("Accept", "*/*")]);
        for (name, value) in &self.headers {
            if headers.iter().all(|(n, _)| n != name) {
                request.headers.push(name.as_str(), value.as_str());
            }
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request.headers.push(*name, *value);
        }
        if let Some(body) = body {
            request.headers.push("Content-Length", body.len().to_string());
            request.body = body.into();
        }
        let told = (self.ask)(&request);
        self.asked.push((request, told.clone()));
        Heard(told)
    }

    /// Every question and its answer.
    pub(crate) fn into_asked(self) -> Vec<(Request, Told)> {
        self.asked
    }
}

/// What is secret about the vendors.
pub(crate) fn policy() -> Policy {
    let secret = |name: &str, value: &str| Secret { name: name.to_owned(), value: value.to_owned() };
    let secrets = vec![
        secret("vendor-key", super::stage::API_KEY),
        secret("other-key", super::stage::OTHER_KEY),
        secret("vendor-client", super::stage::CLIENT),
    ];
    let keys: Arc<dyn cassettes::jwt::Keys> = Arc::new(cassettes::jwt::HmacKey(KEY.to_vec()));
    Policy::new(&RedactRules::default(), secrets, PseudonymKey([7; 32]), Some(keys)).expect("lawful rules")
}

/// The cassette that a recording of this would be.
pub(crate) fn cassette(name: &str, asked: &[(Request, Told)], policy: &Policy) -> Cassette {
    let exchanges = asked.iter().enumerate().map(|(i, (request, told))| {
        let id = ExchangeId(u32::try_from(i + 1).unwrap_or(u32::MAX));
        let at = Timestamp((RECORDED + 3 * i64::from(id.0)) * 1_000_000);
        let exchange = Exchange {
            id,
            at,
            upstream: format!("http://{HOST}"),
            request: request.clone(),
            answer: told.answer.clone(),
            timing: timing(told),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        };
        policy.clean(exchange).into_exchange()
    });
    let header = Header { upstreams: vec![format!("http://{HOST}")], ..Header::default() };
    Cassette { name: name.to_owned(), header, exchanges: exchanges.collect() }
}

/// When an answer came, as a recorder or an asker measures it.
pub(crate) fn timing(told: &Told) -> Timing {
    let first_byte = Some(told.millis * 1000).filter(|_| matches!(told.answer, Answer::Reply(_)));
    Timing { first_byte, end: Some(told.millis * 1000 + 300), chunks: Vec::new() }
}
