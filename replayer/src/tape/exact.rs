//! Finding a request by its very bytes: what the hot path asks before anything is parsed.

use super::Entry;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::Arc;

/// From method, target and body as sent to the family that answers. Nothing is copied: the recorded
/// requests themselves are compared.
#[derive(Debug, Default)]
pub(crate) struct Exact {
    hasher: FixedState,
    first: HashMap<u64, u32, FixedState>,
    slots: Vec<Slot>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    entry: u32,
    family: u32,
    /// The next slot of the same hash, plus one; 0 ends the chain.
    next: u32,
}

impl Exact {
    /// Files an entry, unless one with the same bytes is filed already: both are in the same family.
    pub(super) fn insert(&mut self, entries: &[Arc<Entry>], entry: u32, family: u32) {
        let request = &entries[entry as usize].exchange().request;
        let (method, target, body) = (request.method.as_str(), request.target.as_str(), request.body.bytes());
        if self.find(entries, method, target, body).is_some() {
            return;
        }
        let hash = self.hash(method, target, body);
        let next = self.first.get(&hash).map_or(0, |slot| slot + 1);
        self.first.insert(hash, self.slots.len() as u32);
        self.slots.push(Slot { entry, family, next });
    }

    /// The family whose recorded request had these bytes.
    pub(crate) fn find(
        &self,
        entries: &[Arc<Entry>],
        method: &str,
        target: &str,
        body: &[u8],
    ) -> Option<u32> {
        let mut at = *self.first.get(&self.hash(method, target, body))?;
        loop {
            let slot = self.slots[at as usize];
            let request = &entries[slot.entry as usize].exchange().request;
            if request.target == target && request.method == method && request.body.bytes() == body {
                return Some(slot.family);
            }
            at = slot.next.checked_sub(1)?;
        }
    }

    fn hash(&self, method: &str, target: &str, body: &[u8]) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(method.as_bytes());
        hasher.write(target.as_bytes());
        hasher.write(body);
        hasher.finish()
    }
}
