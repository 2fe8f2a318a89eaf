//! Clients of other kinds than the usual one: faster, slower, with connections that threads share, with drawn waits.

use super::changed::Change;
use super::habits::{Call, Habits};
use replayer::Speed;
use std::time::Duration;

/// A kind of client, and how one of it changes.
pub(super) struct Kind {
    /// Empty for the usual one.
    pub(super) name: &'static str,
    pub(super) habits: fn() -> Habits,
    pub(super) changes: &'static [Change],
}

impl Kind {
    /// A change of this kind of client, by name.
    pub(super) fn of(&self, change: &Change) -> String {
        if self.name.is_empty() { change.name.to_owned() } else { format!("{}, {}", change.name, self.name) }
    }
}

const ORDER: &[&str] = &["calls-reordered"];
const FRESH: Change =
    Change { name: "connection-for-each", rules: &["connections-changed"], make: |h| h.fresh = true };
const LEAKING: Change =
    Change { name: "connections-left-open", rules: &["connections-changed"], make: |h| h.leaks = true };
const REORDERED: Change = Change { name: "calls-reordered", rules: ORDER, make: |h| h.calls.swap(2, 4) };
const ACROSS: Change =
    Change { name: "calls-reordered-across-threads", rules: ORDER, make: |h| h.calls.swap(0, 2) };
const FEWER: Change = Change { name: "fewer-threads", rules: &[], make: |h| h.threads = 2 };
const FASTER: Change = Change { name: "faster", rules: &[], make: |h| h.pause = Duration::ZERO };
const SLOWER: Change = Change { name: "slower", rules: &[], make: |h| h.pause = Duration::from_millis(4) };

/// Every kind but the usual one.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "answered at once",
        habits: || Habits { speed: Speed::Instant, ..Habits::usual() },
        changes: &[FRESH, LEAKING, REORDERED, ACROSS, FEWER, SLOWER],
    },
    Kind {
        name: "with pauses",
        habits: || Habits { pause: Duration::from_millis(3), ..Habits::usual() },
        changes: &[FRESH, LEAKING, REORDERED, ACROSS, FEWER, FASTER],
    },
    Kind {
        name: "with a pool",
        habits: || Habits { pooled: true, ..Habits::usual() },
        changes: &[FRESH, LEAKING, REORDERED, ACROSS, FEWER, SLOWER],
    },
    Kind {
        name: "with a pool, answered at once",
        habits: || Habits { pooled: true, speed: Speed::Instant, ..Habits::usual() },
        changes: &[FRESH, LEAKING, REORDERED, ACROSS, FEWER, SLOWER],
    },
    Kind {
        name: "with a connection for each",
        habits: || Habits { fresh: true, ..Habits::usual() },
        changes: &[
            Change { name: "connections-kept", rules: &["connections-changed"], make: |h| h.fresh = false },
            FEWER,
            SLOWER,
        ],
    },
    Kind {
        name: "with drawn waits",
        habits: || Habits { calls: vec![Call::Failing], tries: 3, backoff: (100, 100), ..Habits::usual() },
        changes: &[
            Change { name: "half-the-backoff", rules: &["backoff-changed"], make: |h| h.backoff = (50, 50) },
            Change {
                name: "twice-the-backoff",
                rules: &["backoff-changed"],
                make: |h| h.backoff = (200, 200),
            },
            Change { name: "other-jitter", rules: &[], make: |h| h.backoff = (110, 100) },
        ],
    },
];
