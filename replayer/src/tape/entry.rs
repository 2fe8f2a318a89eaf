//! One exchange of the tape, kept small: what its prepared bytes say already is not held twice.

use super::kept::{Held, Kept};
use crate::answer::{Prepared, prepare};
use crate::websocket::Script;
use cassettes::model::{Body, Exchange, Headers, Response, SignatureVerdict, TokenFacts};
use cassettes::redact::{Names, Veil};
use cassettes::slab::Slab;
use std::sync::Arc;
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
    exchange: Kept,
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
    /// Which of the tape's field sections its request had.
    pub(crate) fields: u32,
    /// The request asked for a WebSocket.
    pub(crate) upgrade: bool,
    /// It became one.
    pub(crate) script: Option<Box<Script>>,
    /// Over what was taken out of its request; none where the key of the pseudonyms is known.
    pub(crate) veil: Option<Arc<Veil>>,
}

/// Header fields that hold references (RFC 9110 §10.2.2, §8.7; RFC 8288; WHATWG HTML), or a path that a cookie is
/// bound to (RFC 6265 §4.1.2.4).
const REFERRING: [&str; 5] = ["location", "content-location", "link", "refresh", "set-cookie"];

/// The request's fields that say how to read its body, which is all that explaining a miss needs.
const OF_BODY: [&str; 2] = ["content-type", "content-encoding"];

/// Larger bodies are shared with the cassette instead of copied.
const SMALL: usize = 64 * 1024;

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
        Entry {
            exchange: Kept::of(exchange),
            prepared,
            cassette,
            upstream,
            slim: false,
            coded,
            refers,
            fields: 0,
            upgrade,
            script,
            veil: None,
        }
    }

    /// What is held of the exchange; of a slim one the reply's reason and fields and most of the request's fields are missing.
    pub(crate) fn exchange(&self) -> &Kept {
        &self.exchange
    }

    /// The exchange with the reply's reason and fields, without the facts around it.
    pub(crate) fn restored(&self) -> Exchange {
        let mut exchange = self.exchange.alone();
        if self.slim
            && let (Some(written), Some(response)) = (self.written(), exchange.answer.head_mut())
        {
            (response.reason, response.headers) = (written.reason, written.headers);
        }
        exchange
    }

    /// Lets go of what the prepared bytes hold and of what serving never asks for.
    pub(super) fn slim(&mut self, slab: &mut Slab) {
        self.prepared.settle(slab);
        let written = self.written();
        if let Held::Other(answer) = &mut self.exchange.answer
            && let Some(response) = answer.head_mut()
        {
            if let Some(body) = self.prepared.shared_body(response.body.len()) {
                response.body = Body(body);
            }
            // The script holds them.
            response.frames = Vec::new();
            // Kept where the bytes say anything else: a hand-edited head, interim replies before it.
            if written.is_some_and(|is| is.headers == response.headers && is.reason == response.reason) {
                (response.reason, response.headers) = (String::new(), Headers::new());
                self.slim = true;
            }
        }
        let request = &mut self.exchange.request;
        request
            .headers
            .0
            .retain(|(name, _)| OF_BODY.iter().any(|of_body| name.eq_ignore_ascii_case(of_body)));
        request.trailers = Headers::new();
        // A signature that was known to be bad is nothing that the token shows.
        let told = |facts: &TokenFacts| {
            !matches!(facts.signature, SignatureVerdict::Unknown | SignatureVerdict::Good)
        };
        self.exchange.tokens.retain(told);
        self.settle(slab);
        self.exchange.shrink();
    }

    /// Copies what is left to memory of its own, each thing as large as it is: what was read stands in memory that
    /// was as large as the reader guessed.
    fn settle(&mut self, slab: &mut Slab) {
        let Kept { request, answer, timing, tokens, .. } = &mut self.exchange;
        request.method.shrink_to_fit();
        request.target.shrink_to_fit();
        request.headers = request.headers.clone();
        request.body = Body(slab.keep(&request.body.0));
        timing.chunks.shrink_to_fit();
        tokens.shrink_to_fit();
        if let Held::Other(answer) = answer
            && let Some(response) = answer.head_mut()
            && self.prepared.shared_body(0).is_none()
            && response.body.len() <= SMALL
        {
            response.body = Body(slab.keep(&response.body.0));
        }
    }

    /// The head as the prepared bytes have it.
    fn written(&self) -> Option<Response> {
        let parts = self.prepared.parts();
        let head = parts.first()?;
        let (read, _) = ReplyHead::read(&head.bytes, &self.exchange.request.method).ok()??;
        Some(read.response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cassettes::model::{Answer, Connection, ExchangeId, Framing, Request, Response, Timestamp, Timing};

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
            entry.slim(&mut Slab::default());
            assert_eq!((entry.restored(), entry.slim), (exchange.clone(), !interim));
            assert_eq!(entry.exchange().answer().reply().unwrap().body.bytes(), b"body");
        }
    }
}
