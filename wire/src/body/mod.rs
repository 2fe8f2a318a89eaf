//! Where a body ends: a pure reading of bytes, the same for both sides.

mod chunked;
mod decoder;

pub use chunked::BodyError;
pub use decoder::{Decoder, Step};
