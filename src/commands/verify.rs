//! `truetape verify CASSETTE... --mock SUBJECT`: asks a mock what the real side was asked.

use crate::{
    commands::replay,
    env,
    exit::{Exit, Outcome, Stop},
    settings::Settings,
    ui::{self, Flags, ReportFlags},
};
use cassettes::{
    model::{Answer, Body, Cassette, Connection, Exchange, ExchangeId, Headers, Request, Response, Timing},
    redact::Policy,
    subject::Subject,
};
use recorder::{Live, LiveLimits};
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use verify::{Finding, Options, Report, Rule, Verdict, reporters};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The cassettes that say what the real side does; without any, those of truetape.yaml
    #[arg(value_name = "CASSETTE")]
    cassettes: Vec<PathBuf>,
    /// The mock: a base URL
    #[arg(long, value_name = "SUBJECT")]
    mock: String,
    /// The key that the mock's tokens are signed with: hs256:TEXT, rs256:FILE, env:NAME
    #[arg(long, value_name = "KEY")]
    token_key: Option<String>,
    /// Judge by this rule only; repeat it for several
    #[arg(long, value_name = "RULE")]
    only: Vec<String>,
    /// Leave this rule out; repeat it for several
    #[arg(long, value_name = "RULE")]
    skip: Vec<String>,
    /// How long the mock may be silent, in seconds
    #[arg(long, default_value_t = 30.0, value_name = "SECONDS")]
    timeout: f64,
    #[command(flatten)]
    report: ReportFlags,
}

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let settings = Settings::find()?;
    let rules = rules(&arguments.only, &arguments.skip)?;
    let subject = subject(&arguments.mock, arguments.timeout)?;
    let paths = settings.cassettes(&arguments.cassettes)?;
    let cassettes = replay::load(&paths, ui)?;
    let beside = paths.first().map_or(Path::new("."), PathBuf::as_path);
    let mut report =
        ask(&cassettes, &*subject, &rules, &settings, arguments.token_key.as_deref(), beside).await?;
    ignore(&mut report, &settings, ui)?;
    let reporter = reporters::find(&arguments.report.format).ok_or_else(|| {
        Stop::usage(format!("there is no report form `{}`", arguments.report.format), "see --help")
    })?;
    arguments.report.write(|out, terminal| (reporter.write)(&report, &view(terminal), out))?;
    Ok(exit(&report))
}

/// Takes out the findings that the settings accept, while they do.
fn ignore(report: &mut Report, settings: &Settings, ui: &Flags) -> Result<(), Stop> {
    for ignore in &settings.ignore {
        let met = report.findings.iter().any(|finding| finding.fingerprint() == ignore.finding);
        let yellow = ui::YELLOW;
        if ignore.is_over()? {
            ui.say(format!(
                "{yellow}note:{yellow:#} the ignore of {} ended on {}",
                ignore.finding, ignore.until
            ));
        } else if met {
            report.findings.retain(|finding| finding.fingerprint() != ignore.finding);
            ui.say(format!("ignored until {}: {} ({})", ignore.until, ignore.finding, ignore.reason));
        } else {
            ui.say(format!("{yellow}note:{yellow:#} nothing to ignore: {} was not found", ignore.finding));
        }
    }
    if report.verdict == Verdict::Findings && !report.findings.iter().any(Finding::fails) {
        report.verdict = Verdict::Agreed;
    }
    Ok(())
}

/// How a terminal sees a report; a file is a page without colour.
pub(crate) fn view(terminal: bool) -> reporters::View {
    // The stream itself takes colour away where none is wanted.
    reporters::View { width: env::width(), color: terminal }
}

/// Asks a subject and judges it.
pub(crate) async fn ask(
    cassettes: &[Cassette],
    subject: &dyn Subject,
    rules: &[&'static Rule],
    settings: &Settings,
    token_key: Option<&str>,
    beside: &Path,
) -> Result<Report, Stop> {
    let keys = settings.keys(token_key)?;
    let policy = settings.policy(&replay::rules(settings, cassettes), None, beside, false)?;
    let reveal = |request: &mut cassettes::model::Request| policy.reveal(request);
    let options = Options { command: "verify", now: env::now(), keys: keys.as_deref(), reveal: &reveal };
    let report = verify::compare(cassettes, subject, rules, &options).await.map_err(|e| {
        Stop::new(
            Exit::CouldNotAsk,
            format!("could not ask {}: {e}", subject.name()),
            "start the mock first, and give the base URL it listens on",
        )
    })?;
    Ok(without_secrets(report, &policy))
}

/// The mock may have said what it was told: a secret put back for it, a token minted for it, one of its own.
/// A report is read by more people than a cassette.
fn without_secrets(mut report: Report, policy: &Policy) -> Report {
    let clean = |text: &mut String| {
        let mut reply = Response::new(200, Headers::new(), Body::empty());
        reply.body = Body::from(std::mem::take(text));
        let exchange = Exchange {
            id: ExchangeId(0),
            at: env::now(),
            upstream: String::new(),
            request: Request::default(),
            answer: Answer::Reply(reply),
            timing: Timing::default(),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        };
        let cleaned = policy.clean(exchange).into_exchange();
        let bytes = cleaned.answer.head().map(|head| head.body.bytes()).unwrap_or_default();
        *text = String::from_utf8_lossy(bytes).into_owned();
    };
    for finding in &mut report.findings {
        clean(&mut finding.other.excerpt);
        clean(&mut finding.message);
        if let Some(hint) = &mut finding.hint {
            clean(hint);
        }
    }
    report
}

/// What a verdict means for scripts.
pub(crate) fn exit(report: &Report) -> Exit {
    match report.verdict {
        Verdict::Agreed => Exit::Agreed,
        Verdict::Findings => Exit::Findings,
        Verdict::Vacuous => Exit::CouldNotAsk,
    }
}

/// The rules to judge by.
pub(crate) fn rules(only: &[String], skip: &[String]) -> Result<Vec<&'static Rule>, Stop> {
    for name in only.iter().chain(skip) {
        if !verify::RULES.iter().any(|rule| rule.meta.name == name) {
            return Err(Stop::usage(format!("there is no rule `{name}`"), "`truetape explain` lists them"));
        }
    }
    // Rules about the evidence say nothing of a mock; `inspect` asks them, and whoever names one.
    let by_default = |rule: &Rule| !rule.meta.name.starts_with("evidence-");
    Ok(verify::RULES
        .iter()
        .copied()
        .filter(|rule| {
            if only.is_empty() { by_default(rule) } else { only.iter().any(|name| name == rule.meta.name) }
        })
        .filter(|rule| !skip.iter().any(|name| name == rule.meta.name))
        .collect())
}

/// The subject that a user's words name.
pub(crate) fn subject(mock: &str, timeout: f64) -> Result<Box<dyn Subject>, Stop> {
    if !(mock.starts_with("http://") || mock.starts_with("https://")) {
        return Err(Stop::usage(
            format!("--mock {mock}: expected a base URL"),
            "start the mock and give its URL, for example --mock http://127.0.0.1:8080",
        ));
    }
    if !(timeout > 0.0 && timeout < 1e7) {
        return Err(Stop::usage(
            format!("--timeout {timeout}: expected seconds above zero"),
            "for example --timeout 30",
        ));
    }
    let silence = Duration::from_secs_f64(timeout);
    let limits = LiveLimits { silence, ..LiveLimits::default() };
    let live = Live::new(mock, None, limits)
        .map_err(|e| Stop::usage(format!("--mock: {e}"), "give a base URL such as http://127.0.0.1:8080"))?;
    Ok(Box::new(live))
}
