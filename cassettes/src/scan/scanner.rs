//! What a project looks for, and the scan of plain bytes.

use super::{Leak, dig::Dig, find::Which, kind::Kind, table::kinds};
use std::collections::BTreeSet;

/// What a project looks for. Made once and shared.
#[derive(Debug, Clone, Default)]
pub struct Scanner {
    /// None: all.
    only: BTreeSet<String>,
    skip: BTreeSet<String>,
}

/// There is no kind of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no kind of secret `{name}`")]
pub struct UnknownKind {
    /// As it was given.
    pub name: String,
    /// What to do about it.
    pub hint: String,
}

impl Scanner {
    /// Looks for these kinds alone, or for all where none is named, but for those to skip.
    pub fn new(only: &[String], skip: &[String]) -> Result<Scanner, UnknownKind> {
        for name in only.iter().chain(skip) {
            if !kinds().iter().any(|kind| kind.name == *name) {
                return Err(unknown(name));
            }
        }
        Ok(Scanner { only: only.iter().cloned().collect(), skip: skip.iter().cloned().collect() })
    }

    /// Every leak in some bytes, whatever they are, by line and column.
    pub fn text(&self, text: &[u8]) -> Vec<Leak> {
        let mut leaks = Dig::new(self, Which::All, text.len()).text(text, 0);
        settle(&mut leaks);
        place(text, &mut leaks);
        leaks
    }

    /// The same for kinds whose look is proof, without lines.
    pub fn certain(&self, text: &[u8]) -> Vec<Leak> {
        Dig::new(self, Which::Certain, text.len()).text(text, 0)
    }

    /// How many kinds are looked for.
    pub fn breadth(&self) -> usize {
        kinds().iter().filter(|kind| self.wants(kind)).count()
    }

    pub(super) fn wants(&self, kind: &Kind) -> bool {
        (self.only.is_empty() || self.only.contains(&kind.name)) && !self.skip.contains(&kind.name)
    }
}

fn unknown(name: &str) -> UnknownKind {
    let words: Vec<&str> = name.split('-').filter(|word| word.len() > 2).collect();
    let close: Vec<&str> = kinds()
        .iter()
        .map(|kind| kind.name.as_str())
        .filter(|known| words.iter().any(|word| known.contains(word)))
        .take(5)
        .collect();
    let hint = if close.is_empty() {
        "`truetape scan --kinds` lists them".to_owned()
    } else {
        format!("did you mean {}?", close.join(", "))
    };
    UnknownKind { name: name.to_owned(), hint }
}

/// One place is told once: as the surest and least decoded of what was seen there.
fn settle(leaks: &mut Vec<Leak>) {
    leaks.sort_by(|a, b| {
        (a.offset, !a.kind.certain, a.chain.len(), &a.kind.name).cmp(&(
            b.offset,
            !b.kind.certain,
            b.chain.len(),
            &b.kind.name,
        ))
    });
    leaks.dedup_by(|next, kept| {
        // Several may stand in one run; in what was only unescaped each has a place of its own.
        let apart = next.chain.iter().any(|layer| !layer.starts_with(['e', 'p', 'f']));
        let same = next.tag == kept.tag && next.excerpt == kept.excerpt;
        next.offset == kept.offset && (same || !apart || (!next.kind.certain && kept.kind.certain))
    });
}

/// Gives each its line and column.
fn place(text: &[u8], leaks: &mut [Leak]) {
    let (mut at, mut line, mut column) = (0, 1, 1);
    for leak in leaks {
        let between = &text[at..leak.offset.max(at)];
        line += memchr::memchr_iter(b'\n', between).count() as u32;
        let last = memchr::memrchr(b'\n', between);
        if last.is_some() {
            column = 1;
        }
        let rest = &between[last.map_or(0, |last| last + 1)..];
        // A character begins with each byte that continues none.
        column += rest.iter().filter(|b| **b & 0xc0 != 0x80).count() as u32;
        at += between.len();
        leak.line = line;
        leak.column = column;
    }
}
