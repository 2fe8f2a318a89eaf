//! What the HTTP library's errors mean, told from the chain of their causes.

use super::client::innermost;
use cassettes::model::{FailureKind, Response, TransportFailure};
use std::{error::Error, io};

/// The failure behind an error; `partial` is what had come of the answer.
pub(super) fn of(error: &reqwest::Error, partial: Option<Response>) -> TransportFailure {
    let begun = partial.is_some();
    let kind = chain(error).find_map(|cause| kind_of(cause, begun)).unwrap_or(match begun {
        true => FailureKind::Truncated,
        false => FailureKind::Closed,
    });
    // Whoever accepts a connection and ends it before anything was asked breaks off the handshake.
    let shaking = error.is_connect() && matches!(kind, FailureKind::Reset | FailureKind::Closed);
    let kind = if shaking { FailureKind::Tls } else { kind };
    TransportFailure { kind, message: innermost(error), partial: partial.map(Box::new) }
}

/// The most specific cause comes first.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    let mut causes: Vec<&'e (dyn Error + 'static)> = Vec::new();
    let mut next = Some(error);
    while let Some(cause) = next {
        causes.push(cause);
        // An I/O error may hold another one without naming it as its source.
        let held = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = held.map(|held| held as &(dyn Error + 'static)).or_else(|| cause.source());
    }
    causes.into_iter().rev()
}

fn kind_of(cause: &(dyn Error + 'static), begun: bool) -> Option<FailureKind> {
    if cause.downcast_ref::<rustls::Error>().is_some() {
        return Some(FailureKind::Tls);
    }
    if let Some(error) = cause.downcast_ref::<io::Error>() {
        use io::ErrorKind as E;
        return match error.kind() {
            E::ConnectionRefused | E::HostUnreachable | E::NetworkUnreachable | E::AddrNotAvailable => {
                Some(FailureKind::Refused)
            }
            E::ConnectionReset | E::ConnectionAborted | E::BrokenPipe => Some(FailureKind::Reset),
            E::TimedOut => Some(FailureKind::Timeout),
            E::UnexpectedEof if begun => Some(FailureKind::Truncated),
            E::InvalidInput | E::InvalidData if begun => Some(FailureKind::Protocol),
            _ => None,
        };
    }
    if let Some(error) = cause.downcast_ref::<hyper::Error>() {
        return match () {
            () if error.is_parse() => Some(FailureKind::Protocol),
            () if error.is_timeout() => Some(FailureKind::Timeout),
            () if error.is_incomplete_message() && begun => Some(FailureKind::Truncated),
            () if error.is_incomplete_message() || error.is_closed() => Some(FailureKind::Closed),
            () => None,
        };
    }
    if let Some(error) = cause.downcast_ref::<reqwest::Error>() {
        return error.is_timeout().then_some(FailureKind::Timeout);
    }
    // The resolver's error has no public type; its text is stable.
    cause.to_string().starts_with("dns error").then_some(FailureKind::Unresolved)
}
