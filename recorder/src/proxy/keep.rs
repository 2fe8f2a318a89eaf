//! What came of an exchange, handed over to be kept.

use super::{course::Course, reply::Reply};
use cassettes::model::{Answer, Connection, Exchange, Micros, Response, Timing};
use std::sync::Arc;

/// An exchange that is cleaned and kept aside of the threads that carry the others, in bytes of body.
const LARGE: usize = 256 * 1024;

impl Course<'_> {
    /// Keeps an answer with what came of it, unless its body could not be kept.
    pub(super) async fn reply(
        &self,
        reply: &mut Reply,
        (first_byte, end): (Option<Micros>, Option<Micros>),
        connection: Connection,
    ) {
        let (response, chunks) = reply.finish(first_byte);
        if let Some(response) = response
            && !self.loses(reply)
        {
            self.keep(Answer::Reply(response), Timing { first_byte, end, chunks }, connection).await;
        }
    }

    /// Whether the body of an answer could not be kept: then the exchange is not, and that is told.
    pub(super) fn loses(&self, reply: &Reply) -> bool {
        let Some(reason) = reply.body.lost() else { return false };
        if self.proxy.keeps {
            let request = format!("{} {}", self.request.method, self.request.path());
            self.proxy.recording.lose(self.id, request, reason);
        }
        true
    }

    /// Hands the exchange over. When this returns the client may have the end of its answer.
    pub(super) async fn keep(&self, answer: Answer, timing: Timing, connection: Connection) {
        if !self.proxy.keeps {
            return;
        }
        let recording = Arc::clone(&self.proxy.recording);
        let exchange = self.made_of(answer, timing, connection);
        let said = |reply: &Response| {
            // Each message costs a cleaning of its own.
            reply.body.len() + reply.frames.iter().map(|frame| frame.data.len() + 1000).sum::<usize>()
        };
        let bytes = exchange.request.body.len() + exchange.answer.head().map_or(0, said);
        if bytes < LARGE {
            return recording.keep(exchange);
        }
        let (id, request) = (self.id, format!("{} {}", self.request.method, self.request.path()));
        if let Err(error) = tokio::task::spawn_blocking(move || recording.keep(exchange)).await {
            self.proxy.recording.lose(id, request, error.to_string());
        }
    }

    /// The exchange with that answer.
    pub(super) fn made_of(&self, answer: Answer, timing: Timing, connection: Connection) -> Exchange {
        Exchange {
            id: self.id,
            at: self.at,
            upstream: self.proxy.upstream.origin().to_string(),
            request: self.request.clone(),
            answer,
            timing,
            connection,
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        }
    }
}
