//! Recorded requests by key, built once and read without a lock.

use super::{View, key, sketch::Sketch};
use crate::percent::normal;
use crate::{model::Request, redact::Names};
use std::collections::HashMap;

/// What the index remembers of an entry, for the search of the nearest.
pub(super) struct Entry {
    pub(super) path: u32,
    pub(super) method: u32,
    pub(super) sketch: Sketch,
}

/// Recorded requests by key. Entries are numbered from zero in the order given.
pub struct Index {
    names: Names,
    by_key: HashMap<Box<[u8]>, Vec<u32>, foldhash::fast::RandomState>,
    pub(super) entries: Vec<Entry>,
    pub(super) methods: Vec<String>,
    /// Normal paths in order of appearance, each with its entries.
    pub(super) paths: Vec<(String, Vec<u32>)>,
    pub(super) path_numbers: HashMap<String, u32, foldhash::fast::RandomState>,
}

impl Index {
    /// Reads every request once.
    pub fn build<'a>(requests: impl IntoIterator<Item = &'a Request>, names: Names) -> Self {
        let mut index = Index {
            names,
            by_key: HashMap::default(),
            entries: Vec::new(),
            methods: Vec::new(),
            paths: Vec::new(),
            path_numbers: HashMap::default(),
        };
        for request in requests {
            index.add(request);
        }
        index
    }

    fn add(&mut self, request: &Request) {
        let view = View::of(request);
        let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let key = key::of_view(&view, &self.names);
        self.by_key.entry(key.into_boxed_slice()).or_default().push(number);
        let path = normal(&view.path);
        let path = match self.path_numbers.get(path.as_ref()) {
            Some(&known) => known,
            None => {
                let fresh = u32::try_from(self.paths.len()).unwrap_or(u32::MAX);
                self.paths.push((path.clone().into_owned(), Vec::new()));
                self.path_numbers.insert(path.into_owned(), fresh);
                fresh
            }
        };
        self.paths[path as usize].1.push(number);
        let method = self.methods.iter().position(|m| m == view.method).unwrap_or_else(|| {
            self.methods.push(view.method.to_owned());
            self.methods.len() - 1
        });
        let sketch = Sketch::of(&view, &self.names);
        self.entries.push(Entry { path, method: method as u32, sketch });
    }

    /// Every entry with the same key, in recorded order.
    pub fn find(&self, asked: &Request) -> Option<&[u32]> {
        self.by_key.get(key::key(asked, &self.names).as_slice()).map(Vec::as_slice)
    }

    /// The names that this index masks.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
