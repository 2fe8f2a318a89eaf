//! Scans a text, what stands encoded in it, and so on, within bounds.

use super::{
    Leak, encoded, find,
    find::{Hit, Which},
    harmless,
    scanner::Scanner,
    undo,
};
use crate::codec;
use std::collections::HashSet;

/// Encodings within encodings.
const DEEPEST: usize = 5;
/// All that is decoded of one text is at most so many times its length,
const FACTOR: usize = 24;
/// and so many bytes more,
const GRANTED: usize = 8 << 20;
/// and no more than this.
const CEILING: usize = 256 << 20;
/// Leaks of one text; more tell nothing new.
const MOST: usize = 2000;

pub(super) struct Dig<'s> {
    scanner: &'s Scanner,
    which: Which,
    left: usize,
    /// Runs that were decoded already, in another view of the same text.
    seen: HashSet<(usize, u64)>,
}

/// The leaks of one text.
struct Told {
    leaks: Vec<Leak>,
    /// Their places, tags and excerpts; made when something in another layer is found.
    known: Option<HashSet<(usize, u32, String)>>,
}

impl Told {
    fn is_full(&self) -> bool {
        self.leaks.len() >= MOST
    }

    /// One that was found in another layer, unless it is told already.
    fn add(&mut self, leak: Leak) {
        let print = |leak: &Leak| (leak.offset, leak.tag, leak.excerpt.clone());
        let known = self.known.get_or_insert_with(|| self.leaks.iter().map(print).collect());
        if self.leaks.len() < MOST && known.insert(print(&leak)) {
            self.leaks.push(leak);
        }
    }
}

impl<'s> Dig<'s> {
    pub(super) fn new(scanner: &'s Scanner, which: Which, len: usize) -> Self {
        let left =
            (len.saturating_mul(FACTOR)).saturating_add(GRANTED).min(CEILING.max(len.saturating_mul(2)));
        Dig { scanner, which, left, seen: HashSet::new() }
    }

    /// Every leak, by its place in the text.
    pub(super) fn text(&mut self, text: &[u8], depth: usize) -> Vec<Leak> {
        let hits = find::find(text, self.which, &|kind| self.scanner.wants(kind));
        let leaks = hits.iter().filter_map(|hit| self.judge(text, hit)).take(MOST).collect();
        let mut told = Told { leaks, known: None };
        if depth < DEEPEST && self.left > 0 && !told.is_full() {
            self.inner(text, depth, &mut told);
        }
        told.leaks
    }

    fn judge(&self, text: &[u8], hit: &Hit) -> Option<Leak> {
        let secret = &text[hit.span.clone()];
        if harmless::is_harmless(hit.kind, secret) {
            return None;
        }
        let name = hit.name.clone().map(|name| &text[name]);
        Some(Leak::new(hit.kind, secret, hit.span.start, name))
    }

    fn inner(&mut self, text: &[u8], depth: usize, leaks: &mut Told) {
        if let Some(coding) = encoded::coding(text) {
            let (plain, _) = codec::decode_within(text, coding, self.left.min(codec::MAX_DECODED));
            self.layer(&plain, coding, depth, leaks, &|places| vec![0; places.len()]);
            return;
        }
        if let Some(plain) = encoded::from_utf16(text) {
            let twice = |places: &[usize]| places.iter().map(|at| (at * 2).min(text.len())).collect();
            self.layer(&plain, "utf-16", depth, leaks, &twice);
            return;
        }
        if text.contains(&0) && text.iter().take(1024).filter(|b| **b == 0).count() > 8 {
            // Neither text nor anything that we can open.
            return;
        }
        for run in encoded::runs(text) {
            let print = foldhash::quality::FixedState::default();
            if !self.seen.insert((run.bytes.len(), std::hash::BuildHasher::hash_one(&print, &run.bytes))) {
                continue;
            }
            let start = run.span.start;
            self.layer(&run.bytes, run.label, depth, leaks, &|places| vec![start; places.len()]);
            if self.left == 0 || leaks.is_full() {
                return;
            }
        }
        if let Some((plain, undone)) = undo::undo(text) {
            self.layer(&plain, &undone.label(), depth, leaks, &|places| undo::origins(text, places));
        }
    }

    /// The leaks of a layer, at their places in what it was made of.
    fn layer(
        &mut self,
        plain: &[u8],
        label: &str,
        depth: usize,
        leaks: &mut Told,
        origins: &dyn Fn(&[usize]) -> Vec<usize>,
    ) {
        #[cfg(test)]
        super::work::looked(plain.len());
        self.left = self.left.saturating_sub(plain.len());
        let mut inner = self.text(plain, depth + 1);
        if inner.is_empty() {
            return;
        }
        inner.sort_by_key(|leak| leak.offset);
        let places: Vec<usize> = inner.iter().map(|leak| leak.offset).collect();
        let origins = origins(&places);
        for (mut leak, origin) in inner.into_iter().zip(origins) {
            leak.offset = origin;
            leak.chain.insert(0, label.to_owned());
            leaks.add(leak);
        }
    }
}
