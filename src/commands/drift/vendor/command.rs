//! The command: asks the real side again, judges what came, proposes it, and reports.

use super::{
    allowed::Allowed,
    mock::{self, MockFlags},
    notes::{self, note},
    progress::Line,
    proposal::{Wanted, propose},
    sides::Sides,
};
use crate::{
    commands::{
        cleaned,
        drift::scheduled::{Kind, ScheduleFlags, Scheduled, What},
        picked::Picked,
        replay,
        reporting::{self, Scope},
        wrapped::Stopping,
    },
    env,
    exit::{Exit, Outcome, Stop},
    ignores::NOTICE,
    settings::{Settings, age, unknown},
    ui::{Flags, count},
};
use cassettes::model::{Cassette, Exchange, Micros, Request};
use recorder::LiveLimits;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};
use verify::{
    Budget, Finding, Options, Report, Verdict,
    drift::vendor::{Judging, Manners, Terms, Triangle, ask_again, judge},
};

/// Requests per second where nobody says otherwise.
const RATE: f64 = 10.0;
/// Requests under way at once.
const CONCURRENCY: usize = 2;
/// No wish to be left alone is followed longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long is waited before what seems to have changed is asked again.
const SECOND_LOOK: Duration = Duration::from_millis(1500);

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The cassettes that say what the real side did; without any, those of truetape.yaml
    #[arg(value_name = "CASSETTE")]
    cassettes: Vec<PathBuf>,
    /// Ask this base URL in the place of the recorded one; FROM=TO where several were recorded
    #[arg(long, value_name = "URL")]
    upstream: Vec<String>,
    /// Ask this route although its method is not safe: 'POST /v1/search'; repeat it for several
    #[arg(long, value_name = "ROUTE")]
    allow: Vec<String>,
    #[command(flatten)]
    mock: MockFlags,
    /// The key that signs tokens: hs256:TEXT, rs256:FILE, es256:FILE, env:NAME
    #[arg(long, value_name = "KEY")]
    token_key: Option<String>,
    /// Certificates to trust besides the system's, as PEM
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    #[command(flatten)]
    picked: Picked,
    /// Fail on what is compatible, too
    #[arg(long, value_name = "WEIGHT", value_parser = ["breaking", "compatible"], default_value = "breaking")]
    fail_on: String,
    /// Evidence that is older is too old: 180d, 26w
    #[arg(long, value_name = "AGE", value_parser = age)]
    max_age: Option<Micros>,
    /// Requests per second; 10 where nothing says otherwise
    #[arg(long, value_name = "N")]
    rate: Option<f64>,
    /// Requests under way at once; 2 where nothing says otherwise
    #[arg(long, value_name = "N")]
    concurrency: Option<usize>,
    /// How long the real side may be silent, in seconds
    #[arg(long, default_value_t = 30.0, value_name = "SECONDS")]
    timeout: f64,
    /// Write no NAME.new.yaml
    #[arg(long)]
    no_propose: bool,
    /// Write NAME.new.yaml although one waits to be accepted
    #[arg(long, conflicts_with = "no_propose")]
    propose: bool,
    /// Write NAME.new.yaml although CI is set; TRUETAPE_FORCE_RECORD=1 does the same
    #[arg(long)]
    force_record: bool,
    #[command(flatten)]
    schedule: ScheduleFlags,
}

pub(crate) async fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    let settings = Settings::find()?;
    let what = What { kind: Kind::Vendor, cassettes: &arguments.cassettes, picked: &arguments.picked };
    let scheduled = Scheduled::begin(&arguments.schedule, what, &settings)?;
    let came = drifted(arguments, &settings, ui).await;
    scheduled.finish(came, ui).await
}

