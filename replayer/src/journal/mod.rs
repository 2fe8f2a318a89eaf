//! Writing down what clients send beside the replay, never in its way: into a file, into memory, and to those
//! who watch.

mod counts;
mod event;
mod hub;
mod line;
mod number;
mod piece;
mod select;
mod told;
mod writer;

pub(crate) use counts::{BOUNDS, Counts};
pub(crate) use event::{Event, Matched, Record, Remarks};
pub(crate) use select::session_of;
pub(crate) use told::{Kind, Notice, Told};
pub use writer::Journal;
