//! What stands beside a value says what it is: `{"value": "…", "name": "X-Api-Key"}` in either order,
//! `["Authorization", "Bearer …"]`, a change to a place (RFC 6902), the members of a private key (RFC 7517).
//! Read before the walk, because the name may come last.

use crate::{
    json::{TokenKind, Tokens, unescape},
    redact::{
        known::is_wordy,
        names::{Judge, Mark, Sense},
    },
};
use std::collections::HashMap;

/// What was found, by where a container begins.
#[derive(Default)]
pub(super) struct Beside {
    objects: HashMap<usize, Owner>,
    pairs: HashMap<usize, Mark>,
}

#[derive(Clone, Copy, Default)]
pub(super) struct Owner {
    /// What the value that the object names is.
    named: Mark,
    /// It is a key, and some of its members are its private part.
    key: bool,
}

enum Open {
    Object { start: usize, member: String, owner: Owner, place: Mark, change: bool },
    Array { start: usize, at: usize, named: Mark, credential: bool },
}

/// Members that name what the value beside them is.
const NAMES: &[&str] = &[
    "name",
    "key",
    "header",
    "field",
    "label",
    "id",
    "type",
    "variable",
    "param",
    "parameter",
    "property",
    "attribute",
];
/// Members that hold such a value.
const VALUES: &[&str] = &[
    "value",
    "values",
    "val",
    "newvalue",
    "new_value",
    "defaultvalue",
    "default_value",
    "stringvalue",
    "string_value",
];
/// The private members of a key (RFC 7518 §6.2.2, §6.3.2, §6.4.1).
const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "k"];
/// A value with its type for a name, as databases and typed interfaces write it.
const TYPED: &[&str] =
    &["s", "n", "b", "ss", "stringvalue", "string_value", "bytesvalue", "bytes_value", "$t", "#text", "_"];

fn is_one_of(list: &[&str], name: &str) -> bool {
    list.iter().any(|one| name.eq_ignore_ascii_case(one))
}

impl Beside {
    /// Reads a document, also one that breaks off.
    pub(super) fn of(text: &[u8], names: Judge<'_>) -> Beside {
        let mut found = Beside::default();
        let smells = |word: &[u8]| memchr::memmem::find(text, word).is_some();
        if names.0.is_none() || !(smells(b"al") || smells(b"\"kty\"") || smells(b"[")) {
            return found;
        }
        let mut tokens = Tokens::new(text);
        let mut open: Vec<Open> = Vec::new();
        while let Some(Ok(token)) = tokens.next() {
            let raw = &text[token.span.clone()];
            match token.kind {
                TokenKind::ObjectStart => open.push(Open::Object {
                    start: token.span.start,
                    member: String::new(),
                    owner: Owner::default(),
                    place: Mark::default(),
                    change: false,
                }),
                TokenKind::ArrayStart => open.push(Open::Array {
                    start: token.span.start,
                    at: 0,
                    named: Mark::default(),
                    credential: false,
                }),
                TokenKind::ObjectEnd | TokenKind::ArrayEnd => {
                    let inner =
                        matches!(open.len().checked_sub(2).map(|at| &open[at]), Some(Open::Array { .. }));
                    if let Some(done) = open.pop() {
                        found.close(&done, inner);
                    }
                }
                TokenKind::Comma => {
                    if let Some(Open::Array { at, .. }) = open.last_mut() {
                        *at += 1;
                    }
                }
                TokenKind::Key => {
                    if let Some(Open::Object { member, .. }) = open.last_mut() {
                        *member = unescape(&raw[1..raw.len() - 1]);
                    }
                }
                TokenKind::String => {
                    if let Some(open) = open.last_mut() {
                        open.read(raw, names);
                    }
                }
                _ => {}
            }
            if tokens.depth() == 0 {
                break;
            }
        }
        for left in &open {
            found.close(left, false);
        }
        found
    }

    fn close(&mut self, open: &Open, in_array: bool) {
        match open {
            Open::Object { start, owner, place, change, .. } => {
                let change = *change && place.sense != Sense::No;
                let owner = if change { Owner { named: *place, ..*owner } } else { *owner };
                if owner.key || owner.named.sense != Sense::No {
                    self.objects.insert(*start, owner);
                }
            }
            Open::Array { start, at: 1, named, credential: true } if in_array => {
                self.pairs.insert(*start, *named);
            }
            Open::Array { .. } => {}
        }
    }

    /// The owner of the members of the object that begins here.
    pub(super) fn object(&self, start: usize) -> Option<Owner> {
        self.objects.get(&start).copied()
    }

    /// What the second of the two elements of the array that begins here is.
    pub(super) fn pair(&self, start: usize) -> Option<Mark> {
        self.pairs.get(&start).copied()
    }
}

impl Owner {
    /// What a member of the object is, where its own name says nothing.
    pub(super) fn mark(self, member: &str) -> Option<Mark> {
        if self.key && PRIVATE.contains(&member) {
            return Some(Mark::of(Sense::Secret));
        }
        (self.named.sense != Sense::No && is_one_of(VALUES, member)).then_some(self.named)
    }
}

/// What a member says that only names the type of the value that its object is.
pub(super) fn typed(parent: Mark, member: &str) -> Option<Mark> {
    (parent.sense != Sense::No && is_one_of(TYPED, member)).then_some(parent)
}

impl Open {
    /// A string that stands directly here.
    fn read(&mut self, raw: &[u8], names: Judge<'_>) {
        let value = || unescape(&raw[1..raw.len() - 1]);
        match self {
            Open::Object { member, owner, place, change, .. } => {
                if is_one_of(NAMES, member) && owner.named.sense == Sense::No {
                    owner.named = names.mark_of_name(&value());
                } else if member == "path" {
                    let path = value();
                    *place = names.mark_of_name(path.rsplit(['/', '.', ':']).next().unwrap_or_default());
                }
                *change |= member == "op";
                owner.key |= member == "kty";
            }
            Open::Array { at: 0, named, .. } => *named = names.mark_of_name(&value()),
            // Two names side by side are a list of names.
            Open::Array { at: 1, named, credential, .. } => {
                let value = value();
                let scheme = value.contains(' ') && named.sense == Sense::Authorization;
                *credential = named.sense != Sense::No && (scheme || !is_wordy(&value));
            }
            Open::Array { .. } => {}
        }
    }
}
