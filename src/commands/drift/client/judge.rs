//! Comparing journals, and what is to be said besides.

use super::{journals::Read, notes::say};
use crate::{
    commands::{
        picked::Picked,
        reporting::{self, Scope},
    },
    exit::Stop,
    ignores::NOTICE,
    settings::Settings,
    ui::Flags,
};
use cassettes::{model::Cassette, store};
use std::path::PathBuf;
use verify::{
    Report,
    drift::client::{Baseline, DRIFTS, Drift, Options, drifted},
};

/// Compares a run with earlier ones, without what was accepted.
pub(super) fn judged(
    paths: &[PathBuf],
    baselines: &[Read],
    after: &Read,
    picked: &Picked,
    settings: &Settings,
    ui: &Flags,
) -> Result<Report, Stop> {
    // The replay has said what is to be said of them.
    let load = |path: &PathBuf| Ok(store::load(path)?.cassette);
    let cassettes = paths.iter().map(load).collect::<Result<Vec<Cassette>, Stop>>()?;
    let by: Vec<&'static Drift> =
        DRIFTS.iter().copied().filter(|drift| picked.has(drift.meta.name)).collect();
    let before: Vec<Baseline<'_>> =
        baselines.iter().map(|read| Baseline { journal: &read.journal, file: &read.file }).collect();
    let options = Options { file: &after.file, by: &by, ..Options::default() };
    let mut report = drifted(&before, &after.journal, &cassettes, &options);
    // The same entries may hide what other commands find: that they hide nothing here says nothing.
    let scope = Scope { whole: false, notice: picked.has(NOTICE.meta.name) && picked.is_whole() };
    let notes = reporting::hide(&mut report, settings, scope);
    reporting::stand(&mut report, paths, &cassettes);
    say(notes, ui);
    Ok(report)
}
