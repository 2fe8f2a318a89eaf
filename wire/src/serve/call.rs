//! One request while it is being answered.

use super::{ConnectionFacts, Upgraded, WireError, link::Link, listener::stopped};
use crate::{
    body::Decoder,
    head::{Head, Length, Plan},
};
use bytes::{Bytes, BytesMut};
use cassettes::model::{Body, Headers};
use std::{io, time::Duration};
use tokio::{sync::watch, time::timeout};

/// How long a client may be silent in the middle of its request's body.
const SILENCE: Duration = Duration::from_secs(300);

/// One request while it is being answered: its head, its body as it comes, and the way back.
pub struct Call<'c> {
    link: &'c mut Link,
    head: &'c Head,
    stop: &'c watch::Receiver<bool>,
    decoder: Decoder,
    length: Length,
    expects_continue: bool,
    broken: bool,
    trailers: Headers,
}

impl<'c> Call<'c> {
    pub(super) fn new(
        link: &'c mut Link,
        head: &'c Head,
        plan: Plan,
        stop: &'c watch::Receiver<bool>,
    ) -> Self {
        Call {
            link,
            head,
            stop,
            decoder: Decoder::new(plan.length),
            length: plan.length,
            expects_continue: plan.expects_continue,
            broken: false,
            trailers: Headers::new(),
        }
    }

    /// What was asked.
    pub fn head(&self) -> &Head {
        self.head
    }

    /// How the end of the request's body is told.
    pub fn length(&self) -> Length {
        self.length
    }

    /// What is known of the connection.
    pub fn facts(&self) -> &ConnectionFacts {
        &self.link.facts
    }

    /// The next piece of the body; none after its end. The first read answers `Expect: 100-continue`, unless
    /// the body is already here. Nothing is lost when the future is dropped.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, WireError> {
        loop {
            if self.decoder.is_done() {
                return Ok(None);
            }
            let input = self.link.unread();
            let step = self.decoder.step(input).inspect_err(|_| self.broken = true)?;
            let data = Bytes::copy_from_slice(&input[step.data]);
            self.link.take(step.taken);
            if !data.is_empty() {
                return Ok(Some(data));
            }
            if self.decoder.is_done() {
                self.trailers = self.decoder.take_trailers();
                return Ok(None);
            }
            if std::mem::take(&mut self.expects_continue) {
                self.link.send(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
            }
            if self.decoder.missing().is_none_or(|bytes| bytes > 8192) {
                self.link.widen();
            }
            self.more().await.inspect_err(|_| self.broken = true)?;
        }
    }

    async fn more(&mut self) -> Result<(), WireError> {
        self.link.flush().await?;
        match timeout(SILENCE, self.link.fill()).await {
            Ok(Ok(1..)) => Ok(()),
            Ok(Ok(0)) => Err(WireError::Closed),
            Ok(Err(error)) => Err(error.into()),
            Err(_) => Err(WireError::Silent { seconds: SILENCE.as_secs() }),
        }
    }

    /// The rest of the body, at most `limit` bytes.
    pub async fn body(&mut self, limit: usize) -> Result<Body, WireError> {
        // One that says so is not even waited for.
        if self.decoder.missing().is_some_and(|bytes| bytes > limit as u64) {
            return Err(WireError::TooLarge { limit });
        }
        let Some(first) = self.chunk().await? else { return Ok(Body::empty()) };
        let mut whole = None;
        let within = |bytes: usize| if bytes > limit { Err(WireError::TooLarge { limit }) } else { Ok(()) };
        within(first.len())?;
        while let Some(next) = self.chunk().await? {
            let body = whole.get_or_insert_with(|| BytesMut::from(&first[..]));
            within(body.len() + next.len())?;
            body.extend_from_slice(&next);
        }
        Ok(Body(whole.map_or(first, BytesMut::freeze)))
    }

    /// Fields after a chunked body; empty before its end was read.
    pub fn trailers(&self) -> &Headers {
        &self.trailers
    }

    /// Whether some of the request's body has not been read.
    pub fn unread(&self) -> bool {
        !self.decoder.is_done()
    }

    /// Whether the client waits for a 1xx before it sends its body.
    pub fn expects_continue(&self) -> bool {
        self.expects_continue
    }

    /// The handler answers `Expect: 100-continue` itself, with what another server said or with nothing:
    /// reading the body no longer does.
    pub fn leave_continue(&mut self) {
        self.expects_continue = false;
    }

    /// Sends bytes as they are: heads, framing and all. They are held back until [`Call::flush`], until
    /// there are many, or until the call has ended and no further request waits.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.link.send(bytes).await
    }

    /// As [`Call::send`], but never waits: what is held back grows until it is flushed.
    pub fn queue(&mut self, bytes: &[u8]) {
        self.link.queue(bytes);
    }

    /// Whether something is held back.
    pub fn unsent(&self) -> bool {
        self.link.unsent()
    }

    /// How many bytes are held back, or were not taken by the client yet.
    pub fn backlog(&self) -> usize {
        self.link.backlog()
    }

    /// Sends what was held back. Nothing is sent twice when the future is dropped.
    pub async fn flush(&mut self) -> io::Result<()> {
        self.link.flush().await
    }

    /// Sends what was held back and resolves when the client has closed its side or reset the connection. A
    /// client that closes only its sending side counts as gone.
    pub async fn gone(&mut self) {
        if self.flush().await.is_ok() {
            self.link.gone().await;
        }
    }

    /// The connection's bytes as they are, once both sides have agreed to speak something else: after a 101,
    /// or a 2xx to CONNECT, was sent on the call. The connection carries no further request.
    pub fn upgraded(&mut self) -> Upgraded<'_> {
        self.broken = true;
        Upgraded::new(self.link)
    }

    /// With which code a reset is told to a client that speaks HTTP/2 (RFC 9113 §7); INTERNAL_ERROR unless said.
    pub fn reset_code(&mut self, code: u32) {
        self.link.code = code;
    }

    /// Resolves when the listener is told to stop: the call has five seconds left.
    pub fn stopping(&self) -> impl Future<Output = ()> + Send + use<> {
        stopped(self.stop.clone())
    }

    /// Reads what is left of the body so that the connection can carry another request. `false`: it cannot.
    pub(super) async fn drain(&mut self) -> bool {
        const DRAIN: usize = 1024 * 1024;
        if self.broken || (self.expects_continue && self.unread()) {
            return false;
        }
        if !self.unread() {
            return true;
        }
        let drained = async {
            let mut left = DRAIN;
            while let Ok(Some(piece)) = self.chunk().await {
                left = left.checked_sub(piece.len())?;
            }
            (!self.broken).then_some(())
        };
        timeout(Duration::from_secs(5), drained).await.is_ok_and(|whole| whole.is_some())
    }
}
