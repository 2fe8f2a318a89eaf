//! Accepting connections, and ending them together.

use super::{Call, ConnectionFacts, connection, link::Link};
use crate::head::HeadError;
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
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
}

/// Answers requests.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request with what it sends on the call. Calls on one connection come one after another.
    fn handle(&self, call: &mut Call<'_>) -> impl Future<Output = Flow> + Send;

    /// A connection was accepted.
    fn opened(&self, _facts: &ConnectionFacts) {}

    /// A connection ends; its facts tell how many requests it carried.
    fn closed(&self, _facts: &ConnectionFacts) {}

    /// Something came that was no request; it is answered with 400 and the connection is closed.
    fn malformed(&self, _facts: &ConnectionFacts, _error: &HeadError) {}
}

/// A bound socket that accepts connections.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

impl Listener {
    /// Binds; port 0 takes a free one.
    pub async fn bind(address: SocketAddr) -> io::Result<Listener> {
        let socket = TcpListener::bind(address).await?;
        let address = socket.local_addr()?;
        Ok(Listener { socket, address })
    }

    /// Where it listens, with the port that was taken.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` holds true. Then nothing more is accepted, idle connections end, and running calls
    /// have five seconds to finish.
    pub async fn run<H: Handler>(self, handler: Arc<H>, stop: watch::Receiver<bool>) {
        let mut connections = JoinSet::new();
        let mut count = 0;
        let mut stopping = std::pin::pin!(stopped(stop.clone()));
        loop {
            tokio::select! {
                accepted = self.socket.accept() => match accepted {
                    Ok((stream, peer)) => {
                        count += 1;
                        let (handler, stop) = (Arc::clone(&handler), stop.clone());
                        let link = Link::new(stream, count, peer);
                        connections.spawn(async move { connection::run(link, &*handler, stop).await });
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

/// Resolves when told to stop; never if nobody is left who could tell.
pub(super) async fn stopped(mut stop: watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}
