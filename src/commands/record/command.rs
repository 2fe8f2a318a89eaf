//! `truetape record --upstream URL --cassette FILE [-- CMD]`: proxies a client to the real side and writes
//! what it says.

use super::{
    mixed, mode,
    partial::Anew,
    proxying::Proxying,
    report,
    session::{Session, Setup},
};
use crate::{
    commands::{
        chosen::Chosen,
        reached, recording, replay,
        wrapped::{self, Stopping},
    },
    env,
    exit::{Exit, Outcome, Stop},
    settings::Settings,
    ui::{self, Flags, count},
};
use cassettes::{model::Cassette, store};
use recorder::Plan;
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
    /// When to ask the real side: once (while there is no cassette; then it is replayed and nothing recorded),
    /// new (for what the cassette does not know, which is added to it), all (always: NAME.new.yaml waits beside
    /// the old cassette for `accept`). In CI nothing is recorded
    #[arg(long, default_value = "once", value_name = "MODE", value_parser = ["once", "new", "all"])]
    mode: String,
    /// With --mode all, what alone is asked of the real side; everything else is replayed
    #[command(flatten)]
    chosen: Chosen,
    /// Record although CI is set; TRUETAPE_FORCE_RECORD=1 does the same
    #[arg(long)]
    force_record: bool,
    #[command(flatten)]
    proxying: Proxying,
    /// Where to listen, one for each upstream; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", value_parser = ui::address)]
    listen: Vec<SocketAddr>,
    /// How long the real side may be silent before that is recorded as a timeout, in seconds
    #[arg(long, default_value_t = 60.0, value_name = "SECONDS")]
    timeout: f64,
    /// The key of the tokens in use, so that their signatures are known to be good or bad: hs256:TEXT, rs256:FILE, env:NAME
    #[arg(long, value_name = "KEY")]
    token_key: Option<String>,
    /// A kind of secret that may be written all the same, where redaction cannot take it out; repeat it for several
    #[arg(long, value_name = "KIND")]
    allow_secret: Vec<String>,
    /// Keep texts of more than 32 MiB as they are, which is too much to take secrets out of; one in which a secret is found is not kept all the same
    #[arg(long)]
    spill_text: bool,
    /// Certificates to trust besides the system's, as PEM
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// The command to record; it gets the base URL as TRUETAPE_URL
    #[arg(last = true, value_name = "CMD")]
    command: Vec<OsString>,
}

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let settings = Settings::find()?;
    let forward = arguments.proxying.is_proxy();
    let given = if arguments.upstreams.is_empty() { &settings.upstreams } else { &arguments.upstreams };
    let upstreams = upstreams(given, forward)?;
    let listeners = if forward { 1 } else { upstreams.len() };
    if arguments.listen.len() > listeners {
        let hint = "give one --listen for each --upstream, in the same order; a forward proxy has one";
        return Err(Stop::usage(
            format!("{} x --listen for {}", arguments.listen.len(), count(listeners, "listener")),
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
    // What a killed recorder left is read all the same; merging it would write.
    if !recording::is_forbidden(arguments.force_record) {
        for path in [&arguments.cassette, &store::proposal_path(&arguments.cassette)] {
            if let Some(recovered) = store::recover(path)? {
                ui.say(format!("{yellow}note:{yellow:#} {recovered}", yellow = ui::YELLOW));
            }
        }
    }
    let plan = mode::plan(
        &arguments.mode,
        &arguments.cassette,
        !arguments.chosen.is_empty(),
        arguments.force_record,
    )?;
    let old = if arguments.cassette.exists() {
        let loaded = store::load_lean(&arguments.cassette)?;
        loaded
            .notes
            .iter()
            .for_each(|note| ui.say(format!("{yellow}note:{yellow:#} {note}", yellow = ui::YELLOW)));
        Some(loaded.cassette)
    } else {
        None
    };
    let rules = settings.rules(&old.as_ref().map(|old| old.header.redact.clone()).unwrap_or_default());
    if let (Plan::OnlyKnown, Some(old)) = (plan, old.as_ref()) {
        return only_known(arguments, &upstreams, old, &settings, ui).await;
    }
    let target = match (&old, plan) {
        (Some(_), Plan::RecordAnew | Plan::RecordChosen) => store::proposal_path(&arguments.cassette),
        _ => arguments.cassette.clone(),
    };
    let keys = settings.keys(arguments.token_key.as_deref())?;
    // What stands there was made with another key than the one that is made now.
    let lack = settings.lack(&arguments.cassette);
    let policy = Arc::new(settings.policy(&rules, keys.clone(), &arguments.cassette, true)?);
    let comparing = match &lack {
        Some(_) => Arc::new(settings.keyless(&rules, keys)?),
        None => Arc::clone(&policy),
    };
    let scanner = settings.scanner(&arguments.allow_secret)?;
    let anew = Anew::choose(&arguments.chosen, old.as_ref(), &policy, lack.is_some())?;
    let extra_ca = match &arguments.ca_file {
        Some(path) => Some(
            std::fs::read(path)
                .map_err(|e| Stop::usage(format!("{}: reading: {e}", path.display()), "check --ca-file"))?,
        ),
        None => None,
    };
    let (reach, files) = arguments.proxying.reach(&upstreams, &settings, &arguments.listen, ui)?;
    let adding = old.filter(|_| matches!(plan, Plan::RecordUnknown | Plan::RecordChosen));
    if let Some(made) = lack.zip(adding.as_ref()).and_then(|(lack, old)| lack.made(old)) {
        ui.say(format!("{yellow}note:{yellow:#} {made}", yellow = ui::YELLOW));
    }
    let session = Session::start(Setup {
        reach,
        upstreams: &upstreams,
        target: &target,
        adding,
        comparing,
        always: false,
        anew: anew.clone(),
        listen: &arguments.listen,
        limits: Limits { connect: silence.min(Limits::default().connect), silence },
        extra_ca,
        policy,
        scanner,
        spill_text: arguments.spill_text,
        rules,
    })
    .await?;
    let mut stopping = Stopping::listen();
    let proxy = session.proxy.as_deref();
    let mut told = reached::variables(proxy.unwrap_or_default(), forward, files.as_ref());
    if let Some(proxy) = proxy {
        replay::announce(&format!("listening on {proxy}"), arguments.command.is_empty(), ui)?;
    }
    for (number, standing) in (1..).zip(&session.standings) {
        let mut line = format!("listening on {}", standing.listener);
        if upstreams.len() > 1 {
            line.push_str(&format!(" for {}", standing.upstream));
        }
        replay::announce(&line, arguments.command.is_empty(), ui)?;
        if number == 1 {
            told.push(("TRUETAPE_URL".to_owned(), standing.listener.clone()));
        }
        if upstreams.len() > 1 {
            told.push((format!("TRUETAPE_URL_{number}"), standing.listener.clone()));
        }
    }
    let command = if arguments.command.is_empty() {
        stopping.wish().await;
        Ok(Exit::Agreed)
    } else {
        wrapped::run(&arguments.command, &told, &mut stopping).await
    };
    // What was recorded is kept whatever became of the command.
    let recorded = session.finish().await?;
    if let (Some(anew), Some(_)) = (&anew, &recorded.file) {
        anew.conclude(ui);
    }
    let command = command?;
    let exit = report::conclude(&recorded, ui)?;
    if plan == Plan::RecordUnknown {
        mixed::notes(&recorded, ui)?;
    }
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
        "{} exists: it is replayed and nothing is recorded{}",
        arguments.cassette.display(),
        match recording::is_forbidden(arguments.force_record) {
            true => ", as always in CI",
            false => " (--mode new adds to it, --mode all records anew)",
        }
    ));
    let policy = settings.policy(&settings.rules(&old.header.redact), None, &arguments.cassette, false)?;
    if let Some(lacks) = settings.lacks_key(&arguments.cassette, std::slice::from_ref(old)) {
        ui.say(format!("{yellow}note:{yellow:#} {lacks}", yellow = ui::YELLOW));
    }
    let named: Vec<String> = upstreams.iter().map(|upstream| policy.clean_upstream(upstream)).collect();
    let tape = Arc::new(Tape::prepare(vec![old.clone()], Arc::new(policy)));
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let mut wanted: Vec<Wanted> = named
        .iter()
        .enumerate()
        .map(|(number, upstream)| Wanted {
            address: arguments.listen.get(number).copied().unwrap_or(free),
            // A single upstream may have moved to another port since.
            upstream: (named.len() > 1).then(|| upstream.clone()),
        })
        .collect();
    if arguments.proxying.is_proxy() {
        // One that serves them all.
        let address = arguments.listen.first().copied().unwrap_or(free);
        wanted = vec![Wanted { address, upstream: None }];
    }
    let playback = Arc::new(Playback::new(tape, replayer::Settings::new(env::now)));
    let address = wanted.first().map_or(free, |wanted| wanted.address);
    let (way, files) = arguments.proxying.reached().way(ui)?;
    let server =
        Server::reached(playback, &wanted, way).await.map_err(|e| replay::cannot_listen(address, &e))?;
    replay::perform(server, &arguments.command, false, files.as_ref(), None, ui).await
}

/// Base URLs in their one spelling: without a trailing slash. There may be `none` for a forward proxy.
fn upstreams(given: &[String], none: bool) -> Result<Vec<String>, Stop> {
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
    if upstreams.is_empty() && !none {
        return Err(Stop::usage(
            "no upstream named",
            "give --upstream URL, or list `upstreams:` in truetape.yaml",
        ));
    }
    Ok(upstreams)
}
