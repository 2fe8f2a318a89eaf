//! A request's parts as a few hashes, so that the nearest of many thousand entries are found without
//! taking each apart.

use super::{View, aspects};
use crate::redact::Names;
use foldhash::fast::FixedState;
use std::hash::{BuildHasher as _, Hasher as _};

/// More parts than these make no entry nearer.
const MOST_PARTS: usize = 64;

/// Sorted hashes of parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct Sketch(Box<[u32]>);

impl Sketch {
    /// Query and body only: method and path are known to the index by themselves.
    pub(super) fn of(view: &View<'_>, names: &Names) -> Self {
        let mut hashes = Vec::new();
        for (aspect, tag) in aspects::ASPECTS.iter().zip(0u8..) {
            if !aspects::is_of_route(aspect) {
                (aspect.parts)(view, names, &mut |name, value| {
                    if hashes.len() < MOST_PARTS {
                        let mut hasher = FixedState::with_seed(u64::from(tag)).build_hasher();
                        hasher.write(name.as_bytes());
                        hasher.write_u8(0xff);
                        hasher.write(value);
                        hashes.push(hasher.finish() as u32);
                    }
                });
            }
        }
        hashes.sort_unstable();
        Sketch(hashes.into_boxed_slice())
    }

    /// How many parts stand in only one of both.
    pub(super) fn distance(&self, other: &Sketch) -> u32 {
        let (mut a, mut b) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut distance = 0;
        loop {
            match (a.peek(), b.peek()) {
                (Some(x), Some(y)) if x == y => {
                    a.next();
                    b.next();
                    continue;
                }
                (Some(x), Some(y)) if x < y => drop(a.next()),
                (_, Some(_)) => drop(b.next()),
                (Some(_), None) => drop(a.next()),
                (None, None) => return distance,
            }
            distance += 1;
        }
    }
}
