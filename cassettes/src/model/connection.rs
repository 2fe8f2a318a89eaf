//! Facts about the connection that carried an exchange.

/// The protocol version spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum HttpVersion {
    /// HTTP/1.0
    Http10,
    /// HTTP/1.1
    #[default]
    Http11,
    /// HTTP/2
    Http2,
}

impl HttpVersion {
    /// As cassettes spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            HttpVersion::Http10 => "1.0",
            HttpVersion::Http11 => "1.1",
            HttpVersion::Http2 => "2",
        }
    }

    /// The inverse of [`HttpVersion::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [HttpVersion::Http10, HttpVersion::Http11, HttpVersion::Http2]
            .into_iter()
            .find(|v| v.as_str() == text)
    }
}

/// Who ended a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The one that asked.
    Client,
    /// The one that answered.
    Upstream,
}

/// What was agreed in the TLS handshake with the upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// For example `TLSv1.3`.
    pub version: String,
    /// The application protocol agreed (ALPN), if any.
    pub alpn: Option<String>,
}

/// The connection to the upstream that an exchange used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Connection {
    /// Counted from one within a recording; 0 where none was made.
    pub id: u32,
    /// Whether an earlier exchange had used it.
    pub reused: bool,
    /// Set when the exchange ended with the connection.
    pub closed_by: Option<Side>,
    /// Set for `https` upstreams.
    pub tls: Option<Tls>,
}
