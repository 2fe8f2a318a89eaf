//! Replacing spans.

use std::ops::Range;

/// What to put in the place of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::redact) struct Edit {
    pub(in crate::redact) span: Range<usize>,
    pub(in crate::redact) with: Vec<u8>,
}

impl Edit {
    pub(in crate::redact) fn new(span: Range<usize>, with: impl Into<Vec<u8>>) -> Self {
        Edit { span, with: with.into() }
    }

    /// Further on by so many bytes.
    pub(in crate::redact) fn moved(mut self, by: usize) -> Self {
        self.span = self.span.start + by..self.span.end + by;
        self
    }
}

/// The text with its edits made. They come in order; one that overlaps its forerunner is left out.
pub(in crate::redact) fn splice(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 16);
    let mut done = 0;
    for edit in edits {
        if edit.span.start < done || edit.span.end > text.len() {
            continue;
        }
        out.extend_from_slice(&text[done..edit.span.start]);
        out.extend_from_slice(&edit.with);
        done = edit.span.end;
    }
    out.extend_from_slice(&text[done..]);
    out
}
