//! The command: reads what is named, has it scanned, and writes the report.

use super::{
    SECRET_LEAKED, cassette,
    secret_leaked::Stand,
    sources::{self, Source},
};
use crate::{
    commands::{
        reporting::{self, Scope},
        verify::exit,
    },
    exit::{Exit, Outcome, Stop},
    settings::Settings,
    ui::{self, Flags, ReportFlags, count},
};
use ::verify::{Finding, Findings, Report, Verdict, report::Checks};
use cassettes::scan::{Scanner, kinds};
use std::{collections::BTreeSet, path::PathBuf};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files and directories, `-` for the standard input; without any, the cassettes of truetape.yaml, else
    /// those below ./cassettes
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// List the kinds of secrets that are looked for
    #[arg(long)]
    kinds: bool,
    /// Look for this kind only; repeat it for several
    #[arg(long, value_name = "KIND")]
    only: Vec<String>,
    /// Leave this kind out; repeat it for several
    #[arg(long, value_name = "KIND")]
    skip: Vec<String>,
    #[command(flatten)]
    report: ReportFlags,
}

pub(crate) fn run(arguments: &Arguments, ui: &Flags) -> Outcome {
    if arguments.kinds {
        let list: Vec<String> = kinds().iter().map(|kind| kind.summary() + "\n").collect();
        ui::print(&list.concat())?;
        return Ok(Exit::Agreed);
    }
    let settings = Settings::find()?;
    let scanner = settings.scanner_of(&arguments.only, &arguments.skip)?;
    let paths = paths(arguments, &settings)?;
    let mut findings = Findings::default();
    findings.begin(SECRET_LEAKED.meta.name);
    let mut seen = Seen::default();
    for path in &paths {
        sources::each(path, &mut |source| seen.scan(source, &scanner, &mut findings));
    }
    let mut report = report(findings, seen.cassettes);
    // Most entries are about mocks, which were not asked.
    reporting::ignore(&mut report, &settings, Scope::default(), ui);
    for (path, why) in &seen.unread {
        anstream::eprintln!("{yellow}unread:{yellow:#} {path}: {why}", yellow = ui::YELLOW);
    }
    reporting::write(&report, &arguments.report)?;
    ui.say(format!(
        "scanned {} and {} for {} kinds of secrets",
        count(seen.files, "file"),
        count(seen.exchanges, "exchange"),
        scanner.breadth()
    ));
    // What could not be read may hold anything.
    if !seen.unread.is_empty() {
        return Ok(Exit::Usage);
    }
    Ok(exit(&report))
}

fn paths(arguments: &Arguments, settings: &Settings) -> Result<Vec<PathBuf>, Stop> {
    if !arguments.paths.is_empty() {
        return Ok(arguments.paths.clone());
    }
    let listed = settings.cassettes(&[]).unwrap_or_default();
    let fallback = PathBuf::from("cassettes");
    match (listed.is_empty(), fallback.is_dir()) {
        (false, _) => Ok(listed),
        (true, true) => Ok(vec![fallback]),
        (true, false) => Err(Stop::new(
            Exit::CouldNotAsk,
            "nothing to scan: no path is named, truetape.yaml lists no cassettes, and there is no ./cassettes",
            "name files or directories, or - for the standard input",
        )),
    }
}

/// What was scanned so far.
#[derive(Default)]
struct Seen {
    files: usize,
    exchanges: usize,
    cassettes: Vec<String>,
    unread: Vec<(String, String)>,
    /// Blobs that were scanned with the exchange that they belong to.
    blobs: BTreeSet<String>,
}

impl Seen {
    fn scan(&mut self, source: Source, scanner: &Scanner, findings: &mut Findings) {
        let (path, text) = match source {
            Source::Text { path, text } => (path, text),
            Source::Unread { path, why } => {
                self.unread.push((path, why));
                return;
            }
        };
        let name = path.rsplit('/').next().unwrap_or_default();
        if self.blobs.contains(name) {
            return;
        }
        self.files += 1;
        findings.check();
        let mut stand = Stand::new(&path);
        if !cassette::is_one(&text) {
            scanner.text(&text).iter().for_each(|leak| findings.add(stand.complaint(leak, None)));
            return;
        }
        match cassette::scan(&path, &text, scanner) {
            Ok(found) => {
                self.cassettes.push(name.to_owned());
                self.exchanges += found.exchanges;
                self.blobs.extend(found.blobs);
                (0..found.exchanges).for_each(|_| findings.check());
                for (leak, operation) in &found.leaks {
                    findings.add(stand.complaint(leak, operation.as_deref().map(|said| (name, said))));
                }
            }
            Err(why) => {
                scanner.text(&text).iter().for_each(|leak| findings.add(stand.complaint(leak, None)));
                self.unread.push((path, why));
            }
        }
    }
}

fn report(findings: Findings, cassettes: Vec<String>) -> Report {
    let mut report = Report::empty("scan");
    report.checks = Checks::of(findings.checks());
    report.findings = findings.into_list();
    report.about.cassettes = cassettes;
    report.pages = vec![SECRET_LEAKED.meta];
    report.verdict = match (report.checks.total, report.findings.iter().any(Finding::fails)) {
        (0, _) => Verdict::Vacuous,
        (_, true) => Verdict::Findings,
        (_, false) => Verdict::Agreed,
    };
    report
}
