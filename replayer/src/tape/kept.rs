//! What is held of an exchange: what its prepared bytes say already is not held twice.

use cassettes::model::{
    Answer, Blob, Body, Connection, Exchange, ExchangeId, Framing, HttpVersion, Request, Response, Timestamp,
    Timing, TokenFacts,
};
use std::borrow::Cow;

/// What is held of an exchange. The facts around it serve no client.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) id: ExchangeId,
    pub(crate) at: Timestamp,
    pub(crate) request: Request,
    pub(super) answer: Held,
    pub(crate) timing: Timing,
    pub(crate) tokens: Vec<TokenFacts>,
}

/// An answer.
#[derive(Debug)]
pub(super) enum Held {
    /// A reply of which the prepared bytes tell reason and fields, with nothing but a body after them.
    Plain(Plain),
    Other(Box<Answer>),
}

#[derive(Debug)]
pub(super) struct Plain {
    status: u16,
    version: HttpVersion,
    framing: Framing,
    body: Body,
    blob: Option<Box<Blob>>,
}

impl Kept {
    pub(super) fn of(exchange: Exchange) -> Self {
        let Exchange { id, at, request, answer, timing, tokens, .. } = exchange;
        Kept { id, at, request, answer: Held::Other(Box::new(answer)), timing, tokens }
    }

    /// The answer; of a slim one the reply's reason and fields are missing.
    pub(crate) fn answer(&self) -> Cow<'_, Answer> {
        match &self.answer {
            Held::Other(answer) => Cow::Borrowed(answer),
            Held::Plain(plain) => Cow::Owned(Answer::Reply(Response {
                status: plain.status,
                version: plain.version,
                framing: plain.framing,
                body: plain.body.clone(),
                blob: plain.blob.clone(),
                ..Response::default()
            })),
        }
    }

    /// Holds no more of the answer than there is.
    pub(super) fn shrink(&mut self) {
        if let Held::Other(answer) = &mut self.answer
            && let Answer::Reply(reply) = &mut **answer
            && reply.reason.is_empty()
            && reply.headers.is_empty()
            && reply.trailers.is_empty()
            && reply.interim.is_empty()
            && reply.frames.is_empty()
        {
            let Response { status, version, framing, body, blob, .. } = std::mem::take(reply);
            self.answer = Held::Plain(Plain { status, version, framing, body, blob });
        }
    }

    /// As an exchange, without the facts around it.
    pub(crate) fn alone(&self) -> Exchange {
        Exchange {
            id: self.id,
            at: self.at,
            upstream: String::new(),
            request: self.request.clone(),
            answer: self.answer().into_owned(),
            timing: self.timing.clone(),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: self.tokens.clone(),
            edited: false,
        }
    }
}
