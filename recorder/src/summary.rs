//! What a recording holds, in numbers.

use crate::Unsaved;
use cassettes::model::{Answer, ExchangeId, Response, TransportFailure};
use std::collections::BTreeMap;
use wire::client::Origin;

/// What a recording holds, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Exchanges that were kept.
    pub exchanges: u32,
    /// How many of them are transport failures.
    pub failures: u32,
    /// Answers in which something was led back to the recorder for the client.
    pub led_back: u32,
    /// Requests that were answered out of the cassette.
    pub known: u32,
    /// Requests that the cassette did not know although it alone was asked: method and path.
    pub missed: Vec<String>,
    /// Requests whose client left, or broke off, before they were whole; nothing was answered or kept.
    pub unfinished: u32,
    /// Requests of which no answer had come when the recorder was stopped; nothing of them is kept.
    pub stopped: u32,
    /// Requests that the recorder itself refused: method, path and why.
    pub refused: Vec<String>,
    /// Hosts that were asked for through a forward proxy and are not recorded, with their port.
    pub others: BTreeMap<String, Other>,
    /// TLS that clients began with us and that came to nothing, and how often: for whom, and why.
    pub unshaken: BTreeMap<String, u32>,
    /// Exchanges that could not be kept.
    pub unsaved: Vec<Unsaved>,
}

/// A host that was asked for and is not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Other {
    /// How often that was refused.
    pub refused: u32,
    /// How often it passed.
    pub passed: u32,
}

/// The count of a thing; what is told of at most a thousand is enough for anybody.
fn slot<T: Default>(counts: &mut BTreeMap<String, T>, of: String) -> Option<&mut T> {
    (counts.len() < 1000 || counts.contains_key(&of)).then(|| counts.entry(of).or_default())
}

/// What the account keeps of an answer: little, for a recorder may run for days.
#[derive(Debug, Clone)]
pub(crate) enum Kept {
    Status(u16),
    Failed(Box<TransportFailure>),
}

impl Kept {
    pub(crate) fn of(answer: &Answer) -> Kept {
        match answer {
            Answer::Reply(reply) => Kept::Status(reply.status),
            Answer::Failed(failure) => {
                let (kind, message) = (failure.kind, failure.message.clone());
                Kept::Failed(Box::new(TransportFailure { kind, message, partial: None }))
            }
        }
    }

    /// The answer without its fields and its body.
    pub(crate) fn answer(&self) -> Answer {
        match self {
            Kept::Status(status) => Answer::Reply(Response { status: *status, ..Response::default() }),
            Kept::Failed(failure) => Answer::Failed((**failure).clone()),
        }
    }
}

/// The running account.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) kept: Vec<(ExchangeId, Kept)>,
    pub(crate) unsaved: Vec<Unsaved>,
    pub(crate) led_back: u32,
    pub(crate) known: u32,
    pub(crate) missed: Vec<String>,
    pub(crate) unfinished: u32,
    pub(crate) stopped: u32,
    pub(crate) refused: Vec<String>,
    pub(crate) others: BTreeMap<String, Other>,
    pub(crate) unshaken: BTreeMap<String, u32>,
}

impl Book {
    /// A host that is not recorded was asked for.
    pub(crate) fn other(&mut self, host: &Origin, passed: bool) {
        let Some(other) = slot(&mut self.others, format!("{}:{}", host.host, host.port)) else { return };
        *(if passed { &mut other.passed } else { &mut other.refused }) += 1;
    }

    /// A client's TLS with us came to nothing.
    pub(crate) fn unshaken(&mut self, what: String) {
        if let Some(count) = slot(&mut self.unshaken, what) {
            *count += 1;
        }
    }

    pub(crate) fn summary(&self) -> Summary {
        let failures = self.kept.iter().filter(|(_, kept)| matches!(kept, Kept::Failed(_))).count();
        Summary {
            exchanges: self.kept.len() as u32,
            failures: failures as u32,
            led_back: self.led_back,
            known: self.known,
            missed: self.missed.clone(),
            unfinished: self.unfinished,
            stopped: self.stopped,
            refused: self.refused.clone(),
            others: self.others.clone(),
            unshaken: self.unshaken.clone(),
            unsaved: self.unsaved.clone(),
        }
    }
}
