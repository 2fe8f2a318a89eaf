//! `truetape record --upstream URL --cassette FILE [-- CMD]`: proxies a client to the real side and writes
//! what it says.

use crate::{
    commands::{
        inspect,
        known::Known,
        replay,
        wrapped::{self, Stopping},
    },
    env,
    exit::{Exit, Outcome, Stop},
    settings::Settings,
    ui::{self, Flags, count},
};
use cassettes::{
    model::{Cassette, ExchangeId, Header},
    redact::{Clean, Policy},
    store::{self, Start, Writer},
};
use recorder::{First, Mode, Plan, Proxy, Recording, Sink, Standing, Summary};
use std::{
    ffi::OsString,
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{sync::watch, task::JoinSet};
use wire::{
    client::{Limits, Upstream},
    serve::Listener,
};

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

/// Appends to a recording.
struct Tape(Arc<Writer>);

impl Sink for Tape {
    fn save(&self, clean: Clean) -> io::Result<()> {
        self.0.append(&clean).map_err(|e| io::Error::other(format!("{e} (hint: {})", e.hint)))
    }
}

/// A cassette that alone is asked has no sink.
struct Nowhere;

impl Sink for Nowhere {
    fn save(&self, _: Clean) -> io::Result<()> {
        Err(io::Error::other("nothing is recorded in this mode"))
    }
}

/// What a recording came to.
pub(crate) struct Recorded {
    pub(crate) summary: Summary,
    /// The file written, if one was.
    pub(crate) file: Option<PathBuf>,
    pub(crate) total: usize,
}

/// A recording under way: listeners that stand for upstreams.
pub(crate) struct Session {
    /// The base URLs of the listeners, in the order of the upstreams.
    pub(crate) standings: Vec<Standing>,
    recording: Arc<Recording>,
    writer: Option<(Arc<Writer>, PathBuf)>,
    stop: watch::Sender<bool>,
    serving: JoinSet<()>,
}

/// What a recording is started with.
pub(crate) struct Setup<'a> {
    pub(crate) upstreams: &'a [String],
    pub(crate) cassette: &'a Path,
    pub(crate) plan: Plan,
    pub(crate) old: Option<Cassette>,
    pub(crate) listen: &'a [SocketAddr],
    pub(crate) limits: Limits,
    pub(crate) extra_ca: Option<Vec<u8>>,
    pub(crate) policy: Arc<Policy>,
    pub(crate) settings: &'a Settings,
}

impl Session {
    pub(crate) async fn start(setup: Setup<'_>) -> Result<Session, Stop> {
        let target = match (&setup.old, setup.plan) {
            (Some(_), Plan::RecordAnew) => store::proposal_path(setup.cassette),
            _ => setup.cassette.to_owned(),
        };
        let mut listeners = Vec::new();
        for number in 0..setup.upstreams.len() {
            let address =
                setup.listen.get(number).copied().unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
            listeners.push(Listener::bind(address).await.map_err(|e| replay::cannot_listen(address, &e))?);
        }
        let tls = wire::client::client_config(setup.extra_ca.as_deref())
            .map_err(|e| Stop::usage(format!("certificates: {e}"), "give --ca-file a PEM file"))?;
        let header = Header {
            recorder: concat!("truetape ", env!("CARGO_PKG_VERSION")).into(),
            upstreams: setup.upstreams.to_vec(),
            redact: setup
                .settings
                .rules(&setup.old.as_ref().map(|old| old.header.redact.clone()).unwrap_or_default()),
        };
        let writer = match setup.plan {
            Plan::OnlyKnown => None,
            Plan::RecordAnew => {
                Some(Writer::start(&target, header, Start::Fresh, Arc::clone(&setup.policy))?)
            }
            Plan::RecordUnknown => {
                Some(Writer::start(&target, header, Start::Adding, Arc::clone(&setup.policy))?)
            }
        };
        let writer = writer.map(|writer| (Arc::new(writer), target));
        let sink: Box<dyn Sink> = match &writer {
            Some((writer, _)) => Box::new(Tape(Arc::clone(writer))),
            None => Box::new(Nowhere),
        };
        let first_id = match (&setup.old, setup.plan) {
            (Some(old), Plan::RecordUnknown) => old.exchanges.iter().map(|e| e.id.0).max().unwrap_or(0) + 1,
            _ => 1,
        };
        let recording =
            Arc::new(Recording::new(Arc::clone(&setup.policy), sink, env::now, ExchangeId(first_id)));
        let standings: Vec<Standing> = setup
            .upstreams
            .iter()
            .zip(&listeners)
            .map(|(upstream, listener)| Standing {
                upstream: upstream.clone(),
                listener: format!("http://{}", listener.local_addr()),
            })
            .collect();
        let known = match (setup.old, setup.plan) {
            (Some(old), Plan::OnlyKnown | Plan::RecordUnknown) => {
                Some(Arc::new(Known::new(old, Arc::clone(&setup.policy), &standings)))
            }
            _ => None,
        };
        let (stop, stopping) = watch::channel(false);
        let mut serving = JoinSet::new();
        for (listener, standing) in listeners.into_iter().zip(&standings) {
            let upstream =
                Upstream::with_tls(&standing.upstream, setup.limits, tls.clone(), recording.connections())
                    .map_err(|e| {
                        Stop::usage(
                            format!("--upstream: {e}"),
                            "give a base URL such as https://sandbox.example",
                        )
                    })?;
            let first = known.as_ref().map(|known| known.standing_for(&standing.upstream) as Arc<dyn First>);
            let proxy = Proxy::new(upstream, Arc::clone(&recording), &standing.listener, &standings)
                .with(first, setup.plan);
            serving.spawn(listener.run(Arc::new(proxy), stopping.clone()));
        }
        Ok(Session { standings, recording, writer, stop, serving })
    }

