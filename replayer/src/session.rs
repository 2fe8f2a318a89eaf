//! One isolated replay: which answers of the tape were given.

use crate::refusal::Miss;
use crate::tape::{Asked, Families, Family, Traits};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// How many misses a session keeps in full; further ones are only counted, so that memory stays flat.
const KEPT: usize = 1000;

/// One isolated replay of a tape. All of its state is a counter for each queue, so that asking takes no lock.
#[derive(Debug)]
pub struct Session {
    /// As clients name it; `default` for those that name none.
    name: String,
    counters: Box<[AtomicU64]>,
    /// Set once something was asked; a session that was put back counts as never used.
    used: AtomicBool,
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
    /// A fresh session over these families.
    pub(crate) fn new(name: &str, families: &Families) -> Self {
        Session {
            name: name.to_owned(),
            counters: (0..families.counters).map(|_| AtomicU64::new(0)).collect(),
            used: AtomicBool::new(false),
            missed: AtomicU64::new(0),
            misses: Mutex::new(Vec::new()),
        }
    }

    /// As clients name it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether anything was asked since it began or was put back.
    pub fn is_used(&self) -> bool {
        self.used.load(Relaxed)
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
        for counter in &self.counters {
            counter.store(0, Relaxed);
        }
        self.missed.store(0, Relaxed);
        self.misses.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.used.store(false, Relaxed);
    }

    /// The next answer of a plain queue: one atomic step.
    pub(crate) fn next(&self, queue: &[u32], family: &Family, repeat: bool) -> Result<Taken, NotTaken> {
        self.touch();
        let turn = self.counters[family.counter].fetch_add(1, Relaxed);
        let (Some(last), turn) = (queue.last(), usize::try_from(turn).unwrap_or(usize::MAX)) else {
            return Err(NotTaken::Elsewhere);
        };
        match queue.get(turn) {
            Some(entry) => Ok(Taken { entry: *entry, again: false }),
            None if repeat => Ok(Taken { entry: *last, again: true }),
            None => Err(NotTaken::Exhausted(*last)),
        }
    }

