//! What the replay tells the journal's thread: little, and without formatting anything.

use crate::refusal::Miss;
use crate::session::Taken;
use cassettes::model::Request;
use std::time::Instant;
use wire::serve::ConnectionFacts;

/// Something that happened.
#[derive(Debug)]
pub(crate) enum Event {
    /// A request was served.
    Served(Record),
    /// A connection ended.
    Closed { facts: ConnectionFacts, at: Instant },
    /// The replay is over.
    Over,
}

/// A request that was served.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) facts: ConnectionFacts,
    /// None for the default one.
    pub(crate) session: Option<Box<str>>,
    pub(crate) matched: Matched,
    pub(crate) end: Instant,
    pub(crate) written: u64,
    pub(crate) gave_up: bool,
}

/// What was asked, and what matched it.
#[derive(Debug)]
pub(crate) enum Matched {
    /// The recorded request itself, byte for byte: only its head has to be told.
    Exactly { taken: Taken, head: Box<[u8]> },
    /// Another spelling of a recorded request; cleaned.
    Alike { taken: Taken, asked: Box<Request> },
    /// A WebSocket, and where the client said something else than was recorded.
    Socket { taken: Taken, asked: Box<Request>, miss: Option<Box<Miss>> },
    /// None; cleaned.
    Missed { miss: Box<Miss>, status: u16, asked: Box<Request> },
}
