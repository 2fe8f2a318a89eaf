//! Whether the client is still there to be answered.

use std::time::Instant;

/// Whether the client is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    Here,
    /// It sends no more: it has left, or it has closed its sending side alone and waits. The moment is when it
    /// was last known to take what it is sent.
    Ended(Instant),
    /// It takes nothing any more, since that moment.
    Gone(Instant),
}

impl Client {
    /// It took what it was sent, or it did not.
    pub(super) fn flushed(&mut self, taken: bool) {
        *self = match *self {
            Client::Gone(since) => Client::Gone(since),
            _ if !taken => Client::Gone(Instant::now()),
            Client::Ended(_) => Client::Ended(Instant::now()),
            Client::Here => Client::Here,
        };
    }

    pub(super) fn is_here(self) -> bool {
        self == Client::Here
    }

    pub(super) fn is_gone(self) -> bool {
        matches!(self, Client::Gone(_))
    }

    /// From when on nobody seems to be there.
    pub(super) fn since(self) -> Option<Instant> {
        match self {
            Client::Here => None,
            Client::Ended(since) | Client::Gone(since) => Some(since),
        }
    }
}
