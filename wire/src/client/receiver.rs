//! An answer as it comes.

use super::{Failure, stream::Stream};
use crate::quote::quoted;
use crate::{
    body::Decoder,
    head::{HeadError, Length, MAX_HEAD, ReplyHead},
};
use bytes::{Bytes, BytesMut};
use cassettes::model::{FailureKind, Headers, Interim};
use std::{
    io,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt as _, ReadHalf},
    time::timeout,
};

/// How long is waited for more of something that is no HTTP, to be able to say all of it again.
const NONSENSE_PAUSE: Duration = Duration::from_millis(200);

/// What comes, in order: interims, one head, pieces, one end.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A 1xx reply; `raw` is the head as it came.
    Interim {
        /// Taken apart.
        interim: Interim,
        /// As it came.
        raw: Bytes,
    },
    /// The head of the final reply.
    Head {
        /// Taken apart.
        head: Box<ReplyHead>,
        /// As it came, its empty line included.
        raw: Bytes,
    },
    /// A piece of the body.
    Piece {
        /// As it came, with the framing around it.
        raw: Bytes,
        /// The body's own bytes; none if only framing came.
        data: Bytes,
        /// They are the last ones of an HTTP chunk.
        ends_chunk: bool,
    },
    /// The body is whole.
    End {
        /// The framing that ends it, as it came.
        raw: Bytes,
        /// Fields after a chunked body.
        trailers: Headers,
    },
}

/// Receives one answer.
pub struct Receiver {
    pub(super) half: ReadHalf<Stream>,
    buffer: BytesMut,
    method: String,
    phase: Phase,
    silence: Duration,
    keep_alive: bool,
    first_byte: Option<Instant>,
    last_byte: Option<Instant>,
    /// Reads one stream of a connection that carries many.
    bridged: bool,
}

enum Phase {
    Head,
    Body(Decoder),
    Nonsense(String),
    Done,
}

impl Receiver {
    pub(super) fn new(half: ReadHalf<Stream>, method: &str, silence: Duration, bridged: bool) -> Self {
        Receiver {
            half,
            buffer: BytesMut::new(),
            method: method.to_owned(),
            phase: Phase::Head,
            silence,
            keep_alive: true,
            first_byte: None,
            last_byte: None,
            bridged,
        }
    }

    /// When the first byte of the final reply's head came.
    pub fn first_byte(&self) -> Option<Instant> {
        self.first_byte
    }

    /// When the bytes that were given out last came.
    pub fn last_byte(&self) -> Option<Instant> {
        self.last_byte
    }

    /// What came behind the answer.
    pub(super) fn unread(&self) -> Bytes {
        Bytes::copy_from_slice(&self.buffer)
    }

    pub(super) fn is_bridged(&self) -> bool {
        self.bridged
    }

    pub(super) fn keeps_alive(&self) -> bool {
        self.keep_alive
    }

    /// Whether the answer is whole and nothing came after it.
    pub(super) fn is_clean(&self) -> bool {
        matches!(self.phase, Phase::Done) && self.buffer.is_empty()
    }

    /// The next event; after [`Event::End`] or a failure there is none to ask for. Nothing is lost when the
    /// future is dropped.
    pub async fn next(&mut self) -> Result<Event, Failure> {
        loop {
            if let Some(event) = self.buffered()? {
                return Ok(event);
            }
            let wait = if matches!(self.phase, Phase::Nonsense(_)) { NONSENSE_PAUSE } else { self.silence };
            self.buffer.reserve(16 * 1024);
            match timeout(wait, self.half.read_buf(&mut self.buffer)).await {
                Ok(Ok(1..)) => {
                    let now = Instant::now();
                    self.last_byte = Some(now);
                    if matches!(self.phase, Phase::Head) {
                        self.first_byte.get_or_insert(now);
                    }
                }
                Ok(Ok(0)) => return self.ended(),
                // Many servers end a TLS connection without saying so.
                Ok(Err(e)) if e.kind() == io::ErrorKind::UnexpectedEof => return self.ended(),
                Ok(Err(e)) => return Err(self.failed(Failure::of(&e))),
                Err(_) => return Err(self.late()),
            }
        }
    }

