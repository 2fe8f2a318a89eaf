//! One accepted socket with its two buffers, kept for the connection's whole life.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, Interest},
    net::TcpStream,
    time::timeout,
};

/// What an ordinary request fits into.
const INPUT: usize = 16 * 1024;

/// What the input may grow to: a head of the longest kind, and what is read of a long body at once.
const MAX_INPUT: usize = 128 * 1024;

/// Output that is not held back any longer.
const FLUSH_AT: usize = 64 * 1024;

/// How long a client may take no byte of an answer before its connection is given up.
const STUCK: Duration = Duration::from_secs(300);

/// What is known of the connection that carries a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionFacts {
    /// Counted from one for each listener.
    pub connection: u64,
    /// The number of the request on it, counted from one.
    pub request: u32,
    /// When the connection was accepted.
    pub accepted: Instant,
    /// When the request's head was whole; for a connection's own events, when its last one was.
    pub asked: Instant,
    /// The other end.
    pub peer: SocketAddr,
}

pub(super) struct Link {
    stream: TcpStream,
    input: Vec<u8>,
    start: usize,
    end: usize,
    output: Vec<u8>,
    sent: usize,
    pub(super) facts: ConnectionFacts,
}

impl Link {
    pub(super) fn new(stream: TcpStream, connection: u64, peer: SocketAddr) -> Self {
        // Answers are flushed whole: waiting for more to fill a packet would only delay them.
        let _ = stream.set_nodelay(true);
        let now = Instant::now();
        Link {
            stream,
            input: vec![0; INPUT],
            start: 0,
            end: 0,
            output: Vec::with_capacity(4096),
            sent: 0,
            facts: ConnectionFacts { connection, request: 0, accepted: now, asked: now, peer },
        }
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
        // The client sends on and on: only the socket's state is left to look at.
        while let Ok(ready) = self.stream.ready(Interest::READABLE).await {
            if ready.is_read_closed() || ready.is_error() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Appends to what is sent next, however much it becomes.
    pub(super) fn queue(&mut self, bytes: &[u8]) {
        self.output.extend_from_slice(bytes);
    }

    /// Whether something is held back.
    pub(super) fn unsent(&self) -> bool {
        self.sent < self.output.len()
    }

    /// Appends to what is sent next.
    pub(super) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.output.extend_from_slice(bytes);
        if self.output.len() >= FLUSH_AT { self.flush().await } else { Ok(()) }
    }

    /// Sends what was held back. Nothing is sent twice when the future is dropped.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        while self.sent < self.output.len() {
            match self.stream.try_write(&self.output[self.sent..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(sent) => self.sent += sent,
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    timeout(STUCK, self.stream.writable()).await.map_err(|_| io::ErrorKind::TimedOut)??;
                }
                Err(e) => return Err(e),
            }
        }
        self.output.clear();
        // One large answer must not cost its size for as long as the connection lives.
        self.output.shrink_to(FLUSH_AT);
        self.sent = 0;
        Ok(())
    }

    /// Sends what was held back, says that no more comes, and waits a little for the client's own end, so that
    /// unread bytes of its request do not turn the close into a reset that destroys the answer.
    pub(super) async fn close(mut self) {
        use tokio::io::AsyncWriteExt as _;
        if self.flush().await.is_err() || self.stream.shutdown().await.is_err() {
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
    }

    /// Sends what was held back and resets the connection (RST).
    pub(super) async fn reset(mut self) {
        let _ = self.flush().await;
        let _ = socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }
}
