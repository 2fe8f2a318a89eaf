//! Blobs that nothing names any more, once what named them was replaced.

use super::atomic;
use crate::model::Digest;
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

/// What is read of a file at once.
const PIECE: usize = 256 * 1024;

/// The digits of a digest.
const DIGITS: usize = 64;

/// The blobs that a cassette names; none where there is no cassette.
pub(super) fn named(cassette: &Path) -> BTreeSet<Digest> {
    let mut named = BTreeSet::new();
    let _ = digests(cassette, &mut named);
    named
}

/// Removes those of `before` that no file beside the cassette names now, and says how many. Where not every
/// file can be read, none is removed: a blob too many does no harm.
pub(super) fn remove(cassette: &Path, before: &BTreeSet<Digest>) -> usize {
    if before.is_empty() {
        return 0;
    }
    let Ok(now) = everything_named(atomic::parent(cassette)) else { return 0 };
    let blobs = atomic::parent(cassette).join("blobs");
    before.difference(&now).filter(|digest| fs::remove_file(blobs.join(digest.to_string())).is_ok()).count()
}

fn everything_named(directory: &Path) -> io::Result<BTreeSet<Digest>> {
    let mut named = BTreeSet::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if fs::metadata(entry.path())?.is_file() {
            digests(&entry.path(), &mut named)?;
        }
    }
    Ok(named)
}

/// Everything in a file that is spelled as a digest is.
fn digests(file: &Path, named: &mut BTreeSet<Digest>) -> io::Result<()> {
    let mut file = File::open(file)?;
    let mut piece = vec![0; PIECE];
    let mut digits = String::new();
    // One digit more than a digest has is none.
    let mut too_long = false;
    loop {
        let read = match file.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        for byte in &piece[..read] {
            if matches!(byte, b'0'..=b'9' | b'a'..=b'f') {
                too_long |= digits.len() == DIGITS;
                if !too_long {
                    digits.push(char::from(*byte));
                }
                continue;
            }
            if digits.len() == DIGITS && !too_long {
                named.extend(Digest::parse(&digits));
            }
            digits.clear();
            too_long = false;
        }
        if read == 0 {
            if !too_long {
                named.extend(Digest::parse(&digits));
            }
            return Ok(());
        }
    }
}
