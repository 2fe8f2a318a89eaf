//! One message of a WebSocket (RFC 6455), with its direction and its time.

use super::{Body, Micros, Side};

/// What a message is (RFC 6455 §5.6, §5.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FrameKind {
    /// UTF-8 text.
    Text,
    /// Bytes.
    Binary,
    /// A question whether the other side is still there.
    Ping,
    /// The answer to it, or a sign of life.
    Pong,
    /// The sender's last message: a code of two bytes and a reason, or nothing.
    Close,
}

/// One message: a control frame, or a data message put together from its fragments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// When its last byte came, counted as [`super::Timing`] counts.
    pub at: Micros,
    /// Who sent it.
    pub from: Side,
    /// What it is.
    pub kind: FrameKind,
    /// Its payload, unmasked and inflated; of a close its code and reason (RFC 6455 §5.5.1).
    pub data: Body,
    /// The bytes of each fragment, counted in `data`, if there was more than one. Where it was compressed only
    /// their number is the sender's own: compressed bytes have no share in the payload.
    pub fragments: Vec<u64>,
    /// It was compressed on the wire (RFC 7692).
    pub compressed: bool,
}

impl FrameKind {
    /// Every kind there is.
    pub const ALL: [FrameKind; 5] =
        [FrameKind::Text, FrameKind::Binary, FrameKind::Ping, FrameKind::Pong, FrameKind::Close];

    /// As cassettes spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            FrameKind::Text => "text",
            FrameKind::Binary => "binary",
            FrameKind::Ping => "ping",
            FrameKind::Pong => "pong",
            FrameKind::Close => "close",
        }
    }

    /// The inverse of [`FrameKind::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether it is a text or bytes, and no control frame.
    pub fn is_data(self) -> bool {
        matches!(self, FrameKind::Text | FrameKind::Binary)
    }
}

impl Frame {
    /// A message in one fragment, not compressed.
    pub fn new(at: Micros, from: Side, kind: FrameKind, data: impl Into<Body>) -> Self {
        Frame { at, from, kind, data: data.into(), fragments: Vec::new(), compressed: false }
    }

    /// The payload of a close: a code, and a reason in UTF-8.
    pub fn close(code: u16, reason: &str) -> Vec<u8> {
        [&code.to_be_bytes()[..], reason.as_bytes()].concat()
    }

    /// The code of a close and what follows it; none if it has none, or is no close.
    pub fn code(&self) -> Option<(u16, &[u8])> {
        match (self.kind, self.data.bytes()) {
            (FrameKind::Close, [high, low, reason @ ..]) => Some((u16::from_be_bytes([*high, *low]), reason)),
            _ => None,
        }
    }
}
