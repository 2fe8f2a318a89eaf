//! What every run of `drift` does that nobody watches: what is new since the last one, a line in the history,
//! and word of it to whoever should know.

mod finish;
mod flags;
mod kind;
mod log;
mod news;
mod notify;
mod state;

pub(super) use finish::{Scheduled, What};
pub(super) use flags::ScheduleFlags;
pub(super) use kind::Kind;
pub(super) use log::{Read, place, read};
