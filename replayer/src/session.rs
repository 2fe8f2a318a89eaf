//! One isolated replay: which answers of the tape were given, and under which conditions.

use crate::conditions::Conditions;
use crate::counters::Counters;
use crate::lens::Lens;
use crate::reel::Reel;
use crate::refusal::Miss;
use crate::tape::{Family, Places, Tape};
use crate::variables::Variables;
use crate::whims::Whims;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// How many misses a session keeps in full; further ones are only counted, so that memory stays flat.
const KEPT: usize = 1000;

/// One isolated replay of a tape. What it remembers of it is how often each queue was asked, so that asking
/// takes no lock.
#[derive(Debug)]
pub struct Session {
    /// As clients name it; `default` for those that name none.
    name: Box<str>,
    reel: Arc<Reel>,
    conditions: Arc<Conditions>,
    /// The conditions that it was begun with; none: it began with its first request.
    own: Option<Box<Conditions>>,
    /// Nothing but what every replay does: answers as they were recorded, to requests as they were recorded.
    plain: bool,
    variables: Option<Arc<Variables>>,
    whims: Option<Box<Whims>>,
    counters: Counters,
    /// Laid when the first request asks for it.
    pub(crate) lens: OnceLock<Lens>,
    /// Set once something was asked; a session that was put back counts as never used.
    used: AtomicBool,
    /// When something was asked last, in seconds since the replay began.
    seen: AtomicU32,
    missed: AtomicU64,
    misses: Mutex<Vec<Miss>>,
}

/// The answer chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The entry of the tape.
    pub(crate) entry: u32,
    /// The queue was exhausted and its last answer is given again.
    pub(crate) again: bool,
    /// Which declarations made the request equal to the recorded one: a bit for each; none for an exact match.
    pub(crate) loosened: u64,
    /// The key of the pseudonyms is missing, and what was taken out of the request was compared by its form.
    pub(crate) veiled: bool,
}

impl Taken {
    /// Found by what was asked.
    fn exactly(entry: u32, again: bool) -> Self {
        Taken { entry, again, loosened: 0, veiled: false }
    }
}

/// Why a family gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// Every answer was given; the last of them.
    Exhausted(u32),
    /// The family belongs to another upstream.
    Elsewhere,
}

impl Session {
    /// A session that all share: room for every counter of its tape.
    pub(crate) fn shared(name: &str, reel: Arc<Reel>, conditions: Arc<Conditions>) -> Self {
        let counters = Counters::all(reel.tape.families.counters);
        Session::over(name, reel, conditions, counters)
    }

    /// One of many. `own` are the conditions it was begun with, `conditions` the same over the defaults.
    pub(crate) fn new(
        name: &str,
        reel: Arc<Reel>,
        conditions: Arc<Conditions>,
        own: Option<Conditions>,
    ) -> Self {
        Session { own: own.map(Box::new), ..Session::over(name, reel, conditions, Counters::few()) }
    }

    fn over(name: &str, reel: Arc<Reel>, conditions: Arc<Conditions>, counters: Counters) -> Self {
        let whims = Whims::of(&conditions);
        Session {
            name: name.into(),
            reel,
            plain: conditions.is_plain() && whims.is_none(),
            conditions,
            own: None,
            variables: None,
            whims,
            counters,
            lens: OnceLock::new(),
            used: AtomicBool::new(false),
            seen: AtomicU32::new(0),
            missed: AtomicU64::new(0),
            misses: Mutex::new(Vec::new()),
        }
    }

    /// With variables to be filled in.
    #[must_use]
    pub(crate) fn with(mut self, variables: Option<Arc<Variables>>) -> Self {
        self.plain &= variables.is_none();
        self.variables = variables;
        self
    }

    /// As clients name it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is the one of those who name none.
    pub(crate) fn is_default(&self) -> bool {
        matches!(self.counters, Counters::All(_))
    }

    /// What it plays.
    pub fn tape(&self) -> &Arc<Tape> {
        &self.reel.tape
    }

    /// How it plays, the defaults included.
    pub fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// The conditions that it was begun with; none: it began with its first request.
    pub fn own_conditions(&self) -> Option<&Conditions> {
        self.own.as_deref()
    }

    /// Whether answers are given as they were recorded, and to requests that are what was recorded.
    pub fn is_plain(&self) -> bool {
        self.plain
    }

    pub(crate) fn reel(&self) -> &Arc<Reel> {
        &self.reel
    }

    pub(crate) fn variables(&self) -> Option<&Variables> {
        self.variables.as_deref()
    }

    /// Its clock, its faults, its orders and its pace; none where it has none of its own.
    pub(crate) fn whims(&self) -> Option<&Whims> {
        self.whims.as_deref()
    }

    /// Whether anything was asked since it began or was put back.
    pub fn is_used(&self) -> bool {
        self.used.load(Relaxed)
    }

