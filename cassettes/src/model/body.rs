//! A body: the bytes as they crossed the wire, named by their SHA-256.

use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use std::{fmt, path::Path, sync::Arc};

/// A SHA-256, shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Digest(Sha256::digest(bytes).into())
    }

    /// Reads 64 hexadecimal digits, lower case only: a blob's name has one spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.as_bytes();
        if hex.len() != 64 {
            return None;
        }
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(hex.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Some(Digest(digest))
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 64];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A body that stays in its blob, because it is large and nothing looks into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blob {
    /// Of its bytes; the name of its file.
    pub digest: Digest,
    /// By which it is told from others where it is matched: that of its bytes, but for the boundary of a
    /// multipart body.
    pub alike: Digest,
    /// How many bytes it holds.
    pub len: u64,
    /// Where it stands; none where its bytes were let go of as they came.
    pub file: Option<Arc<Path>>,
}

/// A body exactly as sent: still encoded if it was sent encoded, without transfer framing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Body(pub Bytes);

impl Body {
    /// No bytes at all.
    pub fn empty() -> Self {
        Body(Bytes::new())
    }

    /// The bytes as sent.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many bytes were sent.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Computed anew at each call; hold on to it.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Body({} bytes {:?})",
            self.0.len(),
            String::from_utf8_lossy(&self.0[..self.0.len().min(200)])
        )
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Body(bytes.into())
    }
}
