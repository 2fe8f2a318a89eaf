//! Finds what looks like a secret: one pass over all keywords, and the pattern of a kind only where one stands.
//!
//! The work is bounded by the length of the text times a constant: an attempt begins at a keyword, and a kind
//! whose keyword stands everywhere is looked for in one pass instead.

use super::{
    assigned, check, keywords,
    kind::{Check, Kind},
    table::kinds,
};
use regex::bytes::Match;
use std::{
    collections::BTreeMap,
    ops::{ControlFlow, Range},
};

/// Something of the look of a secret.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    /// Where the secret itself stands.
    pub(crate) span: Range<usize>,
    pub(crate) kind: &'static Kind,
    /// The name that gives it away.
    pub(crate) name: Option<Range<usize>>,
}

/// Which kinds are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Certain,
    All,
}

/// So many attempts for each kind begin at keywords; then the rest is one pass.
const ATTEMPTS: usize = 64;
/// So far an attempt looks at first. Nearly all secrets are shorter.
const NEAR: usize = 4096;
/// What one that looks further counts as.
const FAR: usize = 16;
/// How far behind a keyword a secret with a context ends.
const BEHIND: usize = 480;
/// A text holds no more of one kind.
const MOST: usize = 1000;

/// Everything that has the look of a certain kind, whatever it holds; signed tokens have a reader of their own.
pub(crate) fn live(text: &[u8]) -> Vec<Hit> {
    find(text, Which::Certain, &|kind| kind.check != Check::Jwt)
}

/// Everything that has a look, in order, without overlaps: certain ones win, then those that know the issuer.
pub(super) fn find(text: &[u8], which: Which, wants: &dyn Fn(&Kind) -> bool) -> Vec<Hit> {
    let mut hits = Vec::new();
    search(text, which, &mut hits);
    hits.retain(|hit| wants(hit.kind));
    settle(hits)
}

fn settle(mut hits: Vec<Hit>) -> Vec<Hit> {
    if hits.len() < 2 {
        return hits;
    }
    hits.sort_by_key(|hit| {
        let vague = hit.kind.check == Check::Assigned;
        (!hit.kind.certain, vague, hit.span.start, std::cmp::Reverse(hit.span.end))
    });
    let mut kept: BTreeMap<usize, Hit> = BTreeMap::new();
    for hit in hits {
        let before = kept.range(..hit.span.end).next_back();
        if before.is_none_or(|(_, other)| other.span.end <= hit.span.start) {
            kept.insert(hit.span.start, hit);
        }
    }
    kept.into_values().collect()
}

fn search(text: &[u8], which: Which, hits: &mut Vec<Hit>) {
    // For each kind that was met: where to go on, and how often it was tried.
    let mut states: BTreeMap<usize, State> = BTreeMap::new();
    keywords::each(text, which == Which::Certain, |word, at| {
        let state = states.entry(word.kind).or_default();
        state.meet(&kinds()[word.kind], text, at..at + word.text.len(), word.plain, hits);
        ControlFlow::<()>::Continue(())
    });
    for (number, state) in states {
        state.finish(&kinds()[number], text, hits);
    }
}

#[derive(Default)]
struct State {
    /// Nothing before it is looked at again.
    from: usize,
    attempts: usize,
    found: usize,
    /// What is to be looked through, merged.
    window: Option<Range<usize>>,
}

impl State {
    fn meet(&mut self, kind: &'static Kind, text: &[u8], at: Range<usize>, plain: bool, hits: &mut Vec<Hit>) {
        if at.start < self.from || self.found > MOST {
            return;
        }
        if kind.check == Check::Assigned {
            if let Some((name, span)) = assigned::read(text, at) {
                self.from = span.end;
                self.found += 1;
                hits.push(Hit { span, kind, name: Some(name) });
            }
            return;
        }
        self.attempts += 1;
        if plain && self.attempts <= ATTEMPTS {
            if let Some(end) = self.attempt(kind, &text[at.start..]) {
                self.take(kind, text, at.start..at.start + end, hits);
            }
            return;
        }
        let end = text.len().min(at.end + BEHIND);
        let start = at.start.saturating_sub(kind.before + 1).max(self.from);
        match &mut self.window {
            Some(window) if start <= window.end => window.end = window.end.max(end),
            _ => {
                let window = self.window.replace(start..end);
                self.look_through(kind, text, window, hits);
            }
        }
    }

    /// Where what begins with the text ends.
    fn attempt(&mut self, kind: &Kind, text: &[u8]) -> Option<usize> {
        let regex = kind.anchored()?;
        let near = &text[..text.len().min(NEAR)];
        let end = look(regex.find(near), near.len());
        let goes_on = match end {
            Some(end) => end == near.len(),
            None => near.iter().all(|b| *b > b' ' && !matches!(b, b'"' | b'\'' | b'<')),
        };
        if near.len() == text.len() || !goes_on {
            return end;
        }
        self.attempts += FAR;
        look(regex.find(text), text.len())
    }

    fn finish(mut self, kind: &'static Kind, text: &[u8], hits: &mut Vec<Hit>) {
        let window = self.window.take();
        self.look_through(kind, text, window, hits);
    }

    fn look_through(
        &mut self,
        kind: &'static Kind,
        text: &[u8],
        window: Option<Range<usize>>,
        hits: &mut Vec<Hit>,
    ) {
        let (Some(window), Some(regex)) = (window, kind.anywhere()) else { return };
        let mut at = window.start.max(self.from);
        while at < window.end && self.found <= MOST {
            // A secret that begins within may end behind.
            let end = text.len().min(window.end + 4 * BEHIND);
            let found = regex.find_at(&text[..end], at);
            look(found, end - at);
            let Some(found) = found else { return };
            let span = if kind.has_context() {
                let groups = regex.captures_at(&text[..end], found.start());
                groups
                    .and_then(|groups| (1..groups.len()).find_map(|n| groups.get(n)))
                    .map(|group| group.range())
            } else {
                Some(found.range())
            };
            at = found.end().max(at + 1);
            if let Some(span) = span {
                self.take(kind, text, span, hits);
            }
        }
    }

    fn take(&mut self, kind: &'static Kind, text: &[u8], span: Range<usize>, hits: &mut Vec<Hit>) {
        if let Some(span) = check::look(kind, text, span) {
            self.from = span.end;
            self.found += 1;
            hits.push(Hit { span, kind, name: None });
        }
    }
}

/// Where a match ends, of a search in so many bytes.
fn look(found: Option<Match<'_>>, _within: usize) -> Option<usize> {
    #[cfg(test)]
    super::work::looked(found.map_or(_within, |found| found.len()));
    found.map(|found| found.end())
}
