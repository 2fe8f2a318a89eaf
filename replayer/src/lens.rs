//! How a session sees its tape where something is declared to make no difference.

use crate::tape::{Group, Loose};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// The tape as declared, and how far the session has used its large groups up.
#[derive(Debug)]
pub(crate) struct Lens {
    loose: Arc<Loose>,
    /// Of each large group, how many members have no answer left, from the first one on.
    spent: Box<[AtomicU32]>,
}

impl Lens {
    /// Of a session that has used up nothing.
    pub(crate) fn new(loose: Arc<Loose>) -> Self {
        let spent = (0..loose.large).map(|_| AtomicU32::new(0)).collect();
        Lens { loose, spent }
    }

    /// The tape as declared.
    pub(crate) fn loose(&self) -> &Loose {
        &self.loose
    }

    /// How many members of a group, from its first one on, have no answer left.
    pub(crate) fn spent(&self, group: &Group) -> usize {
        group.large.map_or(0, |group| self.spent[group as usize].load(Relaxed) as usize)
    }

    /// Remembers that so many members of a group have none left.
    pub(crate) fn spend(&self, group: &Group, members: usize) {
        if let Some(group) = group.large {
            self.spent[group as usize].fetch_max(u32::try_from(members).unwrap_or(u32::MAX), Relaxed);
        }
    }

    /// Everything is left again.
    pub(crate) fn reset(&self) {
        self.spent.iter().for_each(|spent| spent.store(0, Relaxed));
    }
}
