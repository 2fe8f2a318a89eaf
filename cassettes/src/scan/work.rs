//! What a scan did, counted: bytes that a pass, a pattern or a decoder was given.

use std::cell::Cell;

thread_local! {
    static LOOKED: Cell<usize> = const { Cell::new(0) };
}

/// So many bytes more.
pub(super) fn looked(bytes: usize) {
    LOOKED.with(|looked| looked.set(looked.get() + bytes));
}

/// What has been counted since it was last asked.
pub(super) fn taken() -> usize {
    LOOKED.with(Cell::take)
}
