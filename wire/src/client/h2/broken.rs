//! How a stream of HTTP/2 can fail, in the terms of failures.

use crate::{
    client::failure::plainly,
    h2::{RESET, limits, named},
};
use cassettes::model::FailureKind;
use h2::{Error, Reason};
use std::io;

/// How the message of a connection's last word begins.
const GOAWAY: &str = "the connection was ended by GOAWAY with ";

/// How a stream failed. It crosses the bridge as the error with which its bytes end.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub(in crate::client) struct Broken {
    pub(in crate::client) kind: FailureKind,
    pub(in crate::client) message: String,
    /// The connection ended with the stream.
    pub(in crate::client) connection: bool,
}

impl Broken {
    /// `begun`: the head of the answer had come.
    pub(super) fn of(error: &Error, begun: bool) -> Broken {
        let ended = if begun { FailureKind::Truncated } else { FailureKind::Closed };
        let code = error.reason().map(named).unwrap_or_default();
        let broken = |kind, message, connection| Broken { kind, message, connection };
        if error.is_reset() && error.is_remote() {
            return broken(FailureKind::Reset, format!("{RESET}{code}"), false);
        }
        if error.is_go_away() && error.is_remote() {
            return broken(ended, format!("{GOAWAY}{code}"), true);
        }
        if error.is_library() {
            // The library tells both by one code.
            let long = match error.reason() {
                Some(Reason::PROTOCOL_ERROR) if error.is_reset() => {
                    format!(", or its fields are longer than {} bytes", limits::ANSWER_FIELDS)
                }
                _ => String::new(),
            };
            let message = format!("what came breaks HTTP/2{long}: {code}");
            return broken(FailureKind::Protocol, message, error.is_go_away());
        }
        match error.get_io().map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted) => {
                broken(FailureKind::Reset, "the connection was reset".into(), true)
            }
            // An alert; of a certificate that the client lacks it comes only now.
            Some(io::ErrorKind::InvalidData) => {
                broken(FailureKind::Tls, error.get_io().map(plainly).unwrap_or_default(), true)
            }
            Some(_) => broken(ended, "the connection was closed before the end of the answer".into(), true),
            None => broken(FailureKind::Protocol, error.to_string(), false),
        }
    }

    /// In the light of how the connection ended: a stream is told of a GOAWAY only if it stands above the last
    /// one that was served.
    pub(super) fn explain(&mut self, end: Option<&Broken>) {
        if let Some(end) = end.filter(|end| end.message.starts_with(GOAWAY)) {
            self.message.clone_from(&end.message);
        }
    }

    /// What cannot be asked over HTTP/2.
    pub(super) fn unaskable(what: impl Into<String>) -> Broken {
        Broken { kind: FailureKind::Protocol, message: what.into(), connection: false }
    }
}
