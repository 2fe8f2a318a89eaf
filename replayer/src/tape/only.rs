//! A tape of some of a tape's cassettes: what was prepared is shared, only the ways to find it are laid anew.

use super::{Entry, Exact, Families, Laid, Tape, Traits};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

impl Tape {
    /// The numbers of cassettes by name, sorted; `Err` with the first name that is none. Cassettes of one name
    /// are all meant.
    pub(crate) fn cassettes_named<'n>(&self, names: &'n [String]) -> Result<Vec<u16>, &'n str> {
        let mut numbers = Vec::new();
        for name in names {
            let meant = |cassette: &String| {
                cassette == name || cassette.rsplit_once('.').is_some_and(|(stem, _)| stem == name)
            };
            let before = numbers.len();
            numbers.extend((0u16..).zip(&self.cassettes).filter(|(_, c)| meant(c)).map(|(number, _)| number));
            if numbers.len() == before {
                return Err(name);
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        Ok(numbers)
    }

    /// A tape of these cassettes alone, and which exchange of this tape each of its exchanges is. Bodies and
    /// prepared answers are shared; cassettes and upstreams keep their numbers.
    pub(crate) fn only(&self, cassettes: &[u16]) -> (Tape, Vec<u32>) {
        let chosen: Vec<u32> = (0u32..)
            .zip(&self.entries)
            .filter(|(_, entry)| cassettes.contains(&entry.cassette))
            .map(|(number, _)| number)
            .collect();
        let fresh: HashMap<u32, u32, foldhash::fast::RandomState> =
            chosen.iter().copied().zip(0u32..).collect();
        let mut members: Vec<Vec<u32>> = Vec::new();
        let mut traits: HashMap<u32, Traits, foldhash::fast::RandomState> = HashMap::default();
        // Each of our families as it is numbered there; none: nothing of it is chosen.
        let mut numbered: Vec<Option<u32>> = Vec::new();
        for family in self.families.iter() {
            let mut some = Vec::new();
            for (place, entry) in self.families.entries(family).iter().enumerate() {
                let Some(number) = fresh.get(entry) else { continue };
                some.push(*number);
                if let Some(each) = &family.mixed {
                    traits.insert(*number, each[place].clone());
                }
            }
            numbered.push((!some.is_empty()).then_some(members.len() as u32));
            if !some.is_empty() {
                members.push(some);
            }
        }
        let mut family_of = vec![0; chosen.len()];
        for (family, some) in (0u32..).zip(&members) {
            for number in some {
                family_of[*number as usize] = family;
            }
        }
        let entries: Vec<Arc<Entry>> =
            chosen.iter().map(|number| Arc::clone(&self.entries[*number as usize])).collect();
        let keys = self.keys.iter().filter_map(|(key, family)| Some((*key, numbered[*family as usize]?)));
        let mut tape = Tape {
            cassettes: self.cassettes.clone(),
            upstreams: self.upstreams.clone(),
            sockets: entries.iter().any(|entry| entry.upgrade),
            entries,
            families: Families::new(members, &mut |number| traits.remove(&number)),
            exact: Exact::default(),
            policy: Arc::clone(&self.policy),
            keys: keys.collect(),
            fields: Arc::clone(&self.fields),
            token_keys: self.token_keys.clone(),
            required: None,
            veiled: self.veiled,
            laid: Laid::default(),
            index: OnceLock::new(),
        };
        tape.file(&family_of);
        (tape, chosen)
    }
}
