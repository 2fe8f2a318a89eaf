//! Where keywords of kinds stand: one pass over a text. What it looks up is made of the tables when the crate is
//! compiled, so that a text without keywords, as nearly all are, costs no more than the pass, and nothing at a
//! program's start.

use super::{quick, table::TABLES};
use std::ops::ControlFlow;

/// A keyword of a kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    pub(super) text: &'static [u8],
    /// The number of its kind, in the order of the tables.
    pub(super) kind: usize,
    /// Its kind's look is proof. Others stand in any case.
    pub(super) certain: bool,
    /// Its kind begins with it, where a word begins.
    pub(super) plain: bool,
}

/// Calls `met` with every keyword that may begin something and its place, in order of places, until it breaks.
pub(super) fn each<B>(
    text: &[u8],
    certain: bool,
    mut met: impl FnMut(&'static Word, usize) -> ControlFlow<B>,
) -> Option<B> {
    #[cfg(test)]
    super::work::looked(text.len());
    let from = if certain && text.len() >= quick::LONG { quick::first(text)? } else { 0 };
    let [first, second, rest @ ..] = &text[from..] else { return None };
    let bits = if certain { &SOUGHT.certain } else { &SOUGHT.all };
    let mut gram = fold(fold(0, *first), *second);
    for (at, b) in (from..).zip(rest) {
        gram = fold(gram, *b);
        let place = place(gram);
        if bits[place / 64] >> (place % 64) & 1 == 1
            && let ControlFlow::Break(with) = chain(text, at, place, certain, &mut met)
        {
            return Some(with);
        }
    }
    None
}

/// Whether a keyword of a certain kind stands where it may begin something.
pub(crate) fn stands(text: &[u8]) -> bool {
    each(text, true, |_, _| ControlFlow::Break(())).is_some()
}

/// The keywords that begin with these three letters.
#[cold]
fn chain<B>(
    text: &[u8],
    at: usize,
    place: usize,
    certain: bool,
    met: &mut impl FnMut(&'static Word, usize) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let mut next = SOUGHT.heads[place % HEADS];
    while let Some(number) = next.checked_sub(1) {
        let word = &SOUGHT.words[usize::from(number)];
        next = SOUGHT.next[usize::from(number)];
        let here = text.get(at..at + word.text.len());
        let is = |here: &[u8]| {
            if word.certain { here == word.text } else { !certain && here.eq_ignore_ascii_case(word.text) }
        };
        if here.is_some_and(is) && (!word.plain || begins(text, at)) {
            met(word, at)?;
        }
    }
    ControlFlow::Continue(())
}

/// Whether a word begins here, where what stands here is one.
pub(super) fn begins(text: &[u8], at: usize) -> bool {
    if !text[at].is_ascii_alphanumeric() {
        return true;
    }
    let Some(before) = at.checked_sub(1).map(|b| text[b]) else { return true };
    !(before.is_ascii_alphanumeric() || before == b'_')
}

/// Every keyword, in the order of the tables.
pub(super) fn words() -> &'static [Word] {
    let count = SOUGHT.words.iter().position(|word| word.text.is_empty());
    &SOUGHT.words[..count.unwrap_or(WORDS)]
}

/// How many keywords there may be; the compiler says when they are more.
const WORDS: usize = 1024;
/// The places that beginnings are spread over.
const PLACES: usize = 1 << 15;
const HEADS: usize = 1 << 12;

struct Sought {
    words: [Word; WORDS],
    /// The keyword after this one in its chain, counted from one.
    next: [u16; WORDS],
    heads: [u16; HEADS],
    certain: [u64; PLACES / 64],
    all: [u64; PLACES / 64],
}

static SOUGHT: Sought = sought();

/// The last three bytes, letters in one case.
const fn fold(gram: u32, b: u8) -> u32 {
    (gram << 8 | (b | 0x20) as u32) & 0x00ff_ffff
}

const fn place(gram: u32) -> usize {
    (gram.wrapping_mul(0x9e37_79b1) >> (32 - PLACES.trailing_zeros())) as usize
}

#[expect(clippy::large_stack_arrays, reason = "it is run by the compiler")]
const fn sought() -> Sought {
    let none = Word { text: b"", kind: 0, certain: false, plain: false };
    let mut sought = Sought {
        words: [none; WORDS],
        next: [0; WORDS],
        heads: [0; HEADS],
        certain: [0; PLACES / 64],
        all: [0; PLACES / 64],
    };
    let (mut count, mut kind, mut table) = (0, 0, 0);
    while table < TABLES.len() {
        let text = TABLES[table].as_bytes();
        let mut at = 0;
        while at < text.len() {
            if text[at] == b'-' {
                let line = read(text, at + 3);
                let mut from = line.keywords;
                while text[from] != b']' {
                    let (start, end, after) = item(text, from);
                    let word = text.split_at(start).1.split_at(end - start).0;
                    sought.words[count] = Word { text: word, kind, certain: line.certain, plain: line.plain };
                    let place = place(fold(fold(fold(0, word[0]), word[1]), word[2]));
                    sought.next[count] = sought.heads[place % HEADS];
                    count += 1;
                    sought.heads[place % HEADS] = count as u16;
                    sought.all[place / 64] |= 1 << (place % 64);
                    if line.certain {
                        sought.certain[place / 64] |= 1 << (place % 64);
                    }
                    from = after;
                }
                kind += 1;
                at = line.end;
            }
            while at < text.len() && text[at] != b'\n' {
                at += 1;
            }
            at += 1;
        }
        table += 1;
    }
    sought
}

/// What matters here of a kind: one line, a mapping in braces.
struct Line {
    certain: bool,
    plain: bool,
    /// Where the first keyword stands.
    keywords: usize,
    end: usize,
}

const fn read(text: &[u8], mut at: usize) -> Line {
    let mut line = Line { certain: false, plain: true, keywords: 0, end: 0 };
    while text[at] != b'}' && text[at] != b'\n' {
        let name = at;
        while text[at] != b':' {
            at += 1;
        }
        let (first, second) = (text[name], text[name + 1]);
        at += 2;
        let from = at;
        if text[at] == b'[' {
            line.keywords = at + 1;
            at += 1;
            while text[at] != b']' {
                (_, _, at) = item(text, at);
            }
            at += 1;
        } else {
            let (start, end, after) = item(text, at);
            match (first, second) {
                (b'c', b'e') => line.certain = text[start] == b't',
                (b'b', b'e') => line.plain = false,
                (b'p', b'a') if super::kind::groups(text.split_at(end).0, start) => line.plain = false,
                _ => {}
            }
            at = after;
        }
        assert!(at > from, "a member has a value");
        while text[at] == b',' || text[at] == b' ' {
            at += 1;
        }
    }
    line.end = at;
    line
}

/// Where a scalar begins and ends, and where the next may.
const fn item(text: &[u8], mut at: usize) -> (usize, usize, usize) {
    let quote = text[at];
    if quote != b'\'' && quote != b'"' {
        let start = at;
        while text[at] != b',' && text[at] != b']' && text[at] != b'}' {
            at += 1;
        }
        return (start, at, past(text, at));
    }
    let start = at + 1;
    at = start;
    loop {
        if quote == b'"' && text[at] == b'\\' {
            at += 2;
        } else if text[at] != quote {
            at += 1;
        } else if quote == b'\'' && text[at + 1] == quote {
            at += 2;
        } else {
            return (start, at, past(text, at + 1));
        }
    }
}

const fn past(text: &[u8], mut at: usize) -> usize {
    while text[at] == b',' || text[at] == b' ' {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::kinds;

    #[test]
    fn the_compiler_reads_the_tables_as_the_program_does() {
        let read: Vec<(&str, usize, bool, bool)> = words()
            .iter()
            .map(|word| (std::str::from_utf8(word.text).expect("text"), word.kind, word.certain, word.plain))
            .collect();
        let told: Vec<(&str, usize, bool, bool)> = kinds()
            .iter()
            .enumerate()
            .flat_map(|(number, kind)| {
                kind.keywords.iter().map(move |word| (word.as_str(), number, kind.certain, kind.is_plain()))
            })
            .collect();
        assert_eq!(read, told);
    }

    #[test]
    fn no_keyword_is_passed_over() {
        for (word, times) in words().iter().flat_map(|word| [(word, 1), (word, 40)]) {
            let after = " and more of it".repeat(times);
            let text = [b" a plain text, ".as_slice(), word.text, after.as_bytes()].concat();
            let found = each(&text, false, |met, at| {
                if met.kind == word.kind && at == 15 {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            });
            assert!(found.is_some(), "{word:?}");
            assert!(!word.certain || stands(&text), "{word:?}");
        }
        assert!(!stands("a plain text. ".repeat(90).as_bytes()));
    }
}
