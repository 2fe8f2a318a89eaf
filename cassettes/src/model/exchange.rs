//! One request and what came of it.

use super::{Blob, Connection, Redaction, Request, Response, Timestamp, Timing, TokenFacts};
use std::fmt;

/// An exchange's number within its cassette, counted from one. Written `billing.yaml#3` in reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExchangeId(pub u32);

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// How an answer failed to be a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureKind {
    /// The name did not resolve.
    Unresolved,
    /// Nobody listens there.
    Refused,
    /// The TLS handshake failed.
    Tls,
    /// The connection was reset (RST).
    Reset,
    /// The connection was closed before any byte of an answer.
    Closed,
    /// The connection was closed in the middle of an answer.
    Truncated,
    /// No answer, or no more of it, within the time allowed.
    Timeout,
    /// What came was not HTTP.
    Protocol,
}

impl FailureKind {
    /// Every kind there is.
    pub const ALL: [FailureKind; 8] = [
        FailureKind::Unresolved,
        FailureKind::Refused,
        FailureKind::Tls,
        FailureKind::Reset,
        FailureKind::Closed,
        FailureKind::Truncated,
        FailureKind::Timeout,
        FailureKind::Protocol,
    ];

    /// As cassettes spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            FailureKind::Unresolved => "unresolved",
            FailureKind::Refused => "refused",
            FailureKind::Tls => "tls",
            FailureKind::Reset => "reset",
            FailureKind::Closed => "closed",
            FailureKind::Truncated => "truncated",
            FailureKind::Timeout => "timeout",
            FailureKind::Protocol => "protocol",
        }
    }

    /// The inverse of [`FailureKind::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An answer that never became a whole reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportFailure {
    /// How it failed.
    pub kind: FailureKind,
    /// What the system said, as a lower-case fragment.
    pub message: String,
    /// What came before the failure, if its head was whole.
    pub partial: Option<Box<Response>>,
}

/// A reply, or a transport failure. A 500 is a reply; a reset is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The other side replied.
    Reply(Response),
    /// It did not, or not to the end.
    Failed(TransportFailure),
}

impl Exchange {
    /// The bodies that stay in their blobs.
    pub fn blobs(&self) -> impl Iterator<Item = &Blob> {
        let reply = self.answer.head().and_then(|reply| reply.blob.as_deref());
        self.request.blob.as_deref().into_iter().chain(reply)
    }
}

impl Answer {
    /// The reply, if it is one.
    pub fn reply(&self) -> Option<&Response> {
        match self {
            Answer::Reply(response) => Some(response),
            Answer::Failed(_) => None,
        }
    }

    /// The reply, or what came of one before it failed.
    pub fn head(&self) -> Option<&Response> {
        match self {
            Answer::Reply(response) => Some(response),
            Answer::Failed(failure) => failure.partial.as_deref(),
        }
    }

    /// As [`Answer::head`], for changing it.
    pub fn head_mut(&mut self) -> Option<&mut Response> {
        match self {
            Answer::Reply(response) => Some(response),
            Answer::Failed(failure) => failure.partial.as_deref_mut(),
        }
    }

    /// `404`, or `reset`.
    pub fn label(&self) -> String {
        match self {
            Answer::Reply(response) => response.status.to_string(),
            Answer::Failed(failure) => failure.kind.to_string(),
        }
    }
}

/// One request and what came of it, with the facts around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// Its number in the cassette, in the order in which requests began.
    pub id: ExchangeId,
    /// When the request began.
    pub at: Timestamp,
    /// The base URL it was asked of, without a trailing slash.
    pub upstream: String,
    /// What was asked.
    pub request: Request,
    /// What came of it.
    pub answer: Answer,
    /// When it came.
    pub timing: Timing,
    /// What carried it.
    pub connection: Connection,
    /// What was taken out before it was saved, sorted by place.
    pub redactions: Vec<Redaction>,
    /// What is known of the tokens that were taken out.
    pub tokens: Vec<TokenFacts>,
    /// Someone changed it by hand since it was recorded: its bytes no longer have the recorded digest.
    /// It still replays, but it is no evidence of what the real side does.
    pub edited: bool,
}

impl Exchange {
    /// An exchange of which only the request matters: nothing has come of it.
    pub fn alone(request: Request) -> Self {
        let failure = TransportFailure { kind: FailureKind::Closed, message: String::new(), partial: None };
        Exchange {
            id: ExchangeId(0),
            at: Timestamp(0),
            upstream: String::new(),
            request,
            answer: Answer::Failed(failure),
            timing: Timing::default(),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        }
    }
}
