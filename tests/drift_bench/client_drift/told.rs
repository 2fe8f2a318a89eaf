//! What is told of a client's requests beside those of earlier runs.

use super::replayed::Evidence;
use cassettes::journal::Journal;
use verify::Finding;
use verify::drift::client::{Baseline, Options, drifted};

/// One finding.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) rule: &'static str,
    /// It makes a run fail.
    pub(crate) fails: bool,
    /// As a person reads it.
    pub(crate) line: String,
}

pub(crate) fn told(evidence: &Evidence, baselines: &[Journal], after: &Journal) -> Vec<Seen> {
    let before: Vec<Baseline<'_>> =
        baselines.iter().map(|journal| Baseline { journal, file: "baseline.jsonl" }).collect();
    let cassettes = std::slice::from_ref(&evidence.cassette);
    let report = drifted(&before, after, cassettes, &Options::default());
    report.findings.iter().map(seen).collect()
}

fn seen(finding: &Finding) -> Seen {
    let (then, now) = (&finding.real.excerpt, &finding.other.excerpt);
    Seen {
        rule: finding.rule,
        fails: finding.fails(),
        line: format!(
            "{} {} {} [{}]: {} ({then} -> {now}; {} places)",
            finding.severity.as_str(),
            finding.rule,
            finding.operation,
            finding.place,
            finding.message,
            finding.places
        ),
    }
}
