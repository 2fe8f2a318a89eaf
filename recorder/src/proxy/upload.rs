//! A request on its way to the upstream: sent on as it comes, and kept.

use super::body::Kept;
use crate::Recording;
use bytes::{Bytes, BytesMut};
use cassettes::model::{Blob, Body, Headers, Request};
use std::io;
use tokio::{fs::File, io::AsyncReadExt as _};
use wire::{
    head::{Length, write_chunk, write_last_chunk},
    serve::{Call, WireError},
};

/// What is read at once of a body that waits on the disk.
const PIECE: usize = 256 * 1024;

/// A request on its way.
pub(super) struct Upload {
    /// What is to be sent next.
    pub(super) pending: BytesMut,
    chunked: bool,
    more: bool,
    stopped: bool,
    kept: Kept,
    /// Where the rest of a body stands that came before anybody was asked.
    source: Option<File>,
}

impl Upload {
    /// Of a request with that head; its body follows.
    pub(super) fn new(head: &[u8], length: Length) -> Self {
        Upload {
            pending: BytesMut::from(head),
            chunked: length == Length::Chunked,
            more: length != Length::None,
            stopped: false,
            kept: Kept::default(),
            source: None,
        }
    }

    /// The request's body came before anybody was asked.
    pub(super) async fn know(&mut self, request: &Request) -> io::Result<()> {
        if !self.more {
            return Ok(());
        }
        if let Some(blob) = &request.blob {
            let file = blob.file.as_ref().ok_or(io::ErrorKind::NotFound)?;
            self.source = Some(File::open(file).await?);
            return Ok(());
        }
        self.send(request.body.bytes());
        self.end(&request.trailers);
        Ok(())
    }

    /// Reads on where the body stands on the disk and is to be sent.
    pub(super) async fn refill(&mut self, trailers: &Headers) -> io::Result<()> {
        let Some(source) = self.source.as_mut().filter(|_| self.pending.is_empty() && self.more) else {
            return Ok(());
        };
        if self.stopped {
            return Ok(());
        }
        let mut piece = vec![0; PIECE];
        match source.read(&mut piece).await? {
            0 => self.end(trailers),
            read => self.send(&piece[..read]),
        }
        Ok(())
    }

    /// Whether the client is to be asked for more.
    pub(super) fn wants_more(&self) -> bool {
        self.pending.is_empty() && self.more && !self.stopped && self.source.is_none()
    }

    /// Whether everything was sent.
    pub(super) fn is_sent(&self) -> bool {
        self.pending.is_empty() && !self.more && !self.stopped
    }

    /// Whether the client has sent its whole request.
    pub(super) fn is_whole(&self) -> bool {
        !self.more || self.source.is_some()
    }

    /// Takes what the client sent.
    pub(super) fn piece(&mut self, data: &Bytes, headers: &Headers, recording: Option<&Recording>) {
        self.kept.take(data, headers, recording);
        self.send(data);
    }

    fn send(&mut self, data: &[u8]) {
        if self.chunked && !data.is_empty() {
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

    /// The body as far as it came.
    pub(super) async fn finish(mut self) -> Said {
        self.kept.settle().await;
        Said::of(self.kept)
    }
}

/// What a client has sent, as it is kept.
pub(super) struct Said {
    pub(super) body: Body,
    pub(super) blob: Option<Box<Blob>>,
    /// Why it is not kept.
    pub(super) lost: Option<String>,
}

impl Said {
    fn of(mut kept: Kept) -> Said {
        let lost = kept.lost().map(str::to_owned);
        let (body, blob) = kept.finish();
        Said { body, blob, lost }
    }

    /// Reads the body of a call to its end before anybody is asked.
    pub(super) async fn read(
        call: &mut Call<'_>,
        headers: &Headers,
        recording: Option<&Recording>,
    ) -> Result<Said, WireError> {
        let mut kept = Kept::default();
        while let Some(data) = call.chunk().await? {
            kept.take(&data, headers, recording);
        }
        kept.settle().await;
        Ok(Said::of(kept))
    }
}
