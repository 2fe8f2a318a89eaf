//! The course of one exchange: the request goes there as it comes, the answer comes back as it comes, and
//! the client has its end only once the exchange is kept.

use super::{
    Proxy,
    ending::reproduce,
    handler::KEPT,
    refusal::Refusal,
    reply::{Outgoing, Reply},
    upload::Upload,
};
use bytes::Bytes;
use cassettes::model::{
    Answer, Body, Connection, Exchange, ExchangeId, FailureKind, Micros, Request, Side, Timestamp, Timing,
    TransportFailure,
};
use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::sleep;
use wire::{
    client::{Ask, Conversation, Event, Failure},
    serve::{Call, Flow, WireError},
};

/// How long the end of a piece that could become a base URL is held back.
const HELD: Duration = Duration::from_millis(30);

/// How long an answer may still come once the listener is told to stop: below what the listener allows.
const LAST_CALL: Duration = Duration::from_secs(3);

/// An exchange that is cleaned and kept aside of the threads that carry the others, in bytes of body.
const LARGE: usize = 256 * 1024;

pub(super) struct Course<'p> {
    proxy: &'p Proxy,
    id: ExchangeId,
    at: Timestamp,
    request: Request,
    known: Option<Body>,
}

/// How the talk with the upstream ended.
enum End {
    Whole,
    Failed(Failure),
    /// The client broke off before its request was whole.
    Unfinished,
    TooLarge,
    /// The recorder is stopped before the answer is whole.
    Stopped,
}

impl<'p> Course<'p> {
    pub(super) fn new(proxy: &'p Proxy, at: Timestamp, request: Request, known: Option<Body>) -> Self {
        Course { proxy, id: proxy.recording.number(), at, request, known }
    }

    pub(super) async fn run(self, call: &mut Call<'_>) -> Flow {
        let conversation = match self.proxy.upstream.open(call.facts().connection, &self.request.method).await
        {
            Ok(conversation) => conversation,
            Err(failure) => return self.unreached(call, failure).await,
        };
        self.converse(call, conversation).await
    }

    /// Nobody was there to be asked. The body is read because a replay tells requests apart by it.
    async fn unreached(mut self, call: &mut Call<'_>, failure: Failure) -> Flow {
        if self.known.is_none() && !call.expects_continue() {
            match call.body(KEPT).await {
                Ok(body) => self.request.body = body,
                Err(WireError::TooLarge { limit }) => {
                    return self.proxy.refuse(call, Refusal::too_large(limit)).await;
                }
                Err(_) => return self.unfinished(),
            }
            self.request.trailers = call.trailers().clone();
        }
        let kind = failure.kind;
        let failure = TransportFailure { kind, message: failure.message, partial: None };
        self.keep(Answer::Failed(failure), Timing::default(), Connection::default()).await;
        reproduce(call, kind).await
    }

    async fn converse(mut self, call: &mut Call<'_>, mut conversation: Conversation) -> Flow {
        let upstream = &self.proxy.upstream;
        // What the upstream says to an expectation is passed on; nothing is said in its name.
        call.leave_continue();
        let target = upstream.origin().target(&self.request.target);
        let ask = Ask {
            method: &self.request.method,
            target: &target,
            version: call.head().version(),
            headers: &self.request.headers,
            length: call.length(),
        };
        let known = self.known.as_ref().map(|body| (body, &self.request.trailers));
        let mut upload = Upload::new(&ask.head(upstream.authority()), call.length(), known);
        let mut reply = Reply::default();
        let mut held = Vec::new();
        let end = self.exchange(call, &mut conversation, &mut upload, &mut reply, &mut held).await;
        let whole_request = upload.is_whole();
        if matches!(end, End::TooLarge) {
            conversation.abandon(Side::Client);
            let refusal = Refusal::too_large(KEPT);
            return if reply.has_head() { Flow::Reset } else { self.proxy.refuse(call, refusal).await };
        }
        let end = match end {
            End::Stopped if reply.has_head() => End::Failed(Failure {
                kind: FailureKind::Truncated,
                message: "the recorder was stopped before the end of the answer".into(),
                at: Instant::now(),
                rest: Bytes::new(),
            }),
            other => other,
        };
        if matches!(end, End::Unfinished | End::Stopped) {
            conversation.abandon(Side::Client);
            return self.unfinished();
        }
        if self.known.is_none() {
            self.request.trailers = call.trailers().clone();
            self.request.body = upload.into_body();
        }
        if reply.led_back {
            self.proxy.recording.book().led_back += 1;
        }
        let since = |at: Instant| micros(conversation.sender.finished(), at);
        let first_byte = conversation.receiver.first_byte().map(since);
        match end {
            End::Failed(failure) => {
                let failure = conversation.judge(failure);
                let mut timing = Timing { first_byte, end: Some(since(failure.at)), chunks: Vec::new() };
                let connection = conversation.abandon(closed_by(failure.kind));
                reply.break_off(&failure.rest, &mut held);
                let (partial, chunks) = reply.finish(first_byte);
                timing.chunks = chunks;
                let kind = failure.kind;
                let failure =
                    TransportFailure { kind, message: failure.message, partial: partial.map(Box::new) };
                self.keep(Answer::Failed(failure), timing, connection).await;
                let _ = call.send(&held).await;
                reproduce(call, kind).await
            }
            End::Whole | End::Unfinished | End::TooLarge | End::Stopped => {
                let last = conversation.receiver.last_byte().map(since);
                let keep_alive = reply.keeps_alive() && whole_request;
                let too_long = reply.too_long;
                let connection = conversation.end(upstream);
                let (response, chunks) = reply.finish(first_byte);
                let timing = Timing { first_byte, end: last, chunks };
                if too_long {
                    let request = format!("{} {}", self.request.method, self.request.path());
                    let reason = format!("the answer's body is longer than {KEPT} bytes");
                    self.proxy.recording.lose(self.id, request, reason);
                } else if let Some(response) = response {
                    self.keep(Answer::Reply(response), timing, connection).await;
                }
                let sent = call.send(&held).await;
                if sent.is_ok() && keep_alive { Flow::KeepAlive } else { Flow::Close }
            }
        }
    }

