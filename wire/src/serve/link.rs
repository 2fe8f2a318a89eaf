//! One accepted connection with its two buffers, kept for its whole life.

use super::stream::{Prefixed, Stream};
use crate::head::Length;
use bytes::Bytes;
use std::{
    future::poll_fn,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWrite as _, AsyncWriteExt as _, Interest},
    time::timeout,
};

/// What an ordinary request fits into. Ten thousand connections may lie idle, each with so much.
const INPUT: usize = 4 * 1024;

/// What the input may grow to: a head of the longest kind, and what is read of a long body at once.
const MAX_INPUT: usize = 128 * 1024;

/// What either buffer may keep between two requests.
const MAX_RESTING: usize = 16 * 1024;

/// Output that is not held back any longer.
const FLUSH_AT: usize = 64 * 1024;

/// How long a client may take no byte of an answer before its connection is given up.
const STUCK: Duration = Duration::from_secs(300);

/// The code of a reset that is told no other (RFC 9113 §7).
const INTERNAL_ERROR: u32 = 2;

/// What is known of the connection that carries a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionFacts {
    /// Counted from one for each listener, or for all that share a count.
    pub connection: u64,
    /// The number of the request on it, counted from one.
    pub request: u32,
    /// When the connection was accepted.
    pub accepted: Instant,
    /// When the request's head was whole; for a connection's own events, when its last one was.
    pub asked: Instant,
    /// The other end.
    pub peer: SocketAddr,
    /// The client speaks TLS with us. Within a tunnel: with whom it takes us for.
    pub secure: bool,
    /// The authority that the client asked a tunnel to, `host:port` as it wrote it; none outside of tunnels.
    pub tunnel: Option<Arc<str>>,
}

impl ConnectionFacts {
    /// Of a connection that was accepted just now and has carried nothing.
    pub(crate) fn new(connection: u64, peer: SocketAddr) -> Self {
        let now = Instant::now();
        ConnectionFacts {
            connection,
            request: 0,
            accepted: now,
            asked: now,
            peer,
            secure: false,
            tunnel: None,
        }
    }
}

pub(crate) struct Link {
    pub(super) stream: Stream,
    input: Vec<u8>,
    start: usize,
    end: usize,
    output: Vec<u8>,
    sent: usize,
    pub(super) facts: ConnectionFacts,
    /// Set for one stream of an HTTP/2 connection: it carries one request, whose body follows so.
    pub(super) single: Option<Length>,
    /// With which a reset is told over HTTP/2 (RFC 9113 §7).
    pub(super) code: u32,
}

impl Link {
    pub(crate) fn new(stream: Stream, facts: ConnectionFacts) -> Self {
        Link {
            stream,
            input: vec![0; INPUT],
            start: 0,
            end: 0,
            output: Vec::new(),
            sent: 0,
            facts,
            single: None,
            code: INTERNAL_ERROR,
        }
    }

    /// One that carries a single request of an HTTP/2 connection, whose body follows so.
    pub(super) fn single(stream: Stream, facts: ConnectionFacts, length: Length) -> Self {
        Link { single: Some(length), ..Link::new(stream, facts) }
    }

    /// The stream with what was read of it and not taken. What was held back must have been flushed.
    pub(super) fn into_parts(self) -> (Prefixed, ConnectionFacts) {
        let first = Bytes::copy_from_slice(self.unread());
        (Prefixed { first, stream: self.stream }, self.facts)
    }

    /// What was read and not yet taken.
    pub(super) fn unread(&self) -> &[u8] {
        &self.input[self.start..self.end]
    }

    pub(super) fn take(&mut self, bytes: usize) {
        self.start = (self.start + bytes).min(self.end);
    }

    /// Room for a long body, so that it needs fewer reads.
    pub(super) fn widen(&mut self) {
        if self.input.len() < MAX_INPUT / 2 {
            self.input.resize(MAX_INPUT / 2, 0);
        }
    }

    /// Reads what has come; 0 is the client's end. Nothing is lost when the future is dropped.
    pub(super) async fn fill(&mut self) -> io::Result<usize> {
        if !self.make_room() {
            return Err(io::Error::other("the input is full"));
        }
        let read = self.stream.read(&mut self.input[self.end..]).await?;
        self.end += read;
        Ok(read)
    }

    /// Whether there is room to read into, made if need be.
    fn make_room(&mut self) -> bool {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
        if self.end == self.input.len() {
            if self.start > 0 {
                self.input.copy_within(self.start..self.end, 0);
                (self.start, self.end) = (0, self.end - self.start);
            } else if self.input.len() < MAX_INPUT {
                self.input.resize((self.input.len() * 2).min(MAX_INPUT), 0);
            }
        }
        self.end < self.input.len()
    }

