//! Bodies that are too large to be held, asked and answered.

use bytes::{Bytes, BytesMut};
use cassettes::{
    large::{HELD, LOOKED_INTO, is_opaque},
    matching::Alike,
    model::{Blob, Body, Headers, Request, Response},
};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::{
    fs::File,
    io::{AsyncRead, ReadBuf},
};

/// What is read of a blob at once.
const PIECE: usize = 256 * 1024;

/// The body of a request in the library's terms; none where it has none.
pub(super) async fn of(request: &Request) -> Result<Option<reqwest::Body>, String> {
    let headers = &request.headers;
    if let Some(blob) = &request.blob {
        let file = blob.file.as_ref().ok_or("its body is not there")?;
        let file = File::open(file).await.map_err(|e| format!("its body cannot be read: {e}"))?;
        return Ok(Some(reqwest::Body::wrap(FromBlob { file, left: blob.len, piece: vec![0; PIECE] })));
    }
    let framed = headers.contains("content-length") || headers.contains("transfer-encoding");
    Ok((!request.body.is_empty() || framed).then(|| request.body.0.clone().into()))
}

/// A body that is read from its blob as it is sent.
struct FromBlob {
    file: File,
    left: u64,
    piece: Vec<u8>,
}

impl HttpBody for FromBlob {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let Self { file, left, piece } = &mut *self;
        let mut buffer = ReadBuf::new(piece);
        if let Err(error) = ready!(Pin::new(file).poll_read(context, &mut buffer)) {
            return Poll::Ready(Some(Err(error)));
        }
        let read = buffer.filled();
        if read.is_empty() {
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        *left = left.saturating_sub(read.len() as u64);
        Poll::Ready(Some(Ok(Frame::data(Bytes::copy_from_slice(read)))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// The body of an answer as it comes: held, or told by its digest, as a recorded one of its size and kind is.
#[derive(Default)]
pub(super) struct Answered {
    held: BytesMut,
    left: Option<Alike>,
}

impl Answered {
    pub(super) fn push(&mut self, data: &[u8], headers: &Headers) {
        if let Some(left) = &mut self.left {
            return left.push(data);
        }
        let before = self.held.len();
        self.held.extend_from_slice(data);
        let passes = |bound: usize| before <= bound && self.held.len() > bound;
        if passes(LOOKED_INTO) || (passes(HELD) && is_opaque(headers, &self.held)) {
            let mut left = Alike::of(headers);
            left.push(&std::mem::take(&mut self.held));
            self.left = Some(left);
        }
    }

    pub(super) fn finish(self, response: &mut Response) {
        match self.left {
            None => response.body = Body(self.held.freeze()),
            Some(left) => {
                let told = left.finish();
                let blob = Blob { digest: told.digest, alike: told.alike, len: told.len, file: None };
                response.blob = Some(Box::new(blob));
            }
        }
    }
}
