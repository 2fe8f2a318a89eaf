//! What came of a run: the one truth that every reporter shows in its own way.

use crate::about::{About, Cited};
use crate::behaviour::Coverage;
use crate::drifted::{Drifted, Wrong};
use crate::finding::{Evidence, Finding, Severity};
use crate::history::past::Past;
use crate::history::since::Since;
use crate::lesson::{Lesson, Teaching};
use crate::matrix::Matrix;
use crate::numbers::Numbers;
use crate::requests::Requests;
use crate::weight::Weight;
use crate::{audits, rules};
use cassettes::meta::Meta;
use serde::Serialize;
use std::collections::BTreeMap;

/// The version of the report's shape.
pub const SCHEMA: u32 = 1;

/// What a run came to. There is no sum of verdicts: counts stand side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Something was compared, and nothing of weight was found.
    Agreed,
    /// There are errors or warnings.
    Findings,
    /// No rule had anything to compare.
    Vacuous,
}

impl Verdict {
    /// As reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Agreed => "agreed",
            Verdict::Findings => "findings",
            Verdict::Vacuous => "vacuous",
        }
    }
}

/// How often rules had something to compare.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checks {
    /// By all rules together.
    pub total: u64,
    /// By each; rules that never had anything are there with 0.
    pub by_rule: BTreeMap<&'static str, u64>,
}

impl Checks {
    /// From the book.
    pub fn of(by_rule: &BTreeMap<&'static str, u64>) -> Self {
        Checks { total: by_rule.values().sum(), by_rule: by_rule.clone() }
    }
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The command that ran.
    pub command: &'static str,
    /// Who was asked with which cassettes, and the exchanges that are cited.
    pub about: About,
    /// What it came to.
    pub verdict: Verdict,
    /// How often rules had something to compare.
    pub checks: Checks,
    /// What the real side was seen to do, and which of it the subject did.
    pub coverage: Coverage,
    /// Every complaint, worst first.
    pub findings: Vec<Finding>,
    /// What was taught, where a plan was.
    pub teaching: Option<Teaching>,
    /// The table of a contract: cases by implementations.
    pub matrix: Option<Matrix>,
    /// Who reports a number.
    pub numbers: Option<Numbers>,
    /// The pages of rules that do not stand on the shelf of rules.
    pub pages: Vec<Meta>,
    /// What came of asking the real side again.
    pub drift: Option<Drifted>,
    /// Whose requests were compared with those of an earlier run.
    pub requests: Option<Requests>,
    /// How the findings stand to those of earlier runs, where these are remembered.
    pub since: Option<Since>,
    /// The runs before this one and this one, the oldest first, where a history is kept.
    pub past: Vec<Past>,
}

impl Report {
    /// Nothing was asked, and nothing compared.
    pub fn empty(command: &'static str) -> Self {
        Report {
            command,
            about: About::default(),
            verdict: Verdict::Vacuous,
            checks: Checks::default(),
            coverage: Coverage::default(),
            findings: Vec::new(),
            teaching: None,
            matrix: None,
            numbers: None,
            pages: Vec::new(),
            drift: None,
            requests: None,
            since: None,
            past: Vec::new(),
        }
    }

    /// How many findings have that severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }

    /// The page of a rule.
    pub fn page(&self, rule: &str) -> Option<&Meta> {
        let shelf = rules::find(rule).map(|rule| &rule.meta);
        let shelf = shelf.or_else(|| audits::find(rule).map(|audit| &audit.meta));
        shelf.or_else(|| self.pages.iter().find(|page| page.name == rule))
    }

    /// The report as one JSON document; the shape is a contract.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let findings = self.findings.iter().map(FindingJson::of).collect();
        serde_json::to_string_pretty(&ReportJson {
            schema: SCHEMA,
            command: self.command,
            verdict: self.verdict.as_str(),
            subject: &self.about.subject,
            cassettes: &self.about.cassettes,
            checks: &self.checks,
            coverage: &self.coverage,
            findings,
            exchanges: &self.about.exchanges,
            plan: self.teaching.as_ref().map(|teaching| teaching.plan.as_str()),
            lessons: self.teaching.as_ref().map(|teaching| teaching.lessons.as_slice()),
            matrix: self.matrix.as_ref(),
            numbers: self.numbers.as_ref(),
            drift: self.drift.as_ref(),
            requests: self.requests.as_ref(),
            since: self.since.as_ref().map(Since::json),
        })
    }
}

impl Finding {
    /// Whether it makes the run fail.
    pub fn fails(&self) -> bool {
        matches!(self.severity, Severity::Error | Severity::Warning)
    }
}

#[derive(Serialize)]
struct ReportJson<'a, S: Serialize> {
    schema: u32,
    command: &'static str,
    verdict: &'static str,
    subject: &'a str,
    cassettes: &'a [String],
    checks: &'a Checks,
    coverage: &'a Coverage,
    findings: Vec<FindingJson<'a>>,
    exchanges: &'a BTreeMap<String, Cited>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lessons: Option<&'a [Lesson]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matrix: Option<&'a Matrix>,
    #[serde(skip_serializing_if = "Option::is_none")]
    numbers: Option<&'a Numbers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<&'a Drifted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests: Option<&'a Requests>,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<S>,
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'static str,
    severity: &'static str,
    operation: String,
    message: &'a str,
    real: EvidenceJson<'a>,
    other: EvidenceJson<'a>,
    hint: Option<&'a str>,
    places: u32,
    fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    operations: Vec<String>,
}

impl<'a> FindingJson<'a> {
    fn of(finding: &'a Finding) -> Self {
        FindingJson {
            rule: finding.rule,
            severity: finding.severity.as_str(),
            operation: finding.operation.to_string(),
            message: &finding.message,
            real: EvidenceJson::of(&finding.real),
            other: EvidenceJson::of(&finding.other),
            hint: finding.hint.as_deref(),
            places: finding.places,
            fingerprint: finding.fingerprint(),
            change: finding.change.map(Weight::as_str),
            wrong: finding.wrong.map(Wrong::as_str),
            operations: finding.operations.iter().map(ToString::to_string).collect(),
        }
    }
}

#[derive(Serialize)]
struct EvidenceJson<'a> {
    exchange: Option<&'a str>,
    pointer: &'a str,
    excerpt: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<SpotJson<'a>>,
}

#[derive(Serialize)]
struct SpotJson<'a> {
    file: &'a str,
    line: u32,
}

impl<'a> EvidenceJson<'a> {
    fn of(evidence: &'a Evidence) -> Self {
        EvidenceJson {
            exchange: evidence.exchange.as_deref(),
            pointer: &evidence.pointer,
            excerpt: &evidence.excerpt,
            location: evidence.location.as_ref().map(|s| SpotJson { file: &s.file, line: s.line }),
        }
    }
}