    /// Resolves when the client has closed its side or reset the connection. What it sends meanwhile is kept.
    pub(super) async fn gone(&mut self) {
        while self.make_room() {
            if !matches!(self.fill().await, Ok(1..)) {
                return;
            }
        }
        // The client sends on and on: only the socket's state is left to look at. A bridge's is its maker's.
        let Some(socket) = self.stream.socket() else { return std::future::pending().await };
        while let Ok(ready) = socket.ready(Interest::READABLE).await {
            if ready.is_read_closed() || ready.is_error() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Appends to what is sent next, however much it becomes.
    pub(super) fn queue(&mut self, bytes: &[u8]) {
        if self.sent > self.output.len() / 2 {
            // A client that is always behind must not make the output grow by what it has taken.
            self.output.drain(..self.sent);
            self.sent = 0;
        }
        self.output.extend_from_slice(bytes);
    }

    /// How many bytes have not left.
    pub(super) fn backlog(&self) -> usize {
        self.output.len() - self.sent
    }

    /// Whether something is held back.
    pub(super) fn unsent(&self) -> bool {
        !self.output.is_empty()
    }

    /// Appends to what is sent next. However long it is, no more than a little of it is held at once: a client
    /// that does not read costs no copy of the answer.
    pub(super) async fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        // A connection of HTTP/2 carries hundreds of these, each with a bridge that holds as much again.
        let most = if matches!(self.stream, Stream::Bridge(_)) { MAX_RESTING } else { FLUSH_AT };
        while self.output.len() + bytes.len() >= most {
            let (now, later) = bytes.split_at(most.saturating_sub(self.output.len()).min(bytes.len()));
            self.output.extend_from_slice(now);
            bytes = later;
            self.flush().await?;
        }
        self.output.extend_from_slice(bytes);
        Ok(())
    }

    /// Sends what was held back. Nothing is sent twice when the future is dropped.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        let Stream::Plain(socket) = &self.stream else { return self.flush_through().await };
        while self.sent < self.output.len() {
            match socket.try_write(&self.output[self.sent..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(sent) => self.sent += sent,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    timeout(STUCK, socket.writable()).await.map_err(|_| io::ErrorKind::TimedOut)??;
                }
                Err(e) => return Err(e),
            }
        }
        self.is_sent();
        Ok(())
    }

    /// The same through something that has buffers of its own.
    async fn flush_through(&mut self) -> io::Result<()> {
        if self.output.is_empty() {
            return Ok(());
        }
        let sent = timeout(STUCK, poll_fn(|cx| self.poll_send(cx))).await;
        sent.map_err(|_| io::ErrorKind::TimedOut)?
    }

    /// Sends what was held back as far as it is taken.
    pub(super) fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.output.is_empty() {
            return Poll::Ready(Ok(()));
        }
        while self.sent < self.output.len() {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, &self.output[self.sent..]))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                sent => self.sent += sent,
            }
        }
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.is_sent();
        Poll::Ready(Ok(()))
    }

    fn is_sent(&mut self) {
        self.output.clear();
        self.sent = 0;
    }

    /// Nothing is under way: one large request or answer must not cost its size for as long as the connection
    /// lives.
    pub(super) fn rest(&mut self) {
        if self.input.len() > MAX_RESTING && self.unread().is_empty() {
            (self.start, self.end) = (0, 0);
            self.input.truncate(INPUT);
            self.input.shrink_to_fit();
        }
        if self.output.is_empty() {
            self.output.shrink_to(MAX_RESTING);
        }
    }

    /// Sends what was held back, says that no more comes, and waits a little for the client's own end, so that
    /// unread bytes of its request do not turn the close into a reset that destroys the answer.
    pub(super) async fn close(mut self) {
        if self.flush().await.is_err() || self.stream.shutdown().await.is_err() {
            return;
        }
        if self.stream.socket().is_none() {
            return;
        }
        let drained = async {
            let mut left = 4 * 1024 * 1024;
            while left > 0 {
                self.start = self.end;
                match self.fill().await {
                    Ok(read @ 1..) => left = usize::saturating_sub(left, read),
                    _ => return,
                }
            }
        };
        let _ = timeout(Duration::from_secs(1), drained).await;
    }

    /// Sends what was held back and ends an idle connection: there is no answer that a reset could destroy.
    pub(super) async fn leave(mut self) {
        let _ = self.flush().await;
        if !matches!(self.stream, Stream::Plain(_)) {
            let _ = timeout(Duration::from_secs(1), self.stream.shutdown()).await;
        }
    }

    /// Sends what was held back and resets the connection (RST).
    pub(super) async fn reset(mut self) {
        let _ = self.flush().await;
        self.stream.break_off(self.code);
    }
}
