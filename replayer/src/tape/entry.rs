//! One exchange of the tape, kept small: what its prepared bytes say already is not held twice.

use crate::answer::{Prepared, prepare};
use crate::websocket::Script;
use cassettes::model::{Body, Connection, Exchange, Headers};
use cassettes::redact::Names;
use std::borrow::Cow;
use wire::head::ReplyHead;

/// What of an exchange is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// What serving needs.
    Served,
    /// Everything.
    Whole,
}

/// One exchange of the tape.
pub(crate) struct Entry {
    exchange: Exchange,
    /// Its answer as bytes.
    pub(crate) prepared: Prepared,
    /// Which of the tape's cassettes holds it.
    pub(crate) cassette: u16,
    /// Which of the tape's upstreams it was asked of.
    pub(crate) upstream: u16,
    /// The reply's fields were let go of; the prepared bytes hold them.
    slim: bool,
    /// The body has a content coding: only undoing it shows whether a link stands in it.
    pub(crate) coded: bool,
    /// The head holds references, which may need a session's path.
    pub(crate) refers: bool,
    /// The request asked for a WebSocket.
    pub(crate) upgrade: bool,
    /// It became one.
    pub(crate) script: Option<Box<Script>>,
}

/// Header fields that hold references (RFC 9110 §10.2.2, §8.7; RFC 8288; WHATWG HTML).
const REFERRING: [&str; 4] = ["location", "content-location", "link", "refresh"];

/// The request's fields that say how to read its body, which is all that explaining a miss needs.
const OF_BODY: [&str; 2] = ["content-type", "content-encoding"];

impl Entry {
    pub(super) fn new(exchange: Exchange, cassette: u16, upstream: u16, names: &Names) -> Self {
        let prepared = prepare(&exchange.request.method, &exchange.answer, &exchange.timing);
        let (mut coded, mut refers) = (false, false);
        if let Some(response) = exchange.answer.head() {
            coded = !response.body.is_empty() && response.headers.contains("content-encoding");
            refers = REFERRING.iter().any(|name| response.headers.contains(name));
        }
        let request = &exchange.request;
        let upgrade = wire::websocket::is_upgrade(&request.method, request.headers.iter());
        let script = Script::of(&exchange, names);
        Entry { exchange, prepared, cassette, upstream, slim: false, coded, refers, upgrade, script }
    }

    /// The exchange; of a slim one the reply's fields, the request's fields and the facts around it are missing.
    pub(crate) fn exchange(&self) -> &Exchange {
        &self.exchange
    }

    /// The exchange with the reply's fields.
    pub(crate) fn restored(&self) -> Cow<'_, Exchange> {
        if !self.slim {
            return Cow::Borrowed(&self.exchange);
        }
        let mut exchange = self.exchange.clone();
        if let (Some(headers), Some(response)) = (self.written(), exchange.answer.head_mut()) {
            response.headers = headers;
        }
        Cow::Owned(exchange)
    }

    /// Lets go of what the prepared bytes hold and of what serving never asks for. Afterwards the traits of
    /// its request cannot be told any more.
    pub(super) fn slim(&mut self) {
        let written = self.written();
        if let Some(response) = self.exchange.answer.head_mut() {
            if let Some(body) = self.prepared.shared_body(response.body.len()) {
                response.body = Body(body);
            }
            // The script holds them.
            response.frames = Vec::new();
            // Kept where the bytes say anything else: a hand-edited head, interim replies before it.
            if written.is_some_and(|headers| headers == response.headers) {
                response.headers = Headers::new();
                self.slim = true;
            }
        }
        let request = &mut self.exchange.request;
        request
            .headers
            .0
            .retain(|(name, _)| OF_BODY.iter().any(|of_body| name.eq_ignore_ascii_case(of_body)));
        request.headers.0.shrink_to_fit();
        request.trailers = Headers::new();
        request.target.shrink_to_fit();
        self.exchange.upstream = String::new();
        self.exchange.connection = Connection::default();
        self.exchange.redactions = Vec::new();
        self.exchange.tokens = Vec::new();
    }

    /// The fields as the prepared bytes have them.
    fn written(&self) -> Option<Headers> {
        let head = self.prepared.parts.first()?;
        let (read, _) = ReplyHead::read(&head.bytes, &self.exchange.request.method).ok()??;
        Some(read.response.headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{Answer, ExchangeId, Framing, Request, Response, Timestamp, Timing};

    #[test]
    fn a_slim_entry_gives_its_reply_back() {
        let headers = Headers::from_pairs([("B", "1"), ("a", "\u{e9}"), ("Transfer-Encoding", "chunked")]);
        let response = Response { framing: Framing::Chunked, ..Response::new(200, headers, "body") };
        let mut exchange = Exchange {
            id: ExchangeId(1),
            at: Timestamp(0),
            upstream: String::new(),
            request: Request::new("GET", "/a"),
            answer: Answer::Reply(response),
            timing: Timing::default(),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        };
        for interim in [false, true] {
            if interim && let Answer::Reply(response) = &mut exchange.answer {
                response.interim.push(cassettes::model::Interim {
                    status: 103,
                    reason: "Early Hints".into(),
                    headers: Headers::new(),
                });
            }
            let mut entry = Entry::new(exchange.clone(), 0, 0, &Names::default());
            entry.slim();
            assert_eq!((entry.restored().as_ref(), entry.slim), (&exchange, !interim));
            assert_eq!(entry.exchange().answer.reply().unwrap().body.bytes(), b"body");
        }
    }
}
