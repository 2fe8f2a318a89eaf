//! What the replay tells the journal's thread: little, and without formatting anything.

use super::Notice;
use crate::refusal::Miss;
use crate::session::Taken;
use crate::tape::Tape;
use cassettes::journal::Clocked;
use cassettes::model::{HttpVersion, Request};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Instant;
use wire::serve::ConnectionFacts;

/// Something that happened.
#[derive(Debug)]
pub(crate) enum Event {
    /// A request was served.
    Served(Record),
    /// A connection ended.
    Closed { facts: ConnectionFacts, at: Instant },
    /// Something for those who watch.
    Noticed { notice: Notice, at: Instant },
    /// Somebody waits until everything told before is written.
    Settle(SyncSender<()>),
    /// The replay is over.
    Over,
}

/// A request that was served.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) facts: ConnectionFacts,
    pub(crate) version: HttpVersion,
    /// None for the default one.
    pub(crate) session: Option<Box<str>>,
    /// None for the tape that the journal was begun with.
    pub(crate) tape: Option<Arc<Tape>>,
    pub(crate) matched: Matched,
    /// When the first byte of the answer was handed to the connection, where that is not its end as well.
    pub(crate) first: Option<Instant>,
    pub(crate) end: Instant,
    pub(crate) written: u64,
    pub(crate) gave_up: bool,
    /// What few answers have.
    pub(crate) remarks: Option<Box<Remarks>>,
}

impl Record {
    /// Of a request that is over now, in the default session of the tape that the journal was begun with.
    pub(crate) fn of(facts: ConnectionFacts, matched: Matched) -> Self {
        Record {
            facts,
            version: HttpVersion::Http11,
            session: None,
            tape: None,
            matched,
            first: None,
            end: Instant::now(),
            written: 0,
            gave_up: false,
            remarks: None,
        }
    }
}

/// What is to be said of few answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Remarks {
    /// The declarations that let the request pass, in words.
    pub(crate) loosened: Vec<String>,
    /// The declared fault that was shown.
    pub(crate) fault: Option<String>,
    /// The status given or the failure shown, where it is not the recorded one.
    pub(crate) answer: Option<String>,
    /// How fast its session's answers come, where that is not what the journal's opening says.
    pub(crate) speed: Option<String>,
    /// What its session's clock made of the answer.
    pub(crate) clock: Option<Clocked>,
    /// It was under way when the replay ended.
    pub(crate) waiting: bool,
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
    /// The request never came whole: what was expected, and what came. Cleaned, as far as it could be read;
    /// no status if nothing was answered.
    Broken { error: String, status: Option<u16>, asked: Option<Box<Request>> },
}
