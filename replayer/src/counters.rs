//! How often each queue of a tape was asked in one session: counted without a lock, and held only for what was
//! asked.

use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counters by number.
#[derive(Debug)]
pub(crate) enum Counters {
    /// One beside the other, for the session that all share.
    All(Box<[AtomicU64]>),
    /// Those that were counted, for the many.
    Some(Box<Few>),
}

/// A table of those that were counted: it grows with what a session asks, never with the tape. Slots are
/// filled and never cleared, and each table is followed by one four times as large.
#[derive(Debug)]
pub(crate) struct Few {
    slots: Box<[AtomicU64]>,
    next: OnceLock<Box<Few>>,
}

/// Slots of the first table: what an ordinary test asks fits.
const FIRST: usize = 16;

/// So many slots from where a number belongs are looked at before the next table is.
const REACH: usize = 8;

/// The low bits of a slot hold the count, the high ones the number plus one: room for 268 million numbers, and
/// for a count that takes days to reach at any speed.
const COUNT: u32 = 36;

impl Counters {
    /// All at zero.
    pub(crate) fn all(counters: usize) -> Self {
        Counters::All((0..counters).map(|_| AtomicU64::new(0)).collect())
    }

    /// All at zero; room is made for those that are counted.
    pub(crate) fn few() -> Self {
        Counters::Some(Box::new(Few::new(FIRST)))
    }

    /// Counts, and gives what it was before.
    pub(crate) fn add(&self, number: usize) -> u64 {
        match self {
            Counters::All(all) => all[number].fetch_add(1, Relaxed),
            Counters::Some(few) => count_of(few.slot(number).fetch_add(1, Relaxed)),
        }
    }

    /// Counts as long as it is below the limit, and gives what it was before.
    pub(crate) fn add_below(&self, number: usize, limit: u64) -> Option<u64> {
        let one_more = |slot: u64| (count_of(slot) < limit).then_some(slot + 1);
        match self {
            Counters::All(all) => {
                all[number].fetch_update(Relaxed, Relaxed, |count| (count < limit).then_some(count + 1)).ok()
            }
            Counters::Some(few) => {
                few.slot(number).fetch_update(Relaxed, Relaxed, one_more).ok().map(count_of)
            }
        }
    }

    /// Counts one less.
    pub(crate) fn give_back(&self, number: usize) {
        let one_less = |count: u64| (count_of(count) > 0).then(|| count - 1);
        let slot = match self {
            Counters::All(all) => &all[number],
            Counters::Some(few) => few.slot(number),
        };
        // Of nothing nothing is taken.
        let _ = slot.fetch_update(Relaxed, Relaxed, one_less);
    }

    /// What was counted.
    pub(crate) fn get(&self, number: usize) -> u64 {
        match self {
            Counters::All(all) => all[number].load(Relaxed),
            Counters::Some(few) => few.find(number),
        }
    }

    /// From none to one; whether it was this call that did it.
    pub(crate) fn take(&self, number: usize) -> bool {
        match self {
            Counters::All(all) => all[number].compare_exchange(0, 1, Relaxed, Relaxed).is_ok(),
            Counters::Some(few) => {
                let none = key(number);
                few.slot(number).compare_exchange(none, none + 1, Relaxed, Relaxed).is_ok()
            }
        }
    }

    /// Each number that was counted, and how often.
    pub(crate) fn each(&self, with: &mut dyn FnMut(usize, u64)) {
        match self {
            Counters::All(all) => {
                for (number, count) in all.iter().enumerate() {
                    match count.load(Relaxed) {
                        0 => {}
                        count => with(number, count),
                    }
                }
            }
            Counters::Some(few) => {
                let mut few = Some(few);
                while let Some(table) = few {
                    for slot in &table.slots {
                        let slot = slot.load(Relaxed);
                        if count_of(slot) > 0 {
                            with((slot >> COUNT) as usize - 1, count_of(slot));
                        }
                    }
                    few = table.next.get();
                }
            }
        }
    }