    /// The next event if it is here already; otherwise [`Receiver::next`] has to wait for it.
    pub fn buffered(&mut self) -> Result<Option<Event>, Failure> {
        match &mut self.phase {
            Phase::Done => Ok(Some(Event::End { raw: Bytes::new(), trailers: Headers::new() })),
            Phase::Nonsense(_) if self.buffer.len() >= MAX_HEAD => Err(self.late()),
            Phase::Nonsense(_) => Ok(None),
            Phase::Head if self.buffer.is_empty() => Ok(None),
            Phase::Head => match self.read_head() {
                Ok(None) => Ok(None),
                Ok(Some((head, length))) => Ok(Some(self.head(head, length))),
                Err(error) => {
                    self.phase = Phase::Nonsense(error.to_string());
                    Ok(None)
                }
            },
            Phase::Body(decoder) => match decoder.step(&self.buffer) {
                Err(error) => {
                    self.phase = Phase::Nonsense(error.to_string());
                    Ok(None)
                }
                Ok(step) => {
                    let raw = self.buffer.split_to(step.taken).freeze();
                    if decoder.is_done() && step.data.is_empty() {
                        let trailers = decoder.take_trailers();
                        self.phase = Phase::Done;
                        return Ok(Some(Event::End { raw, trailers }));
                    }
                    let data = raw.slice(step.data);
                    Ok((step.taken > 0).then_some(Event::Piece { raw, data, ends_chunk: step.ends_chunk }))
                }
            },
        }
    }

    fn read_head(&self) -> Result<Option<(ReplyHead, usize)>, HeadError> {
        let read = if self.bridged { ReplyHead::read_bridged } else { ReplyHead::read };
        read(&self.buffer, &self.method)
    }

    fn head(&mut self, head: ReplyHead, length: usize) -> Event {
        let raw = self.buffer.split_to(length).freeze();
        if matches!(head.response.status, 100..=199) && head.response.status != 101 {
            // The final head is timed by its own first byte.
            self.first_byte = if self.buffer.is_empty() { None } else { self.last_byte };
            let interim = Interim {
                status: head.response.status,
                reason: head.response.reason,
                headers: head.response.headers,
            };
            return Event::Interim { interim, raw };
        }
        self.keep_alive = head.keep_alive && head.response.status != 101;
        self.phase = Phase::Body(Decoder::new(head.length));
        if head.length == Length::None {
            self.phase = Phase::Done;
        }
        Event::Head { head: Box::new(head), raw }
    }

    /// The upstream closed the connection.
    fn ended(&mut self) -> Result<Event, Failure> {
        self.keep_alive = false;
        match &self.phase {
            Phase::Body(decoder) if decoder.may_close() => {
                self.phase = Phase::Done;
                Ok(Event::End { raw: Bytes::new(), trailers: Headers::new() })
            }
            Phase::Body(decoder) => {
                let missing =
                    decoder.missing().map_or(String::new(), |bytes| format!(", {bytes} bytes short"));
                let message = format!("the connection was closed before the end of the body{missing}");
                Err(self.failed(Failure::new(FailureKind::Truncated, message)))
            }
            Phase::Nonsense(_) => Err(self.late()),
            Phase::Head | Phase::Done if self.buffer.is_empty() => {
                Err(Failure::new(FailureKind::Closed, "the connection was closed without an answer"))
            }
            Phase::Head | Phase::Done => {
                let message =
                    format!("the connection was closed within the head, after {}", quoted(&self.buffer));
                Err(self.failed(Failure::new(FailureKind::Truncated, message)))
            }
        }
    }

    /// Nothing came for as long as was waited.
    fn late(&mut self) -> Failure {
        if let Phase::Nonsense(what) = &self.phase {
            let message = format!("{what}; got {}", quoted(&self.buffer));
            return self.failed(Failure::new(FailureKind::Protocol, message));
        }
        let seconds = self.silence.as_secs_f64();
        self.failed(Failure::new(FailureKind::Timeout, format!("no byte for {seconds} s")))
    }

    fn failed(&mut self, failure: Failure) -> Failure {
        self.keep_alive = false;
        Failure { rest: self.buffer.split().freeze(), ..failure }
    }
}
