//! The last look at the bytes that are about to be written.

use super::{Policy, looks};

/// Something that should not be on a disk. It says what and where, never the thing itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// Into the bytes that were scanned.
    pub offset: usize,
    /// Counted from one.
    pub line: usize,
    /// What it is, for example `a GitHub token` or `the secret "billing-key"`.
    pub kind: String,
}

impl std::fmt::Display for Leak {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} on line {}", self.kind, self.line)
    }
}

impl Policy {
    /// Named secrets (as they are, percent-encoded, or escaped as JSON does) and credentials of a known
    /// look that are no stand-ins of ours, in order. For any bytes; meant for the final ones.
    pub fn scan(&self, text: &[u8]) -> Vec<Leak> {
        let mut found: Vec<(usize, String)> =
            looks::live(text).into_iter().map(|(span, kind)| (span.start, kind.to_owned())).collect();
        found.extend(
            self.secrets().find(text).map(|(span, _, name)| (span.start, format!("the secret {name:?}"))),
        );
        found.sort();
        found.dedup();
        let mut lines = (0, 1);
        let leak = |(offset, kind): (usize, String)| {
            lines.1 += memchr::memchr_iter(b'\n', &text[lines.0..offset]).count();
            lines.0 = offset;
            Leak { offset, line: lines.1, kind }
        };
        found.into_iter().map(leak).collect()
    }
}
