//! A connection after HTTP: what both sides say once they have agreed to speak something else.

use super::link::Link;
use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// The connection's bytes as they are, what was read with the head first. What was sent on the call leaves
/// before anything that is written here.
pub struct Upgraded<'u> {
    link: &'u mut Link,
}

impl<'u> Upgraded<'u> {
    pub(super) fn new(link: &'u mut Link) -> Self {
        Upgraded { link }
    }

    /// What was held back leaves first.
    fn poll_held(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.link.poll_send(cx)
    }
}

impl AsyncRead for Upgraded<'_> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // The other side may wait for it before it says anything.
        if let Poll::Ready(Err(error)) = this.poll_held(cx) {
            return Poll::Ready(Err(error));
        }
        let unread = this.link.unread();
        if unread.is_empty() {
            return Pin::new(&mut this.link.stream).poll_read(cx, buf);
        }
        let taken = unread.len().min(buf.remaining());
        buf.put_slice(&unread[..taken]);
        this.link.take(taken);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Upgraded<'_> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.poll_held(cx))?;
        Pin::new(&mut this.link.stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_held(cx))?;
        Pin::new(&mut this.link.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_held(cx))?;
        Pin::new(&mut this.link.stream).poll_shutdown(cx)
    }
}
