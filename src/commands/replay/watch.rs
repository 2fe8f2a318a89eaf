//! Cassettes that change on disk while they are replayed.

use super::load::prepared;
use crate::{
    settings::Settings,
    ui::{self, Flags},
};
use replayer::Playback;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// How often files are looked at. Whatever writes one is given as long again to finish.
const LOOK: Duration = Duration::from_millis(250);

/// Files, and what they were like when they were looked at last.
pub(super) struct Watched {
    paths: Vec<PathBuf>,
    seen: Vec<Option<Look>>,
}

/// By what a changed file is known, without reading it: when it was written, as text, and its length.
type Look = (String, u64);

impl Watched {
    /// As they are now.
    pub(super) fn new(paths: &[PathBuf]) -> Self {
        Watched { paths: paths.to_vec(), seen: paths.iter().map(|path| look(path)).collect() }
    }

    /// Resolves when one has changed and then stayed the same for a moment.
    pub(super) async fn change(&mut self) {
        let mut changed = false;
        loop {
            tokio::time::sleep(LOOK).await;
            let now: Vec<Option<Look>> = self.paths.iter().map(|path| look(path)).collect();
            if now != self.seen {
                self.seen = now;
                changed = true;
            } else if changed {
                return;
            }
        }
    }
}

fn look(path: &Path) -> Option<Look> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((format!("{:?}", metadata.modified().ok()?), metadata.len()))
}

/// Plays the cassettes as they are now; what cannot be played leaves everything as it is.
pub(super) fn reload(playback: &Playback, settings: &Settings, paths: &[PathBuf], ui: &Flags) {
    let loaded = tokio::task::block_in_place(|| prepared(settings, paths, ui));
    let replaced = loaded.map_err(|stop| stop.message).and_then(|tape| {
        let exchanges = tape.len();
        playback.replace(Arc::new(tape)).map_err(|error| error.to_string())?;
        Ok(exchanges)
    });
    match replaced {
        Ok(exchanges) => ui.say(format!(
            "loaded again: {}; every session begins anew",
            ui::count(exchanges, "exchange")
        )),
        Err(error) => ui.say(format!(
            "{yellow}note:{yellow:#} the cassettes have changed and cannot be played, so the old ones are: {error}",
            yellow = ui::YELLOW
        )),
    }
}
