//! The command: reads the contract, asks everybody, judges, and reports.

use super::{
    askers::{Askers, Patience},
    asking::{self, Pace},
    question::Secrets,
    read::{Loaded, Read, Wanted, read},
};
use crate::{
    commands::{
        cleaned, replay,
        reporting::{self, Scope},
        verify::exit,
        wrapped::Stopping,
    },
    exit::{Exit, Outcome, Stop},
    ignores::NOTICE,
    settings::Settings,
    ui::{Flags, ReportFlags},
};
use cassettes::{model::Cassette, redact::Policy};
use std::{path::PathBuf, sync::Arc, time::Duration};
use verify::{
    Report,
    contract::matrix::{Answered, Contract, Table, clauses::CLAUSES},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The contract: a number, its implementations, and the cases that all must answer alike
    #[arg(value_name = "CASES")]
    cases: PathBuf,
    /// Ask this case only, or judge by this kind of finding only; repeat it for several
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Leave this case or this kind of finding out; repeat it for several
    #[arg(long, value_name = "NAME")]
    skip: Vec<String>,
    /// Where an implementation is asked, in place of the address in the contract; repeat it for several
    #[arg(long, value_name = "NAME=URL", value_parser = named_url)]
    url: Vec<(String, String)>,
    /// How many cases each implementation is asked at once
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    concurrency: u16,
    /// How long an answer may take, in seconds
    #[arg(long, default_value_t = 30.0, value_name = "SECONDS")]
    timeout: f64,
    /// How long a server that the contract starts may take until it listens, in seconds
    #[arg(long, default_value_t = 60.0, value_name = "SECONDS")]
    start_timeout: f64,
    /// Stop asking an implementation after so many failures in a row
    #[arg(long, default_value_t = 10, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    give_up: u32,
    /// Certificates to trust besides the system's, as PEM
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    #[command(flatten)]
    report: ReportFlags,
}

fn named_url(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, url)) if url.starts_with("http://") || url.starts_with("https://") => {
            Ok((name.to_owned(), url.to_owned()))
        }
        _ => Err("expected NAME=URL, such as display=http://127.0.0.1:8001".to_owned()),
    }
}

pub(crate) async fn perform(arguments: &Arguments, ui: &Flags) -> Outcome {
    let settings = Settings::find()?;
    let read = read(&arguments.cases, &settings)?;
    let clauses: Vec<&str> =
        CLAUSES.iter().map(|clause| clause.meta.name).chain([NOTICE.meta.name]).collect();
    let wanted = Wanted::of(&read.contract, &arguments.only, &arguments.skip, &clauses)?;
    let patience = patience(arguments, &read.contract)?;
    let loaded = Loaded::of(&read, ui)?;
    let beside = loaded.paths.first().unwrap_or(&arguments.cases);
    let policy = settings.policy(&replay::rules(&settings, &loaded.cassettes), None, beside, false)?;
    let policy = Arc::new(policy);
    let secrets = secrets(&read.contract, &settings)?;
    let file = read.file.clone();
    let pace = Pace {
        concurrency: usize::from(arguments.concurrency),
        give_up: usize::try_from(arguments.give_up).unwrap_or(usize::MAX),
        quiet: ui.quiet,
    };
    let (contract, asked) = asked(read, &loaded, secrets, &policy, patience, &wanted, pace).await?;
    let mut report = judged(&contract, &file, &asked, &loaded, &wanted);
    report = cleaned::report(report, &policy);
    let scope = Scope { whole: wanted.is_whole(&contract), notice: wanted.has(NOTICE.meta.name) };
    reporting::ignore(&mut report, &settings, scope, ui);
    reporting::stand(&mut report, &loaded.paths, &loaded.cassettes);
    reporting::write_for(&report, &arguments.report, ui.quiet)?;
    Ok(exit(&report))
}

/// Asks everybody, and ends what was started whatever comes of it: also when we are asked to stop.
async fn asked(
    read: Read,
    loaded: &Loaded,
    secrets: Secrets,
    policy: &Arc<Policy>,
    patience: Patience,
    wanted: &Wanted,
    pace: Pace,
) -> Result<(Contract, Vec<(usize, Vec<Answered>)>), Stop> {
    let interrupted =
        || Stop::new(Exit::CouldNotAsk, "stopped before everybody had been asked", "run it again");
    let mut stopping = Stopping::listen();
    let askers = tokio::select! {
        askers = Askers::open(read, loaded, secrets, policy, patience) => Arc::new(askers?),
        () = stopping.wish() => return Err(interrupted()),
    };
    let contract = askers.contract.clone();
    let asked = tokio::select! {
        asked = asking::ask(Arc::clone(&askers), &wanted.cases, pace) => Ok(asked),
        () = stopping.wish() => Err(interrupted()),
    };
    if let Some(askers) = Arc::into_inner(askers) {
        askers.stop().await;
    }
    asked.map(|asked| (contract, asked))
}

fn judged(
    contract: &Contract,
    file: &str,
    asked: &[(usize, Vec<Answered>)],
    loaded: &Loaded,
    wanted: &Wanted,
) -> Report {
    let covered: Vec<&Cassette> = contract
        .covers
        .iter()
        .flat_map(|covers| &covers.files)
        .filter_map(|file| loaded.find(file))
        .collect();
    let all: Vec<&Cassette> = loaded.cassettes.iter().collect();
    verify::agree(&Table::of(contract, file, asked, &covered), &all, &|clause| wanted.has(clause))
}

fn patience(arguments: &Arguments, contract: &Contract) -> Result<Patience, Stop> {
    let seconds = |flag: &str, value: f64| {
        if value > 0.0 && value < 1e7 {
            return Ok(Duration::from_secs_f64(value));
        }
        Err(Stop::usage(
            format!("{flag} {value}: expected seconds above zero"),
            format!("for example {flag} 30"),
        ))
    };
    let names: Vec<&str> = contract.implementations.iter().map(|one| one.name.as_str()).collect();
    if let Some((name, _)) = arguments.url.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        return Err(Stop::usage(
            format!("--url {name}: there is no implementation `{name}`"),
            format!("the contract has {}", names.join(", ")),
        ));
    }
    let kind =
        |name: &str| contract.implementations.iter().find(|one| one.name == name).map(|one| one.asks.kind());
    for (name, url) in &arguments.url {
        let what = match kind(name) {
            Some("exec") => "a program",
            Some("cassette") => "a recording",
            _ => continue,
        };
        return Err(Stop::usage(
            format!("--url {name}={url}: `{name}` is {what}, which has no URL"),
            "give an implementation that is asked over HTTP, or change the contract",
        ));
    }
    let extra_ca = match &arguments.ca_file {
        Some(path) => Some(
            std::fs::read(path)
                .map_err(|e| Stop::usage(format!("{}: reading: {e}", path.display()), "check --ca-file"))?,
        ),
        None => None,
    };
    Ok(Patience {
        answer: seconds("--timeout", arguments.timeout)?,
        start: seconds("--start-timeout", arguments.start_timeout)?,
        extra_ca,
        urls: arguments.url.clone(),
    })
}

/// The values of the secrets that the contract names.
fn secrets(contract: &Contract, settings: &Settings) -> Result<Secrets, Stop> {
    let mut known = Secrets::new();
    if contract.secrets().is_empty() {
        return Ok(known);
    }
    // Those that this contract does not name may be unset.
    known.extend(settings.secrets(false)?.into_iter().map(|secret| (secret.name, secret.value)));
    if contract.secrets().iter().any(|name| !known.contains_key(name)) {
        settings.secrets(true)?;
    }
    Ok(known)
}
