//! The unit of complaint, and the book in which rules write.

use crate::drifted::Wrong;
use crate::weight::Weight;
use cassettes::model::Digest;
use cassettes::operation::Operation;
use cassettes::subject::Spot;
use std::collections::{BTreeMap, HashMap};

/// How much a finding matters. Only errors and warnings make a run fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Production can break.
    Error,
    /// Tidier than reality.
    Warning,
    /// Cosmetic, or stricter than reality.
    Info,
}

impl Severity {
    /// As reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// What stands on one side of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Evidence {
    /// The exchange as people cite it, `billing.yaml#3`; none for the subject's own answers.
    pub exchange: Option<String>,
    /// Where in the answer: a JSON pointer, `header link`, `status` or `body`.
    pub pointer: String,
    /// The text that stands there, bounded.
    pub excerpt: String,
    /// Where in a user's file the answer was written.
    pub location: Option<Spot>,
}

/// What a rule has to say; the book adds the rule's name.
#[derive(Debug, Clone)]
pub struct Complaint {
    /// How much it matters.
    pub severity: Severity,
    /// What was asked.
    pub operation: Operation,
    /// One sentence without a full stop: what the real side does and what the subject does instead.
    pub message: String,
    /// What makes this finding different from others of its rule and operation: a generic pointer, a
    /// header's name, a reason. Findings with the same place are one.
    pub place: String,
    /// What the real side did.
    pub real: Evidence,
    /// What the subject did.
    pub other: Evidence,
    /// The repair, as an imperative sentence.
    pub hint: Option<String>,
}

/// One complaint, however many answers show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's stable name.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What was asked.
    pub operation: Operation,
    /// One sentence without a full stop.
    pub message: String,
    /// See [`Complaint::place`].
    pub place: String,
    /// What the real side did, where it was first seen.
    pub real: Evidence,
    /// What the subject did, where it was first seen.
    pub other: Evidence,
    /// The repair.
    pub hint: Option<String>,
    /// How many answers showed it.
    pub places: u32,
    /// Whom the change concerns that this is; none where nothing is compared with what was before.
    pub change: Option<Weight>,
    /// Who is wrong about it, where a mock was asked, too.
    pub wrong: Option<Wrong>,
    /// Every operation that shows it, where there are several.
    pub operations: Vec<Operation>,
    /// What names it across runs in the place of an operation and a place, where one cause shows in any number of
    /// them: mending the first makes the rest no other complaint.
    pub cause: Option<String>,
}

impl Finding {
    /// Names this complaint across runs: the rule, the operation and the place, or the cause, hashed.
    pub fn fingerprint(&self) -> String {
        let text = match &self.cause {
            Some(cause) => format!("{}\0{cause}", self.rule),
            None => format!("{}\0{}\0{}", self.rule, self.operation, self.place),
        };
        Digest::of(text.as_bytes()).to_string()[..16].to_owned()
    }
}

/// The book in which rules write their checks and findings.
#[derive(Debug, Default)]
pub struct Findings {
    rule: &'static str,
    checks: BTreeMap<&'static str, u64>,
    list: Vec<Finding>,
    /// Where in the list the last complaint stands.
    last: usize,
    /// Where in the list a rule's complaint about a place of an operation stands.
    known: HashMap<(&'static str, Operation, String), usize>,
    /// By line of a journal, the rule that told why a request found no answer, and how many of its differences
    /// it told.
    told: HashMap<u32, (&'static str, usize)>,
}

impl Findings {
    /// From here on, `rule` is the one that writes. The engine calls it; rules need not.
    pub fn begin(&mut self, rule: &'static str) {
        self.rule = rule;
        self.checks.entry(rule).or_default();
    }

    /// The rule had something to compare. Called each time, whatever came of it: a run without a
    /// single check is vacuous.
    pub fn check(&mut self) {
        *self.checks.entry(self.rule).or_default() += 1;
    }

    /// Complains. A second complaint about the same place only counts.
    pub fn add(&mut self, complaint: Complaint) {
        let rule = self.rule;
        let key = (rule, complaint.operation.clone(), complaint.place.clone());
        if let Some(finding) = self.known.get(&key).and_then(|&at| {
            self.last = at;
            self.list.get_mut(at)
        }) {
            finding.places += 1;
            finding.severity = finding.severity.min(complaint.severity);
            return;
        }
        self.last = self.list.len();
        self.known.insert(key, self.last);
        self.list.push(Finding {
            rule,
            severity: complaint.severity,
            operation: complaint.operation,
            message: complaint.message,
            place: complaint.place,
            real: complaint.real,
            other: complaint.other,
            hint: complaint.hint,
            places: 1,
            change: None,
            wrong: None,
            operations: Vec::new(),
            cause: None,
        });
    }

    /// These operations show what was complained of last.
    pub fn shown_by(&mut self, operations: &[Operation]) {
        if let Some(finding) = self.list.get_mut(self.last) {
            finding.operations = operations.to_vec();
        }
    }

    /// The rule told why the request on this line of the journal is not as it was recorded: so many of its
    /// differences.
    pub fn tell(&mut self, line: u32, differences: usize) {
        let told = self.told.entry(line).or_insert((self.rule, 0));
        told.1 = told.1.saturating_add(differences);
    }

    /// The rule that told why the request on this line differs in all these places, if one did.
    pub fn told(&self, line: u32, differences: usize) -> Option<&'static str> {
        self.told.get(&line).filter(|(_, told)| *told >= differences.max(1)).map(|(rule, _)| *rule)
    }

    /// Whether the rule that writes now has complained about this operation.
    pub fn complained(&self, operation: &Operation) -> bool {
        self.list.iter().any(|f| f.rule == self.rule && f.operation == *operation)
    }

    /// How often each rule had something to compare; rules that never had are there with 0.
    pub fn checks(&self) -> &BTreeMap<&'static str, u64> {
        &self.checks
    }

    /// Every finding, worst first, then by operation and rule.
    pub fn into_list(mut self) -> Vec<Finding> {
        self.list.sort_by(|a, b| {
            (a.severity, &a.operation, a.rule, &a.place).cmp(&(b.severity, &b.operation, b.rule, &b.place))
        });
        self.list
    }
}
