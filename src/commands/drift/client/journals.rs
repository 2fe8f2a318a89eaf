//! Journals on the disk: read, and kept where somebody needs them.

use crate::exit::{Exit, Stop};
use cassettes::journal::{Journal, SCHEMA};
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// A journal that was read.
pub(super) struct Read {
    /// As people would open it.
    pub(super) file: String,
    /// As it stands in the file.
    pub(super) text: String,
    pub(super) journal: Journal,
}

/// Reads a journal.
pub(super) fn read(path: &Path) -> Result<Read, Stop> {
    let file = path.display().to_string();
    let hint = "`truetape replay --journal FILE` and `truetape drift client --journal FILE` write one";
    let failed = |what: &dyn std::fmt::Display| Stop::usage(format!("{file}: {what}"), hint);
    let bytes = std::fs::read(path).map_err(|e| failed(&format!("reading: {e}")))?;
    let text =
        String::from_utf8(bytes).map_err(|_| failed(&"expected a journal, found bytes that are no text"))?;
    let journal = Journal::read(&text).map_err(|e| match opening(&text) {
        Some(version) if version > SCHEMA => {
            Stop::usage(format!("{file}: {e}"), "a newer truetape wrote it: use that one, or write it again")
        }
        Some(_) => failed(&e),
        None => failed(&format!("expected a journal, found {}", looks_like(&text))),
    })?;
    Ok(Read { file, text, journal })
}

impl Read {
    /// Whether anything was asked in the run.
    pub(super) fn asks(&self) -> bool {
        self.journal.served().next().is_some()
    }
}

/// The version that the first line of a journal says; none where it is no such line.
fn opening(text: &str) -> Option<u32> {
    #[derive(serde::Deserialize)]
    struct Said {
        journal: u32,
    }
    let said: Said = serde_json::from_str(text.lines().next()?).ok()?;
    Some(said.journal)
}

/// What somebody gave for a journal.
fn looks_like(text: &str) -> &'static str {
    match text.trim_start().get(..9) {
        Some("truetape:") => "a cassette: those stand by themselves, without an option",
        _ if text.trim().is_empty() => "an empty file",
        _ => "something else: its first line does not say `\"journal\": 1`",
    }
}

/// Where the journal of this run is written.
pub(super) struct Kept {
    path: PathBuf,
    /// Its own place, where nobody wants to keep it.
    passing: Option<TempPath>,
}

impl Kept {
    /// Where it is wanted, else at a place of its own.
    pub(super) fn at(wanted: Option<&Path>) -> Result<Self, Stop> {
        if let Some(path) = wanted {
            return Ok(Kept { path: path.to_owned(), passing: None });
        }
        let mut building = tempfile::Builder::new();
        let file = building.prefix("truetape-").suffix(".jsonl").tempfile().map_err(|e| {
            Stop::new(
                Exit::CouldNotAsk,
                format!("writing the journal: {e}"),
                "give it a place with --journal",
            )
        })?;
        let passing = file.into_temp_path();
        Ok(Kept { path: passing.to_path_buf(), passing: Some(passing) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps a journal that would go otherwise: findings quote its lines. Gives where it is.
    pub(super) fn keep(self) -> Option<String> {
        self.passing?.keep().ok().map(|path| path.display().to_string())
    }
}