    /// Sends and receives at the same time: an upstream may answer before the request is whole, and a client
    /// may wait for a part of the answer before it sends the rest.
    async fn exchange(
        &self,
        call: &mut Call<'_>,
        conversation: &mut Conversation,
        upload: &mut Upload,
        reply: &mut Reply,
        held: &mut Vec<u8>,
    ) -> End {
        let mut present = true;
        let mut loose = false;
        let stopping = call.stopping();
        let mut stopped = pin!(async {
            stopping.await;
            sleep(LAST_CALL).await;
        });
        loop {
            let finished = conversation.sender.finished();
            let next = match conversation.receiver.buffered() {
                Ok(next) => next,
                Err(failure) => return End::Failed(failure),
            };
            let event = if let Some(event) = next {
                event
            } else {
                let asks = upload.wants_more();
                let waits = asks || (present && call.unsent());
                tokio::select! {
                    biased;
                    pushed = conversation.sender.push(&mut upload.pending), if !upload.pending.is_empty() => {
                        match pushed {
                            Ok(()) => finish(upload, conversation),
                            Err(_) => upload.stop(),
                        }
                        continue;
                    }
                    moved = attend(call, asks), if waits => {
                        match moved {
                            Moved::Piece(data) => upload.piece(&data),
                            Moved::Whole => upload.end(call.trailers()),
                            Moved::Broken => return End::Unfinished,
                            Moved::Flushed(taken) => present = taken,
                        }
                        if upload.len() > KEPT {
                            return End::TooLarge;
                        }
                        finish(upload, conversation);
                        continue;
                    }
                    event = conversation.receiver.next() => match event {
                        Ok(event) => event,
                        Err(failure) => return End::Failed(failure),
                    },
                    () = sleep(HELD), if loose => {
                        loose = false;
                        let mut rest = Vec::new();
                        reply.let_go(&mut rest);
                        call.queue(&rest);
                        continue;
                    }
                    () = &mut stopped => return End::Stopped,
                }
            };
            loose = matches!(event, Event::Piece { .. }) && reply.streams();
            let at = conversation.receiver.last_byte().map_or(0, |at| micros(finished, at));
            let mut out = Outgoing::default();
            reply.take(event, at, &self.proxy.lead, KEPT, &mut out);
            if present {
                // Never waited for here: a slow client must not change when the upstream's bytes are seen.
                call.queue(&out.now);
            }
            held.append(&mut out.held);
            if out.over {
                return End::Whole;
            }
        }
    }

    fn unfinished(&self) -> Flow {
        self.proxy.recording.book().unfinished += 1;
        Flow::Close
    }

    /// Hands the exchange over. When this returns the client may have the end of its answer.
    async fn keep(&self, answer: Answer, timing: Timing, connection: Connection) {
        let recording = Arc::clone(&self.proxy.recording);
        let exchange = Exchange {
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
        };
        let bytes = exchange.request.body.len() + exchange.answer.head().map_or(0, |reply| reply.body.len());
        if bytes < LARGE {
            return recording.keep(exchange);
        }
        let (id, request) = (self.id, format!("{} {}", self.request.method, self.request.path()));
        if let Err(error) = tokio::task::spawn_blocking(move || recording.keep(exchange)).await {
            self.proxy.recording.lose(id, request, error.to_string());
        }
    }
}

/// What the client's side did.
enum Moved {
    Piece(Bytes),
    Whole,
    Broken,
    /// What was held back was taken, or the client is gone. One that leaves does not end the exchange: the
    /// answer is read on and kept.
    Flushed(bool),
}

/// Waits for the client: for more of its request, or for it to take what it is sent.
async fn attend(call: &mut Call<'_>, asks: bool) -> Moved {
    if !asks {
        return Moved::Flushed(call.flush().await.is_ok());
    }
    match call.chunk().await {
        Ok(Some(data)) => Moved::Piece(data),
        Ok(None) => Moved::Whole,
        Err(_) => Moved::Broken,
    }
}

fn finish(upload: &Upload, conversation: &mut Conversation) {
    if upload.is_sent() {
        conversation.sender.finish();
    }
}

/// From the moment the request had been sent; what came before it came at once.
fn micros(finished: Option<Instant>, at: Instant) -> Micros {
    finished.map_or(0, |finished| at.saturating_duration_since(finished).as_micros() as Micros)
}

fn closed_by(kind: FailureKind) -> Side {
    match kind {
        FailureKind::Timeout | FailureKind::Protocol => Side::Client,
        _ => Side::Upstream,
    }
}
