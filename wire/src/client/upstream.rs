//! One origin that can be asked.

use super::{Conversation, Failure, Origin, OriginError, connect::connect, pool::Pool};
use rustls::ClientConfig;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio_rustls::TlsConnector;

/// How long is waited for an upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For a connection, name and handshake included.
    pub connect: Duration,
    /// For the next byte of an answer, counted from the last one sent or received.
    pub silence: Duration,
}

impl Default for Limits {
    /// Thirty seconds for a connection, five minutes for a byte.
    fn default() -> Self {
        Limits { connect: Duration::from_secs(30), silence: Duration::from_secs(300) }
    }
}

/// One origin and its idle connections.
pub struct Upstream {
    origin: Origin,
    authority: String,
    tls: Option<TlsConnector>,
    limits: Limits,
    pub(super) pool: Pool,
    connections: Arc<AtomicU32>,
}

impl Upstream {
    /// For a base URL. `config` says whom to believe and is used for `https` alone, see
    /// [`client_config`](super::client_config). `connections` counts the connections of all upstreams that
    /// share it.
    pub fn with_tls(
        url: &str,
        limits: Limits,
        mut config: ClientConfig,
        connections: Arc<AtomicU32>,
    ) -> Result<Upstream, OriginError> {
        let origin = Origin::parse(url)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let tls = origin.tls.then(|| TlsConnector::from(Arc::new(config)));
        let authority = origin.authority();
        Ok(Upstream { origin, authority, tls, limits, pool: Pool::default(), connections })
    }

    /// Whom it asks.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What the Host field says.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// How long it waits.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// A connection to ask one question with that method, on behalf of a client's connection: the one that
    /// it used before, if that is still open, or a new one.
    pub async fn open(&self, client: u64, method: &str) -> Result<Conversation, Failure> {
        if let Some(idle) = self.pool.take(client) {
            return Ok(Conversation::new(client, idle.stream, (idle.id, true), method, self.limits.silence));
        }
        let stream = connect(&self.origin, self.tls.as_ref(), self.limits.connect).await?;
        let id = self.connections.fetch_add(1, Ordering::Relaxed) + 1;
        Ok(Conversation::new(client, stream, (id, false), method, self.limits.silence))
    }

    /// A client's connection has ended; the one kept for it is closed.
    pub fn forget(&self, client: u64) {
        self.pool.forget(client);
    }
}
