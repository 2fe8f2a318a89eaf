//! From a name to a connection, each way it can fail told apart.

use super::{Failure, Origin, stream::Stream};
use cassettes::model::FailureKind;
use rustls::pki_types::ServerName;
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::TlsConnector;

/// Resolves, connects to the first address that accepts, and shakes hands; all within `limit`.
pub(super) async fn connect(
    origin: &Origin,
    tls: Option<&TlsConnector>,
    limit: Duration,
) -> Result<Stream, Failure> {
    let connected = async {
        let stream = reach(origin, limit).await?;
        let _ = stream.set_nodelay(true);
        match tls {
            None => Ok(Stream::Plain(stream)),
            Some(connector) => shake_hands(origin, connector, stream).await,
        }
    };
    let late = |_| {
        let seconds = limit.as_secs_f64();
        Failure::new(
            FailureKind::Timeout,
            format!("no connection to {} within {seconds} s", origin.authority()),
        )
    };
    timeout(limit, connected).await.map_err(late)?
}

async fn reach(origin: &Origin, limit: Duration) -> Result<TcpStream, Failure> {
    let unresolved =
        |why: String| Failure::new(FailureKind::Unresolved, format!("cannot resolve {}: {why}", origin.host));
    let found = lookup_host((origin.host.as_str(), origin.port)).await;
    let addresses: Vec<SocketAddr> = found.map_err(|e| unresolved(e.to_string()))?.collect();
    // One address that swallows everything must not use up the time of the others.
    let share = limit / addresses.len().max(1) as u32;
    let mut last = None;
    for address in addresses {
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = Some((address, error)),
            Err(_) => last = Some((address, io::ErrorKind::TimedOut.into())),
        }
    }
    let Some((address, error)) = last else { return Err(unresolved("it has no address".into())) };
    let kind = match error.kind() {
        io::ErrorKind::TimedOut => FailureKind::Timeout,
        io::ErrorKind::ConnectionReset => FailureKind::Reset,
        _ => FailureKind::Refused,
    };
    Err(Failure::new(kind, format!("cannot connect to {address}: {error}")))
}

async fn shake_hands(
    origin: &Origin,
    connector: &TlsConnector,
    stream: TcpStream,
) -> Result<Stream, Failure> {
    let failed =
        |why: String| Failure::new(FailureKind::Tls, format!("no TLS with {}: {why}", origin.authority()));
    let name = ServerName::try_from(origin.host.clone()).map_err(|e| failed(e.to_string()))?;
    let stream = connector.connect(name, stream).await.map_err(|e| failed(e.to_string()))?;
    Ok(Stream::Tls(Box::new(stream)))
}
