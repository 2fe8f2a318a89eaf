//! What the other side replied.

use super::{Blob, Body, Frame, Headers, HttpVersion};

/// How the end of a body was told (RFC 9112 §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Framing {
    /// There can be none: HEAD, 1xx, 204, 304.
    #[default]
    None,
    /// `Content-Length`.
    Length,
    /// `Transfer-Encoding: chunked`.
    Chunked,
    /// Until the connection closes.
    Close,
}

/// A 1xx reply that came before the final one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interim {
    /// 100 to 199.
    pub status: u16,
    /// As sent.
    pub reason: String,
    /// As sent.
    pub headers: Headers,
}

/// A reply, whole, as it came: still encoded, reason phrase and header case kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// 100 to 999, as sent.
    pub status: u16,
    /// As sent; some vendors put whole messages here. HTTP/2 has none.
    pub reason: String,
    /// The version the other side spoke.
    pub version: HttpVersion,
    /// In the order, case and number in which they were sent.
    pub headers: Headers,
    /// As sent, without transfer framing; empty where it stays in its blob.
    pub body: Body,
    /// Set where the body is not held.
    pub blob: Option<Box<Blob>>,
    /// Fields after a chunked body.
    pub trailers: Headers,
    /// How the body's end was told.
    pub framing: Framing,
    /// What came before it: 100-continue, early hints.
    pub interim: Vec<Interim>,
    /// After a 101 that made the connection a WebSocket: what both sides said, in the order in which it came.
    pub frames: Vec<Frame>,
}

impl Response {
    /// A reply with a body under Content-Length framing, for tests and subjects of our own.
    pub fn new(status: u16, headers: Headers, body: impl Into<Body>) -> Self {
        let framing = if matches!(status, 100..=199 | 204 | 304) { Framing::None } else { Framing::Length };
        Response { status, headers, body: body.into(), framing, ..Response::default() }
    }

    /// The bytes of its body, held or not.
    pub fn len(&self) -> u64 {
        self.blob.as_ref().map_or(self.body.len() as u64, |blob| blob.len)
    }

    /// Whether its body has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What its body is compared by: the bytes, or those of the digest where it is not held.
    pub fn essence(&self) -> &[u8] {
        self.blob.as_ref().map_or(self.body.bytes(), |blob| &blob.digest.0)
    }

    /// 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
