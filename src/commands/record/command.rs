//! `truetape record --upstream URL --cassette FILE [-- CMD]`: proxies a client to the real side and writes
//! what it says.

use super::{
    report,
    session::{Session, Setup},
};
use crate::{
    commands::{
        replay,
        wrapped::{self, Stopping},
    },
    env,
    exit::{Exit, Outcome, Stop},
    settings::Settings,
    ui::{self, Flags, count},
};
use cassettes::{model::Cassette, store};
use recorder::{Mode, Plan};
use replayer::{Playback, Server, Tape, Wanted};
use std::{ffi::OsString, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use wire::client::Limits;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The real side's base URL; repeat it to record several
    #[arg(long = "upstream", value_name = "URL")]
    upstreams: Vec<String>,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    cassette: PathBuf,
    /// When to ask the real side: once (only while there is no cassette), new (what the cassette does not
    /// know), all (always, beside the old cassette)
    #[arg(long, default_value = "once", value_name = "MODE", value_parser = ["once", "new", "all"])]
    mode: String,
    /// Where to listen, one for each upstream; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Vec<SocketAddr>,
    /// How long the real side may be silent before that is recorded as a timeout, in seconds
    #[arg(long, default_value_t = 60.0, value_name = "SECONDS")]
    timeout: f64,
    /// The key of the tokens in use, so that their signatures are known to be good or bad: hs256:TEXT, rs256:FILE, env:NAME
    #[arg(long, value_name = "KEY")]
    token_key: Option<String>,
    /// Certificates to trust besides the system's, as PEM
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// The command to record; it gets the base URL as TRUETAPE_URL
    #[arg(last = true, value_name = "CMD")]
    command: Vec<OsString>,
}

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let settings = Settings::find()?;
    let upstreams =
        upstreams(if arguments.upstreams.is_empty() { &settings.upstreams } else { &arguments.upstreams })?;
    if arguments.listen.len() > upstreams.len() {
        let hint = "give one --listen for each --upstream, in the same order";
        return Err(Stop::usage(
            format!("{} x --listen for {}", arguments.listen.len(), count(upstreams.len(), "upstream")),
            hint,
        ));
    }
    if !(arguments.timeout > 0.0 && arguments.timeout < 1e7) {
        return Err(Stop::usage(
            format!("--timeout {}: expected seconds above zero", arguments.timeout),
            "for example --timeout 30",
        ));
    }
    let silence = Duration::from_secs_f64(arguments.timeout);
    if let Some(recovered) = store::recover(&arguments.cassette)? {
        ui.say(format!("{yellow}note:{yellow:#} {recovered}", yellow = ui::YELLOW));
    }
    let old = if arguments.cassette.exists() {
        let loaded = store::load(&arguments.cassette)?;
        loaded
            .notes
            .iter()
            .for_each(|note| ui.say(format!("{yellow}note:{yellow:#} {note}", yellow = ui::YELLOW)));
        Some(loaded.cassette)
    } else {
        None
    };
    let plan = Mode::parse(&arguments.mode).unwrap_or_default().plan(old.is_some());
    let rules = settings.rules(&old.as_ref().map(|old| old.header.redact.clone()).unwrap_or_default());
    if let (Plan::OnlyKnown, Some(old)) = (plan, old.as_ref()) {
        return only_known(arguments, &upstreams, old, &settings, ui).await;
    }
    let target = match (&old, plan) {
        (Some(_), Plan::RecordAnew) => store::proposal_path(&arguments.cassette),
        _ => arguments.cassette.clone(),
    };
    let keys = settings.keys(arguments.token_key.as_deref())?;
    let policy = Arc::new(settings.policy(&rules, keys, &arguments.cassette, true)?);
    let extra_ca = match &arguments.ca_file {
        Some(path) => Some(
            std::fs::read(path)
                .map_err(|e| Stop::usage(format!("{}: reading: {e}", path.display()), "check --ca-file"))?,
        ),
        None => None,
    };
    let session = Session::start(Setup {
        upstreams: &upstreams,
        target: &target,
        adding: old.filter(|_| plan == Plan::RecordUnknown),
        listen: &arguments.listen,
        limits: Limits { connect: silence.min(Limits::default().connect), silence },
        extra_ca,
        policy,
        rules,
    })
    .await?;
    let mut stopping = Stopping::listen();
    let mut variables = Vec::new();
    for (number, standing) in (1..).zip(&session.standings) {
        let mut line = format!("listening on {}", standing.listener);
        if upstreams.len() > 1 {
            line.push_str(&format!(" for {}", standing.upstream));
        }
        replay::announce(&line, arguments.command.is_empty(), ui)?;
        if number == 1 {
            variables.push(("TRUETAPE_URL".to_owned(), standing.listener.clone()));
        }
        if upstreams.len() > 1 {
            variables.push((format!("TRUETAPE_URL_{number}"), standing.listener.clone()));
        }
    }
    let command = if arguments.command.is_empty() {
        stopping.wish().await;
        Ok(Exit::Agreed)
    } else {
        wrapped::run(&arguments.command, &variables, &mut stopping).await
    };
    // What was recorded is kept whatever became of the command.
    let recorded = session.finish().await?;
    let command = command?;
    let exit = report::conclude(&recorded, ui)?;
    Ok(if command == Exit::Agreed { exit } else { command })
}

/// The cassette alone is asked: as `replay` does it, on the listeners of a recording.
async fn only_known(
    arguments: &Arguments,
    upstreams: &[String],
    old: &Cassette,
    settings: &Settings,
    ui: &Flags,
) -> Outcome {
    ui.say(format!(
        "{} exists: it is replayed and nothing is recorded (--mode new adds to it, --mode all records anew)",
        arguments.cassette.display()
    ));
    let policy = settings.policy(&settings.rules(&old.header.redact), None, &arguments.cassette, false)?;
    let named: Vec<String> = upstreams.iter().map(|upstream| policy.clean_upstream(upstream)).collect();
    let tape = Arc::new(Tape::prepare(vec![old.clone()], Arc::new(policy)));
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let wanted: Vec<Wanted> = named
        .iter()
        .enumerate()
        .map(|(number, upstream)| Wanted {
            address: arguments.listen.get(number).copied().unwrap_or(free),
            // A single upstream may have moved to another port since.
            upstream: (named.len() > 1).then(|| upstream.clone()),
        })
        .collect();
    let playback = Arc::new(Playback::new(tape, replayer::Settings::new(env::now)));
    let address = wanted.first().map_or(free, |wanted| wanted.address);
    let server = Server::bind(playback, &wanted).await.map_err(|e| replay::cannot_listen(address, &e))?;
    replay::perform(server, &arguments.command, false, ui).await
}

/// Base URLs in their one spelling: without a trailing slash.
fn upstreams(given: &[String]) -> Result<Vec<String>, Stop> {
    let mut upstreams: Vec<String> = Vec::new();
    for url in given {
        let origin = wire::client::Origin::parse(url).map_err(|e| {
            Stop::usage(format!("--upstream: {e}"), "give a base URL such as https://sandbox.example")
        })?;
        let url = origin.to_string();
        if upstreams.contains(&url) {
            return Err(Stop::usage(format!("--upstream {url} is given twice"), "name each upstream once"));
        }
        upstreams.push(url);
    }
    if upstreams.is_empty() {
        return Err(Stop::usage(
            "no upstream named",
            "give --upstream URL, or list `upstreams:` in truetape.yaml",
        ));
    }
    Ok(upstreams)
}
