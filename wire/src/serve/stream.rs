//! What carries a connection: a socket, TLS over one of these, or a bridge out of a connection that carries
//! many.

use bytes::{Buf as _, Bytes};
use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf, duplex},
    net::TcpStream,
};
use tokio_rustls::server::TlsStream;

/// What carries a connection.
pub(crate) enum Stream {
    Plain(TcpStream),
    /// TLS over any of these: a tunnel through a listener that speaks TLS itself is TLS within TLS.
    Tls(Box<TlsStream<Prefixed>>),
    /// One stream of a connection that carries many.
    Bridge(Bridge),
}

/// A stream with what was read of it already.
pub(crate) struct Prefixed {
    pub(crate) first: Bytes,
    pub(crate) stream: Stream,
}

/// The inner end of a bridge: whoever made it copies between its outer end and something else.
pub(crate) struct Bridge {
    pipe: DuplexStream,
    reset: Arc<AtomicU64>,
}

/// The outer end of a bridge.
pub(crate) struct Shore {
    /// What the inner end says is read here, and what it is to hear is written here.
    pipe: DuplexStream,
    reset: Arc<AtomicU64>,
}

impl Bridge {
    /// Both ends of a bridge that holds so many bytes each way.
    pub(crate) fn new(bytes: usize) -> (Bridge, Shore) {
        let (inner, outer) = duplex(bytes);
        let reset = Arc::new(AtomicU64::new(0));
        (Bridge { pipe: inner, reset: Arc::clone(&reset) }, Shore { pipe: outer, reset })
    }
}

/// Whether the inner end of a bridge was reset: its code, counted from one.
pub(crate) struct WasReset(Arc<AtomicU64>);

impl Shore {
    /// The bytes, and whether their end is a reset.
    pub(crate) fn into_parts(self) -> (DuplexStream, WasReset) {
        (self.pipe, WasReset(self.reset))
    }
}

impl WasReset {
    /// With which code; known by the time that the end is read.
    pub(crate) fn told(&self) -> Option<u32> {
        let code = self.0.load(Ordering::Acquire).checked_sub(1)?;
        u32::try_from(code).ok()
    }
}

impl Stream {
    /// The socket at the bottom; a bridge has none.
    pub(crate) fn socket(&self) -> Option<&TcpStream> {
        match self {
            Stream::Plain(socket) => Some(socket),
            Stream::Tls(tls) => tls.get_ref().0.stream.socket(),
            Stream::Bridge(_) => None,
        }
    }

    /// Makes the coming end a reset: RST of the socket, or what the maker of a bridge has for it, with a code
    /// of RFC 9113 §7.
    pub(crate) fn break_off(self, code: u32) {
        if let Stream::Bridge(bridge) = &self {
            bridge.reset.store(u64::from(code) + 1, Ordering::Release);
        }
        if let Some(socket) = self.socket() {
            let _ = socket2::SockRef::from(socket).set_linger(Some(std::time::Duration::ZERO));
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tls(stream) => match Pin::new(stream).poll_read(cx, buf) {
                // Many clients end a TLS connection without saying so; what is told there is the framing's.
                Poll::Ready(Err(e)) if e.kind() == io::ErrorKind::UnexpectedEof => Poll::Ready(Ok(())),
                other => other,
            },
            Stream::Bridge(bridge) => Pin::new(&mut bridge.pipe).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
            Stream::Bridge(bridge) => Pin::new(&mut bridge.pipe).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Bridge(bridge) => Pin::new(&mut bridge.pipe).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Bridge(bridge) => Pin::new(&mut bridge.pipe).poll_shutdown(cx),
        }
    }
}

impl AsyncRead for Prefixed {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if this.first.is_empty() {
            return Pin::new(&mut this.stream).poll_read(cx, buf);
        }
        let taken = this.first.len().min(buf.remaining());
        buf.put_slice(&this.first[..taken]);
        this.first.advance(taken);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Prefixed {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
