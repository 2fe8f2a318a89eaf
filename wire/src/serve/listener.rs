//! Accepting connections, and ending them together.

use super::{
    Call, ConnectionFacts,
    connection::{self, Service},
    link::Link,
    stream::Stream,
    tls::TlsRefusal,
};
use crate::{ca::Certificates, head::HeadError};
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};

/// How long running calls may take to finish once the listener was told to stop.
const FAREWELL: Duration = Duration::from_secs(5);

/// What becomes of the connection after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// It carries the next request, unless the client asked for its end or its body was not read.
    KeepAlive,
    /// What was sent leaves, then the connection is closed (FIN).
    Close,
    /// What was sent leaves, then the connection is reset (RST).
    Reset,
    /// After a 2xx to CONNECT was sent: the connection goes on as one to the authority that was asked for,
    /// over TLS with a certificate of ours if the client begins so, and its requests come to the same handler.
    Intercept,
}

/// Answers requests.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request with what it sends on the call. Calls on one connection come one after another.
    fn handle(&self, call: &mut Call<'_>) -> impl Future<Output = Flow> + Send;

    /// A connection was accepted.
    fn opened(&self, _facts: &ConnectionFacts) {}

    /// A connection ends; its facts tell how many requests it carried.
    fn closed(&self, _facts: &ConnectionFacts) {}

    /// A client began TLS with us and it came to nothing; its connection is over.
    fn unshaken(&self, _facts: &ConnectionFacts, _refusal: &TlsRefusal) {}

    /// Something came that was no request, or not all of one: `seen`, and whatever was not read yet. If the error
    /// is one that is answered, the client is told with 400. The connection is closed.
    fn malformed(&self, _facts: &ConnectionFacts, _error: &HeadError, _seen: &[u8]) {}
}

/// A bound socket that accepts connections.
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    tls: Option<Arc<Tls>>,
    count: Arc<AtomicU64>,
}

/// With which certificates a listener speaks TLS.
pub(super) struct Tls {
    pub(super) certificates: Arc<Certificates>,
    /// From the first byte on, as the server at that address; none: only within tunnels.
    pub(super) own: Option<SocketAddr>,
}

impl Listener {
    /// Binds; port 0 takes a free one.
    pub async fn bind(address: SocketAddr) -> io::Result<Listener> {
        let socket = TcpListener::bind(address).await?;
        let address = socket.local_addr()?;
        Ok(Listener { socket, address, tls: None, count: Arc::default() })
    }

    /// Numbers its connections on from this count, which other listeners may share: each number is given once.
    #[must_use]
    pub fn counted(mut self, count: Arc<AtomicU64>) -> Listener {
        self.count = count;
        self
    }

    /// Speaks TLS from the first byte on, and within tunnels.
    #[must_use]
    pub fn secure(mut self, certificates: Arc<Certificates>) -> Listener {
        self.tls = Some(Arc::new(Tls { certificates, own: Some(self.address) }));
        self
    }

    /// Speaks TLS within tunnels alone, see [`Flow::Intercept`].
    #[must_use]
    pub fn intercepting(mut self, certificates: Arc<Certificates>) -> Listener {
        self.tls = Some(Arc::new(Tls { certificates, own: None }));
        self
    }

    /// Where it listens, with the port that was taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` holds true. Then nothing more is accepted, idle connections end, and running calls
    /// have five seconds to finish.
    pub async fn run<H: Handler>(self, handler: Arc<H>, stop: watch::Receiver<bool>) {
        let mut connections = JoinSet::new();
        let mut stopping = std::pin::pin!(stopped(stop.clone()));
        let service = Service { handler, stop, tls: self.tls };
        loop {
            tokio::select! {
                accepted = self.socket.accept() => match accepted {
                    Ok((stream, peer)) => {
                        let number = self.count.fetch_add(1, Ordering::Relaxed) + 1;
                        // Answers are flushed whole: waiting for more to fill a packet would only delay them.
                        let _ = stream.set_nodelay(true);
                        let link = Link::new(Stream::Plain(stream), ConnectionFacts::new(number, peer));
                        let service = service.clone();
                        connections.spawn(async move { connection::begin(link, &service).await });
                    }
                    // Out of descriptors, or the client left while it waited: neither ends the listener.
                    Err(_) => sleep(Duration::from_millis(20)).await,
                },
                // Ended connections are let go of as they end.
                Some(_) = connections.join_next(), if !connections.is_empty() => {}
                () = &mut stopping => break,
            }
        }
        drop(self.socket);
        let _ = timeout(FAREWELL, async { while connections.join_next().await.is_some() {} }).await;
        connections.shutdown().await;
    }
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Listener({})", self.address)
    }
}

/// Resolves when told to stop; never if nobody is left who could tell.
pub(super) async fn stopped(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}
