//! The HTTP client that asks: everything it would do by itself is off.

use std::time::Duration;
use wire::client::{OriginError, TlsError, client_config};

/// How long is waited for a live server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveLimits {
    /// For a connection.
    pub connect: Duration,
    /// For the next byte of an answer.
    pub silence: Duration,
    /// For a whole answer.
    pub whole: Duration,
}

impl Default for LiveLimits {
    /// Ten seconds for a connection, thirty for a byte, five minutes for a whole answer.
    fn default() -> Self {
        LiveLimits {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            whole: Duration::from_secs(300),
        }
    }
}

/// Why a live server cannot be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// Its base URL is none.
    #[error(transparent)]
    Url(#[from] OriginError),
    /// The extra certificates cannot be read.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The HTTP library refuses its settings.
    #[error("cannot set up the HTTP client: {0}")]
    Client(String),
}

/// A client that follows no redirect, repeats nothing, uses no proxy, decodes nothing and tells nobody where
/// it came from.
pub(super) fn build(extra: Option<&[u8]>, limits: LiveLimits) -> Result<reqwest::Client, LiveError> {
    reqwest::Client::builder()
        // Set up by ourselves: the library's own set-up fails on a machine without any certificate, even
        // when only plain HTTP is asked.
        .tls_backend_preconfigured(client_config(extra)?)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        .http1_only()
        .http1_max_headers(wire::head::MAX_FIELDS)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .connect_timeout(limits.connect)
        .read_timeout(limits.silence)
        .timeout(limits.whole)
        // Below the shortest common limit of servers: see the recording side's pool.
        .pool_idle_timeout(Duration::from_secs(4))
        .build()
        .map_err(|e| LiveError::Client(innermost(&e)))
}

/// What the last error in a chain says.
pub(super) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(source) = last.source() {
        last = source;
    }
    last.to_string()
}
