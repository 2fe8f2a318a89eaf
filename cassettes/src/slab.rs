//! Small pieces of memory that live long, side by side in large ones.

use bytes::{Bytes, BytesMut};

/// Lays pieces side by side. What is let go of in large pieces goes back to the system; a gap of a thousand bytes
/// between others never does.
#[derive(Debug, Default)]
pub struct Slab(BytesMut);

/// How large each is.
const SLAB: usize = 256 * 1024;

/// Larger pieces have memory of their own.
const PIECE: usize = SLAB / 16;

impl Slab {
    /// The same bytes where their neighbours are.
    pub fn keep(&mut self, bytes: &Bytes) -> Bytes {
        if bytes.is_empty() || bytes.len() > PIECE {
            return bytes.clone();
        }
        if self.0.capacity() - self.0.len() < bytes.len() {
            self.0 = BytesMut::with_capacity(SLAB);
        }
        self.0.extend_from_slice(bytes);
        self.0.split().freeze()
    }
}
