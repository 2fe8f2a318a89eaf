//! What both sides of a WebSocket have said so far.

use bytes::Bytes;
use cassettes::model::{Body, Frame, FrameKind, Headers, Micros, Side};
use std::time::Instant;
use wire::websocket::{Extension, Inflater, Message, Reader, extension};

/// The most payload that is kept of one connection, in bytes.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The most messages that are kept of one connection.
const MOST_FRAMES: usize = 100_000;

/// The messages of one connection, read off the bytes that pass.
pub(super) struct Log {
    zero: Instant,
    /// Of the client, of the upstream.
    readers: [Reader; 2],
    said: Vec<Message>,
    frames: Vec<Frame>,
    bytes: usize,
    /// What came can be read no further, and why.
    broken: Option<String>,
    /// More came than is kept.
    full: bool,
}

impl Log {
    /// Times count from `zero`; the headers are those of the 101.
    pub(super) fn new(zero: Instant, headers: &Headers) -> Self {
        let agreed = extension(headers);
        let reader = || {
            let inflater = matches!(agreed, Extension::Deflate { .. }).then(Inflater::default);
            Reader::new(MOST_BYTES, inflater)
        };
        let broken = match &agreed {
            Extension::Unknown(name) => Some(format!("messages in the unknown coding `{name}`")),
            _ => None,
        };
        let readers = [reader(), reader()];
        Log { zero, readers, said: Vec::new(), frames: Vec::new(), bytes: 0, broken, full: false }
    }

    /// Takes what one side said just now.
    pub(super) fn take(&mut self, from: Side, bytes: &[u8]) {
        if self.broken.is_some() || self.full {
            return;
        }
        let at = self.zero.elapsed().as_micros() as Micros;
        let read = self.readers[usize::from(from == Side::Upstream)].push(bytes, &mut self.said);
        for message in self.said.drain(..) {
            let Message { kind, data, fragments, compressed, .. } = message;
            self.bytes += data.len();
            if self.bytes > MOST_BYTES || self.frames.len() >= MOST_FRAMES {
                self.full = true;
                return;
            }
            self.frames.push(Frame { at, from, kind, data: Body(data), fragments, compressed });
        }
        match read {
            Ok(()) => {}
            Err(wire::websocket::FrameError::TooLarge { .. }) => self.full = true,
            Err(error) => {
                let who = if from == Side::Client { "client" } else { "upstream" };
                self.broken = Some(format!("the {who} sent no WebSocket frame: {error}"));
            }
        }
    }

    /// What was said, in the order in which it came.
    pub(super) fn frames(&self) -> Vec<Frame> {
        self.frames.clone()
    }

    pub(super) fn len(&self) -> usize {
        self.frames.len()
    }

    /// Bytes of payload that are kept.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Why it could not be read to its end, if it could not.
    pub(super) fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// What was too much, if more came than is kept.
    pub(super) fn too_much(&self) -> Option<String> {
        let most = MOST_BYTES / 1024 / 1024;
        self.full.then(|| {
            format!(
                "more than {MOST_FRAMES} messages or {most} MiB passed on one WebSocket; the first {} are kept",
                self.frames.len()
            )
        })
    }

    /// Whether a side has said that it closes.
    pub(super) fn closes(&self, side: Side) -> bool {
        self.frames.iter().rev().any(|frame| frame.kind == FrameKind::Close && frame.from == side)
    }

    /// Whether a side was in the middle of a message.
    pub(super) fn is_within(&self, side: Side) -> bool {
        self.readers[usize::from(side == Side::Upstream)].is_within()
    }
}

/// The recorder's own farewell, when it stops: it is not recorded.
pub(super) fn farewell(mask: Option<[u8; 4]>) -> Bytes {
    let mut out = Vec::new();
    // 1001: going away (RFC 6455 §7.4.1)
    let close = Frame::close(1001, "the recorder stops");
    wire::websocket::write_message(&mut out, FrameKind::Close, &close, &[], None, mask);
    out.into()
}
