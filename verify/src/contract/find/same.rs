//! Kinds of things that the user says are one: `item=stock`.

use super::ids::{Key, kind_of};
use super::sightings::Seen;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is said of kinds is no statement, or none about what was recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SameError {
    /// There are no two kinds in it.
    #[error("expected two kinds of things with `=` between them, got {text:?}")]
    NotTwo {
        /// What was said.
        text: String,
    },
    /// Nobody reports the number of such things.
    #[error("expected a kind of things whose number is reported, got {kind:?}")]
    NoSuchKind {
        /// The kind that was said.
        kind: String,
        /// The kinds that there are.
        known: Vec<String>,
    },
}

/// By which kind each of those is called that are one with another.
#[derive(Debug, Default)]
pub(super) struct Same(BTreeMap<String, String>);

impl Same {
    /// Reads statements such as `item=stock`; more than two kinds may stand in one.
    pub(super) fn read(said: &[String]) -> Result<Same, SameError> {
        let mut same = Same::default();
        for text in said {
            let kinds: Vec<String> = text.split('=').map(kind_of).collect();
            let distinct: BTreeSet<&String> = kinds.iter().collect();
            if distinct.len() < 2 || kinds.iter().any(String::is_empty) {
                return Err(SameError::NotTwo { text: text.clone() });
            }
            let first = same.of(&kinds[0]).to_owned();
            for kind in &kinds {
                // What was one with this kind is one with the first now.
                let before = same.of(kind).to_owned();
                same.0.values_mut().filter(|of| **of == before).for_each(|of| of.clone_from(&first));
                same.0.insert(kind.clone(), first.clone());
            }
        }
        Ok(same)
    }

    /// Gives each thing the name that it has by what was said, in what was seen and in what was written to.
    pub(super) fn apply(
        &self,
        seen: &mut Seen,
        writes: &mut HashMap<Key, Vec<usize>>,
    ) -> Result<(), SameError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let keys = seen.sightings.iter().flat_map(|one| &one.entity).flat_map(|entity| &entity.keys);
        let keys = keys.chain(seen.absent.iter().flat_map(|(_, keys)| keys));
        let known: BTreeSet<String> = keys
            .flat_map(|key| key.kind.split('+'))
            .filter(|kind| !kind.is_empty())
            .map(str::to_owned)
            .collect();
        if let Some(kind) = self.0.keys().find(|kind| !known.contains(*kind)) {
            return Err(SameError::NoSuchKind { kind: kind.clone(), known: known.into_iter().collect() });
        }
        for entity in seen.sightings.iter_mut().filter_map(|one| one.entity.as_mut()) {
            self.extend(&mut entity.keys);
            for key in &mut entity.scope {
                *key = self.named(key);
            }
        }
        seen.absent.iter_mut().for_each(|(_, keys)| self.extend(keys));
        let named: Vec<(Key, Vec<usize>)> = writes
            .iter()
            .map(|(key, numbers)| (self.named(key), key, numbers))
            .filter(|(named, key, _)| named != *key)
            .map(|(named, _, numbers)| (named, numbers.clone()))
            .collect();
        for (key, numbers) in named {
            let all = writes.entry(key).or_default();
            all.extend(numbers);
            all.sort_unstable();
            all.dedup();
        }
        Ok(())
    }

    /// Whether anything was said.
    pub(super) fn says(&self, one: &str, other: &str) -> bool {
        one != other && self.of(one) == self.of(other)
    }

    fn extend(&self, keys: &mut Vec<Key>) {
        for named in keys.iter().map(|key| self.named(key)).collect::<Vec<_>>() {
            if keys.iter().all(|key| key.kind != named.kind) {
                keys.push(named);
            }
        }
    }

    fn of<'s>(&'s self, kind: &'s str) -> &'s str {
        self.0.get(kind).map_or(kind, String::as_str)
    }

    fn named(&self, key: &Key) -> Key {
        let parts = key.kind.split('+').zip(key.value.split('+'));
        let parts: Vec<Key> = parts.map(|(kind, value)| Key::new(self.of(kind), value)).collect();
        // A value with a plus in it is one.
        match key.kind.contains('+') {
            true => Key::all(parts).unwrap_or_else(|| key.clone()),
            false => Key::new(self.of(&key.kind), &key.value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_that_are_one_have_one_name() {
        let said = ["items=stock".to_owned(), "stock = sku=Article".to_owned()];
        let same = Same::read(&said).expect("reads");
        assert!(["item", "stock", "sku", "article"].iter().all(|kind| same.of(kind) == "item"), "{same:?}");
        assert!(same.says("sku", "item") && !same.says("item", "item") && !same.says("item", "user"));
        let both = Key { kind: "stock+warehouse".to_owned(), value: "2+3".to_owned() };
        assert_eq!(same.named(&both).to_string(), "item 2, warehouse 3");
        for wrong in ["item", "item=", "=", "item=items", ""] {
            assert!(Same::read(&[wrong.to_owned()]).is_err(), "{wrong}");
        }
    }
}
