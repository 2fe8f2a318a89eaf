//! What the replay keeps for itself of paths and headers; the recorder takes the same off what it asks.

pub(crate) use wire::reserved::{RESERVED, SESSION, SESSION_FIELD};

/// [`RESERVED`] as people type it.
pub(crate) const BARE: &str = "/__truetape";

/// Whether a target is ours: below the reserved path, or that path without its slash.
pub(crate) fn is_reserved(target: &str) -> bool {
    target.starts_with(RESERVED)
        || target.strip_prefix(BARE).is_some_and(|rest| rest.is_empty() || rest.starts_with('?'))
}
