//! Runs of a client against a replay, and their journals.

use super::habits::{Habits, run};
use crate::kit::client::policy;
use cassettes::journal::Journal;
use cassettes::model::{Cassette, Header};
use cassettes::store;
use replayer::Conditions;
use replayer::testing::Setup;
use std::path::PathBuf;
use tempfile::TempDir;

/// What is replayed, on a disk.
pub(crate) struct Evidence {
    pub(crate) cassette: Cassette,
    path: PathBuf,
    _folder: TempDir,
}

impl Evidence {
    pub(crate) fn new() -> Self {
        let example = cassettes::examples::parse(include_str!("things.txt")).expect("a cassette");
        let exchanges = example.cassettes.into_iter().flat_map(|c| c.exchanges);
        let policy = policy();
        let clean: Vec<_> = exchanges.map(|exchange| policy.clean(exchange)).collect();
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("things.yaml");
        let header = Header { upstreams: vec!["http://api.vendor.test".to_owned()], ..Header::default() };
        store::save(&path, &header, &clean, &policy).expect("it is saved");
        let cassette = store::load(&path).expect("it is read").cassette;
        Evidence { cassette, path, _folder: folder }
    }

    /// What a client with these habits sends.
    pub(crate) fn journal(&self, habits: &Habits, seed: u64) -> Journal {
        let conditions =
            Conditions { speed: Some(habits.speed), repeat: Some(true), ..Conditions::default() };
        let mut replay = Setup::new([&self.path]).conditions(conditions).start().expect("a replay");
        replay.forgive();
        run(&replay.url(), habits, seed);
        let playback = std::sync::Arc::clone(replay.playback());
        drop(replay);
        let journal = playback.journal().expect("a journal");
        Journal::read(&journal.text(None).0).expect("it is read")
    }
}
