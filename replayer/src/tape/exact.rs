//! Finding a request by its very bytes: what the hot path asks before anything is parsed.

use super::Entry;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use std::hash::{BuildHasher as _, Hasher as _};
use std::sync::Arc;

/// From method, target and body as sent to the family that answers. Nothing is copied: the recorded
/// requests themselves are compared.
///
/// With many exchanges a request costs as much as the places in memory that it has to wait for, so that what is
/// asked first stands together: the slot beside its hash, and of the method a number.
#[derive(Debug, Default)]
pub(crate) struct Exact {
    hasher: FixedState,
    first: HashMap<u64, Slot, FixedState>,
    /// Slots whose hash another one had before.
    others: Vec<Slot>,
    /// Every method there is, by its number.
    methods: Vec<Box<str>>,
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    entry: u32,
    family: u32,
    /// The next slot of the same hash among the others, plus one; 0 ends the chain.
    next: u32,
    method: u32,
}

impl Exact {
    /// Files an entry, unless one with the same bytes is filed already: both are in the same family.
    pub(super) fn insert(&mut self, entries: &[Arc<Entry>], entry: u32, family: u32) {
        let request = &entries[entry as usize].exchange().request;
        let (method, target, body) = (request.method.as_str(), request.target.as_str(), request.body.bytes());
        if self.find(entries, method, target, body).is_some() {
            return;
        }
        let slot = Slot { entry, family, next: 0, method: self.number(method) };
        match self.first.entry(self.hash(method, target, body)) {
            Place::Vacant(place) => {
                place.insert(slot);
            }
            Place::Occupied(mut first) => {
                let first = first.get_mut();
                self.others.push(Slot { next: first.next, ..slot });
                first.next = self.others.len() as u32;
            }
        }
    }

    fn number(&mut self, method: &str) -> u32 {
        let known = self.methods.iter().position(|known| **known == *method);
        known.unwrap_or_else(|| {
            self.methods.push(method.into());
            self.methods.len() - 1
        }) as u32
    }

    /// The family whose recorded request had these bytes.
    pub(crate) fn find(
        &self,
        entries: &[Arc<Entry>],
        method: &str,
        target: &str,
        body: &[u8],
    ) -> Option<u32> {
        let mut slot = *self.first.get(&self.hash(method, target, body))?;
        loop {
            let request = &entries[slot.entry as usize].exchange().request;
            let is_method = *self.methods[slot.method as usize] == *method;
            if is_method && request.target == target && request.body.bytes() == body {
                return Some(slot.family);
            }
            slot = self.others[slot.next.checked_sub(1)? as usize];
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