/// Everything but the report.
async fn drifted(arguments: &Arguments, settings: &Settings, ui: &Flags) -> Result<Report, Stop> {
    let known = |name: &str| verify::RULES.iter().any(|rule| rule.meta.name == name) || page(name);
    arguments.picked.check("rule", known)?;
    let manner = Manner::of(arguments, settings)?;
    let paths = settings.cassettes(&arguments.cassettes)?;
    let cassettes = replay::load(&paths, ui)?;
    let budget = settings.evidence.budget(arguments.max_age);
    unknown(budget.as_ref(), &cassettes).iter().for_each(|text| note(ui, text));
    manner.allowed.idle(&cassettes).iter().for_each(|text| note(ui, text));
    let given = if arguments.upstream.is_empty() { &settings.drift.upstream } else { &arguments.upstream };
    let sides = Sides::open(&cassettes, given, manner.limits, arguments.ca_file.as_deref())?;
    let beside = paths.first().map_or(Path::new("."), PathBuf::as_path);
    let keys = settings.keys(arguments.token_key.as_deref())?;
    let policy = settings.policy(&replay::rules(settings, &cassettes), keys.clone(), beside, false)?;
    let reveal = |request: &mut Request| policy.reveal(request);
    let clean = |exchange: Exchange| policy.clean(exchange).into_exchange();
    let options = Options {
        command: "drift vendor",
        now: env::now(),
        keys: keys.as_deref(),
        max_age: budget.as_ref(),
        reveal: &reveal,
    };
    // Heard before anybody is asked: nothing may be left behind.
    let mut stopping = Stopping::listen();
    let mock = tokio::select! {
        mock = arguments.mock.open(settings, manner.limits.silence) => mock?,
        () = stopping.wish() => return Err(stopped()),
    };
    let line = Line::new(ui);
    let terms = Terms {
        options,
        sides: &sides.all(),
        guard: &manner.allowed.guard,
        manners: manner.manners,
        clean: &clean,
        progress: &|progress| line.step(progress),
    };
    let asked = tokio::select! {
        asked = ask_again(&cassettes, &terms) => asked.map_err(|no| Stop::new(
            Exit::CouldNotAsk,
            format!("could not ask {}: {}", sides.name(), cleaned::text(&policy, no.reason)),
            "check the base URL; --upstream names another",
        )),
        () = stopping.wish() => Err(stopped()),
    };
    line.end();
    let (mut asked, mock) = match (asked, mock) {
        (Ok(asked), mock) => (asked, mock),
        (Err(stop), mock) => {
            if let Some(mock) = mock {
                mock.stop().await;
            }
            return Err(stop);
        }
    };
    let triangle = match mock {
        Some(mock) => Some(tokio::select! {
            triangle = mock::beside(mock, &asked, &options, &clean) => triangle,
            () = stopping.wish() => return Err(stopped()),
        }),
        None => None,
    };
    // What changed is told whatever became of the mock; without it nobody knows who is wrong.
    let triangle = triangle.map(|came| {
        came.unwrap_or_else(|why| {
            asked.unheard.push(why);
            Triangle::default()
        })
    });
    if let Some(apart @ 1..) = triangle.as_ref().map(Triangle::apart) {
        let things = count(apart, "thing");
        note(
            ui,
            &format!("the mock differs in {things} that did not change: `truetape verify --mock` judges it"),
        );
    }
    let judging = Judging {
        command: "drift vendor",
        subject: &sides.name(),
        noise: ui.verbose,
        compatible_fails: arguments.fail_on == "compatible",
        triangle: triangle.as_ref(),
    };
    let mut report = judge(&asked, &judging);
    report.findings.retain(|finding| arguments.picked.has(finding.rule));
    age_of(&mut report, &cassettes, budget.as_ref(), &arguments.picked);
    settle(&mut report, !asked.unheard.is_empty(), &arguments.picked);
    let mut report = cleaned::report(report, &policy);
    // What verify finds of a mock is no finding here: it says nothing that an entry hides nothing.
    let scope = Scope { whole: false, notice: arguments.picked.has(NOTICE.meta.name) };
    reporting::ignore(&mut report, settings, scope, ui);
    reporting::stand(&mut report, &paths, &cassettes);
    let wanted = Wanted {
        no_propose: arguments.no_propose,
        replace: arguments.propose,
        force: arguments.force_record,
    };
    propose(wanted, &paths, &asked, &report, (settings, &policy), ui);
    let unheard: Vec<String> =
        asked.unheard.iter().map(|text| cleaned::text(&policy, text.clone())).collect();
    notes::vacuous(&report, &unheard, ui);
    Ok(report)
}

fn stopped() -> Stop {
    Stop::new(Exit::CouldNotAsk, "stopped before everything had been asked", "run it again")
}

