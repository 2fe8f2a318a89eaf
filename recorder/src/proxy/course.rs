//! The course of one exchange: the request goes there as it comes, the answer comes back as it comes, and
//! the client has its end only once the exchange is kept.

use super::{
    Proxy,
    client::Client,
    ending::{reproduce, tell_code},
    handler::Asking,
    late::hear_out,
    lead_back::LeadBack,
    reply::{Outgoing, Reply},
    upload::{Said, Upload},
};
use crate::Recording;
use bytes::Bytes;
use cassettes::model::{
    Answer, Connection, ExchangeId, FailureKind, HttpVersion, Micros, Request, Side, Timestamp, Timing,
    TransportFailure,
};
use std::{
    future::pending,
    pin::pin,
    time::{Duration, Instant},
};
use tokio::time::{sleep, sleep_until};
use wire::{
    client::{Ask, Conversation, Event, Failure},
    serve::{Call, Flow},
};

/// How long the end of a piece that could become a base URL is held back: a link may be cut wherever the
/// upstream paused.
const HELD: Duration = Duration::from_secs(2);

/// The same for events, which are sent to arrive at once.
const HELD_EVENT: Duration = Duration::from_millis(30);

/// How long an answer is read on once its client has left. A stream of events ends with its client.
const WITHOUT_CLIENT: Duration = Duration::from_secs(2);

/// How far a client may be behind the upstream, in bytes, before the upstream has to wait for it.
const BACKLOG: usize = 8 * 1024 * 1024;

/// How long an answer may still come once the listener is told to stop: below what the listener allows.
const LAST_CALL: Duration = Duration::from_secs(3);

pub(super) struct Course<'p> {
    pub(super) proxy: &'p Proxy,
    pub(super) id: ExchangeId,
    pub(super) at: Timestamp,
    pub(super) request: Request,
    /// The request's body came before anybody was asked.
    known: bool,
    /// Why the request cannot be kept.
    pub(super) lost: Option<String>,
    /// For a client that comes on another way than most.
    lead: Option<LeadBack>,
}

/// How the talk with the upstream ended.
enum End {
    Whole,
    Failed(Failure),
    /// The client broke off before its request was whole.
    Unfinished,
    /// The client has left, and the answer went on.
    Left,
    /// The recorder is stopped before the answer is whole.
    Stopped,
}

impl<'p> Course<'p> {
    pub(super) fn new(
        proxy: &'p Proxy,
        at: Timestamp,
        request: Request,
        asking: Asking,
        lead: Option<LeadBack>,
    ) -> Self {
        let (id, at) = match asking.id {
            Some(id) => (id, at),
            None if proxy.keeps => proxy.recording.begin(),
            None => (ExchangeId(0), at),
        };
        Course { proxy, id, at, request, known: asking.known, lost: None, lead }
    }

    pub(super) async fn run(self, call: &mut Call<'_>) -> Flow {
        let upstream = &self.proxy.upstream;
        let (facts, mut version) = (call.facts(), call.head().version());
        if version == HttpVersion::Http2 && facts.secure && !upstream.origin().tls {
            // It was agreed in a handshake that this upstream has no part in.
            version = HttpVersion::Http11;
        }
        let conversation = match upstream.open_as(facts.connection, &self.request.method, version).await {
            Ok(conversation) => conversation,
            Err(failure) => return self.unreached(call, failure).await,
        };
        self.converse(call, conversation).await
    }

    /// Nobody was there to be asked. The body is read because a replay tells requests apart by it.
    async fn unreached(mut self, call: &mut Call<'_>, failure: Failure) -> Flow {
        if !self.known && !call.expects_continue() {
            let Ok(said) = Said::read(call, &self.request.headers, self.recording()).await else {
                return self.unfinished();
            };
            self.say(said, call);
        }
        let kind = failure.kind;
        let failure = TransportFailure { kind, message: failure.message, partial: None };
        self.keep(Answer::Failed(failure), Timing::default(), Connection::default(), None).await;
        reproduce(call, kind).await
    }

