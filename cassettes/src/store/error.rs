//! Why the disk did not do what was asked.

use std::{io, path::Path};

/// A failure of the store: where, what, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {what}")]
pub struct StoreError {
    /// The file or directory, or `FILE#3` for an exchange.
    pub place: String,
    /// What was expected and what came.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl StoreError {
    pub(super) fn new(place: impl Into<String>, what: impl Into<String>, hint: impl Into<String>) -> Self {
        StoreError { place: place.into(), what: what.into(), hint: hint.into() }
    }

    /// An I/O error while doing something to a file: `reading`, `writing`.
    pub(super) fn io(path: &Path, doing: &str, error: &io::Error) -> Self {
        let hint = match error.kind() {
            io::ErrorKind::NotFound => "check the path; `truetape record` makes cassettes",
            io::ErrorKind::PermissionDenied => "check the permissions of the file and its directory",
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                "the disk is full: free some space; what was saved before is whole"
            }
            io::ErrorKind::IsADirectory => "name a cassette file, not a directory",
            _ => "what was saved before is whole",
        };
        StoreError::new(path.display().to_string(), format!("{doing}: {error}"), hint)
    }
}

impl From<crate::yaml::ReadError> for StoreError {
    fn from(error: crate::yaml::ReadError) -> Self {
        StoreError::new(error.place, error.what, error.hint)
    }
}
