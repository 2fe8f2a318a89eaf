//! Reading cassettes from the disk.

use crate::{
    exit::{Exit, Stop},
    settings::{Settings, join},
    ui::{self, Flags},
};
use cassettes::{
    model::{Cassette, RedactRules},
    store::{self, Loaded, StoreError},
};
use std::path::{Path, PathBuf};

/// Cassettes read from the disk, with what is to be said about them.
pub(crate) fn load(paths: &[PathBuf], ui: &Flags) -> Result<Vec<Cassette>, Stop> {
    load_with(paths, ui, store::load)
}

/// The same with large bodies left in their blobs.
pub(crate) fn load_lean(paths: &[PathBuf], ui: &Flags) -> Result<Vec<Cassette>, Stop> {
    load_with(paths, ui, store::load_lean)
}

fn load_with(
    paths: &[PathBuf],
    ui: &Flags,
    load: fn(&Path) -> Result<Loaded, StoreError>,
) -> Result<Vec<Cassette>, Stop> {
    let mut cassettes = Vec::new();
    for path in paths {
        let loaded = load(path)?;
        for note in &loaded.notes {
            ui.say(format!("{yellow}note:{yellow:#} {note}", yellow = ui::YELLOW));
        }
        if cassettes.iter().any(|c: &Cassette| c.name == loaded.cassette.name) {
            ui.detail(format!("{}: a second cassette of that name", path.display()));
        }
        cassettes.push(loaded.cassette);
    }
    if cassettes.iter().all(|c| c.exchanges.is_empty()) {
        let names: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
        return Err(Stop::new(
            Exit::CouldNotAsk,
            format!("{}: no exchange recorded", names.join(", ")),
            "`truetape record` fills a cassette",
        ));
    }
    Ok(cassettes)
}

/// The redaction rules that all these cassettes were recorded under, together.
pub(crate) fn rules(settings: &Settings, cassettes: &[Cassette]) -> RedactRules {
    cassettes.iter().fold(settings.redact.clone(), |rules, cassette| join(&rules, &cassette.header.redact))
}
