//! What a session keeps that is not plain: its clock, its faults, its orders and its pace.

use crate::clock::Running;
use crate::conditions::Conditions;
use crate::faults::Faults;
use crate::pace::Speed;
use crate::seed::Draw;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

/// What a session keeps that is not plain.
#[derive(Debug)]
pub(crate) struct Whims {
    pub(crate) clock: Option<Running>,
    pub(crate) faults: Option<Faults>,
    /// How often each entry was given, where it comes in another order each time.
    turns: Mutex<HashMap<u32, u64>>,
    /// How often something was drawn for the pace.
    draws: AtomicU64,
}

impl Whims {
    /// None for a session without any.
    pub(crate) fn of(conditions: &Conditions) -> Option<Box<Whims>> {
        let clock = conditions.clock.map(Running::new);
        let faults = Faults::new(&conditions.faults);
        let sampled = matches!(conditions.speed, Some(Speed::Sampled(_)));
        let drawn = conditions.shuffle.is_some() || conditions.latency.is_some() || sampled;
        (clock.is_some() || faults.is_some() || drawn)
            .then(|| Box::new(Whims { clock, faults, turns: Mutex::default(), draws: AtomicU64::new(0) }))
    }

    /// As if nothing had been asked.
    pub(crate) fn reset(&self) {
        self.clock.iter().for_each(Running::reset);
        self.faults.iter().for_each(Faults::reset);
        self.turns.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.draws.store(0, Relaxed);
    }

    /// Draws for the pace: another row each time.
    pub(crate) fn draw(&self, seed: u64) -> Draw {
        Draw::new(seed, self.draws.fetch_add(1, Relaxed))
    }

    /// The how-manieth time an entry is given, counted from one.
    pub(crate) fn turn(&self, entry: u32) -> u64 {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = turns.entry(entry).or_default();
        *turn += 1;
        *turn
    }
}
