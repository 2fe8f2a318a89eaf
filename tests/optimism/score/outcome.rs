//! What came of one fake, and of all.

use std::collections::{BTreeMap, BTreeSet};
use verify::{Report, Severity};

/// What came of one fake.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) vendor: &'static str,
    pub(crate) operator: String,
    pub(crate) at: String,
    /// The rules of which one must name it; none: it is honest.
    pub(crate) expected: Option<Vec<&'static str>>,
    /// Every rule with a finding.
    pub(crate) named: BTreeSet<&'static str>,
    /// Findings that make a run fail, as a person reads them.
    pub(crate) failing: Vec<String>,
}

/// Rules whose findings are for information alone: a mock may well do so, and ought to know.
const TOLD_ONLY: [&str; 3] = ["latency-free", "never-seen", "success-refused"];

impl Outcome {
    pub(crate) fn of(
        vendor: &'static str,
        operator: &str,
        at: &str,
        expected: Option<Vec<&'static str>>,
        report: &Report,
    ) -> Self {
        let failing = report.findings.iter().filter(|f| f.severity != Severity::Info).map(|f| {
            format!(
                "{} {} [{}]: {} (real {} {}, mock {})",
                f.rule,
                f.operation,
                f.place,
                f.message,
                f.real.exchange.as_deref().unwrap_or("-"),
                f.real.excerpt,
                f.other.excerpt
            )
        });
        Outcome {
            vendor,
            operator: operator.to_owned(),
            at: at.to_owned(),
            expected,
            named: report.findings.iter().map(|f| f.rule).collect(),
            failing: failing.collect(),
        }
    }

    pub(crate) fn is_honest(&self) -> bool {
        self.expected.is_none()
    }

    /// The run fails, or says what is only ever said.
    pub(crate) fn is_found(&self) -> bool {
        let told = |rule: &&str| TOLD_ONLY.contains(rule) && self.named.contains(*rule);
        !self.failing.is_empty() || self.expected.iter().flatten().any(told)
    }

    /// One of the right rules names it.
    pub(crate) fn is_named(&self) -> bool {
        self.is_found() && self.expected.iter().flatten().any(|rule| self.named.contains(rule))
    }

    /// The only right rule that names it.
    pub(crate) fn sole_rule(&self) -> Option<&'static str> {
        let mut right = self.expected.iter().flatten().filter(|rule| self.named.contains(**rule));
        let first = right.next()?;
        right.next().is_none().then_some(*first)
    }

    pub(crate) fn label(&self) -> String {
        format!("{}: {} at {}", self.vendor, self.operator, self.at)
    }
}

/// What came of all.
pub(crate) struct Score {
    pub(crate) outcomes: Vec<Outcome>,
    /// For each rule the fakes that only it names rightly.
    pub(crate) needed: BTreeMap<&'static str, Vec<String>>,
    /// Rules without which such a fake was named all the same.
    pub(crate) idle: Vec<&'static str>,
}

impl Score {
    /// For each rule the fakes that only it names rightly, by their number.
    pub(crate) fn sole(outcomes: &[Outcome]) -> BTreeMap<&'static str, Vec<usize>> {
        let mut sole: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
        for (i, outcome) in outcomes.iter().enumerate().filter(|(_, o)| o.is_named()) {
            if let Some(rule) = outcome.sole_rule() {
                sole.entry(rule).or_default().push(i);
            }
        }
        sole
    }

    /// How many of a hundred fakes are found, and rightly named.
    pub(crate) fn percent(&self) -> (usize, usize) {
        let all = self.mutants().count().max(1);
        let of = |count: usize| count * 100 / all;
        (
            of(self.mutants().filter(|o| o.is_found()).count()),
            of(self.mutants().filter(|o| o.is_named()).count()),
        )
    }

    pub(crate) fn honest(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|o| o.is_honest())
    }

    pub(crate) fn mutants(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|o| !o.is_honest())
    }

    pub(crate) fn accused(&self) -> Vec<&Outcome> {
        self.honest().filter(|o| !o.failing.is_empty()).collect()
    }
}
