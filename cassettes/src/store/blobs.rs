//! Bodies in side files: `blobs/SHA256` beside the cassette.

use super::{StoreError, atomic};
use crate::{model::Digest, yaml::Blob};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

fn path(cassette: &Path, digest: &Digest) -> PathBuf {
    // A digest is 64 hexadecimal digits by type, so this never leaves the directory.
    atomic::parent(cassette).join("blobs").join(digest.to_string())
}

pub(super) fn read(cassette: &Path, digest: &Digest) -> io::Result<Vec<u8>> {
    fs::read(path(cassette, digest))
}

/// A blob that is there already is the same blob: its name is its content.
pub(super) fn write(cassette: &Path, blob: &Blob) -> Result<(), StoreError> {
    let path = path(cassette, &blob.digest);
    if fs::metadata(&path).is_ok_and(|m| m.len() == blob.bytes.len() as u64) {
        return Ok(());
    }
    atomic::write(&path, &[&blob.bytes])
}