    /// Stops listening, lets what runs finish, and makes the recording the cassette.
    pub(crate) async fn finish(mut self) -> Result<Recorded, Stop> {
        let _ = self.stop.send(true);
        while self.serving.join_next().await.is_some() {}
        let summary = self.recording.summary();
        let Some((writer, target)) = self.writer else {
            return Ok(Recorded { summary, file: None, total: 0 });
        };
        let finished = writer.finish()?;
        let file = (finished.added > 0).then_some(target);
        Ok(Recorded { summary, file, total: finished.total })
    }
}

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let settings = Settings::find()?;
    let upstreams =
        upstreams(if arguments.upstreams.is_empty() { &settings.upstreams } else { &arguments.upstreams })?;
    if arguments.listen.len() > upstreams.len() {
        let hint = "give one --listen for each --upstream, in the same order";
        return Err(Stop::usage(
            format!(
                "{} for {}",
                count(arguments.listen.len(), "address"),
                count(upstreams.len(), "upstream")
            ),
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
    let mode = Mode::parse(&arguments.mode).unwrap_or_default();
    let plan = mode.plan(old.is_some());
    let rules = settings.rules(&old.as_ref().map(|old| old.header.redact.clone()).unwrap_or_default());
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
        cassette: &arguments.cassette,
        plan,
        old,
        listen: &arguments.listen,
        limits: Limits { connect: silence.min(Limits::default().connect), silence },
        extra_ca,
        policy,
        settings: &settings,
    })
    .await?;
    match plan {
        Plan::OnlyKnown => ui.say(format!(
            "{} exists: it is replayed and nothing is recorded (--mode new adds to it, --mode all records anew)",
            arguments.cassette.display()
        )),
        Plan::RecordAnew | Plan::RecordUnknown => {}
    }
    let mut stopping = Stopping::listen();
    let mut variables = Vec::new();
    for (number, standing) in (1..).zip(&session.standings) {
        let mut line = format!("listening on {}", standing.listener);
        if upstreams.len() > 1 {
            line.push_str(&format!(" for {}", standing.upstream));
        }
        replay::announce(&line, arguments.command.is_empty(), ui);
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
    report(&recorded, plan, ui)?;
    Ok(match command {
        Exit::Agreed => verdict(&recorded, ui),
        exit => exit,
    })
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

fn verdict(recorded: &Recorded, ui: &Flags) -> Exit {
    let summary = &recorded.summary;
    if !summary.unsaved.is_empty() {
        Exit::CouldNotAsk
    } else if !summary.missed.is_empty() {
        Exit::Findings
    } else if summary.exchanges == 0 && summary.known == 0 {
        ui.say("nothing was asked: does the client use TRUETAPE_URL?");
        Exit::CouldNotAsk
    } else {
        Exit::Agreed
    }
}

/// What was recorded, what was learned from it, and what is still unknown.
fn report(recorded: &Recorded, plan: Plan, ui: &Flags) -> Result<(), Stop> {
    let summary = &recorded.summary;
    for unsaved in &summary.unsaved {
        anstream::eprintln!(
            "{yellow}not saved:{yellow:#} {} {}: {}",
            unsaved.id,
            unsaved.request,
            unsaved.reason,
            yellow = ui::YELLOW
        );
    }
    for missed in &summary.missed {
        anstream::eprintln!(
            "{yellow}miss:{yellow:#} {missed}: the cassette does not know it; --mode new records it",
            yellow = ui::YELLOW
        );
    }
    for refused in &summary.refused {
        anstream::eprintln!("{yellow}refused:{yellow:#} {refused}", yellow = ui::YELLOW);
    }
    if plan == Plan::OnlyKnown {
        ui.say(format!("answered {} from the cassette", count(summary.known as usize, "request")));
        return Ok(());
    }
    let Some(file) = &recorded.file else { return Ok(()) };
    let failures = match summary.failures {
        0 => String::new(),
        n => format!(", {n} of them transport failures"),
    };
    ui.say(format!(
        "recorded {}{failures} into {}",
        count(summary.exchanges as usize, "exchange"),
        file.display()
    ));
    if summary.known > 0 {
        ui.say(format!(
            "answered {} from the cassette, which now holds {}",
            count(summary.known as usize, "request"),
            recorded.total
        ));
    }
    if summary.unfinished > 0 {
        ui.say(format!(
            "{} broken off by the client before its request was whole",
            count(summary.unfinished as usize, "call")
        ));
    }
    if !ui.quiet {
        let loaded = store::load(file)?;
        anstream::eprint!("{}", inspect::learned(&[loaded.cassette]));
    }
    if file.to_string_lossy().contains(".new.") {
        ui.say("the old cassette is untouched; `truetape accept` makes the new one the truth");
    }
    Ok(())
}
