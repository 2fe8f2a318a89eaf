//! The engine of client drift: lays the journals of two runs, or three, side by side and has them compared.

use super::agents::agents;
use super::places::UNANSWERED;
use super::recording::recording;
use super::runs::{Run, Runs};
use super::{DRIFTS, Drift};
use crate::about::{About, Cited};
use crate::changes::Weight;
use crate::conduct::Conduct;
use crate::finding::{Finding, Findings, Severity};
use crate::report::{Checks, Report, Verdict};
use crate::requests::Requests;
use cassettes::journal::Journal;
use cassettes::model::Cassette;
use std::collections::BTreeSet;

/// A journal, and how people would open it.
#[derive(Debug, Clone, Copy)]
pub struct Baseline<'a> {
    /// What clients sent.
    pub journal: &'a Journal,
    /// The file; findings quote its lines.
    pub file: &'a str,
}

/// What the engine needs to know besides.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The command that reports.
    pub command: &'static str,
    /// The judged journal's file; findings quote its lines.
    pub file: &'a str,
    /// By what is compared; [`DRIFTS`] for everything.
    pub by: &'a [&'static Drift],
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { command: "drift client", file: "journal.jsonl", by: DRIFTS }
    }
}

/// Says how the requests of a run differ from those of earlier ones: what two earlier runs differ in is noise.
/// Without an earlier run the recording itself is it.
pub fn drifted(
    baselines: &[Baseline<'_>],
    after: &Journal,
    cassettes: &[Cassette],
    options: &Options<'_>,
) -> Report {
    let recorded = if baselines.is_empty() { Some(recording(cassettes)) } else { None };
    let mut before: Vec<Run<'_>> =
        baselines.iter().map(|b| Run::of(Conduct::of(cassettes, b.journal, b.file), false)).collect();
    if let Some(recorded) = &recorded {
        before.push(Run::of(Conduct::of(cassettes, recorded, "the recording"), true));
    }
    let runs = Runs::of(before, Run::of(Conduct::of(cassettes, after, options.file), false));
    let asked = runs.after.conduct.calls.len();
    let known = runs.before.iter().map(|run| run.conduct.calls.len()).min().unwrap_or(0);
    let mut findings = Findings::default();
    // Against a run that asked nothing, or by one, nothing can be compared.
    if asked > 0 && known > 0 {
        for drift in options.by {
            findings.begin(drift.meta.name);
            (drift.compare)(&runs, &mut findings);
        }
    }
    let checks = Checks::of(findings.checks());
    let mut findings = findings.into_list();
    findings.iter_mut().for_each(|finding| finding.change = Some(weight(finding)));
    let verdict = match (checks.total, findings.iter().any(Finding::fails)) {
        (0, _) => Verdict::Vacuous,
        (_, true) => Verdict::Findings,
        (_, false) => Verdict::Agreed,
    };
    let requests = Requests {
        before: known,
        after: asked,
        was: agents(runs.first()),
        is: agents(&runs.after),
        baselines: runs.before.iter().map(|run| run.conduct.file.to_owned()).collect(),
        renewed: None,
    };
    Report {
        about: about(&runs, &findings),
        verdict,
        checks,
        findings,
        requests: Some(requests),
        pages: DRIFTS.iter().map(|drift| drift.meta).collect(),
        ..Report::empty(options.command)
    }
}

/// Whom a change concerns: what is no longer sent, or is of another kind, may break those who read it.
fn weight(finding: &Finding) -> Weight {
    let lost = ["gone", "kind"].iter().any(|word| finding.place.split(' ').any(|part| part == *word));
    match finding.severity {
        Severity::Error => Weight::Breaking,
        Severity::Warning
            if lost || finding.rule == "calls-lost" || finding.message.ends_with(UNANSWERED) =>
        {
            Weight::Breaking
        }
        Severity::Warning | Severity::Info => Weight::Compatible,
    }
}

/// What the report is about: the journals, and the exchanges that its findings cite.
fn about(runs: &Runs<'_>, findings: &[Finding]) -> About {
    let sides = findings.iter().flat_map(|f| [&f.real, &f.other]);
    let cited: BTreeSet<&str> = sides.filter_map(|e| e.exchange.as_deref()).collect();
    let conduct = &runs.after.conduct;
    let exchanges = conduct.recorded.iter().filter(|r| cited.contains(r.cite.as_str()));
    About {
        subject: conduct.file.to_owned(),
        cassettes: conduct.cassettes.iter().map(|c| c.name.clone()).collect(),
        exchanges: exchanges.map(|r| (r.cite.clone(), Cited::recorded(r.exchange))).collect(),
    }
}
