//! Where the first keyword of a certain kind stands in a longer text, looked for many bytes at a time.

use super::keywords::{Word, begins, words};
use aho_corasick::{Span, packed};
use std::sync::LazyLock;

/// Shorter texts are looked through byte by byte.
pub(super) const LONG: usize = 256;

/// So many keywords one search takes.
const TOGETHER: usize = 64;

struct Quick {
    searcher: packed::Searcher,
    /// Its keywords mean something only where a word begins.
    plain: bool,
}

/// None where the processor has no such instructions.
static QUICK: LazyLock<Option<Vec<Quick>>> = LazyLock::new(|| {
    let mut quick = Vec::new();
    for plain in [true, false] {
        let wanted = |word: &&Word| word.certain && word.plain == plain;
        let mut some: Vec<&[u8]> = words().iter().filter(wanted).map(|word| word.text).collect();
        some.sort_unstable();
        some.dedup();
        for some in some.chunks(TOGETHER) {
            let searcher = packed::Config::new().builder().extend(some).build()?;
            quick.push(Quick { searcher, plain });
        }
    }
    Some(quick)
});

/// Nothing of a certain kind begins before this place; none: nowhere in the text.
pub(super) fn first(text: &[u8]) -> Option<usize> {
    let Some(quick) = &*QUICK else { return Some(0) };
    quick.iter().filter_map(|some| some.find(text)).min()
}

impl Quick {
    fn find(&self, text: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            let found = self.searcher.find_in(text, Span::from(at..text.len()))?.start();
            if !self.plain || begins(text, found) {
                return Some(found);
            }
            at = found + 1;
        }
    }
}
