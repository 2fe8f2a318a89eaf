//! A tape being played: its sessions and settings, shared by every listener and the admin API.

use crate::ask::Rules;
use crate::journal::Journal;
use crate::outcome::{Outcome, SessionOutcome, Unused};
use crate::pace::Speed;
use crate::refusal::MISS_STATUS;
use crate::session::Session;
use crate::sessions::Sessions;
use crate::tape::Tape;
use cassettes::model::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use wire::serve::TlsRefusal;

/// How a tape is played.
#[derive(Debug)]
pub struct Settings {
    /// How fast.
    pub speed: Speed,
    /// An exhausted queue gives its last answer again.
    pub repeat: bool,
    /// The status of a miss; 501 unless told otherwise.
    pub miss_status: u16,
    /// How long a stalled answer is held for a client that never leaves.
    pub patience: Duration,
    /// The time of day: times in tokens relate to it.
    pub now: fn() -> Timestamp,
    /// Where what clients send is written down.
    pub journal: Option<Journal>,
}

impl Settings {
    /// Instant, without repetition or journal.
    pub fn new(now: fn() -> Timestamp) -> Self {
        Settings {
            speed: Speed::Instant,
            repeat: false,
            miss_status: MISS_STATUS,
            patience: Duration::from_secs(600),
            now,
            journal: None,
        }
    }
}

/// A tape being played.
#[derive(Debug)]
pub struct Playback {
    pub(crate) tape: Arc<Tape>,
    pub(crate) sessions: Sessions,
    pub(crate) settings: Settings,
    /// TLS that clients began with us and that came to nothing, and how often.
    unshaken: Mutex<BTreeMap<String, u32>>,
}

impl Playback {
    /// From the first exchange on.
    pub fn new(tape: Arc<Tape>, settings: Settings) -> Self {
        let sessions = Sessions::new(&tape.families);
        Playback { tape, sessions, settings, unshaken: Mutex::default() }
    }

    /// What came of it so far.
    pub fn outcome(&self) -> Outcome {
        let mut all = vec![0u64; self.tape.len()];
        let mut sessions = Vec::new();
        for session in self.sessions.iter().filter(|s| s.is_used()) {
            let plays = self.plays(session);
            for (all, plays) in all.iter_mut().zip(&plays) {
                *all += plays;
            }
            sessions.push(SessionOutcome {
                name: session.name().to_owned(),
                served: plays.iter().sum(),
                missed: session.missed(),
                misses: session.misses(),
                unused: plays.iter().filter(|n| **n == 0).count(),
            });
        }
        Outcome {
            exchanges: self.tape.len(),
            unused: self.unused(&all),
            sessions,
            unshaken: self.all_unshaken(),
        }
    }

    /// Remembers that a client's TLS came to nothing.
    pub(crate) fn unshaken(&self, tunnel: Option<&str>, refusal: &TlsRefusal) {
        const MOST: usize = 1000;
        let what = format!("{}: {refusal}", tunnel.unwrap_or("the listener"));
        let mut unshaken = self.unshaken.lock().unwrap_or_else(PoisonError::into_inner);
        if unshaken.len() < MOST || unshaken.contains_key(&what) {
            *unshaken.entry(what).or_default() += 1;
        }
    }

    fn all_unshaken(&self) -> BTreeMap<String, u32> {
        self.unshaken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The journal, if there is one; whoever runs the server closes it at the end.
    pub fn journal(&self) -> Option<&Journal> {
        self.settings.journal.as_ref()
    }

    /// How often a session was given each exchange, in recorded order.
    pub(crate) fn plays(&self, session: &Session) -> Vec<u64> {
        session.plays(&self.tape.families, self.tape.len(), self.settings.repeat)
    }

    /// The exchanges without plays.
    pub(crate) fn unused(&self, plays: &[u64]) -> Vec<Unused> {
        (0u32..)
            .zip(plays)
            .filter(|(_, plays)| **plays == 0)
            .map(|(number, _)| {
                let request = &self.tape.entries[number as usize].exchange().request;
                let exchange = self.tape.cite(number);
                Unused { exchange, method: request.method.clone(), target: request.target.clone() }
            })
            .collect()
    }

    pub(crate) fn rules(&self, upstream: Option<u16>) -> Rules {
        Rules { upstream, repeat: self.settings.repeat }
    }
}
