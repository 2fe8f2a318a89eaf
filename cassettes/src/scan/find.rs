//! Finds what looks like a secret: one pass over all keywords, and the pattern of a kind only where one stands.
//!
//! The work is bounded by the length of the text times a constant: an attempt begins at a keyword, and a kind
//! whose keyword stands everywhere is looked for in one pass instead.

use super::{
    assigned, check,
    kind::{Check, Kind},
    table::kinds,
};
use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind, Span, packed};
use std::{collections::HashMap, ops::Range, sync::LazyLock};

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
/// How far behind a keyword a secret with a context ends.
const BEHIND: usize = 480;
/// A text holds no more of one kind.
const MOST: usize = 1000;

struct Keywords {
    automaton: AhoCorasick,
    /// The kinds of each keyword.
    owners: Vec<Vec<usize>>,
    /// The same keywords, looked for many bytes at a time. None where letters' case is the same or the
    /// processor has no such instructions.
    quick: Option<Vec<Quick>>,
}

struct Quick {
    searcher: packed::Searcher,
    /// Its keywords mean something only where a word begins.
    begins: bool,
}

impl Quick {
    fn find(&self, text: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            let found = self.searcher.find_in(text, Span::from(at..text.len()))?.start();
            if !self.begins || begins(text, found) {
                return Some(found);
            }
            at = found + 1;
        }
    }
}

/// A text so short is looked through in one pass over its bytes.
const SHORT: usize = 64;

/// So many keywords one search for many bytes at a time takes.
const TOGETHER: usize = 64;

impl Keywords {
    fn of(certain: bool) -> Keywords {
        let mut words: Vec<&str> = Vec::new();
        let mut owners: Vec<Vec<usize>> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for (number, kind) in kinds().iter().enumerate().filter(|(_, kind)| kind.certain == certain) {
            for word in &kind.keywords {
                let at = *known.entry(word).or_insert_with(|| {
                    words.push(word);
                    owners.push(Vec::new());
                    words.len() - 1
                });
                owners[at].push(number);
            }
        }
        let plain = |at: usize| owners[at].iter().all(|&number| kinds()[number].is_plain());
        let mut quick = certain.then(Vec::new);
        for begins in [true, false] {
            let mut some: Vec<&str> =
                (0..words.len()).filter(|at| plain(*at) == begins).map(|at| words[at]).collect();
            some.sort_unstable();
            for some in some.chunks(TOGETHER) {
                let built = packed::Config::new().builder().extend(some).build();
                match (&mut quick, built) {
                    (Some(quick), Some(searcher)) => quick.push(Quick { searcher, begins }),
                    _ => quick = None,
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::DFA))
            .ascii_case_insensitive(!certain)
            .build(words);
        Keywords { automaton: automaton.expect("constant words build"), owners, quick }
    }

    /// What is left of the text from the first keyword on that may begin something, if there is one. Nearly every
    /// text has none.
    fn onward<'t>(&self, text: &'t [u8]) -> Option<Input<'t>> {
        if text.len() < SHORT {
            return self.automaton.is_match(text).then(|| Input::new(text));
        }
        let first = match &self.quick {
            Some(quick) => quick.iter().filter_map(|some| some.find(text)).min()?,
            None => 0,
        };
        Some(Input::new(text).range(first..))
    }
}

static CERTAIN: LazyLock<Keywords> = LazyLock::new(|| Keywords::of(true));
static LIKELY: LazyLock<Keywords> = LazyLock::new(|| Keywords::of(false));

/// Builds what is built once.
pub(crate) fn prepare() {
    LazyLock::force(&CERTAIN);
}

/// Whether a keyword of a certain kind stands in the text at all.
pub(crate) fn smell(text: &[u8]) -> bool {
    CERTAIN.onward(text).is_some_and(|rest| CERTAIN.automaton.is_match(rest))
}

/// Everything that has the look of a certain kind, whatever it holds; signed tokens have a reader of their own.
pub(crate) fn live(text: &[u8]) -> Vec<Hit> {
    find(text, Which::Certain, &|kind| kind.check != Check::Jwt)
}

/// Everything that has a look, in order, without overlaps: certain ones win, then those that know the issuer.
pub(super) fn find(text: &[u8], which: Which, wants: &dyn Fn(&Kind) -> bool) -> Vec<Hit> {
    let mut hits = Vec::new();
    search(&CERTAIN, text, &mut hits);
    if which == Which::All {
        search(&LIKELY, text, &mut hits);
    }
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
    let mut kept: std::collections::BTreeMap<usize, Hit> = std::collections::BTreeMap::new();
    for hit in hits {
        let before = kept.range(..hit.span.end).next_back();
        if before.is_none_or(|(_, other)| other.span.end <= hit.span.start) {
            kept.insert(hit.span.start, hit);
        }
    }
    kept.into_values().collect()
}

fn search(keywords: &Keywords, text: &[u8], hits: &mut Vec<Hit>) {
    let Some(rest) = keywords.onward(text) else { return };
    // For each kind that was met: where to go on, and how often it was tried.
    let mut states: HashMap<usize, State> = HashMap::new();
    for found in keywords.automaton.find_overlapping_iter(rest) {
        for &number in &keywords.owners[found.pattern().as_usize()] {
            let kind = &kinds()[number];
            let plain = kind.is_plain();
            if plain && !begins(text, found.start()) {
                continue;
            }
            states.entry(number).or_default().meet(kind, text, found.start()..found.end(), plain, hits);
        }
    }
    let mut left: Vec<(usize, State)> = states.into_iter().collect();
    left.sort_by_key(|(number, _)| *number);
    for (number, state) in left {
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
            let found = kind.anchored().and_then(|regex| regex.find(&text[at.start..]));
            if let Some(found) = found {
                let span = at.start..at.start + found.end();
                self.take(kind, text, span, hits);
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
            let Some(found) = regex.find_at(&text[..end], at) else { return };
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

/// Whether a word begins here, where what stands here is one.
fn begins(text: &[u8], at: usize) -> bool {
    if !text[at].is_ascii_alphanumeric() {
        return true;
    }
    let Some(before) = at.checked_sub(1).map(|b| text[b]) else { return true };
    !(before.is_ascii_alphanumeric() || before == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_keyword_is_passed_over() {
        for word in kinds().iter().filter(|kind| kind.certain).flat_map(|kind| &kind.keywords) {
            let text = format!("{}{word}{}", "a plain text. ".repeat(9), " and more of it".repeat(9));
            let first = CERTAIN.automaton.find_overlapping_iter(&text).map(|found| found.start()).min();
            assert_eq!(CERTAIN.onward(text.as_bytes()).map(|rest| rest.start()), first, "{word}");
        }
        assert!(CERTAIN.onward("a plain text. ".repeat(9).as_bytes()).is_none());
    }
}
