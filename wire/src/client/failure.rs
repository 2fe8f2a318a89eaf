//! How an upstream failed to reply, told apart.

use super::h2::Broken;
use bytes::Bytes;
use cassettes::model::FailureKind;
use std::{io, time::Instant};

/// How an upstream failed to reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// How.
    pub kind: FailureKind,
    /// What the system said, as a lower-case fragment.
    pub message: String,
    /// When it was known.
    pub at: Instant,
    /// What had come of something that never became whole: a head, nonsense, the framing of a piece.
    pub rest: Bytes,
}

impl Failure {
    pub(super) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Failure { kind, message: message.into(), at: Instant::now(), rest: Bytes::new() }
    }

    /// From what the system said while bytes were read or written.
    pub(super) fn of(error: &io::Error) -> Self {
        if let Some(broken) = error.get_ref().and_then(|inner| inner.downcast_ref::<Broken>()) {
            return Failure::new(broken.kind, broken.message.clone());
        }
        use io::ErrorKind as E;
        let kind = match error.kind() {
            E::ConnectionReset | E::ConnectionAborted | E::BrokenPipe => FailureKind::Reset,
            E::TimedOut => FailureKind::Timeout,
            E::UnexpectedEof => FailureKind::Truncated,
            E::InvalidData => FailureKind::Tls,
            _ => FailureKind::Closed,
        };
        Failure::new(kind, plainly(error))
    }
}

/// What the system said, and what an alert means that comes of what no client here has (RFC 8446 §4.4.2.4).
pub(super) fn plainly(error: &io::Error) -> String {
    let said = error.to_string();
    if said.ends_with("CertificateRequired") {
        return format!("{said}: the upstream wants a certificate of its client, and there is none to show");
    }
    said
}
