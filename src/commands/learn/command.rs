//! The command: checks the plan, teaches it through a recorder of our own, and reports.

use super::{
    derive, dry, findings,
    plan::{self, Only, Read},
    progress::Progress,
    wanted,
};
use crate::{
    commands::{
        cleaned, inspect,
        record::{Reach, Session, Setup},
        recording,
        reporting::{self, Scope},
        wrapped::Stopping,
    },
    env,
    exit::{Exit, Outcome, Stop},
    settings::Settings,
    ui::{self, Flags, ReportFlags},
};
use cassettes::{
    jwt::Keys,
    model::{Cassette, RedactRules},
    store,
};
use recorder::{
    desk::{Desk, Loopback, Means, Values, Waiting},
    teaching::{self, Outcome as Came, Told, Wanted},
};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use verify::Verdict;
use wire::client::Limits;

/// How long an answer may wish to be left alone that was not asked about that.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The file of lessons
    #[arg(value_name = "PLAN")]
    plan: Option<PathBuf>,
    /// The cassette to write; where there is one, NAME.new.yaml waits beside it for `accept`
    #[arg(long, value_name = "FILE")]
    cassette: Option<PathBuf>,
    /// Add what is recorded to the cassette
    #[arg(long)]
    add: bool,
    /// The real side's base URL, where the plan is not to say it
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,
    /// Teach these lessons alone, and those that clean up: numbers or kinds
    #[arg(long, value_name = "N|KIND")]
    only: Vec<String>,
    /// Show what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// A value that the plan names and that is no secret, such as a user's name; repeat it for several
    #[arg(long, value_name = "NAME=VALUE", value_parser = wanted::value)]
    value: Vec<(String, String)>,
    /// Write a plan from these recordings of a happy path, to PLAN or stdout, and ask nobody
    #[arg(long, value_name = "CASSETTE", num_args = 1..)]
    derive: Vec<PathBuf>,
    /// How long the real side may be silent before that is recorded as a timeout, in seconds
    #[arg(long, default_value_t = 60.0, value_name = "SECONDS")]
    timeout: f64,
    /// The key that signs tokens: hs256:TEXT, rs256:FILE, es256:FILE, env:NAME
    #[arg(long, value_name = "KEY")]
    token_key: Option<String>,
    /// Certificates to trust besides the system's, as PEM
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// A kind of secret that may be written all the same, where redaction cannot take it out; repeat it for several
    #[arg(long, value_name = "KIND")]
    allow_secret: Vec<String>,
    /// Record although CI is set; TRUETAPE_FORCE_RECORD=1 does the same
    #[arg(long)]
    force_record: bool,
    #[command(flatten)]
    report: ReportFlags,
}

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let settings = Settings::find()?;
    if !arguments.derive.is_empty() {
        let (plan, output) = (arguments.plan.as_deref(), arguments.report.output.as_deref());
        return derive::run(&arguments.derive, plan, output, arguments.upstream.as_deref(), &settings, ui);
    }
    let Some(path) = &arguments.plan else {
        return Err(Stop::usage("no plan named", "truetape learn PLAN --cassette FILE"));
    };
    let read = plan::read(path, &settings, &arguments.value)?;
    let only = Only::of(&arguments.only, &read.plan)?;
    let upstream = plan::upstream(arguments.upstream.as_deref(), &read.plan, &settings.upstreams)?;
    if arguments.dry_run {
        ui::print(&dry::shown(&read, &only, &upstream))?;
        return Ok(Exit::Agreed);
    }
    let Some(cassette) = &arguments.cassette else {
        return Err(Stop::usage(
            "no cassette named",
            "say where to record with --cassette FILE, or look first with --dry-run",
        ));
    };
    recording::allow(
        arguments.force_record,
        "`learn` asks the real side and records it",
        "run it outside of CI, or look with --dry-run",
    )?;
    if !(arguments.timeout > 0.0 && arguments.timeout < 1e7) {
        let hint = "for example --timeout 30";
        return Err(Stop::usage(
            format!("--timeout {}: expected seconds above zero", arguments.timeout),
            hint,
        ));
    }
    let keys = settings.keys(arguments.token_key.as_deref())?;
    let minted = read.plan.token.is_some() || read.plan.all().any(|lesson| lesson.setting("token").is_some());
    if minted && keys.is_none() {
        return Err(Stop::usage(
            format!("{}: `token:` wants good tokens, and there is no key to sign them with", read.file),
            "give --token-key, or `tokens:` in truetape.yaml",
        ));
    }
    let tape = Tape::of(arguments, cassette, &settings, ui)?;
    if !plan::is_loopback(&upstream) {
        anstream::eprintln!("asking {upstream}, as {} says", read.file);
    }
    let (all, recorded) = taught(arguments, &settings, &read, &only, &upstream, keys, tape, ui).await?;
    conclude(arguments, &settings, &read, &upstream, &all, recorded.as_ref(), ui)
}

