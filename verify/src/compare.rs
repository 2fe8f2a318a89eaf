//! The engine: asks a subject what the real side was asked, and judges its answers.

use crate::about::About;
use crate::ask::ask;
use crate::behaviour;
use crate::finding::{Finding, Findings};
use crate::options::Options;
use crate::report::{Checks, Report, Verdict};
use crate::rules::Rule;
use crate::run::Run;
use cassettes::model::Cassette;
use cassettes::subject::{NoAnswer, Subject};

/// Asks the subject and judges its answers. Errs only where the subject cannot be asked at all; that
/// is neither agreement nor a finding.
pub async fn compare(
    cassettes: &[Cassette],
    subject: &dyn Subject,
    rules: &[&'static Rule],
    options: &Options<'_>,
) -> Result<Report, NoAnswer> {
    let run = ask(cassettes, subject, options).await?;
    let mut report = judge(&run, rules, options.command);
    report.about = About::of(&run, subject.name(), &report.findings, &report.coverage);
    Ok(report)
}

/// Judges what was asked and answered.
pub fn judge(run: &Run<'_>, rules: &[&'static Rule], command: &'static str) -> Report {
    let mut findings = Findings::default();
    for rule in rules {
        findings.begin(rule.meta.name);
        if let Some(judge) = rule.case {
            for case in &run.cases {
                judge(case, &mut findings);
            }
        }
        if let Some(judge) = rule.run {
            judge(run, &mut findings);
        }
    }
    let checks = Checks::of(findings.checks());
    let list = findings.into_list();
    let verdict = match (checks.total, list.iter().any(Finding::fails)) {
        (0, _) => Verdict::Vacuous,
        (_, true) => Verdict::Findings,
        // Whoever answered nothing agreed with nothing, whatever the rules could still look at.
        (_, false) if run.cases.is_empty() => Verdict::Vacuous,
        (_, false) => Verdict::Agreed,
    };
    let coverage = behaviour::coverage(run, &list);
    Report { verdict, checks, coverage, findings: list, ..Report::empty(command) }
}
