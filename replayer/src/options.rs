//! How a replay is set up.

use crate::conditions::Conditions;
use crate::journal::Journal;
use crate::keeper::{AdminToken, Auditor};
use crate::sessions::MOST;
use cassettes::model::Timestamp;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// How a tape is played.
pub struct Settings {
    /// How every session plays that says nothing else.
    pub conditions: Conditions,
    /// The value that was recorded of a variable, where the conditions above have another one for it.
    pub recorded: BTreeMap<String, String>,
    /// A named session that nobody has asked anything for so long ends; none: only when it is told to.
    pub session_age: Option<Duration>,
    /// How many named sessions there may be at once.
    pub most_sessions: usize,
    /// How long a stalled answer is held for a client that never leaves.
    pub patience: Duration,
    /// The time of day: times in tokens relate to it.
    pub now: fn() -> Timestamp,
    /// Where what clients send is written down; none: in memory alone.
    pub journal: Option<Journal>,
    /// Who judges the journal when the admin API is asked for it.
    pub auditor: Option<Auditor>,
    /// What the admin API asks everybody for; none: whoever reaches it may ask.
    pub admin_token: Option<AdminToken>,
}

impl Settings {
    /// Instant, without repetition or journal.
    pub fn new(now: fn() -> Timestamp) -> Self {
        Settings {
            conditions: Conditions::default(),
            recorded: BTreeMap::new(),
            session_age: None,
            most_sessions: MOST,
            patience: Duration::from_secs(600),
            now,
            journal: None,
            auditor: None,
            admin_token: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("journal", &self.journal).finish_non_exhaustive()
    }
}
