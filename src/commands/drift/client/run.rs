//! Running the suite against a replay that writes a journal.

use crate::{
    commands::{
        reached::Reached,
        replay::{ConditionFlags, cannot_listen, journal, perform, prepared},
    },
    env,
    exit::Outcome,
    settings::Settings,
    ui::Flags,
};
use replayer::{Playback, Server, Wanted};
use std::{
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

/// What is run, and against what.
pub(super) struct Running<'a> {
    pub(super) paths: &'a [PathBuf],
    pub(super) settings: &'a Settings,
    pub(super) conditions: &'a ConditionFlags,
    pub(super) listen: SocketAddr,
    pub(super) reached: &'a Reached,
    pub(super) command: &'a [OsString],
}

/// Replays for the suite, the journal going to a file. Gives what came of the suite and of the replay.
pub(super) async fn played(running: &Running<'_>, into: &Path, ui: &Flags) -> Outcome {
    let tape = Arc::new(prepared(running.settings, running.paths, ui)?);
    let mut play = replayer::Settings::new(env::now);
    (play.conditions, play.recorded) = running.conditions.over(running.settings)?;
    // A client that tries more often than was recorded is to be seen doing so, and not to be told that nobody knows.
    play.conditions.repeat.get_or_insert(true);
    play.journal = Some(journal(into, &play.conditions, running.paths, &tape)?);
    let mut wanted = vec![Wanted { address: running.listen, upstream: None }];
    if tape.upstreams().len() > 1 && !running.reached.is_proxy() {
        let own = tape.upstreams().iter().map(|upstream| Wanted {
            address: SocketAddr::new(running.listen.ip(), 0),
            upstream: Some(upstream.clone()),
        });
        wanted.extend(own);
    }
    let (way, files) = running.reached.way(ui)?;
    let server = Server::reached(Arc::new(Playback::new(tape, play)), &wanted, way)
        .await
        .map_err(|e| cannot_listen(running.listen, &e))?;
    // What nobody asked for is told by the report.
    perform(server, running.command, false, files.as_ref(), None, &ui.for_a_part()).await
}
