//! One question on one connection.

use super::{Failure, Raw, Receiver, Upstream, h2, stream::Stream};
use bytes::{Buf as _, BytesMut};
use cassettes::model::{Connection, FailureKind, Side, Tls};
use std::{
    io,
    time::{Duration, Instant},
};
use tokio::io::{AsyncWriteExt as _, ReadHalf, WriteHalf, split};

/// One question on one connection: what sends and what receives, apart, because a server may answer before
/// the question is whole.
pub struct Conversation {
    /// Sends the question.
    pub sender: Sender,
    /// Receives the answer.
    pub receiver: Receiver,
    connection: Connection,
    /// Whose connection is kept when this has ended.
    client: u64,
}

/// Sends a question.
pub struct Sender {
    half: WriteHalf<Stream>,
    failed: Option<io::ErrorKind>,
    finished: Option<Instant>,
}

impl Conversation {
    pub(super) fn new(
        client: u64,
        stream: Stream,
        (id, reused): (u32, bool),
        method: &str,
        silence: Duration,
    ) -> Self {
        let tls = stream.tls();
        Self::on(stream, Connection { id, reused, closed_by: None, tls }, client, method, silence)
    }

    /// On one stream of a connection that carries many.
    pub(super) fn bridged(
        client: u64,
        (bridge, tls): (h2::Bridge, Option<Tls>),
        (id, reused): (u32, bool),
        method: &str,
        silence: Duration,
    ) -> Self {
        let connection = Connection { id, reused, closed_by: None, tls };
        Self::on(Stream::Bridge(bridge), connection, client, method, silence)
    }

    fn on(stream: Stream, connection: Connection, client: u64, method: &str, silence: Duration) -> Self {
        let bridged = matches!(stream, Stream::Bridge(_));
        let (reading, writing): (ReadHalf<Stream>, WriteHalf<Stream>) = split(stream);
        Conversation {
            sender: Sender { half: writing, failed: None, finished: None },
            receiver: Receiver::new(reading, method, silence, bridged),
            connection,
            client,
        }
    }

    /// Facts of the connection as they are now.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// A failure in the light of what happened while the question was sent: the system tells a reset once,
    /// to whichever side of the connection asks first.
    pub fn judge(&self, mut failure: Failure) -> Failure {
        let reset = matches!(self.sender.failed, Some(io::ErrorKind::ConnectionReset));
        if reset && matches!(failure.kind, FailureKind::Closed | FailureKind::Truncated) {
            failure.kind = FailureKind::Reset;
            failure.message = "connection reset by peer while the request was sent".into();
        }
        failure
    }

    /// Ends the conversation: the connection is kept for the next one if both sides leave it open.
    pub fn end(self, upstream: &Upstream) -> Connection {
        let Conversation { sender, receiver, mut connection, client } = self;
        let asked = sender.failed.is_none() && sender.finished.is_some();
        if receiver.is_bridged() {
            // The stream is over; what carries it carries others.
            return connection;
        }
        if !receiver.keeps_alive() {
            connection.closed_by = Some(Side::Upstream);
        } else if !asked || !receiver.is_clean() {
            connection.closed_by = Some(Side::Client);
        } else {
            upstream.pool.put(client, receiver.half.unsplit(sender.half), connection.id);
        }
        connection
    }

    /// The connection's bytes after a 101, and its facts: it carries no further question.
    pub fn into_raw(self) -> (Raw, Connection) {
        let Conversation { sender, receiver, connection, .. } = self;
        let first = receiver.unread();
        (Raw { first, stream: receiver.half.unsplit(sender.half) }, connection)
    }

    /// Gives the connection up: the upstream failed, or the question will never be whole.
    pub fn abandon(self, by: Side) -> Connection {
        if !self.receiver.is_bridged() {
            return Connection { closed_by: Some(by), ..self.connection };
        }
        // Giving a stream up ends nothing else.
        let stream = self.receiver.half.unsplit(self.sender.half);
        let lost = matches!(&stream, Stream::Bridge(bridge) if bridge.lost_connection());
        Connection { closed_by: lost.then_some(Side::Upstream), ..self.connection }
    }
}

impl Sender {
    /// Sends what is pending and takes it away as it goes; nothing is lost or sent twice when the future is
    /// dropped.
    pub async fn push(&mut self, pending: &mut BytesMut) -> io::Result<()> {
        let pushed = async {
            while !pending.is_empty() {
                match self.half.write(pending).await? {
                    0 => return Err(io::ErrorKind::WriteZero.into()),
                    sent => pending.advance(sent),
                }
            }
            self.half.flush().await
        };
        pushed.await.inspect_err(|error| self.failed = Some(error.kind()))
    }

    /// Notes that the whole question was sent, and when: answers are timed from there.
    pub fn finish(&mut self) {
        self.finished.get_or_insert_with(Instant::now);
    }

    /// When the whole question had been sent.
    pub fn finished(&self) -> Option<Instant> {
        self.finished
    }

    /// Whether the upstream no longer takes the question. It may still answer.
    pub fn failed(&self) -> bool {
        self.failed.is_some()
    }
}
