//! How an upstream failed to reply, told apart.

use bytes::Bytes;
use cassettes::model::FailureKind;
use std::{io, time::Instant};

/// How much of what was no HTTP is kept in a message.
const QUOTED: usize = 4096;

/// How an upstream failed to reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// How.
    pub kind: FailureKind,
    /// What the system said, as a lower-case fragment.
    pub message: String,
    /// When it was known.
    pub at: Instant,
    /// What had come of something that never became whole: a head, nonsense, the framing of a piece.
    pub rest: Bytes,
}

impl Failure {
    pub(super) fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Failure { kind, message: message.into(), at: Instant::now(), rest: Bytes::new() }
    }

    /// From what the system said while bytes were read or written.
    pub(super) fn of(error: &io::Error) -> Self {
        use io::ErrorKind as E;
        let kind = match error.kind() {
            E::ConnectionReset | E::ConnectionAborted | E::BrokenPipe => FailureKind::Reset,
            E::TimedOut => FailureKind::Timeout,
            E::UnexpectedEof => FailureKind::Truncated,
            E::InvalidData => FailureKind::Tls,
            _ => FailureKind::Closed,
        };
        Failure::new(kind, error.to_string())
    }
}

/// Bytes as text that [`unquoted`] turns back: ASCII, escaped, between quotes; long ones are cut.
pub fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes[..bytes.len().min(QUOTED)].escape_ascii())
}

/// The bytes that a message quotes at its end, so that a replay can say them again.
pub fn unquoted(message: &str) -> Option<Vec<u8>> {
    let text = message.strip_suffix('"')?;
    let mut bytes = Vec::new();
    let mut reversed = text.bytes().rev().peekable();
    // The opening quote is the first one, from the end, that no backslash escapes.
    loop {
        match reversed.next()? {
            b'"' if reversed.peek() != Some(&b'\\') => break,
            byte => bytes.push(byte),
        }
    }
    bytes.reverse();
    unescaped(&bytes)
}

fn unescaped(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        out.push(match rest.next()? {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'x' => {
                let mut digit = || (rest.next()? as char).to_digit(16);
                (digit()? * 16 + digit()?) as u8
            }
            other @ (b'\\' | b'"' | b'\'') => other,
            _ => return None,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_come_back() {
        let every: Vec<u8> = (0..=255).collect();
        for bytes in [&b"SSH-2.0\r\n"[..], b"", b"say \"hi\\", b"\\\"", &every] {
            assert_eq!(unquoted(&format!("expected HTTP, got {}", quoted(bytes))).as_deref(), Some(bytes));
        }
        assert_eq!(unquoted("connection reset by peer"), None);
    }
}
