//! One origin that can be asked.

use super::{
    Conversation, Failure, Origin, OriginError,
    connect::connect,
    h2::{Found, Line, Lines},
    pool::Pool,
    stream::Stream,
};
use cassettes::model::{FailureKind, HttpVersion};
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
    /// Offers HTTP/1.1 alone.
    tls: Option<TlsConnector>,
    /// Offers HTTP/2 before it.
    tls2: Option<TlsConnector>,
    limits: Limits,
    pub(super) pool: Pool,
    lines: Lines,
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
        let mut connector = |offered: &[&[u8]]| {
            config.alpn_protocols = offered.iter().map(|name| name.to_vec()).collect();
            origin.tls.then(|| TlsConnector::from(Arc::new(config.clone())))
        };
        let (tls, tls2) = (connector(&[b"http/1.1"]), connector(&[b"h2", b"http/1.1"]));
        let authority = origin.authority();
        let (pool, lines) = (Pool::default(), Lines::default());
        Ok(Upstream { origin, authority, tls, tls2, limits, pool, lines, connections })
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
        let (stream, id) = self.connect(self.tls.as_ref()).await?;
        Ok(Conversation::new(client, stream, (id, false), method, self.limits.silence))
    }

    /// As [`Upstream::open`], for a client that speaks that version. One that speaks HTTP/2 gets HTTP/2, on one
    /// connection for all its streams: over TLS where the upstream chooses it, without TLS by prior knowledge
    /// (RFC 9113 §3.2, §3.3).
    pub async fn open_as(
        &self,
        client: u64,
        method: &str,
        version: HttpVersion,
    ) -> Result<Conversation, Failure> {
        if version != HttpVersion::Http2 {
            return self.open(client, method).await;
        }
        let way = self.lines.of(client);
        let mut found = way.lock().await;
        let silence = self.limits.silence;
        if let Found::Line(line) = &*found
            && let Some(bridge) = line.stream().await
        {
            let id = (line.id, true);
            return Ok(Conversation::bridged(client, (bridge, line.tls.clone()), id, method, silence));
        }
        if matches!(*found, Found::Http1) {
            drop(found);
            return self.open(client, method).await;
        }
        let (stream, id) = self.connect(self.tls2.as_ref()).await?;
        if stream.tls().is_some_and(|tls| tls.alpn.as_deref() != Some("h2")) {
            *found = Found::Http1;
            return Ok(Conversation::new(client, stream, (id, false), method, silence));
        }
        let line = Line::begin(stream, id).await?;
        let ended = || Failure::new(FailureKind::Closed, "the connection was closed as it was opened");
        let bridge = line.stream().await.ok_or_else(ended)?;
        let tls = line.tls.clone();
        *found = Found::Line(line);
        Ok(Conversation::bridged(client, (bridge, tls), (id, false), method, silence))
    }

    async fn connect(&self, tls: Option<&TlsConnector>) -> Result<(Stream, u32), Failure> {
        let stream = connect(&self.origin, tls, self.limits.connect).await?;
        Ok((stream, self.connections.fetch_add(1, Ordering::Relaxed) + 1))
    }

    /// A client's connection has ended; those kept for it are closed.
    pub fn forget(&self, client: u64) {
        self.pool.forget(client);
        self.lines.forget(client);
    }
}
