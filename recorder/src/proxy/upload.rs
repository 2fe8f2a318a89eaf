//! A request on its way to the upstream: sent on as it comes, and kept.

use bytes::{Bytes, BytesMut};
use cassettes::model::{Body, Headers};
use wire::head::{Length, write_chunk, write_last_chunk};

/// A request on its way.
pub(super) struct Upload {
    /// What is to be sent next.
    pub(super) pending: BytesMut,
    chunked: bool,
    more: bool,
    stopped: bool,
    kept: BytesMut,
}

impl Upload {
    /// Of a request with that head; its body follows unless it is `known` already.
    pub(super) fn new(head: &[u8], length: Length, known: Option<(&Body, &Headers)>) -> Self {
        let mut upload = Upload {
            pending: BytesMut::from(head),
            chunked: length == Length::Chunked,
            more: length != Length::None,
            stopped: false,
            kept: BytesMut::new(),
        };
        if let Some((body, trailers)) = known {
            if upload.more {
                upload.piece(&body.0);
                upload.end(trailers);
            }
            upload.more = false;
        }
        upload
    }

    /// Whether the client is to be asked for more.
    pub(super) fn wants_more(&self) -> bool {
        self.pending.is_empty() && self.more && !self.stopped
    }

    /// Whether everything was sent.
    pub(super) fn is_sent(&self) -> bool {
        self.pending.is_empty() && !self.more && !self.stopped
    }

    /// Whether the client has sent its whole request.
    pub(super) fn is_whole(&self) -> bool {
        !self.more
    }

    pub(super) fn piece(&mut self, data: &Bytes) {
        self.kept.extend_from_slice(data);
        if self.chunked {
            let mut framed = Vec::with_capacity(data.len() + 20);
            write_chunk(&mut framed, data);
            self.pending.extend_from_slice(&framed);
        } else {
            self.pending.extend_from_slice(data);
        }
    }

    pub(super) fn end(&mut self, trailers: &Headers) {
        self.more = false;
        if self.chunked {
            let mut framed = Vec::new();
            write_last_chunk(&mut framed, trailers);
            self.pending.extend_from_slice(&framed);
        }
    }

    /// The upstream takes no more; it may still answer.
    pub(super) fn stop(&mut self) {
        self.pending.clear();
        self.stopped = true;
    }

    /// How many bytes of body were kept.
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    /// The body as far as it came.
    pub(super) fn into_body(self) -> Body {
        Body(self.kept.freeze())
    }
}
