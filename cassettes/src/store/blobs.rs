//! Bodies in side files: `blobs/SHA256` beside the cassette.

use super::{StoreError, atomic};
use crate::{model::Digest, yaml::Blob};
use sha2::{Digest as _, Sha256};
use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

pub(super) fn path(cassette: &Path, digest: &Digest) -> PathBuf {
    // A digest is 64 hexadecimal digits by type, so this never leaves the directory.
    atomic::parent(cassette).join("blobs").join(digest.to_string())
}

pub(super) fn read(cassette: &Path, digest: &Digest) -> io::Result<Vec<u8>> {
    fs::read(path(cassette, digest))
}

/// Blobs from so many bytes on are left where they are by those who only pass them on.
const LARGE: u64 = 1024 * 1024;

/// The file of a large blob, once it is known to hold what its name says.
pub(super) fn leave(cassette: &Path, digest: &Digest, len: u64) -> Option<io::Result<Arc<Path>>> {
    (len >= LARGE).then(|| {
        let path = path(cassette, digest);
        let mut hash = Sha256::new();
        let mut file = fs::File::open(&path)?;
        let mut piece = vec![0; 256 * 1024];
        let mut seen = 0;
        loop {
            match file.read(&mut piece) {
                Ok(0) => break,
                Ok(read) => {
                    hash.update(&piece[..read]);
                    seen += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let found = Digest(hash.finalize().into());
        if found == *digest && seen == len {
            return Ok(path.into());
        }
        Err(io::Error::other(format!("it is damaged: expected {len} bytes, found {seen} bytes of {found}")))
    })
}

/// A blob that is there already is the same blob: its name is its content.
pub(super) fn write(cassette: &Path, blob: &Blob) -> Result<(), StoreError> {
    let path = path(cassette, &blob.digest);
    if fs::metadata(&path).is_ok_and(|m| m.len() == blob.bytes.len() as u64) {
        return Ok(());
    }
    atomic::write(&path, &[&blob.bytes])
}
