//! What surrounds a vendor: its seed, its clock, its honest manners, and the one lie that it may tell.

use super::data::Rng;
use super::hooks::Hook;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// When the cassettes were recorded.
pub(crate) const RECORDED: i64 = 1_772_000_000;
/// When the mocks are asked.
pub(crate) const ASKED: i64 = 1_779_500_000;
/// The real side's seed.
pub(crate) const REAL: u64 = 1;

/// Where a lie can be told: the hook, and the route that came to it.
pub(crate) type Place = (Hook, &'static str);

/// What surrounds a vendor. Clones share what was consulted.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) seed: u64,
    /// The epoch second at which its life begins.
    pub(crate) start: i64,
    /// Fewer items for a page than the real side allows.
    pub(crate) small_pages: bool,
    /// How many things more than the real side has, or fewer.
    pub(crate) more: isize,
    pub(crate) lie: Option<Place>,
    asked: i64,
    consulted: Arc<Mutex<BTreeSet<Place>>>,
    /// The size in which each listing was first asked for.
    sizes: Arc<Mutex<BTreeMap<&'static str, usize>>>,
}

impl World {
    /// Honest, as the real side is.
    pub(crate) fn new(seed: u64, start: i64) -> Self {
        World {
            seed,
            start,
            small_pages: false,
            more: 0,
            lie: None,
            asked: 0,
            consulted: Arc::default(),
            sizes: Arc::default(),
        }
    }

    /// The real side itself.
    pub(crate) fn real() -> Self {
        World::new(REAL, RECORDED)
    }

    /// The same surroundings at the beginning of another life.
    pub(crate) fn fresh(&self) -> Self {
        World { sizes: Arc::default(), ..self.clone() }
    }

    /// Whether a lie is told here. Hooks ask only where the lie would change the answer, so that what was
    /// consulted is where the lie fits.
    pub(crate) fn lies(&self, hook: Hook, route: &'static str) -> bool {
        self.consulted.lock().unwrap_or_else(PoisonError::into_inner).insert((hook, route));
        self.lie == Some((hook, route))
    }

    /// Every place at which a lie would have changed an answer so far.
    pub(crate) fn consulted(&self) -> BTreeSet<Place> {
        self.consulted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a listing was asked for in another size before.
    pub(crate) fn resized(&self, route: &'static str, size: usize) -> bool {
        let mut sizes = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        *sizes.entry(route).or_insert(size) != size
    }

    /// Another question has come.
    pub(crate) fn tick(&mut self) {
        self.asked += 1;
    }

    /// How many questions have come.
    pub(crate) fn asked(&self) -> i64 {
        self.asked
    }

    /// The epoch second; three pass with each question.
    pub(crate) fn now(&self) -> i64 {
        self.start + self.asked * 3
    }

    /// How many things there are where the real side has so many.
    pub(crate) fn things(&self, real: usize) -> usize {
        real.saturating_add_signed(self.more)
    }

    /// A generator for one purpose.
    pub(crate) fn rng(&self, purpose: &str) -> Rng {
        Rng::new(self.seed, purpose)
    }

    /// Something that turns with the seed, so that the same items are not always the odd ones.
    pub(crate) fn turn(&self, item: usize, of: usize) -> bool {
        (item + usize::try_from(self.seed % 97).unwrap_or_default()).is_multiple_of(of)
    }

    /// One of a few words, each of them soon.
    pub(crate) fn word<'t>(&self, item: usize, from: &[&'t str]) -> &'t str {
        from[(item + usize::try_from(self.seed % 89).unwrap_or_default()) % from.len()]
    }
}
