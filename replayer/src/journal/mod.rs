//! Writing the journal beside the replay, never in its way.

mod event;
mod line;
mod writer;

pub(crate) use event::{Event, Matched, Record};
pub use writer::Journal;
