//! What is to be said of a run besides its report.

use super::journals::Read;
use crate::{exit::Exit, ui};
use cassettes::model::Digest;
use std::path::{Path, PathBuf};

/// What is to be said of the runs that are compared. `against`: the judged one is a journal that somebody kept.
pub(super) fn of_runs(paths: &[PathBuf], baselines: &[Read], after: &Read, against: bool) -> Vec<String> {
    let mut notes = Vec::new();
    for baseline in baselines {
        notes.extend(of_baseline(paths, baseline));
        let (was, is) = (&baseline.journal.opening.speed, &after.journal.opening.speed);
        if was != is && baseline.asks() && after.asks() {
            notes.push(format!(
                "{} was replayed at the speed `{was}`, this run at `{is}`: how long clients wait shows only where both took their time",
                baseline.file
            ));
        }
    }
    if against && !after.asks() {
        notes.push(format!("{} holds no request, so that nothing was compared", after.file));
    }
    notes
}

fn of_baseline(paths: &[PathBuf], baseline: &Read) -> Vec<String> {
    if !baseline.asks() {
        return vec![format!(
            "{} holds no request, so that nothing was compared: its suite did not ask the replay",
            baseline.file
        )];
    }
    let known = &baseline.journal.opening.cassettes;
    let names = |path: &&PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        known.iter().any(|source| source.name == name)
    };
    if !known.is_empty() && !paths.iter().any(|path| names(&path)) {
        let others: Vec<&str> = known.iter().map(|source| source.name.as_str()).collect();
        return vec![format!(
            "{} was written by a replay of {}, and not of what this run is compared by: look whether it is the right baseline",
            baseline.file,
            others.join(" and ")
        )];
    }
    paths.iter().filter_map(|path| differs(path, baseline)).collect()
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

/// What is to be said of a suite that did not pass, or did not come to its end. `asked`: it asked something.
pub(super) fn of_suite(status: Exit, asked: bool, renewing: Option<&Path>) -> Vec<String> {
    let mut notes = Vec::new();
    let Exit::Wrapped(code) = status else {
        notes.extend(
            renewing
                .filter(|_| !asked)
                .map(|path| format!("{} is not written: nothing was asked", path.display())),
        );
        return notes;
    };
    // As shells tell an end by a signal.
    let how = match code.checked_sub(128) {
        Some(2) => "was stopped (SIGINT)".to_owned(),
        Some(15) => "was stopped (SIGTERM)".to_owned(),
        Some(9) => "was killed (SIGKILL)".to_owned(),
        _ => format!("failed with {code}"),
    };
    let late = if asked { ": what is told as no longer asked may be what it did not come to" } else { "" };
    notes.push(format!("the suite {how}{late}"));
    notes.extend(renewing.map(|path| format!("{} is not written: the suite has not passed", path.display())));
    notes
}

/// Says each.
pub(super) fn say(notes: Vec<String>, ui: &ui::Flags) {
    for note in notes {
        ui.say(format!("{yellow}note:{yellow:#} {note}", yellow = ui::YELLOW));
    }
}
