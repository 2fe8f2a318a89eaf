//! Reading cassettes from the disk.

use crate::{
    exit::{Exit, Stop},
    settings::{Settings, Several, join},
    ui::{self, Flags},
};
use cassettes::{
    model::{Cassette, RedactRules},
    store::{self, Loaded, Opened, StoreError},
};
use replayer::{Loading, Tape};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

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
        return Err(none_recorded(paths));
    }
    Ok(cassettes)
}

fn none_recorded(paths: &[PathBuf]) -> Stop {
    let names: Vec<String> = paths.iter().map(|p| p.display().to_string()).collect();
    Stop::new(
        Exit::CouldNotAsk,
        format!("{}: no exchange recorded", names.join(", ")),
        "`truetape record` fills a cassette",
    )
}

/// Cassettes read from the disk and made ready to be replayed, exchange by exchange: none is ever held whole.
pub(crate) fn prepared(settings: &Settings, paths: &[PathBuf], ui: &Flags) -> Result<Tape, Stop> {
    let opened = paths.iter().map(|path| store::open(path)).collect::<Result<Vec<Opened>, StoreError>>()?;
    let rules = opened.iter().fold(settings.redact.clone(), |all, one| join(&all, &one.header().redact));
    let beside = paths.first().map_or(Path::new("."), PathBuf::as_path);
    let lack = settings.lack(beside);
    let mut lacks = None;
    let mut loading = Loading::new(Arc::new(settings.policy(&rules, None, beside, false)?));
    let mut names: Vec<String> = Vec::new();
    for (opened, path) in opened.into_iter().zip(paths) {
        let name = opened.name();
        if names.contains(&name) {
            ui.detail(format!("{}: a second cassette of that name", path.display()));
        }
        loading.begin(name.clone(), &opened.header().upstreams);
        let several = lack.as_ref().filter(|_| lacks.is_none()).map(|_| Several::default());
        let made = opened.each(|| {
            let mut hand = loading.hand();
            let several = several.as_ref();
            move |exchange| {
                if let Some(several) = several {
                    several.look(&exchange);
                }
                hand.settle(exchange)
            }
        })?;
        for note in &made.notes {
            ui.say(format!("{yellow}note:{yellow:#} {note}", yellow = ui::YELLOW));
        }
        loading.take(made.found);
        lacks = lacks.or_else(|| lack.as_ref()?.told(&name, &several?));
        names.push(name);
    }
    if loading.is_empty() {
        return Err(none_recorded(paths));
    }
    if let Some(lacks) = lacks {
        ui.say(format!("{yellow}note:{yellow:#} {lacks}", yellow = ui::YELLOW));
    }
    Ok(loading.done().checking(settings.checking_keys()?))
}

/// The redaction rules that all these cassettes were recorded under, together.
pub(crate) fn rules(settings: &Settings, cassettes: &[Cassette]) -> RedactRules {
    cassettes.iter().fold(settings.redact.clone(), |rules, cassette| join(&rules, &cassette.header.redact))
}
