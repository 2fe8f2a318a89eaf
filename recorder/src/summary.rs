//! What a recording holds, in numbers.

use crate::Unsaved;
use cassettes::{
    model::{Answer, Connection, Exchange, Request, Response, Timing},
    operation::{Operation, Operations},
};
use std::collections::BTreeMap;
use wire::client::Origin;

/// One operation's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The base URL it was asked of.
    pub upstream: String,
    /// What was asked.
    pub operation: Operation,
    /// How often each answer came: `200`, `404`, `reset`.
    pub answers: BTreeMap<String, u32>,
}

/// What a recording holds, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// By upstream and operation.
    pub lines: Vec<Line>,
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

/// The running account.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) lines: Vec<Exchange>,
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
    /// What the account keeps of a cleaned exchange: no body and no field.
    pub(crate) fn line(exchange: &Exchange) -> Exchange {
        let request = Request::new(exchange.request.method.clone(), exchange.request.target.clone());
        let answer = match &exchange.answer {
            Answer::Reply(reply) => Answer::Reply(Response { status: reply.status, ..Response::default() }),
            Answer::Failed(failure) => {
                let mut failure = failure.clone();
                failure.partial = None;
                Answer::Failed(failure)
            }
        };
        Exchange {
            id: exchange.id,
            at: exchange.at,
            upstream: exchange.upstream.clone(),
            request,
            answer,
            timing: Timing::default(),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        }
    }

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
        let operations = Operations::learn(&self.lines);
        let mut counted: BTreeMap<(String, Operation), BTreeMap<String, u32>> = BTreeMap::new();
        for exchange in &self.lines {
            let key = (exchange.upstream.clone(), operations.of(&exchange.request));
            *counted.entry(key).or_default().entry(exchange.answer.label()).or_default() += 1;
        }
        let failures = self.lines.iter().filter(|exchange| exchange.answer.reply().is_none()).count();
        let line = |((upstream, operation), answers)| Line { upstream, operation, answers };
        Summary {
            lines: counted.into_iter().map(line).collect(),
            exchanges: self.lines.len() as u32,
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