    /// Back to zero.
    pub(crate) fn reset(&self) {
        match self {
            Counters::All(all) => all.iter().for_each(|counter| counter.store(0, Relaxed)),
            Counters::Some(few) => {
                let mut few = Some(few);
                while let Some(table) = few {
                    for slot in &table.slots {
                        slot.fetch_and(!mask(), Relaxed);
                    }
                    few = table.next.get();
                }
            }
        }
    }
}

impl Few {
    fn new(slots: usize) -> Self {
        Few { slots: (0..slots).map(|_| AtomicU64::new(0)).collect(), next: OnceLock::new() }
    }

    /// What was counted of a number; no slot is taken for it.
    fn find(&self, number: usize) -> u64 {
        let key = key(number);
        let mut table = Some(self);
        while let Some(few) = table {
            let from = spread(number, few.slots.len());
            for step in 0..REACH {
                match few.slots[(from + step) % few.slots.len()].load(Relaxed) {
                    0 => return 0,
                    slot if slot >> COUNT == key >> COUNT => return count_of(slot),
                    _ => {}
                }
            }
            table = few.next.get().map(|next| &**next);
        }
        0
    }

    /// The slot of a number, taken for it if it has none.
    fn slot(&self, number: usize) -> &AtomicU64 {
        let key = key(number);
        let mut table = self;
        loop {
            let from = spread(number, table.slots.len());
            for step in 0..REACH {
                let slot = &table.slots[(from + step) % table.slots.len()];
                let mut found = slot.load(Relaxed);
                if found == 0 {
                    // Whoever comes first has the slot; another number goes on from here.
                    found = slot.compare_exchange(0, key, Relaxed, Relaxed).err().unwrap_or(key);
                }
                if found >> COUNT == key >> COUNT {
                    return slot;
                }
            }
            table = table.next.get_or_init(|| Box::new(Few::new(table.slots.len() * 4)));
        }
    }
}

fn key(number: usize) -> u64 {
    (number as u64 + 1) << COUNT
}

fn mask() -> u64 {
    (1 << COUNT) - 1
}

fn count_of(slot: u64) -> u64 {
    slot & mask()
}

/// Neighbours are asked together: spread they share no slots.
fn spread(number: usize, slots: usize) -> usize {
    let mut hasher = foldhash::fast::FixedState::default().build_hasher();
    hasher.write_usize(number);
    hasher.finish() as usize % slots
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn many_threads_count_every_number_once() {
        let counters = Counters::few();
        let firsts: usize = std::thread::scope(|scope| {
            let count = || (0..3000).filter(|number| counters.add(*number) == 0).count();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(count)).collect();
            threads.into_iter().map(|t| t.join().unwrap()).sum()
        });
        assert_eq!(firsts, 3000);
        let mut counted = BTreeMap::new();
        counters.each(&mut |number, count| assert!(counted.insert(number, count).is_none(), "{number}"));
        assert_eq!(counted, (0..3000).map(|number| (number, 4)).collect());
        counters.reset();
        assert!(counters.take(7) && !counters.take(7) && counters.add(7) == 1);
        let mut left = Vec::new();
        counters.each(&mut |number, count| left.push((number, count)));
        assert_eq!(left, [(7, 2)]);
    }

    #[test]
    fn what_was_not_asked_takes_no_room() {
        let slots = |asked: usize| {
            let counters = Counters::few();
            for number in 0..asked {
                counters.add(number * 997);
            }
            let Counters::Some(mut few) = counters else { unreachable!("made so") };
            let mut slots = few.slots.len();
            while let Some(next) = few.next.take() {
                slots += next.slots.len();
                few = next;
            }
            slots
        };
        assert_eq!(slots(4), FIRST);
        assert!(slots(20) <= 5 * FIRST && slots(1000) <= 16 * 1000, "{} {}", slots(20), slots(1000));
    }
}