fn page(name: &str) -> bool {
    verify::drift::vendor::pages::find(name).is_some()
}

/// How the real side is asked.
struct Manner {
    allowed: Allowed,
    limits: LiveLimits,
    manners: Manners<'static>,
}

impl Manner {
    fn of(arguments: &Arguments, settings: &Settings) -> Result<Manner, Stop> {
        let ours = &settings.drift;
        let allowed = Allowed::of(&ours.allow, &arguments.allow)?;
        let rate = arguments.rate.or(ours.rate).unwrap_or(RATE);
        if !(rate > 0.0 && rate < 1e6) {
            return Err(Stop::usage(
                format!("--rate {rate}: expected requests per second"),
                "for example --rate 5",
            ));
        }
        let concurrency = arguments.concurrency.or(ours.concurrency).unwrap_or(CONCURRENCY);
        if !(1..=100).contains(&concurrency) {
            return Err(Stop::usage(
                format!("--concurrency {concurrency}: expected 1 to 100 requests at once"),
                "for example --concurrency 2",
            ));
        }
        if !(arguments.timeout > 0.0 && arguments.timeout < 1e7) {
            return Err(Stop::usage(
                format!("--timeout {}: expected seconds above zero", arguments.timeout),
                "for example --timeout 30",
            ));
        }
        let silence = Duration::from_secs_f64(arguments.timeout);
        let limits = LiveLimits { silence, ..LiveLimits::default() };
        let manners = Manners {
            interval: Duration::from_secs_f64(1.0 / rate),
            concurrency,
            patience: PATIENCE,
            second_look: SECOND_LOOK,
            wait: &|pause| Box::pin(tokio::time::sleep(pause)),
            clock: env::now,
        };
        Ok(Manner { allowed, limits, manners })
    }
}

/// Adds what is to be said of the age of the evidence, by each exchange's own date.
fn age_of(report: &mut Report, cassettes: &[Cassette], budget: Option<&Budget>, picked: &Picked) {
    const RULE: &str = "evidence-old";
    if budget.is_none() || !picked.has(RULE) {
        return;
    }
    let learned = verify::learned(cassettes, env::now(), budget);
    let old: Vec<Finding> = learned.findings.into_iter().filter(|finding| finding.rule == RULE).collect();
    for (cite, cited) in learned.about.exchanges {
        let named = |finding: &Finding| finding.real.exchange.as_deref() == Some(cite.as_str());
        if old.iter().any(named) {
            report.about.exchanges.entry(cite.clone()).or_insert(cited);
        }
    }
    report.findings.extend(old);
}

/// Brings the verdict up to date with the findings. `unheard` says that a part could not be asked.
fn settle(report: &mut Report, unheard: bool, picked: &Picked) {
    report.findings.sort_by_key(|finding| finding.severity);
    let compared = report.drift.as_ref().is_some_and(|drift| drift.compared > 0);
    report.verdict = match report.verdict {
        Verdict::Vacuous if !compared => Verdict::Vacuous,
        _ if report.findings.iter().any(Finding::fails) => Verdict::Findings,
        _ if unheard || !looked(report, picked) => Verdict::Vacuous,
        _ => Verdict::Agreed,
    };
}

/// Whether any of the rules that were picked had something to compare.
fn looked(report: &Report, picked: &Picked) -> bool {
    // What each answer is judged by is not counted for itself.
    const OF_EACH: [&str; 12] = [
        "error-accepted",
        "error-class-changed",
        "evidence-old",
        "latency-changed",
        "not-found-invented",
        "redirect-hidden",
        "retryability-swapped",
        "status-changed",
        "success-refused",
        "success-shaped-failure",
        "token-accepted",
        "transport-failure-never",
    ];
    // Two names of one comparison, seen from either side.
    const ALSO: [(&str, &str); 2] =
        [("field-invented", "field-missing"), ("optional-always-present", "field-missing")];
    let counted = |rule: &str| report.checks.by_rule.get(rule).is_some_and(|times| *times > 0);
    OF_EACH.iter().any(|rule| picked.has(rule))
        || report.checks.by_rule.keys().any(|rule| picked.has(rule) && counted(rule))
        || ALSO.iter().any(|(rule, of)| picked.has(rule) && counted(of))
}
