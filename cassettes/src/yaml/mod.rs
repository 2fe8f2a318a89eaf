//! The cassette's file format: `docs/format.md` describes it for people.
//!
//! Reading goes through types of its own, apart from the model, so that the format can change without
//! the model. Writing is a small emitter of this one schema: general YAML emitters leave `no`, `1:30` and
//! dates unquoted, which readers in other languages then misread, and fold bodies that should stay
//! readable. Both sides are pure: blobs are handed in and out.

mod blobs;
mod body;
mod disk;
mod fast;
mod frames;
mod read;
pub(crate) mod scalar;
mod seal;
mod stream;
mod unquote;
mod version;
mod whole;
mod write;

pub use body::INLINE_LIMIT;
pub use read::{Fetch, Leave, ReadError};
pub use seal::seal;
pub use stream::{Each, Stream};
pub use whole::{Reading, read, read_leaving};
pub use write::{Blob, write_exchange, write_header};

/// The version of the format that this program writes, and the newest that it reads.
pub const VERSION: u32 = 1;

#[cfg(test)]
mod tests;
