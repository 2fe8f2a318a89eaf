//! The only door to the disk.
//!
//! What is saved is [`Clean`](crate::redact::Clean) by type and scanned once more as bytes. Files are
//! written whole or not at all; a recording in progress stands beside its cassette as
//! `NAME.recording`, one exchange after the other, and is merged when the recorder stops. If it was
//! killed instead, readers still see every exchange in it, and the next recorder merges it.

#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "the one door to the disk")]

mod atomic;
mod blobs;
mod compose;
mod error;
mod file;
mod key;
mod load;
mod opened;
mod recording;
mod save;
mod spill;
mod unnamed;
mod waiting;

pub use compose::{Composed, Taken, compose};
pub use error::StoreError;
pub use file::Loaded;
pub use key::pseudonym_key;
pub use load::{load, load_lean};
pub use opened::{Made, Opened, open};
pub use recording::{Finished, Start, Writer, recover};
pub use save::{Accepted, accept, discard, proposal_path, save};
pub use spill::Spill;

#[cfg(test)]
mod opened_tests;
#[cfg(test)]
mod tests;
