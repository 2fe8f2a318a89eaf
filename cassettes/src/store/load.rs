//! Reading a cassette with all that belongs to it.

use super::{StoreError, blobs, recording};
use crate::{model::Cassette, yaml};
use std::{fs, path::Path};

/// A cassette and what a person should know about it.
#[derive(Debug)]
pub struct Loaded {
    /// The cassette.
    pub cassette: Cassette,
    /// One line each: exchanges edited by hand, exchanges found in the recording that a killed recorder left.
    pub notes: Vec<String>,
}

/// Reads a cassette, its blobs, and a recording left beside it. Never writes.
pub fn load(path: &Path) -> Result<Loaded, StoreError> {
    let left = recording::left_beside(path)?;
    let mut loaded = match read(path) {
        Ok(loaded) => loaded,
        // Killed before its first stop: all there is stands in the recording.
        Err(_) if left.is_some() && !path.exists() => {
            Loaded { cassette: Cassette::default(), notes: Vec::new() }
        }
        Err(error) => return Err(error),
    };
    if let Some(left) = left {
        loaded.notes.push(left.describe(path));
        if left.fresh || loaded.cassette.exchanges.is_empty() {
            loaded.cassette = left.cassette;
        } else {
            loaded.cassette.exchanges.extend(left.cassette.exchanges);
        }
        loaded.cassette.name = name(path);
    }
    Ok(loaded)
}

/// As [`load`], without looking for a recording.
pub(super) fn read(path: &Path) -> Result<Loaded, StoreError> {
    let bytes = fs::read(path).map_err(|e| StoreError::io(path, "reading", &e))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        StoreError::new(
            path.display().to_string(),
            format!("is not a cassette: no UTF-8 at byte {at}"),
            "name a cassette file",
        )
    })?;
    parse(path, &text)
}

pub(super) fn parse(path: &Path, text: &str) -> Result<Loaded, StoreError> {
    let reading = yaml::read(&name(path), text, &|digest| blobs::read(path, digest))?;
    Ok(Loaded {
        cassette: reading.cassette,
        notes: reading.edited.iter().map(|e| format!("{e}: replayed, but no evidence")).collect(),
    })
}

/// What evidence calls a cassette: its file name.
pub(super) fn name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}
