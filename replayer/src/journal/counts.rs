//! What the journal's thread counts as it writes: the replay itself counts nothing.

use super::{Event, Kind, Record, Told};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Upper bounds of the histogram's buckets, in microseconds; one more holds all that took longer.
pub(crate) const BOUNDS: [u64; 14] =
    [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000, 250_000, 1_000_000, 10_000_000];

/// What was counted since the replay began.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// Answers by the first digit of their status; at 0 those that had none.
    pub(crate) classes: [AtomicU64; 6],
    pub(crate) missed: AtomicU64,
    pub(crate) loosened: AtomicU64,
    pub(crate) faults: AtomicU64,
    pub(crate) broken: AtomicU64,
    pub(crate) gave_up: AtomicU64,
    pub(crate) written: AtomicU64,
    pub(crate) opened: AtomicU64,
    pub(crate) closed: AtomicU64,
    /// Requests by the time from their head's last byte to their answer's, as [`BOUNDS`] divide it.
    pub(crate) times: [AtomicU64; BOUNDS.len() + 1],
    /// The sum of those times, in microseconds.
    pub(crate) micros: AtomicU64,
    /// Lines that the journal's file did not take.
    pub(crate) unwritten: AtomicU64,
}

impl Counts {
    pub(super) fn count(&self, event: &Event, told: Told) {
        match event {
            Event::Served(record) => self.served(record, told),
            Event::Closed { .. } => add(&self.closed, 1),
            Event::Noticed { .. } | Event::Settle(_) | Event::Over => {}
        }
    }

    fn served(&self, record: &Record, told: Told) {
        let class = told.status.map_or(0, |status| usize::from(status / 100).min(5));
        add(&self.classes[class], 1);
        match told.kind {
            Kind::Missed => add(&self.missed, 1),
            Kind::Broken => add(&self.broken, 1),
            _ => {}
        }
        if let Some(remarks) = &record.remarks {
            add(&self.loosened, u64::from(!remarks.loosened.is_empty()));
            add(&self.faults, u64::from(remarks.fault.is_some()));
        }
        add(&self.gave_up, u64::from(record.gave_up));
        add(&self.written, record.written);
        let took = record.end.saturating_duration_since(record.facts.asked).as_micros();
        let took = u64::try_from(took).unwrap_or(u64::MAX);
        add(&self.times[BOUNDS.partition_point(|bound| *bound < took)], 1);
        add(&self.micros, took);
    }
}

/// Only the journal's thread writes most of these: a plain store would do, and costs a little less.
fn add(counter: &AtomicU64, more: u64) {
    if more > 0 {
        counter.store(counter.load(Relaxed).wrapping_add(more), Relaxed);
    }
}
