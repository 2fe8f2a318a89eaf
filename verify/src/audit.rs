//! The engine of audits: lays a journal beside the cassettes that it was replayed from, and has it judged.

use crate::about::{About, Cited};
use crate::audits::Audit;
use crate::conduct::Conduct;
use crate::finding::{Finding, Findings};
use crate::report::{Checks, Report, Verdict};
use cassettes::journal::Journal;
use cassettes::model::Cassette;
use std::collections::BTreeSet;

/// What the engine needs to know of a journal besides what stands in it.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// The command that reports, for the report's head.
    pub command: &'static str,
    /// The journal as people would open it; findings quote its lines.
    pub file: &'a str,
}

/// Judges what clients did.
pub fn audit(
    cassettes: &[Cassette],
    journal: &Journal,
    audits: &[&'static Audit],
    heard: &Heard<'_>,
) -> Report {
    let conduct = Conduct::of(cassettes, journal, heard.file);
    let mut findings = Findings::default();
    for audit in audits {
        findings.begin(audit.meta.name);
        (audit.inspect)(&conduct, &mut findings);
    }
    let checks = Checks::of(findings.checks());
    let findings = findings.into_list();
    let asked = if conduct.calls.is_empty() { 0 } else { checks.total };
    let verdict = match (asked, findings.iter().any(Finding::fails)) {
        // Without a request nothing was seen of any client.
        (0, _) => Verdict::Vacuous,
        (_, true) => Verdict::Findings,
        (_, false) => Verdict::Agreed,
    };
    let about = about(&conduct, &findings);
    Report { about, verdict, checks, findings, ..Report::empty(heard.command) }
}

/// What the report is about: the journal, and the exchanges that its findings cite.
fn about(conduct: &Conduct<'_>, findings: &[Finding]) -> About {
    let sides = findings.iter().flat_map(|f| [&f.real, &f.other]);
    let cited: BTreeSet<&str> = sides.filter_map(|e| e.exchange.as_deref()).collect();
    let exchanges = conduct.recorded.iter().filter(|r| cited.contains(r.cite.as_str()));
    About {
        subject: conduct.file.to_owned(),
        cassettes: conduct.cassettes.iter().map(|c| c.name.clone()).collect(),
        exchanges: exchanges.map(|r| (r.cite.clone(), Cited::recorded(r.exchange))).collect(),
    }
}