    /// When something was asked last, in seconds since the replay began; when it began, if nothing was.
    pub fn seen(&self) -> u32 {
        self.seen.load(Relaxed)
    }

    /// Remembers when it was asked.
    pub(crate) fn see(&self, seconds: u32) {
        // A plain store would dirty the cache line of every core at each request.
        if self.seen.load(Relaxed) != seconds {
            self.seen.store(seconds, Relaxed);
        }
    }

    /// How many requests found no answer.
    pub fn missed(&self) -> u64 {
        self.missed.load(Relaxed)
    }

    /// The misses in order; after a thousand they are only counted.
    pub fn misses(&self) -> Vec<Miss> {
        self.misses.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts it back to its first state.
    pub(crate) fn reset(&self) {
        self.counters.reset();
        self.lens.get().into_iter().for_each(Lens::reset);
        self.whims.iter().for_each(|whims| whims.reset());
        self.missed.store(0, Relaxed);
        self.misses.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.used.store(false, Relaxed);
    }

    /// The next answer of a plain queue: one atomic step.
    pub(crate) fn next(&self, queue: &[u32], family: &Family, repeat: bool) -> Result<Taken, NotTaken> {
        self.touch();
        let turn = self.counters.add(family.counter);
        let (Some(last), turn) = (queue.last(), usize::try_from(turn).unwrap_or(usize::MAX)) else {
            return Err(NotTaken::Elsewhere);
        };
        match queue.get(turn) {
            Some(entry) => Ok(Taken::exactly(*entry, false)),
            None if repeat => Ok(Taken::exactly(*last, true)),
            None => Err(NotTaken::Exhausted(*last)),
        }
    }

    /// The next answer of a family whose entries differ behind their key: the first unplayed of the nearest
    /// places.
    pub(crate) fn next_at(
        &self,
        queue: &[u32],
        family: &Family,
        places: &Places,
        repeat: bool,
    ) -> Result<Taken, NotTaken> {
        self.touch();
        let Places { near, spare } = places;
        let spare = if repeat { &[] } else { spare.as_slice() };
        for place in near.iter().chain(spare) {
            if self.counters.take(family.counter + place) {
                return Ok(Taken::exactly(queue[*place], false));
            }
        }
        match near.last().or(spare.last()).copied() {
            None => Err(NotTaken::Elsewhere),
            Some(place) if repeat => {
                self.counters.add(family.counter + place);
                Ok(Taken::exactly(queue[place], true))
            }
            Some(place) => Err(NotTaken::Exhausted(queue[place])),
        }
    }

    /// The next answer of a plain queue, if any is left.
    pub(crate) fn next_left(&self, queue: &[u32], family: &Family) -> Option<Taken> {
        self.touch();
        let turn = self.counters.add_below(family.counter, queue.len() as u64)?;
        let entry = *queue.get(usize::try_from(turn).ok()?)?;
        Some(Taken::exactly(entry, false))
    }

    /// How often a queue, or an entry that is counted by itself, was asked.
    pub(crate) fn count(&self, counter: usize) -> u64 {
        self.counters.get(counter)
    }

    /// Takes back what was taken, so that who asks next gets it. Nobody else takes anything meanwhile.
    pub(crate) fn give_back(&self, taken: Taken) {
        let families = &self.reel.tape.families;
        for family in families.iter() {
            let place = families.entries(family).iter().position(|entry| *entry == taken.entry);
            if let Some(place) = place {
                self.counters.give_back(family.counter + if family.mixed.is_some() { place } else { 0 });
                self.lens.get().into_iter().for_each(Lens::reset);
                return;
            }
        }
    }

    /// Remembers a miss.
    pub(crate) fn miss(&self, miss: Miss) {
        self.touch();
        self.missed.fetch_add(1, Relaxed);
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        if misses.len() < KEPT {
            misses.push(miss);
        }
    }

    /// Each exchange that was given, and how often.
    pub(crate) fn each_play(&self, with: &mut dyn FnMut(usize, u64)) {
        let families = &self.reel.tape.families;
        let repeat = self.conditions.repeats();
        self.counters.each(&mut |counter, count| {
            let family = families.counted(counter);
            let queue = families.entries(family);
            if family.mixed.is_some() {
                return with(queue[counter - family.counter] as usize, count);
            }
            for (entry, before) in queue.iter().zip(0..count) {
                let last = before as usize + 1 == queue.len();
                with(*entry as usize, if repeat && last { count - before } else { 1 });
            }
        });
    }

    /// How often each exchange was given, in the order of the tape.
    pub(crate) fn plays(&self) -> Vec<u64> {
        let mut plays = vec![0; self.reel.tape.len()];
        self.each_play(&mut |entry, count| plays[entry] = count);
        plays
    }

    /// A plain store would dirty the cache line of every core at each request.
    fn touch(&self) {
        if !self.used.load(Relaxed) {
            self.used.store(true, Relaxed);
        }
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
