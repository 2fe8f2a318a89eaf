//! Bodies that nobody holds, told apart by digest: as they come, and whatever the boundary of a form in parts.

use super::view::{boundary, part};
use crate::{
    large,
    model::{Digest, Headers},
};
use sha2::{Digest as _, Sha256};

/// The fields of a part are looked at up to so many bytes.
const LONGEST_HEAD: usize = 16 * 1024;

/// The parts of a form whose names are remembered.
const MOST_NAMES: usize = 10_000;

/// Works out by what a body is told from others that is not held: its digest and length, and a digest for which
/// the boundary of a multipart body, which clients draw anew for every request, makes no difference.
#[derive(Clone)]
pub struct Alike {
    hash: Sha256,
    len: u64,
    parts: Option<Parts>,
}

/// What a body is told by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Of the bytes as they were sent.
    pub digest: Digest,
    /// Of the same, whatever the boundary.
    pub alike: Digest,
    /// In bytes.
    pub len: u64,
    /// The names of the parts of a form.
    pub names: Vec<String>,
}

/// A multipart body on its way.
#[derive(Clone)]
struct Parts {
    hash: Sha256,
    /// Two dashes and the boundary.
    delimiter: Vec<u8>,
    /// What may be the begin of a delimiter.
    tail: Vec<u8>,
    /// The fields of the part that has begun.
    head: Option<Vec<u8>>,
    names: Vec<String>,
}

impl Alike {
    /// For a body with these fields.
    pub fn of(headers: &Headers) -> Self {
        let multipart = headers.media_type().is_some_and(|media| media.starts_with("multipart/"));
        let boundary = boundary(headers).filter(|boundary| multipart && !boundary.is_empty());
        let parts = boundary.map(|boundary| Parts {
            hash: Sha256::new(),
            delimiter: format!("--{boundary}").into_bytes(),
            tail: Vec::new(),
            head: None,
            names: Vec::new(),
        });
        Alike { hash: Sha256::new(), len: 0, parts }
    }

    /// Of a body that is held, if nobody looks into it.
    pub fn of_held(headers: &Headers, body: &[u8]) -> Option<Told> {
        large::is_left(headers, body, body.len() as u64).then(|| {
            let mut alike = Alike::of(headers);
            alike.push(body);
            alike.finish()
        })
    }

    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.len += bytes.len() as u64;
        if let Some(parts) = &mut self.parts {
            parts.push(bytes);
        }
    }

    /// How many bytes came so far.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing has come.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The body is whole.
    pub fn finish(self) -> Told {
        let digest = Digest(self.hash.finalize().into());
        let (alike, names) = self.parts.map_or_else(|| (digest, Vec::new()), Parts::finish);
        Told { digest, alike, len: self.len, names }
    }
}

impl Parts {
    fn finish(mut self) -> (Digest, Vec<String>) {
        let tail = std::mem::take(&mut self.tail);
        self.hash.update(&tail);
        self.read(&tail);
        self.name();
        (Digest(self.hash.finalize().into()), self.names)
    }

    fn push(&mut self, bytes: &[u8]) {
        let mut whole = std::mem::take(&mut self.tail);
        whole.extend_from_slice(bytes);
        let mut rest = whole.as_slice();
        while let Some(at) = memchr::memmem::find(rest, &self.delimiter) {
            self.hash.update(&rest[..at]);
            // No boundary is this one.
            self.hash.update(b"--\0");
            self.read(&rest[..at]);
            self.name();
            self.head = Some(Vec::new());
            rest = &rest[at + self.delimiter.len()..];
        }
        let sure = rest.len().saturating_sub(self.delimiter.len() - 1);
        self.hash.update(&rest[..sure]);
        self.read(&rest[..sure]);
        let from = whole.len() - (rest.len() - sure);
        whole.drain(..from);
        self.tail = whole;
    }

    fn read(&mut self, bytes: &[u8]) {
        let Some(head) = &mut self.head else { return };
        head.extend_from_slice(&bytes[..bytes.len().min(LONGEST_HEAD)]);
        if head.len() > LONGEST_HEAD || memchr::memmem::find(head, b"\r\n\r\n").is_some() {
            self.name();
        }
    }

    /// The fields of a part are over.
    fn name(&mut self) {
        let Some(head) = self.head.take() else { return };
        // The line of the delimiter ends first.
        let fields = head.iter().position(|b| *b == b'\n').map_or(&[][..], |end| &head[end + 1..]);
        let name = part(fields).name;
        if !name.is_empty() && self.names.len() < MOST_NAMES {
            self.names.push(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(boundary: &str, body: &str, step: usize) -> (Digest, Vec<String>) {
        let media = format!("multipart/form-data; boundary=\"{boundary}\"");
        let mut alike = Alike::of(&Headers::from_pairs([("Content-Type", media.as_str())]));
        body.replace("BOUNDARY", boundary).as_bytes().chunks(step).for_each(|piece| alike.push(piece));
        let told = alike.finish();
        (told.alike, told.names)
    }

    #[test]
    fn a_boundary_makes_no_difference_however_the_body_comes() {
        let body = "--BOUNDARY\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n-one--\r\n--BOUNDARY\r\n\
                    Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n\0\u{1}--x-\r\n--BOUNDARY--\r\n";
        let first = told("xyz", body, usize::MAX);
        assert_eq!(first.1, ["note", "file"]);
        for step in 1..40 {
            assert_eq!(told("a-much-longer-boundary", body, step), first, "in steps of {step}");
        }
        assert_ne!(told("xyz", &body.replace("one", "two"), 7).0, first.0);
    }
}
