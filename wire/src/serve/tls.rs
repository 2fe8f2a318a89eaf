//! From the first bytes of a client to a connection that carries requests: TLS, if it begins so.

use super::{
    ConnectionFacts,
    link::Link,
    stream::{Prefixed, Stream},
};
use crate::ca::{CaError, Certificates};
use rustls::{ServerConfig, server::Acceptor};
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{io::AsyncWriteExt as _, time::timeout};
use tokio_rustls::LazyConfigAcceptor;

/// How long a handshake may take from its first byte to its last.
const SLOW_HANDSHAKE: Duration = Duration::from_secs(30);

/// The first byte of a TLS connection: a record of the handshake (RFC 8446 §5.1).
const HANDSHAKE: u8 = 0x16;

/// A fatal alert that says so (RFC 8446 §6, RFC 6066 §3).
const UNRECOGNIZED_NAME: [u8; 7] = [0x15, 3, 3, 0, 2, 2, 112];

/// Why a client's TLS came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum TlsRefusal {
    /// Within a tunnel to one host the client asked for the certificate of another.
    #[error("the client asked for a tunnel to {asked} and in it for the certificate of {named}")]
    OtherName {
        /// The host of the tunnel.
        asked: String,
        /// What the handshake names.
        named: String,
    },
    /// The client speaks HTTP without TLS where TLS is spoken.
    #[error("the client speaks no TLS")]
    Plain,
    /// The client broke it off or said no TLS; most often it does not trust the authority.
    #[error("{0}")]
    Handshake(io::Error),
    /// It did not end.
    #[error("the handshake was not over within {} s", SLOW_HANDSHAKE.as_secs())]
    Slow,
    /// There is no certificate for such a host.
    #[error(transparent)]
    Certificate(#[from] CaError),
}

/// For whom a client takes us.
#[derive(Debug, Clone)]
pub(super) enum For {
    /// A listener of our own, reached at that address or by whatever name the client says.
    Us(SocketAddr),
    /// The host of a tunnel, and no other.
    Host(Arc<str>),
}

/// Whether what a client sent first is TLS.
pub(super) fn begins(first: &[u8]) -> bool {
    first.first() == Some(&HANDSHAKE)
}

/// Shakes hands with a client whose first bytes were read already. The link has nothing left to send.
pub(super) async fn accept(link: Link, certificates: &Certificates, whom: &For) -> Result<Link, TlsRefusal> {
    let (stream, facts) = link.into_parts();
    let stream = timeout(SLOW_HANDSHAKE, shake_hands(stream, certificates, whom)).await;
    let stream = stream.map_err(|_| TlsRefusal::Slow)??;
    Ok(Link::new(stream, ConnectionFacts { secure: true, ..facts }))
}

async fn shake_hands(
    stream: Prefixed,
    certificates: &Certificates,
    whom: &For,
) -> Result<Stream, TlsRefusal> {
    let start = LazyConfigAcceptor::new(Acceptor::default(), stream).await.map_err(TlsRefusal::Handshake)?;
    match config(start.client_hello().server_name(), certificates, whom) {
        Ok(config) => {
            let stream = start.into_stream(config).await.map_err(TlsRefusal::Handshake)?;
            Ok(Stream::Tls(Box::new(stream)))
        }
        Err(refusal) => {
            let mut stream = start.io;
            // The refusal is told whatever becomes of the telling.
            let _ = stream.write_all(&UNRECOGNIZED_NAME).await;
            let _ = stream.shutdown().await;
            Err(refusal)
        }
    }
}

fn config(
    named: Option<&str>,
    certificates: &Certificates,
    whom: &For,
) -> Result<Arc<ServerConfig>, TlsRefusal> {
    match whom {
        For::Us(address) => {
            let local = address.ip().to_string();
            let also = ["localhost", "127.0.0.1", "::1", &local];
            Ok(certificates.config(named.unwrap_or(&local), &also)?)
        }
        For::Host(asked) => {
            // A handshake names a host without the dot that makes it absolute (RFC 6066 §3).
            let host = asked.strip_suffix('.').unwrap_or(asked);
            match named.filter(|named| !named.eq_ignore_ascii_case(host)) {
                // Who asks for one and means another would be answered, and recorded, as neither.
                Some(named) => Err(TlsRefusal::OtherName { asked: host.to_owned(), named: named.to_owned() }),
                None => Ok(certificates.config(host, &[])?),
            }
        }
    }
}
