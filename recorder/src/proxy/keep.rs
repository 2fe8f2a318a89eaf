//! What came of an exchange, handed over to be kept.

use super::{course::Course, reply::Reply};
use cassettes::model::{Answer, Connection, Exchange, Micros, Response, Timing};
use std::sync::Arc;

/// An exchange that is cleaned and kept aside of the threads that carry the others, in bytes of body.
const LARGE: usize = 256 * 1024;

impl Course<'_> {
    /// Keeps an answer with what came of it.
    pub(super) async fn reply(
        &self,
        reply: &mut Reply,
        (first_byte, end): (Option<Micros>, Option<Micros>),
        connection: Connection,
    ) {
        let (response, chunks) = reply.finish(first_byte);
        if let Some(response) = response {
            let timing = Timing { first_byte, end, chunks };
            self.keep(Answer::Reply(response), timing, connection, reply.body.lost()).await;
        }
    }

    /// Hands the exchange over. When this returns the client may have the end of its answer. One whose body
    /// could not be kept is `lost`, and that is told.
    pub(super) async fn keep(
        &self,
        answer: Answer,
        timing: Timing,
        connection: Connection,
        lost: Option<&str>,
    ) {
        if !self.proxy.keeps {
            return;
        }
        let recording = Arc::clone(&self.proxy.recording);
        let exchange = self.made_of(answer, timing, connection);
        let (id, request) = (self.id, format!("{} {}", self.request.method, self.request.path()));
        let asked = self.lost.as_deref().map(|why| format!("the request: {why}"));
        if let Some(reason) = asked.or_else(|| lost.map(|why| format!("the answer: {why}"))) {
            recording.forget(exchange.blobs());
            return recording.lose(id, request, reason);
        }
        let said = |reply: &Response| {
            // Each message costs a cleaning of its own.
            reply.body.len() + reply.frames.iter().map(|frame| frame.data.len() + 1000).sum::<usize>()
        };
        let bytes = exchange.request.body.len() + exchange.answer.head().map_or(0, said);
        // What waits on the disk gets its name there.
        if bytes < LARGE && exchange.blobs().next().is_none() {
            return recording.keep(exchange);
        }
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
