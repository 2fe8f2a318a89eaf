//! `truetape replay CASSETTE... [-- CMD]`: serves cassettes to a client or a suite.

use crate::{
    authority::Files,
    commands::{
        reached::{self, Reached},
        wrapped::{self, Stopping},
    },
    env,
    exit::{Exit, Outcome, Stop},
    settings::{Settings, join},
    ui::{self, Flags, count},
};
use cassettes::{
    journal::{Opening, Source},
    model::{Cassette, Digest, RedactRules},
    store::{self, Loaded, StoreError},
};
use replayer::{Journal, Playback, Server, Speed, Tape, Wanted};
use std::{
    ffi::OsString,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::watch;

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
    speed: Speed,
    /// When all answers to a request were given, give the last one again
    #[arg(long)]
    repeat: bool,
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

/// Serves until the command has run, or until we are asked to stop, and says what came of it.
pub(crate) async fn perform(
    server: Server,
    command: &[OsString],
    fail_on_unused: bool,
    files: Option<&Files>,
    ui: &Flags,
) -> Outcome {
    let mut stopping = Stopping::listen();
    let mut variables = Vec::new();
    let mut own = 0;
    let scheme = if server.is_secure() { "https" } else { "http" };
    for (number, (address, upstream)) in server.addresses().enumerate() {
        let url = format!("{scheme}://{address}");
        if number == 0 {
            variables.extend(reached::variables(&url, server.is_proxy(), files));
            variables.push(("TRUETAPE_URL".to_owned(), url.clone()));
        }
        let line = match upstream {
            None => format!("listening on {url}"),
            Some(upstream) => {
                own += 1;
                variables.push((format!("TRUETAPE_URL_{own}"), url.clone()));
                format!("listening on {url} for {upstream}")
            }
        };
        announce(&line, command.is_empty(), ui)?;
    }
    let (stop, stopped) = watch::channel(false);
    let playback = Arc::clone(server.playback());
    let serving = tokio::spawn(server.run(stopped));
    let status = if command.is_empty() {
        stopping.wish().await;
        Ok(Exit::Agreed)
    } else {
        wrapped::run(command, &variables, &mut stopping).await
    };
    let _ = stop.send(true);
    let outcome = serving
        .await
        .map_err(|e| Stop::new(Exit::Internal, format!("the replay failed: {e}"), "please report it"))?;
    if let Some(journal) = playback.journal() {
        let hint = "free some space, or give --journal another place";
        journal
            .close()
            .map_err(|e| Stop::new(Exit::CouldNotAsk, format!("writing the journal: {e}"), hint))?;
    }
    let status = status?;
    report(&outcome, !command.is_empty(), ui);
    Ok(match status {
        Exit::Agreed if outcome.missed() > 0 => Exit::Findings,
        Exit::Agreed if fail_on_unused && !outcome.unused.is_empty() => Exit::Findings,
        // A suite that asked for nothing has tested nothing.
        Exit::Agreed if outcome.served() == 0 && !command.is_empty() => {
            ui.say("nothing was asked of the replay: does the command use TRUETAPE_URL?");
            Exit::CouldNotAsk
        }
        exit => exit,
    })
}

/// The journal, its first line naming what is replayed.
fn journal(
    path: &Path,
    arguments: &Arguments,
    cassettes: &[PathBuf],
    tape: &Arc<Tape>,
) -> Result<Journal, Stop> {
    let failed = |e: std::io::Error| {
        Stop::usage(format!("{}: writing the journal: {e}", path.display()), "check --journal")
    };
    let mut sources = Vec::new();
    for cassette in cassettes {
        let name = cassette.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let bytes = std::fs::read(cassette).unwrap_or_default();
        sources.push(Source { name, sha256: Digest::of(&bytes).to_string() });
    }
    let opening = Opening {
        journal: cassettes::journal::SCHEMA,
        by: concat!("truetape ", env!("CARGO_PKG_VERSION")).into(),
        started: env::now().to_string(),
        speed: arguments.speed.to_string(),
        repeat: arguments.repeat,
        cassettes: sources,
    };
    let file = std::fs::File::create(path).map_err(failed)?;
    Journal::begin(Box::new(file), &opening, Arc::clone(tape), env::now).map_err(failed)
}

/// The ready line: on stdout, where scripts wait for it; with a command, stdout is the command's.
pub(crate) fn announce(line: &str, on_stdout: bool, ui: &Flags) -> Result<(), Stop> {
    if on_stdout {
        return ui::print(&format!("{line}\n"));
    }
    ui.detail(line);
    Ok(())
}

pub(crate) fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> Stop {
    let hint = match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            "something listens there already: stop it, or take a free port with port 0"
        }
        std::io::ErrorKind::PermissionDenied => "ports below 1024 need privileges: take a higher one",
        _ => "give --listen an address of this machine, for example 127.0.0.1:0",
    };
    Stop::usage(format!("cannot listen on {address}: {error}"), hint)
}

/// What was asked, what was missed, what was left over.
fn report(outcome: &replayer::Outcome, whole: bool, ui: &Flags) {
    const MOST: usize = 10;
    for session in &outcome.sessions {
        let of =
            if outcome.sessions.len() > 1 { format!("session {}: ", session.name) } else { String::new() };
        for miss in session.misses.iter().take(MOST) {
            anstream::eprintln!(
                "{yellow}miss:{yellow:#} {of}{} {} ({})",
                miss.method,
                miss.target,
                miss.reason.as_str(),
                yellow = ui::YELLOW
            );
            for near in miss.nearest.iter().take(3) {
                let differences: Vec<String> = near.differences.iter().map(ToString::to_string).collect();
                let differences = if differences.is_empty() {
                    "the same request, already answered".into()
                } else {
                    differences.join("; ")
                };
                anstream::eprintln!("        nearest {}: {differences}", near.exchange);
            }
            anstream::eprintln!("        {cyan}hint:{cyan:#} {}", miss.hint(), cyan = ui::CYAN);
        }
        if session.missed as usize > MOST {
            anstream::eprintln!("        and {} more", session.missed as usize - MOST);
        }
    }
    // While it was only served for a while, what nobody asked for means little.
    if whole {
        for unused in outcome.unused.iter().take(MOST) {
            ui.say(format!(
                "{dim}unused: {} {} {}{dim:#}",
                unused.exchange,
                unused.method,
                unused.target,
                dim = ui::DIM
            ));
        }
        if outcome.unused.len() > MOST {
            ui.say(format!("{dim}        and {} more{dim:#}", outcome.unused.len() - MOST, dim = ui::DIM));
        }
    }
    reached::unshaken(&outcome.unshaken, ui);
    ui.say(format!(
        "replayed {} of {}, {}",
        outcome.exchanges - outcome.unused.len(),
        count(outcome.exchanges, "exchange"),
        match outcome.missed() {
            0 => "no miss".to_owned(),
            1 => "1 miss".to_owned(),
            n => format!("{n} misses"),
        }
    ));
}
