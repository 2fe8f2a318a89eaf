//! Replaces base URLs in a stream of bytes, holding back no more than what may yet become one.

use memchr::memmem::Finder;
use std::sync::Arc;

/// One spelling of a base URL and what stands in its place.
#[derive(Debug)]
struct Needle {
    finder: Finder<'static>,
    with: Vec<u8>,
}

/// Every spelling of every base URL, longest first.
#[derive(Debug, Default)]
pub(super) struct Needles(Vec<Needle>);

impl Needles {
    /// The longest spelling wins where one begins with another.
    pub(super) fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut pairs: Vec<(String, String)> =
            pairs.into_iter().filter(|(from, _)| !from.is_empty()).collect();
        pairs.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        pairs.dedup_by(|a, b| a.0 == b.0);
        let needle = |(from, with): (String, String)| Needle {
            finder: Finder::new(&from).into_owned(),
            with: with.into(),
        };
        Needles(pairs.into_iter().map(needle).collect())
    }

    /// Whether any spelling occurs, followed by what it may.
    pub(super) fn occur(&self, text: &[u8]) -> bool {
        self.0.iter().any(|needle| needle.finder.find(text).is_some())
    }

    /// The text with every base URL replaced; none if there is none.
    pub(super) fn replace(&self, text: &[u8]) -> Option<Vec<u8>> {
        if !self.occur(text) {
            return None;
        }
        let mut out = Vec::with_capacity(text.len() + 64);
        let done = self.pass(text, true, &mut out);
        debug_assert_eq!(done, text.len(), "nothing is held back at the end");
        (out != text).then_some(out)
    }

    /// Writes what is decided and says how much of the text that was.
    fn pass(&self, text: &[u8], last: bool, out: &mut Vec<u8>) -> usize {
        let mut next: Vec<Option<usize>> = self.0.iter().map(|n| n.finder.find(text)).collect();
        let mut at = 0;
        // Where the undecided end begins; every hit behind it waits for more.
        let limit = if last { text.len() } else { self.undecided(text, 0) };
        loop {
            for (needle, hit) in self.0.iter().zip(&mut next) {
                if hit.is_some_and(|hit| hit < at) {
                    *hit = needle.finder.find(&text[at..]).map(|hit| hit + at);
                }
            }
            let Some(hit) = next.iter().flatten().min().copied().filter(|&hit| hit < limit) else { break };
            out.extend_from_slice(&text[at..hit]);
            match self.0.iter().find(|n| n.stands_at(text, hit)) {
                Some(needle) => {
                    out.extend_from_slice(&needle.with);
                    at = hit + needle.finder.needle().len();
                }
                None => {
                    out.push(text[hit]);
                    at = hit + 1;
                }
            }
        }
        let end = limit.max(at);
        out.extend_from_slice(&text[at..end]);
        end
    }

    /// The first place from which on the text may yet become a base URL, or lacks the character that
    /// decides whether it is one.
    fn undecided(&self, text: &[u8], from: usize) -> usize {
        let longest = self.0.first().map_or(0, |n| n.finder.needle().len());
        let start = text.len().saturating_sub(longest).max(from);
        let open = |at: usize| self.0.iter().any(|n| n.finder.needle().starts_with(&text[at..]));
        (start..text.len()).find(|&at| open(at)).unwrap_or(text.len())
    }
}

impl Needle {
    /// Whether it stands here and ends here: `http://host` is no part of `http://hostess`.
    fn stands_at(&self, text: &[u8], at: usize) -> bool {
        let rest = &text[at..];
        rest.starts_with(self.finder.needle())
            && match rest.get(self.finder.needle().len()) {
                None => true,
                Some(b) => b.is_ascii_whitespace() || b"/?#\"'<>,;)]}\\&|`".contains(b),
            }
    }
}

/// Replaces base URLs in a body that comes in pieces. However it is cut, the result is the same.
#[derive(Debug, Clone)]
pub struct Rewriter {
    needles: Arc<Needles>,
    held: Vec<u8>,
}

impl Rewriter {
    pub(super) fn new(needles: Arc<Needles>) -> Self {
        Rewriter { needles, held: Vec::new() }
    }

    /// What can be passed on. Held back is only an end that may yet become a base URL, never more than
    /// the longest one has bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut text = std::mem::take(&mut self.held);
        text.extend_from_slice(bytes);
        let mut out = Vec::with_capacity(text.len() + 32);
        let done = self.needles.pass(&text, false, &mut out);
        text.drain(..done);
        self.held = text;
        out
    }

    /// What was held back, now that nothing follows it.
    pub fn finish(&mut self) -> Vec<u8> {
        let text = std::mem::take(&mut self.held);
        let mut out = Vec::new();
        self.needles.pass(&text, true, &mut out);
        out
    }
}
