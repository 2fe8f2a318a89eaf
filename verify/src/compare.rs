//! The engine: asks a subject what the real side was asked, and judges its answers.

use crate::ask::ask;
use crate::behaviour;
use crate::finding::{Finding, Findings};
use crate::report::{Checks, Report, Verdict};
use crate::rules::Rule;
use crate::run::Run;
use cassettes::jwt::Keys;
use cassettes::model::{Cassette, Request, Timestamp};
use cassettes::subject::{NoAnswer, Subject};

/// What the engine needs from outside.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// The command that reports, for the report's head.
    pub command: &'static str,
    /// The moment for which tokens are minted.
    pub now: Timestamp,
    /// The keys with which tokens are signed.
    pub keys: Option<&'a dyn Keys>,
    /// Puts named secrets back into a request; gives the names that have no value.
    pub reveal: &'a (dyn Fn(&mut Request) -> Vec<String> + Send + Sync),
}

/// Asks the subject and judges its answers. Errs only where the subject cannot be asked at all; that
/// is neither agreement nor a finding.
pub async fn compare(
    cassettes: &[Cassette],
    subject: &dyn Subject,
    rules: &[&'static Rule],
    options: &Options<'_>,
) -> Result<Report, NoAnswer> {
    let run = ask(cassettes, subject, options).await?;
    Ok(judge(&run, rules, options.command))
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
        (_, false) => Verdict::Agreed,
    };
    Report { command, verdict, checks, coverage: behaviour::coverage(run), findings: list }
}
