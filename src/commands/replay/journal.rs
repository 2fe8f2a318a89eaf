//! Beginning the journal.

use crate::{env, exit::Stop};
use cassettes::{
    journal::{Opening, Source},
    model::Digest,
};
use replayer::{Conditions, Journal, Tape};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The journal, its first line naming what is replayed.
pub(crate) fn journal(
    path: &Path,
    conditions: &Conditions,
    cassettes: &[PathBuf],
    tape: &Arc<Tape>,
) -> Result<Journal, Stop> {
    let failed = |e: std::io::Error| {
        Stop::usage(format!("{}: writing the journal: {e}", path.display()), "check --journal")
    };
    let mut sources = Vec::new();
    for cassette in cassettes {
        let name = cassette.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let bytes = std::fs::read(cassette).unwrap_or_default();
        sources.push(Source { name, sha256: Digest::of(&bytes).to_string() });
    }
    let opening = Opening {
        journal: cassettes::journal::SCHEMA,
        by: concat!("truetape ", env!("CARGO_PKG_VERSION")).into(),
        started: env::now().to_string(),
        speed: conditions.speed().to_string(),
        repeat: conditions.repeats(),
        cassettes: sources,
    };
    let file = std::fs::File::create(path).map_err(failed)?;
    Journal::begin(Box::new(file), &opening, Arc::clone(tape), env::now).map_err(failed)
}