    async fn converse(mut self, call: &mut Call<'_>, mut conversation: Conversation) -> Flow {
        let upstream = &self.proxy.upstream;
        // What the upstream says to an expectation is passed on; nothing is said in its name.
        call.leave_continue();
        let target = upstream.origin().target(&self.request.target);
        // As the client calls it, where the client calls it by its own name.
        let host = self.request.headers.get("host");
        let ask = Ask {
            method: &self.request.method,
            target: &target,
            version: call.head().version(),
            headers: &self.request.headers,
            length: call.length(),
        };
        let mut upload =
            Upload::new(&ask.head(host.as_deref().unwrap_or(upstream.authority())), call.length());
        if self.known && upload.know(&self.request).await.is_err() {
            conversation.abandon(Side::Client);
            return self.unfinished();
        }
        let mut reply = Reply::default();
        let mut held = Vec::new();
        let end = self.exchange(call, &mut conversation, &mut upload, &mut reply, &mut held).await;
        reply.body.settle().await;
        // One that waits for leave to say more and was given none has been told.
        let goes_on = reply.invites() || !self.request.headers.contains("expect");
        if matches!(end, End::Whole) && !upload.is_whole() && goes_on {
            let said = (&self.request.headers, self.recording());
            hear_out(call, &mut conversation, &mut upload, said).await;
        }
        let whole_request = upload.is_whole();
        let begun = reply.has_head();
        match end {
            End::Stopped if !begun => {
                conversation.abandon(Side::Client);
                self.forget();
                self.proxy.recording.book().stopped += 1;
                return Flow::Close;
            }
            End::Unfinished => {
                conversation.abandon(Side::Client);
                return self.unfinished();
            }
            _ => {}
        }
        if !self.known {
            self.say(upload.finish().await, call);
        }
        if reply.led_back {
            self.proxy.recording.book().led_back += 1;
        }
        let since = |at: Instant| micros(conversation.sender.finished(), at);
        let first_byte = conversation.receiver.first_byte().map(since);
        if matches!(end, End::Whole)
            && let Some(switched) = reply.switched(&self.request)
        {
            return self.socket(call, conversation, switched, first_byte, &held).await;
        }
        match end {
            End::Failed(failure) => {
                let failure = conversation.judge(failure);
                tell_code(call, &failure.message);
                let mut timing = Timing { first_byte, end: Some(since(failure.at)), chunks: Vec::new() };
                let connection = conversation.abandon(closed_by(failure.kind));
                reply.break_off(&failure.rest, &mut held);
                let (partial, chunks) = reply.finish(first_byte);
                timing.chunks = chunks;
                let kind = failure.kind;
                let failure =
                    TransportFailure { kind, message: failure.message, partial: partial.map(Box::new) };
                self.keep(Answer::Failed(failure), timing, connection, reply.body.lost()).await;
                let _ = call.send(&held).await;
                reproduce(call, kind).await
            }
            // What came is what the upstream said; that no more did is our doing and no failure of its own.
            End::Left | End::Stopped => {
                let end = conversation.receiver.last_byte().map(since);
                let connection = conversation.abandon(Side::Client);
                reply.break_off(&[], &mut held);
                self.reply(&mut reply, (first_byte, end), connection).await;
                let _ = call.send(&held).await;
                Flow::Close
            }
            End::Whole | End::Unfinished => {
                let end = conversation.receiver.last_byte().map(since);
                let keep_alive = reply.keeps_alive() && whole_request;
                let connection = conversation.end(upstream);
                self.reply(&mut reply, (first_byte, end), connection).await;
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
        let lead = self.lead.as_ref().unwrap_or(self.proxy.leads.usual());
        let recording = self.recording();
        let mut client = Client::Here;
        // Until when what could become a base URL is held back.
        let mut loose = None;
        let stopping = call.stopping();
        let mut stopped = pin!(async {
            stopping.await;
            sleep(LAST_CALL).await;
        });
        loop {
            if upload.refill(&self.request.trailers).await.is_err() {
                return End::Unfinished;
            }
            let finished = conversation.sender.finished();
            let next = match conversation.receiver.buffered() {
                Ok(next) => next,
                Err(failure) => return End::Failed(failure),
            };
            let event = if let Some(event) = next {
                event
            } else {
                let asks = upload.wants_more();
                // A slow client does not change when the upstream's bytes are seen until it is far behind.
                let takes = client.is_gone() || call.backlog() < BACKLOG;
                let waits = asks || client.is_here() || (!client.is_gone() && call.unsent());
                let patience = if reply.events { Duration::ZERO } else { WITHOUT_CLIENT };
                let leaves = client.since().filter(|_| reply.has_head()).map(|since| since + patience);
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
                            Moved::Piece(data) => upload.piece(&data, &self.request.headers, recording),
                            Moved::Whole => upload.end(call.trailers()),
                            Moved::Broken => return End::Unfinished,
                            Moved::Flushed(taken) => client.flushed(taken),
                            Moved::Ended => client = Client::Ended(Instant::now()),
                        }
                        finish(upload, conversation);
                        continue;
                    }
                    // Before the next event: one that never pauses ends as well.
                    () = until(leaves), if leaves.is_some() => return End::Left,
                    () = &mut stopped => return End::Stopped,
                    event = conversation.receiver.next(), if takes => match event {
                        Ok(event) => event,
                        Err(failure) => return End::Failed(failure),
                    },
                    () = until(loose), if loose.is_some() => {
                        loose = None;
                        let mut rest = Vec::new();
                        reply.let_go(&mut rest);
                        call.queue(&rest);
                        continue;
                    }
                }
            };
            let held_for = if reply.events { HELD_EVENT } else { HELD };
            let streams = matches!(event, Event::Piece { .. }) && reply.streams();
            loose = streams.then(|| Instant::now() + held_for);
            let at = conversation.receiver.last_byte().map_or(0, |at| micros(finished, at));
            let mut out = Outgoing::default();
            reply.take(event, at, lead, recording, &mut out);
            if !client.is_gone() {
                // Never waited for here: a slow client must not change when the upstream's bytes are seen.
                call.queue(&out.now);
            }
            held.append(&mut out.held);
            if out.over {
                return End::Whole;
            }
        }
    }

    /// Where what comes is kept; none if it only passes.
    fn recording(&self) -> Option<&Recording> {
        self.proxy.keeps.then_some(&*self.proxy.recording)
    }

    /// The request is as whole as it will be.
    fn say(&mut self, said: Said, call: &Call<'_>) {
        self.request.trailers = call.trailers().clone();
        (self.request.body, self.request.blob, self.lost) = (said.body, said.blob, said.lost);
    }

    /// Nothing of the exchange is kept.
    fn forget(&self) {
        self.proxy.recording.forget(self.request.blob.as_deref());
    }

    fn unfinished(&self) -> Flow {
        self.forget();
        self.proxy.recording.book().unfinished += 1;
        Flow::Close
    }
}

/// What the client's side did.
enum Moved {
    Piece(Bytes),
    Whole,
    Broken,
    /// What was held back was taken, or the client is gone.
    Flushed(bool),
    /// The client says no more: it has left, or waits for the answer in silence.
    Ended,
}

/// Waits for the client: for more of its request, for it to take what it is sent, or for it to leave.
async fn attend(call: &mut Call<'_>, asks: bool) -> Moved {
    if !asks {
        if call.unsent() {
            return Moved::Flushed(call.flush().await.is_ok());
        }
        call.gone().await;
        return Moved::Ended;
    }
    match call.chunk().await {
        Ok(Some(data)) => Moved::Piece(data),
        Ok(None) => Moved::Whole,
        Err(_) => Moved::Broken,
    }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment.into()).await,
        None => pending().await,
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
