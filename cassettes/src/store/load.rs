//! Reading a cassette with all that belongs to it.

use super::{
    StoreError,
    file::{self, Loaded},
    recording::{self, Start},
};
use crate::model::Cassette;
use std::path::Path;

/// Reads a cassette, its blobs, and a recording left beside it. Never writes.
///
/// A body that nobody looks into ([`crate::large::is_left`]) stays in its blob: whoever reads a cassette has the
/// digest and the length of it, never by accident its bytes. That each blob is what its name says is checked.
pub fn load(path: &Path) -> Result<Loaded, StoreError> {
    whole(path, false)
}

/// As [`load`], but other large bodies of replies stay in their blobs too, unless a link may stand in them: for
/// those who pass them on, and look into none.
pub fn load_lean(path: &Path) -> Result<Loaded, StoreError> {
    whole(path, true)
}

fn whole(path: &Path, lean: bool) -> Result<Loaded, StoreError> {
    let left = recording::left_beside(path, lean)?;
    let mut loaded = match file::read(path, lean) {
        Ok(loaded) => loaded,
        // Killed before its first stop: all there is stands in the recording.
        Err(_) if left.is_some() && !path.exists() => {
            Loaded { cassette: Cassette::default(), notes: Vec::new() }
        }
        Err(error) => return Err(error),
    };
    if let Some(left) = left {
        loaded.notes.push(left.describe(path));
        if left.start != Start::Adding || loaded.cassette.exchanges.is_empty() {
            loaded.cassette = left.cassette;
        } else {
            loaded.cassette.exchanges.extend(left.cassette.exchanges);
        }
        loaded.cassette.name = file::name(path);
    }
    Ok(loaded)
}
