//! Recorded requests found by the forms of their secrets, where the key of the pseudonyms is missing.

use cassettes::{
    matching,
    model::{Redaction, Request},
    redact::{Names, Veil},
};
use std::collections::{BTreeSet, HashMap};

/// What was recorded, by what shows of it without the key: each veil once.
#[derive(Default)]
pub(crate) struct Forms(Vec<(Veil, Shown)>);

/// The numbers of requests by the key of what shows of them.
type Shown = HashMap<Vec<u8>, BTreeSet<usize>>;

impl Forms {
    /// Adds a request under its number, with what redaction took out of it. One from whose target and body nothing
    /// was taken stays out: it is found as it is.
    pub(crate) fn add(&mut self, request: &Request, redactions: &[Redaction], names: &Names, number: usize) {
        let Some(veil) = Veil::of(redactions).filter(Veil::is_inside) else { return };
        let key = matching::key(&veil.over(request), names);
        let at = self.0.iter().position(|(known, _)| *known == veil).unwrap_or_else(|| {
            self.0.push((veil, Shown::new()));
            self.0.len() - 1
        });
        self.0[at].1.entry(key).or_default().insert(number);
    }

    /// The numbers of those that a cleaned request may be, in order. To be asked where nothing else finds it.
    pub(crate) fn find(&self, asked: &Request, names: &Names) -> BTreeSet<usize> {
        let found =
            |(veil, shown): &(Veil, Shown)| shown.get(&matching::key(&veil.over(asked), names)).cloned();
        self.0.iter().filter_map(found).flatten().collect()
    }
}
