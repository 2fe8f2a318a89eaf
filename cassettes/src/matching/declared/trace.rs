//! What a rule took out of a request, as a few bits: two requests that it made equal differ there.

use crate::json::Json;
use foldhash::quality::{FixedState, FoldHasher};
use std::hash::{BuildHasher as _, Hasher as _};

/// Collects what one rule takes out.
pub(super) struct Trace {
    hasher: FoldHasher<'static>,
    touched: bool,
}

impl Trace {
    pub(super) fn new() -> Self {
        Trace { hasher: FixedState::default().build_hasher(), touched: false }
    }

    /// A text or bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.hasher.write(bytes);
        self.hasher.write_u64(bytes.len() as u64);
        self.touched = true;
    }

    /// A value, members in any order.
    pub(super) fn json(&mut self, json: &Json) {
        let mut text = String::new();
        json.write(&mut text, true);
        self.bytes(text.as_bytes());
    }

    /// Zero where nothing was taken out.
    pub(super) fn finish(self) -> u32 {
        if self.touched { self.hasher.finish() as u32 | 1 } else { 0 }
    }
}
