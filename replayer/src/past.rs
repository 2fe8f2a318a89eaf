//! What came of sessions that have ended: it still counts at the end of the replay.

use crate::conditions::Conditions;
use crate::faults::Struck;
use crate::outcome::SessionOutcome;
use crate::session::Session;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// So many sessions are remembered by name; what came of further ones is added up.
const NAMED: usize = 10_000;

/// So many misses are kept in full, of all of them together.
const MISSES: usize = 10_000;

/// So many names of ended sessions with conditions are remembered.
const OVER: usize = 100_000;

/// The name under which the others are told. No session can have it.
const OTHERS: &str = "(others)";

/// What came of sessions that have ended.
#[derive(Debug, Default)]
pub(crate) struct Past {
    outcomes: BTreeMap<String, SessionOutcome>,
    misses: usize,
    /// Ended, with requests under way that began before.
    lingering: Vec<Arc<Session>>,
    /// How often each exchange of the whole tape was given.
    plays: Vec<u64>,
    /// Which loading of the tape that is.
    loading: u64,
    /// Names of ended sessions that had conditions of their own: none of them begins anew without being told how.
    over: HashSet<Box<str>>,
}

impl Past {
    /// A session has ended.
    pub(crate) fn end(&mut self, session: Arc<Session>) {
        let own = session.own_conditions().is_some_and(|own| *own != Conditions::default());
        if own && self.over.len() < OVER {
            self.over.insert(session.name().into());
        }
        self.add(session);
    }

    /// A session has begun under conditions of its own.
    pub(crate) fn begun(&mut self, name: &str) {
        self.over.remove(name);
    }

    /// Whether a session of that name had conditions of its own, and is over.
    pub(crate) fn is_over(&self, name: &str) -> bool {
        self.over.contains(name)
    }

    /// A session is no more, or has begun anew on another tape.
    pub(crate) fn add(&mut self, session: Arc<Session>) {
        self.lingering.push(session);
        let (over, lingering) =
            std::mem::take(&mut self.lingering).into_iter().partition(|s| Arc::strong_count(s) == 1);
        self.lingering = lingering;
        let over: Vec<Arc<Session>> = over;
        for session in over {
            self.keep(&session);
        }
    }

    /// From now on the exchanges of this loading count.
    pub(crate) fn reloaded(&mut self, loading: u64) {
        self.loading = loading;
        self.plays.clear();
    }

    /// Everything that came of them, put into what came of the others; and how often each exchange was given.
    pub(crate) fn tell(&self, outcomes: &mut BTreeMap<String, SessionOutcome>, plays: &mut [u64]) {
        for outcome in self.outcomes.values() {
            merge(outcomes, outcome.clone(), usize::MAX);
        }
        for (all, own) in plays.iter_mut().zip(&self.plays) {
            *all += own;
        }
        for session in &self.lingering {
            if let Some(outcome) = of(session) {
                merge(outcomes, outcome, usize::MAX);
            }
            count(session, self.loading, plays);
        }
    }

    /// Remembers what came of a session until now.
    pub(crate) fn keep(&mut self, session: &Session) {
        let Some(mut outcome) = of(session) else { return };
        outcome.misses.truncate(MISSES.saturating_sub(self.misses));
        self.misses += outcome.misses.len();
        if self.outcomes.len() >= NAMED && !self.outcomes.contains_key(&outcome.name) {
            OTHERS.clone_into(&mut outcome.name);
        }
        merge(&mut self.outcomes, outcome, MISSES);
        if session.reel().loading() == self.loading {
            let len = session.reel().whole_len();
            self.plays.resize(self.plays.len().max(len), 0);
            count(session, self.loading, &mut self.plays);
        }
    }
}

/// What came of a session; none if nothing was asked.
pub(crate) fn of(session: &Session) -> Option<SessionOutcome> {
    if !session.is_used() {
        return None;
    }
    let (mut served, mut given) = (0, 0);
    session.each_play(&mut |_, count| {
        served += count;
        given += 1;
    });
    Some(SessionOutcome {
        name: session.name().to_owned(),
        served,
        missed: session.missed(),
        misses: session.misses(),
        unused: session.tape().len() - given,
        faults: session.struck(),
        left_behind: session.left_behind(),
    })
}

/// Adds a session's plays of this loading of the tape.
pub(crate) fn count(session: &Session, loading: u64, plays: &mut [u64]) {
    if session.reel().loading() != loading {
        return;
    }
    session.each_play(&mut |entry, count| {
        if let Some(all) = plays.get_mut(session.reel().in_whole(entry)) {
            *all += count;
        }
    });
}

/// Adds what came of a session to what came of earlier ones of its name.
pub(crate) fn merge(outcomes: &mut BTreeMap<String, SessionOutcome>, more: SessionOutcome, most: usize) {
    match outcomes.get_mut(&more.name) {
        None => {
            outcomes.insert(more.name.clone(), more);
        }
        Some(outcome) => {
            outcome.served += more.served;
            outcome.missed += more.missed;
            outcome.unused = outcome.unused.min(more.unused);
            add(&mut outcome.faults, more.faults);
            outcome.left_behind.extend(more.left_behind);
            outcome.left_behind.sort();
            outcome.left_behind.dedup();
            let room = most.saturating_sub(outcome.misses.len());
            outcome.misses.extend(more.misses.into_iter().take(room));
        }
    }
}

/// Adds up how often the same faults struck.
fn add(faults: &mut Vec<Struck>, more: Vec<Struck>) {
    for one in more {
        match faults.iter_mut().find(|f| f.operation == one.operation && f.fault == one.fault) {
            Some(same) => same.times += one.times,
            None => faults.push(one),
        }
    }
}
