//! What came of a replay, for the report at its end.

use crate::faults::Struck;
use crate::refusal::Miss;
use std::collections::BTreeMap;

/// What came of a replay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Exchanges on the tape.
    pub exchanges: usize,
    /// Exchanges that no session was given, in recorded order.
    pub unused: Vec<Unused>,
    /// Every session in which something was asked; the default one first, the others by name.
    pub sessions: Vec<SessionOutcome>,
    /// TLS that clients began with a listener and that came to nothing, and how often: for whom, and why.
    pub unshaken: BTreeMap<String, u32>,
}

/// What came of one session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionOutcome {
    /// As clients named it.
    pub name: String,
    /// Requests that were answered from the tape.
    pub served: u64,
    /// Requests that were not.
    pub missed: u64,
    /// The first thousand of those.
    pub misses: Vec<Miss>,
    /// Exchanges that this session was not given.
    pub unused: usize,
    /// Its declared faults, and how often each struck.
    pub faults: Vec<Struck>,
    /// Exchanges whose bodies could not follow its clock, as evidence cites them, and why.
    pub left_behind: Vec<(String, String)>,
}

/// An exchange that was not asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// As evidence cites it: `billing.yaml#3`.
    pub exchange: String,
    /// As recorded.
    pub method: String,
    /// As recorded.
    pub target: String,
}

impl Outcome {
    /// How many requests found no answer, in all sessions.
    pub fn missed(&self) -> u64 {
        self.sessions.iter().map(|s| s.missed).sum()
    }

    /// How many requests were answered from the tape, in all sessions.
    pub fn served(&self) -> u64 {
        self.sessions.iter().map(|s| s.served).sum()
    }
}