    /// The next answer of a family whose entries differ behind their key: the first unplayed of the nearest.
    pub(crate) fn next_of(
        &self,
        queue: &[u32],
        family: &Family,
        each: &[Traits],
        asked: &Asked,
        repeat: bool,
    ) -> Result<Taken, NotTaken> {
        self.touch();
        let mut last = None;
        for place in Family::nearest(each, asked) {
            let counter = &self.counters[family.counter + place];
            if counter.compare_exchange(0, 1, Relaxed, Relaxed).is_ok() {
                return Ok(Taken { entry: queue[place], again: false });
            }
            last = Some(place);
        }
        match last {
            None => Err(NotTaken::Elsewhere),
            Some(place) if repeat => {
                self.counters[family.counter + place].fetch_add(1, Relaxed);
                Ok(Taken { entry: queue[place], again: true })
            }
            Some(place) => Err(NotTaken::Exhausted(queue[place])),
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

    /// How often each entry was given, in the order of the tape.
    pub(crate) fn plays(&self, families: &Families, entries: usize, repeat: bool) -> Vec<u64> {
        let mut plays = vec![0; entries];
        for family in families.iter() {
            let queue = families.entries(family);
            let count = |place: usize| self.counters[family.counter + place].load(Relaxed);
            for (place, entry) in queue.iter().enumerate() {
                plays[*entry as usize] = if family.mixed.is_some() {
                    count(place)
                } else {
                    let turns = count(0).saturating_sub(place as u64);
                    if repeat && place + 1 == queue.len() { turns } else { turns.min(1) }
                };
            }
        }
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
mod tests {
    use super::*;
    use cassettes::model::{Request, Timestamp};

    fn traits(target: &str) -> Traits {
        Traits::of(&Request::new("GET", target), 0, Timestamp(0))
    }

    fn asked(target: &str) -> Asked {
        let request = Request::new("GET", target);
        Asked::of(&request, &request, None, Timestamp(0))
    }

    #[test]
    fn many_threads_share_a_queue_without_loss() {
        let families = Families::new(vec![vec![4, 5], (0..4).collect()], &mut |_| Some(traits("/a")));
        let (family, session) = (families.get(1), Session::new("s", &families));
        let queue = families.entries(family);
        let taken: Vec<Result<Taken, NotTaken>> = std::thread::scope(|scope| {
            let ask = || (0..2).map(|_| session.next(queue, family, false)).collect::<Vec<_>>();
            let threads: Vec<_> = (0..3).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().flat_map(|t| t.join().unwrap()).collect()
        });
        let mut given: Vec<u32> = taken.iter().filter_map(|t| t.ok().map(|t| t.entry)).collect();
        given.sort_unstable();
        assert_eq!(given, [0, 1, 2, 3]);
        assert_eq!(taken.iter().filter(|t| **t == Err(NotTaken::Exhausted(3))).count(), 2);
        assert_eq!(session.plays(&families, 6, false), [1, 1, 1, 1, 0, 0]);
        session.reset();
        assert_eq!((session.plays(&families, 6, false), session.is_used()), (vec![0; 6], false));
    }

    #[test]
    fn the_nearest_entry_of_a_mixed_family_is_taken_once() {
        let targets = ["/a?t=1", "/a?t=2", "/a?t=1"];
        let families = Families::new(vec![vec![0, 1, 2]], &mut |n| Some(traits(targets[n as usize])));
        let (family, session) = (families.get(0), Session::new("s", &families));
        let (queue, each) = (families.entries(family), family.mixed.as_deref().unwrap());
        let ask = |target: &str, repeat| {
            session.next_of(queue, family, each, &asked(target), repeat).map(|t| (t.entry, t.again))
        };
        assert_eq!(ask("/a?t=2", false), Ok((1, false)));
        assert_eq!(ask("/a?t=1", false), Ok((0, false)));
        assert_eq!(ask("/a?t=other", false), Ok((2, false)));
        assert_eq!(ask("/a?t=2", false), Err(NotTaken::Exhausted(1)));
        assert_eq!(ask("/a?t=2", true), Ok((1, true)));
        assert_eq!(session.plays(&families, 3, true), [1, 2, 1]);
    }

    #[test]
    fn the_very_same_token_is_known_however_old_it_is() {
        let token = |subject: &str| {
            // {"alg":"none"} and an expiry that is past now and was future when it was recorded.
            let claims = if subject == "a" {
                "eyJzdWIiOiJhIiwiZXhwIjoxMDAwfQ"
            } else {
                "eyJzdWIiOiJiIiwiZXhwIjoxMDAwfQ"
            };
            let mut request = Request::new("GET", "/me");
            request.headers.push("Authorization", format!("Bearer eyJhbGciOiJub25lIn0.{claims}."));
            request
        };
        let recorded = |n: u32| Traits::of(&token(if n == 0 { "b" } else { "a" }), 0, Timestamp(0));
        let families = Families::new(vec![vec![0, 1]], &mut |n| Some(recorded(n)));
        let (family, session) = (families.get(0), Session::new("s", &families));
        let now = Timestamp(2_000_000_000);
        let asked = Asked::of(&token("a"), &token("a"), None, now);
        let each = family.mixed.as_deref().unwrap();
        let taken = session.next_of(families.entries(family), family, each, &asked, false).unwrap();
        assert_eq!(taken.entry, 1);
    }

    #[test]
    fn a_repeated_last_answer_is_counted() {
        let families = Families::new(vec![vec![0, 1]], &mut |_| Some(traits("/a")));
        let (family, session) = (families.get(0), Session::new("s", &families));
        for turn in 0..5 {
            let taken = session.next(families.entries(family), family, true).unwrap();
            assert_eq!((taken.entry, taken.again), ((turn as u32).min(1), turn > 1));
        }
        assert_eq!(session.plays(&families, 2, true), [1, 4]);
    }
}
