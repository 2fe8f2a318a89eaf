//! The command: opens the mock, has it asked and judged, ends it, and writes the report.

use super::{
    asking::{Judging, ask},
    notes::{self, note},
    selection::{Selection, rules},
};
use crate::{
    commands::{
        replay,
        reporting::{self, Scope},
        wrapped::Stopping,
    },
    env,
    exit::{Exit, Outcome, Stop},
    ignores::NOTICE,
    settings::{Settings, age, unknown},
    subjects::{Manner, Mock, ResetRequest, Wish},
    ui::{Flags, ReportFlags},
};
use cassettes::model::{Cassette, Micros};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use verify::{Report, Verdict, reporters};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The cassettes that say what the real side does; without any, those of truetape.yaml
    #[arg(value_name = "CASSETTE")]
    cassettes: Vec<PathBuf>,
    /// The mock: a URL, a file or directory of stubs (wiremock:PATH, …), exec:COMMAND or cmd:COMMAND;
    /// without one, that of truetape.yaml
    #[arg(long, value_name = "SUBJECT")]
    mock: Option<String>,
    /// Where a cmd: mock listens that does not take $PORT; for stub files, the base URL they stand for
    #[arg(long, value_name = "URL")]
    mock_url: Option<String>,
    /// The request that puts a server back into its first state before each cassette: 'POST /__reset'
    #[arg(long, value_name = "REQUEST")]
    reset: Option<String>,
    /// Which calls of a transcript are which operations
    #[arg(long, value_name = "FILE")]
    bindings: Option<PathBuf>,
    /// The key that the mock's tokens are signed with: hs256:TEXT, rs256:FILE, env:NAME
    #[arg(long, value_name = "KEY")]
    token_key: Option<String>,
    #[command(flatten)]
    selection: Selection,
    /// Evidence that is older is too old: 180d, 26w
    #[arg(long, value_name = "AGE", value_parser = age)]
    max_age: Option<Micros>,
    /// How long the mock may be silent, in seconds
    #[arg(long, default_value_t = 30.0, value_name = "SECONDS")]
    timeout: f64,
    /// How long a cmd: mock may take until it listens, in seconds
    #[arg(long, default_value_t = 60.0, value_name = "SECONDS")]
    start_timeout: f64,
    #[command(flatten)]
    report: ReportFlags,
}

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let settings = Settings::find()?;
    let budget = settings.evidence.budget(arguments.max_age);
    let rules = rules(&arguments.selection, budget.is_some())?;
    let (wish, manner) = wanted(arguments, &settings)?;
    let paths = settings.cassettes(&arguments.cassettes)?;
    let cassettes = replay::load(&paths, ui)?;
    unknown(budget.as_ref(), &cassettes).iter().for_each(|text| note(ui, text));
    let judging = Judging {
        rules: &rules,
        settings: &settings,
        token_key: arguments.token_key.as_deref(),
        max_age: budget.as_ref(),
        beside: paths.first().map_or(Path::new("."), PathBuf::as_path),
    };
    let mut report = judged(&wish, &manner, &cassettes, judging, ui).await?;
    let picked = &arguments.selection.picked;
    let scope = Scope { whole: picked.is_whole(), notice: picked.has(NOTICE.meta.name) };
    reporting::ignore(&mut report, &settings, scope, ui);
    reporting::stand(&mut report, &paths, &cassettes);
    reporting::write(&report, &arguments.report)?;
    Ok(exit(&report))
}

/// Opens the mock, has it judged, and ends it whatever came of it: also when we are asked to stop.
async fn judged(
    wish: &Wish,
    manner: &Manner,
    cassettes: &[Cassette],
    judging: Judging<'_>,
    ui: &Flags,
) -> Result<Report, Stop> {
    // Heard before anything is started: nothing may be left behind.
    let mut stopping = Stopping::listen();
    let mock = tokio::select! {
        mock = Mock::open(wish, manner) => mock?,
        () = stopping.wish() => return Err(interrupted()),
    };
    let mock = mock.below(|routes| notes::base(cassettes, routes));
    notes::not_understood(&mock, ui);
    let report = tokio::select! {
        report = ask(cassettes, &mock, judging) => report.map_err(|stop| match stop.exit {
            Exit::CouldNotAsk => Stop { hint: Some(mock.hint().to_owned()), ..stop },
            _ => stop,
        }),
        () = stopping.wish() => Err(interrupted()),
    };
    if report.is_ok() && mock.is_stale() {
        notes::stale(cassettes, ui);
    }
    mock.stop().await;
    report
}

fn interrupted() -> Stop {
    Stop::new(Exit::CouldNotAsk, "stopped before the mock had been asked everything", "run it again")
}

/// What is asked, and how: as the flags say, else the settings.
fn wanted(arguments: &Arguments, settings: &Settings) -> Result<(Wish, Manner), Stop> {
    let seconds = |flag: &str, value: f64| {
        if value > 0.0 && value < 1e7 {
            return Ok(Duration::from_secs_f64(value));
        }
        Err(Stop::usage(
            format!("{flag} {value}: expected seconds above zero"),
            format!("for example {flag} 30"),
        ))
    };
    let ours = &settings.mock;
    let reset = arguments.reset.as_ref().or(ours.reset.as_ref());
    let bindings = || ours.bindings.as_ref().map(|path| settings.below(path));
    let mut manner = Manner {
        silence: seconds("--timeout", arguments.timeout)?,
        start: seconds("--start-timeout", arguments.start_timeout)?,
        url: arguments.mock_url.clone().or_else(|| ours.url.clone()),
        reset: reset.map(|text| ResetRequest::parse(text)).transpose()?,
        bindings: arguments.bindings.clone().or_else(bindings),
        directory: None,
    };
    let wish = match (&arguments.mock, &ours.subject) {
        (Some(text), _) => Wish::parse(text, Path::new(""))?,
        (None, Some(text)) => {
            // Paths and commands of the settings are meant from where they stand.
            manner.directory = Some(settings.below(Path::new("")));
            Wish::parse(text, &settings.below(Path::new("")))?
        }
        (None, None) => return Err(Wish::missing()),
    };
    Ok((wish, manner))
}

/// How a terminal sees a report; a file is a page without colour.
pub(crate) fn view(terminal: bool) -> reporters::View {
    // The stream itself takes colour away where none is wanted.
    reporters::View { width: env::width(), color: terminal, quiet: false }
}

/// What a verdict means for scripts.
pub(crate) fn exit(report: &Report) -> Exit {
    match report.verdict {
        Verdict::Agreed => Exit::Agreed,
        Verdict::Findings => Exit::Findings,
        Verdict::Vacuous => Exit::CouldNotAsk,
    }
}
