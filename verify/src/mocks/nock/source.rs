//! A source with its constants: which value a name holds at a place.

use super::literals::Reader;
use super::value::Js;
use super::words::{Kind, Word};
use std::collections::HashMap;

/// A source with its constants.
pub(super) struct Source<'s> {
    pub(super) text: &'s str,
    pub(super) words: &'s [Word],
    /// Where the values of a name begin, and whether a declaration gives it.
    constants: HashMap<&'s str, Vec<(usize, bool)>>,
    /// How many blocks are open at each word.
    depths: Vec<u32>,
    /// Names under which other files are taken in.
    pub(super) imports: HashMap<&'s str, &'s str>,
    /// A file that the source takes in by its name.
    pub(super) file: &'s dyn Fn(&str) -> Option<Js>,
}

impl<'s> Source<'s> {
    pub(super) fn new(text: &'s str, words: &'s [Word], file: &'s dyn Fn(&str) -> Option<Js>) -> Self {
        let mut constants: HashMap<&'s str, Vec<(usize, bool)>> = HashMap::new();
        for at in 0..words.len() {
            let Kind::Name(name) = &words[at].kind else { continue };
            let before = at.checked_sub(1).map(|b| &words[b].kind);
            let declared =
                matches!(before, Some(Kind::Name(word)) if matches!(word.as_str(), "const" | "let" | "var"));
            let member = matches!(before, Some(Kind::Sign("." | "?.")));
            let begin = assigned(words, at, declared).filter(|_| !member);
            if let Some(begin) = begin {
                constants.entry(name).or_default().push((begin, declared));
            }
        }
        Source { text, words, constants, depths: depths(words), imports: imports(words), file }
    }

    /// Where the value of a name begins that holds at a word: the last declaration before it in a block that is
    /// still open, if nothing else is ever put there.
    pub(super) fn constant(&self, name: &str, at: usize) -> Option<usize> {
        let known = self.constants.get(name)?;
        let holds = |begin: usize| {
            // At the sign before it: a value may open a block of its own.
            let depth = self.depths.get(begin.saturating_sub(1)).copied().unwrap_or_default();
            self.depths.get(begin..at.max(begin)).is_some_and(|between| between.iter().all(|d| *d >= depth))
        };
        let (begin, _) =
            known.iter().rev().find(|(begin, declared)| *declared && *begin <= at && holds(*begin))?;
        let changed = known.iter().any(|(other, declared)| !declared && other > begin);
        (!changed).then_some(*begin)
    }

    /// Values from a word on.
    pub(super) fn read(&self, at: usize) -> Reader<'_, 's> {
        Reader::new(self, at)
    }
}

/// How many blocks are open at each word.
fn depths(words: &[Word]) -> Vec<u32> {
    let mut depth = 0_u32;
    words
        .iter()
        .map(|word| {
            match word.kind {
                Kind::Sign("{") => depth += 1,
                Kind::Sign("}") => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth
        })
        .collect()
}

/// `import NAME from 'FILE'`.
fn imports(words: &[Word]) -> HashMap<&str, &str> {
    let one = |four: &'_ [Word]| -> bool { matches!(&four[2].kind, Kind::Name(from) if from == "from") };
    let mut found = HashMap::new();
    for four in words.windows(4).filter(|four| one(four)) {
        if let (Kind::Name(word), Kind::Name(name), Kind::Text(file)) =
            (&four[0].kind, &four[1].kind, &four[3].kind)
            && matches!(word.as_str(), "import" | "as")
        {
            found.insert(name.as_str(), file.as_str());
        }
    }
    found
}

/// Where the value of `NAME = …` begins, a type between them passed over.
fn assigned(words: &[Word], at: usize, declared: bool) -> Option<usize> {
    let sign = |at: usize| match words.get(at).map(|word| &word.kind) {
        Some(Kind::Sign(sign)) => Some(*sign),
        _ => None,
    };
    let mut next = at + 1;
    if declared && sign(next) == Some(":") {
        while next < words.len() && next < at + 60 && !matches!(sign(next), Some("=" | ";")) {
            next += 1;
        }
    }
    // `==` and `=>` are something else.
    let plain = sign(next) == Some("=") && sign(next + 1) != Some("=");
    let compared = at > 0 && matches!(sign(at - 1), Some("=" | "!" | "<" | ">"));
    (plain && !compared).then_some(next + 1)
}
