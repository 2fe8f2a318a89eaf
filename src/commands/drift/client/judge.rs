//! Comparing journals, and what is to be said besides.

use super::journals::Read;
use crate::{
    commands::{
        picked::Picked,
        reporting::{self, Scope},
    },
    exit::Stop,
    ignores::NOTICE,
    settings::Settings,
    ui::{self, Flags},
};
use cassettes::{
    model::{Cassette, Digest},
    store,
};
use std::path::{Path, PathBuf};
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
    let mut notes = reporting::hide(&mut report, settings, scope);
    reporting::stand(&mut report, paths, &cassettes);
    for baseline in baselines {
        notes.extend(paths.iter().filter_map(|path| differs(path, baseline)));
        let (was, is) = (&baseline.journal.opening.speed, &after.journal.opening.speed);
        if was != is {
            notes.push(format!(
                "{} was replayed at the speed `{was}`, this run at `{is}`: how long clients wait shows only where both took their time",
                baseline.file
            ));
        }
    }
    for note in notes {
        ui.say(format!("{yellow}note:{yellow:#} {note}", yellow = ui::YELLOW));
    }
    Ok(report)
}

/// What is to be said of a cassette that is not the one that the earlier run was replayed from.
fn differs(path: &Path, baseline: &Read) -> Option<String> {
    let name = path.file_name()?.to_string_lossy();
    let digest = Digest::of(&std::fs::read(path).ok()?).to_string();
    let mut known = baseline.journal.opening.cassettes.iter().filter(|source| source.name == name).peekable();
    known.peek()?;
    known.all(|source| source.sha256 != digest).then(|| {
        format!(
            "{} is not the cassette that {} was written with: its answers may be why requests differ",
            path.display(),
            baseline.file
        )
    })
}
