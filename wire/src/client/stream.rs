//! A connection to an upstream, with or without TLS, or one stream of a connection that carries many.

use super::h2::Bridge;
use cassettes::model::Tls;
use std::{
    io,
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    Bridge(Bridge),
}

impl Stream {
    /// What was agreed in the handshake.
    pub(super) fn tls(&self) -> Option<Tls> {
        let Stream::Tls(stream) = self else { return None };
        let session = stream.get_ref().1;
        let version = session.protocol_version().and_then(|v| v.as_str().map(|v| v.replace('_', ".")));
        let alpn = session.alpn_protocol().map(|p| String::from_utf8_lossy(p).into_owned());
        Some(Tls { version: version.unwrap_or_default(), alpn })
    }

    /// Whether an idle connection can carry a request: nothing must have come, neither an end nor a byte.
    pub(super) fn is_quiet(&self) -> bool {
        let socket = match self {
            Stream::Plain(stream) => stream,
            Stream::Tls(stream) => stream.get_ref().0,
            // Each carries one question.
            Stream::Bridge(_) => return false,
        };
        let mut byte = [MaybeUninit::uninit(); 1];
        let peeked = socket2::SockRef::from(socket).peek(&mut byte);
        matches!(peeked, Err(e) if e.kind() == io::ErrorKind::WouldBlock)
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
            Stream::Bridge(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
            Stream::Bridge(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Bridge(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Bridge(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