/// Where is recorded, and onto what.
struct Tape {
    target: PathBuf,
    adding: Option<Cassette>,
    rules: RedactRules,
}

impl Tape {
    fn of(arguments: &Arguments, cassette: &Path, settings: &Settings, ui: &Flags) -> Result<Tape, Stop> {
        if let Some(recovered) = store::recover(cassette)? {
            ui.say(format!("{yellow}note:{yellow:#} {recovered}", yellow = ui::YELLOW));
        }
        let old = if cassette.exists() { Some(store::load(cassette)?.cassette) } else { None };
        let rules = settings.rules(&old.as_ref().map(|old| old.header.redact.clone()).unwrap_or_default());
        let target = match (&old, arguments.add) {
            (Some(_), false) => store::proposal_path(cassette),
            _ => cassette.to_owned(),
        };
        Ok(Tape { target, adding: old.filter(|_| arguments.add), rules })
    }
}

/// Teaches the plan through a recorder of our own, and gives what it recorded.
#[expect(clippy::too_many_arguments, reason = "each is a part of what one run is made of")]
async fn taught(
    arguments: &Arguments,
    settings: &Settings,
    read: &Read,
    only: &Only,
    upstream: &str,
    keys: Option<Arc<dyn Keys>>,
    tape: Tape,
    ui: &Flags,
) -> Result<(Vec<Told>, Option<(PathBuf, Cassette)>), Stop> {
    let cassette = arguments.cassette.as_deref().unwrap_or(&tape.target);
    let policy = Arc::new(settings.policy(&tape.rules, keys.clone(), cassette, true)?);
    let extra_ca = match &arguments.ca_file {
        Some(path) => Some(
            std::fs::read(path)
                .map_err(|e| Stop::usage(format!("{}: reading: {e}", path.display()), "check --ca-file"))?,
        ),
        None => None,
    };
    let silence = Duration::from_secs_f64(arguments.timeout);
    let limits = Limits { connect: silence.min(Limits::default().connect), silence };
    let mut secrets = BTreeMap::new();
    for secret in settings.secrets(true)? {
        secrets.insert(secret.name, secret.value);
    }
    secrets.extend(arguments.value.iter().cloned());
    let upstreams = [upstream.to_owned()];
    // Heard before anything is asked: what cleans up is taught all the same.
    let (mut stopping, mut twice) = (Stopping::listen(), Stopping::listen());
    let session = Session::start(Setup {
        upstreams: &upstreams,
        target: &tape.target,
        adding: tape.adding,
        comparing: Arc::clone(&policy),
        always: true,
        anew: None,
        reach: Reach::Plain,
        listen: &[],
        limits,
        extra_ca,
        policy,
        scanner: settings.scanner(&arguments.allow_secret)?,
        spill_text: false,
        rules: tape.rules,
    })
    .await?;
    let listener = session.standings.first().map(|standing| standing.listener.clone()).unwrap_or_default();
    let subject = Loopback::new(&listener, limits).map_err(|e| {
        Stop::new(Exit::Internal, format!("asking our own recorder: {e}"), "please report it")
    })?;
    let means = Means {
        subject: &subject,
        recording: Some(session.recording()),
        keys,
        clock: env::now,
        waiting: Waiting::AtMost(PATIENCE),
        bases: vec![listener, upstream.to_owned()],
    };
    let mut desk = Desk::new(&read.plan, means, Values::new(secrets, random));
    let progress = Progress::new(read.plan.all().count(), ui.quiet, arguments.report.is_for_people());
    let wanted = Wanted {
        only: &|number, lesson| only.wants(number, lesson),
        begins: &mut |number, lesson| progress.begins(number, lesson),
        ends: &mut |told| progress.ends(told),
    };
    let stopped = std::pin::pin!(stopping.wish());
    let all = tokio::select! {
        all = teaching::teach(&read.plan, &mut desk, wanted, stopped) => all,
        // Asked twice, not even what cleans up is waited for.
        () = async { twice.wish().await; twice.wish().await } => Vec::new(),
    };
    drop(desk);
    let recorded = session.finish().await?;
    for unsaved in &recorded.summary.unsaved {
        let yellow = ui::YELLOW;
        anstream::eprintln!(
            "{yellow}not saved:{yellow:#} {} {}: {}",
            unsaved.id,
            unsaved.request,
            unsaved.reason
        );
    }
    let file = match recorded.file {
        Some(file) => {
            let cassette = store::load(&file)?.cassette;
            Some((file, cassette))
        }
        None => None,
    };
    Ok((all, file))
}

