//! The cassettes that a journal names, found.

use crate::{exit::Stop, settings::Settings};
use cassettes::journal::Source;
use std::path::{Path, PathBuf};

/// The cassettes that were replayed: beside the journal, among those of the settings, or here.
pub(super) fn found(replayed: &[Source], journal: &Path, settings: &Settings) -> Result<Vec<PathBuf>, Stop> {
    let beside = journal.parent().unwrap_or(Path::new(""));
    let listed = settings.cassettes(&[]).unwrap_or_default();
    let mut paths = Vec::new();
    let mut lost = Vec::new();
    for source in replayed {
        // A name alone: nobody's journal may lead elsewhere.
        let Some(name) = Path::new(&source.name).file_name() else { continue };
        let known = listed.iter().find(|path| path.file_name() == Some(name)).cloned();
        let candidates = [Some(beside.join(name)), known, Some(PathBuf::from(name))];
        match candidates.into_iter().flatten().find(|path| path.is_file()) {
            Some(path) => paths.push(path),
            None => lost.push(source.name.as_str()),
        }
    }
    if paths.is_empty() {
        let lost = if lost.is_empty() { "none".to_owned() } else { lost.join(", ") };
        return Err(Stop::usage(
            format!("the cassettes that were replayed are not at hand: {lost}"),
            "name them after the journal",
        ));
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_leads_no_further_than_beside_itself() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.yaml"), "").expect("written");
        let journal = folder.path().join("j.jsonl");
        let source = |name: &str| Source { name: name.to_owned(), ..Source::default() };
        let settings = Settings::default();
        let all = found(&[source("a.yaml"), source("../../b.yaml")], &journal, &settings).expect("one");
        assert_eq!(all, [folder.path().join("a.yaml")]);
        assert!(found(&[source("/nowhere.yaml")], &journal, &settings).is_err());
    }
}
