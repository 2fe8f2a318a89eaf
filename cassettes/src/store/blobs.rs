//! Bodies in side files: `blobs/SHA256` beside the cassette.

use super::{StoreError, atomic};
use crate::{
    large,
    matching::{Alike, Told},
    model::{Blob, Digest, Headers},
    yaml,
};
use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

pub(super) fn path(cassette: &Path, digest: &Digest) -> PathBuf {
    // A digest is 64 hexadecimal digits by type, so this never leaves the directory.
    atomic::parent(cassette).join("blobs").join(digest.to_string())
}

pub(super) fn read(cassette: &Path, digest: &Digest) -> io::Result<Vec<u8>> {
    fs::read(path(cassette, digest))
}

/// What is read of a blob at once.
const PIECE: usize = 256 * 1024;

/// The blob of a large body with these fields, once it is known to hold what its name says; none if the body is
/// to be fetched. `lean` leaves also what could be looked into, unless it holds something like a link.
pub(super) fn leave(
    cassette: &Path,
    headers: &Headers,
    (digest, len): (&Digest, u64),
    lean: bool,
) -> Option<io::Result<Blob>> {
    if len <= large::HELD as u64 {
        return None;
    }
    let path = path(cassette, digest);
    let mut file = match fs::File::open(&path) {
        Ok(file) => file,
        Err(error) => return Some(Err(error)),
    };
    let mut begin = Vec::new();
    if let Err(error) = (&mut file).take(large::BEGIN as u64).read_to_end(&mut begin) {
        return Some(Err(error));
    }
    let left = large::is_left(headers, &begin, len);
    if !left && (!lean || headers.contains("content-encoding")) {
        return None;
    }
    let mut body = Judged::new(headers, !left);
    body.push(&begin);
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => body.push(&piece[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Some(Err(error)),
        }
        if body.refers {
            return None;
        }
    }
    let Told { digest: found, alike, len: seen, .. } = body.alike.finish();
    if found == *digest && seen == len {
        return Some(Ok(Blob { digest: found, alike, len, file: Some(path.into()) }));
    }
    Some(Err(io::Error::other(format!("it is damaged: expected {len} bytes, found {seen} bytes of {found}"))))
}

/// What is found out about a blob while it is read.
struct Judged {
    alike: Alike,
    /// Whether links are looked for, and the last bytes seen.
    links: Option<Vec<u8>>,
    /// Something like a link to another host stands in it.
    refers: bool,
}

/// What every such link holds, in one spelling or another: plain, in JSON, in a query.
const LINKS: [&[u8]; 4] = [b"//", br"\/\/", b"%2F%2F", b"%2f%2f"];

impl Judged {
    fn new(headers: &Headers, links: bool) -> Self {
        let links = links.then(Vec::new);
        Judged { alike: Alike::of(headers), links, refers: false }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.alike.push(bytes);
        if let Some(last) = &mut self.links {
            last.extend_from_slice(bytes);
            self.refers |= LINKS.iter().any(|link| memchr::memmem::find(last, link).is_some());
            last.drain(..last.len().saturating_sub(LINKS[2].len()));
        }
    }
}

/// A blob that is there already is the same blob: its name is its content.
pub(super) fn write(cassette: &Path, blob: &yaml::Blob) -> Result<(), StoreError> {
    let path = path(cassette, &blob.digest);
    if fs::metadata(&path).is_ok_and(|m| m.len() == blob.bytes.len() as u64) {
        return Ok(());
    }
    atomic::write(&path, &[&blob.bytes])
}