/// Numbers that nobody has had before.
fn random() -> [u8; 16] {
    let bytes = env::random().unwrap_or_else(|| {
        // Without a source of chance the moment has to tell values apart.
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&env::now().0.to_le_bytes());
        bytes
    });
    std::array::from_fn(|at| bytes[at])
}

/// The report, and what a run comes to.
fn conclude(
    arguments: &Arguments,
    settings: &Settings,
    read: &Read,
    upstream: &str,
    all: &[Told],
    recorded: Option<&(PathBuf, Cassette)>,
    ui: &Flags,
) -> Outcome {
    let cassette = recorded.map(|(_, cassette)| cassette);
    let recorded_rules = cassette.map(|cassette| cassette.header.redact.clone()).unwrap_or_default();
    let beside = arguments.cassette.as_deref().unwrap_or(Path::new("."));
    let policy = settings.policy(&settings.rules(&recorded_rules), None, beside, false)?;
    let mut report = cleaned::report(findings::report(all, cassette, &read.file, upstream), &policy);
    if let Some((path, cassette)) = recorded
        && let Ok(text) = std::fs::read_to_string(path)
    {
        report.about.stand_in(&cassette.name, &path.to_string_lossy(), &text);
    }
    // Most entries are about mocks, which were not asked.
    reporting::ignore(&mut report, settings, Scope::default(), ui);
    reporting::write(&report, &arguments.report)?;
    if let Some((path, cassette)) = recorded {
        if !ui.quiet {
            anstream::eprint!("{}", inspect::unknown(std::slice::from_ref(cassette), path));
        }
        ui.say(format!("{} holds {}", path.display(), ui::count(cassette.exchanges.len(), "exchange")));
        if path.to_string_lossy().contains(".new.") {
            ui.say("the old cassette is untouched; `truetape accept` shows the difference and makes the new one the truth");
        }
    }
    // Also one lesson that was given up leaves the plan untold; what finds nothing to clean up does not.
    let mut taught = all.iter().filter(|told| !told.finally).peekable();
    let ran = taught.peek().is_some() && taught.all(|told| !matches!(told.outcome, Came::CouldNotAsk(_)));
    if report.verdict == Verdict::Vacuous && !all.is_empty() {
        let cyan = ui::CYAN;
        ui.say(format!(
            "{cyan}hint:{cyan:#} no lesson could be asked: start the real side at {upstream}, or say another with --upstream"
        ));
    }
    Ok(match report.verdict {
        Verdict::Findings => Exit::Findings,
        Verdict::Agreed if ran => Exit::Agreed,
        Verdict::Agreed | Verdict::Vacuous => Exit::CouldNotAsk,
    })
}
