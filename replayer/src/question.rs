//! What is asked of a tape, and how its listener plays it.

use cassettes::model::{Request, Timestamp};

/// How a listener plays its tape.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rules {
    /// Only exchanges of this upstream.
    pub(crate) upstream: Option<u16>,
    /// An exhausted queue gives its last answer again.
    pub(crate) repeat: bool,
}

/// A request, as sent and as cleaned, and when it is asked.
#[derive(Clone, Copy)]
pub(crate) struct Question<'q> {
    pub(crate) sent: &'q Request,
    pub(crate) cleaned: &'q Request,
    pub(crate) now: Timestamp,
}
