//! The command: its flags, and what they come to.

use super::{
    journal::journal,
    load::{load_lean, rules},
    serve::{cannot_listen, perform},
};
use crate::{
    commands::reached::Reached,
    env,
    exit::Outcome,
    settings::Settings,
    ui::{self, Flags},
};
use replayer::{Playback, Server, Speed, Tape, Wanted};
use std::{
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The cassettes to serve; without any, those of truetape.yaml
    #[arg(value_name = "CASSETTE")]
    cassettes: Vec<PathBuf>,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", value_parser = crate::ui::address)]
    listen: SocketAddr,
    #[command(flatten)]
    reached: Reached,
    /// How fast to answer: instant, recorded, or xN for N times faster than recorded
    #[arg(long, value_name = "SPEED", default_value = "instant")]
    pub(super) speed: Speed,
    /// When all answers to a request were given, give the last one again
    #[arg(long)]
    pub(super) repeat: bool,
    /// Write down what clients sent: one JSON object a line
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// The status of the answer to a request that was not recorded
    #[arg(long, value_name = "STATUS", default_value_t = replayer::MISS_STATUS, value_parser = clap::value_parser!(u16).range(400..600))]
    miss_status: u16,
    /// Fail when recorded exchanges were not asked for
    #[arg(long)]
    fail_on_unused: bool,
    /// The suite to run against it; it gets the base URL as TRUETAPE_URL
    #[arg(last = true, value_name = "CMD")]
    command: Vec<OsString>,
}

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let settings = Settings::find()?;
    let paths = settings.cassettes(&arguments.cassettes)?;
    let cassettes = load_lean(&paths, ui)?;
    let beside = paths.first().map_or(Path::new("."), PathBuf::as_path);
    let policy = settings.policy(&rules(&settings, &cassettes), None, beside, false)?;
    if let Some(lacks) = settings.lacks_key(beside, &cassettes) {
        ui.say(format!("{yellow}note:{yellow:#} {lacks}", yellow = ui::YELLOW));
    }
    let tape = Arc::new(Tape::prepare(cassettes, Arc::new(policy)));

    let mut play = replayer::Settings::new(env::now);
    play.speed = arguments.speed;
    play.repeat = arguments.repeat;
    play.miss_status = arguments.miss_status;
    if let Some(path) = &arguments.journal {
        play.journal = Some(journal(path, arguments, &paths, &tape)?);
    }
    // A client of a forward proxy says itself whom it means.
    let several = tape.upstreams().len() > 1 && !arguments.reached.is_proxy();
    let mut wanted = vec![Wanted { address: arguments.listen, upstream: None }];
    if several {
        // One base URL serves all; each upstream also has a listener of its own, for clients of each.
        let own = tape.upstreams().iter().map(|u| Wanted {
            address: SocketAddr::new(arguments.listen.ip(), 0),
            upstream: Some(u.clone()),
        });
        wanted.extend(own);
    }
    let (way, files) = arguments.reached.way(ui)?;
    let server = Server::reached(Arc::new(Playback::new(tape, play)), &wanted, way)
        .await
        .map_err(|e| cannot_listen(arguments.listen, &e))?;
    perform(server, &arguments.command, arguments.fail_on_unused, files.as_ref(), ui).await
}
