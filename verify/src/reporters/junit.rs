//! # junit
//!
//! The report as JUnit XML, for build servers: a suite for each operation, a case for each behaviour of the
//! real side and for each finding, and a suite of the rules that judged and found nothing.
//!
//! ## Why it matters
//!
//! Build servers show a tree of tests, remember each by its name and say since when it fails. A mock that
//! stopped turning pages belongs there, beside the tests that rely on it.
//!
//! Errors and warnings are failures; remarks pass and tell what they have to say as output. What could not
//! be judged, or was never recorded, is skipped with its reason. A run in which no rule had anything to
//! compare is an error.

mod contract;

use super::counts::plural;
use super::lessons;
use super::wording::{Judged, Side, counts, vacuous};
use super::{Reporter, View};
use crate::behaviour::OperationCoverage;
use crate::finding::{Evidence, Finding, Severity};
use crate::lesson::{Outcome, Teaching};
use crate::report::Report;
use cassettes::meta::Meta;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite, XmlString};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

pub(super) static REPORTER: Reporter = Reporter { meta: Meta::new("junit", include_str!("junit.rs")), write };

fn write(report: &Report, _: &View, out: &mut dyn Write) -> io::Result<()> {
    let mut document = quick_junit::Report::new(text(&format!("truetape {}", report.command)));
    document.add_test_suite(run(report));
    let judged = Judged::of(report);
    let mut left: Vec<&Finding> = report.findings.iter().collect();
    if let Some(teaching) = &report.teaching {
        document.add_test_suite(taught(report, teaching, &mut left));
    }
    if let Some(matrix) = &report.matrix {
        document.add_test_suite(contract::suite(report, matrix));
    }
    let mut found: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in left {
        found.entry(judged.about(finding)).or_default().push(finding);
    }
    for operation in &report.coverage.operations {
        let found = found.remove(&operation.operation).unwrap_or_default();
        document.add_test_suite(suite(&operation.operation, judged, Some(operation), &found));
    }
    for (operation, found) in &found {
        document.add_test_suite(suite(operation, judged, None, found));
    }
    document.serialize(&mut *out).map_err(io::Error::other)
}

/// The rules over all operations, and whether anything was proven.
fn run(report: &Report) -> TestSuite {
    let mut suite = TestSuite::new("rules");
    let mut proven = TestCaseStatus::success();
    if let Some(why) = vacuous(report) {
        proven = TestCaseStatus::non_success(NonSuccessKind::Error);
        proven.set_message(why).set_type("vacuous");
    }
    let mut case = TestCase::new("something was compared", proven);
    case.set_classname(text(&format!("truetape {}", report.command)));
    case.set_system_out(text(&format!("{}\n", counts(report).join("\n"))));
    suite.add_test_case(case);
    let found: BTreeSet<&str> = report.findings.iter().filter(|f| f.fails()).map(|f| f.rule).collect();
    for (rule, n) in &report.checks.by_rule {
        if found.contains(rule) {
            continue;
        }
        let mut status = TestCaseStatus::success();
        if *n == 0 {
            status = TestCaseStatus::skipped();
            status.set_message("it had nothing to compare");
        }
        let mut case = TestCase::new(*rule, status);
        case.set_classname("rules").set_assertions(usize::try_from(*n).unwrap_or(usize::MAX));
        suite.add_test_case(case);
    }
    suite
}

/// Cases with names of their own: these are how servers know a case again, so equal ones are counted.
struct Cases<'n> {
    suite: TestSuite,
    class: &'n str,
    names: BTreeMap<String, usize>,
}

impl<'n> Cases<'n> {
    fn of(class: &'n str) -> Self {
        Cases { suite: TestSuite::new(text(class)), class, names: BTreeMap::new() }
    }

    fn add(&mut self, name: String, status: TestCaseStatus, told: Option<String>) {
        let n = self.names.entry(name.clone()).or_default();
        *n += 1;
        let name = if *n == 1 { name } else { format!("{name} ({n})") };
        let mut case = TestCase::new(text(&name), status);
        case.set_classname(text(self.class));
        if let Some(told) = told {
            case.set_system_out(text(&told));
        }
        self.suite.add_test_case(case);
    }

    fn add_finding(&mut self, name: String, finding: &Finding, judged: Judged) {
        if !finding.fails() {
            return self.add(name, TestCaseStatus::success(), Some(told(finding, judged)));
        }
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(text(&finding.message)).set_type(finding.rule);
        status.set_description(text(&told(finding, judged)));
        self.add(name, status, None);
    }
}

/// A plan: a case for each lesson and for each belief. Takes away the findings that it has told.
fn taught(report: &Report, teaching: &Teaching, left: &mut Vec<&Finding>) -> TestSuite {
    let mut cases = Cases::of(&teaching.plan);
    for lesson in &teaching.lessons {
        let because = lesson.because.as_deref().unwrap_or_default();
        let status = match lesson.outcome {
            // What disagrees is told belief by belief.
            Outcome::Shown | Outcome::Disagrees => TestCaseStatus::success(),
            Outcome::NotShown => skipped(&format!("not shown: {because}")),
            Outcome::CouldNotAsk => skipped(&format!("could not ask: {because}")),
        };
        let exchanges = lessons::cited(&lesson.exchanges);
        let seen = format!("line {}\n{}\n{exchanges}\n", lesson.line, lesson.shown.join("\n"));
        cases.add(lesson.title(), status, Some(seen));
        for belief in &lesson.beliefs {
            let name = format!("{}: {}", lesson.title(), belief.name);
            let told = format!("expected {}, came {}\n", belief.expected, belief.came);
            if belief.held {
                cases.add(name, TestCaseStatus::success(), Some(told));
                continue;
            }
            let finding = lessons::finding(report, lesson, belief);
            let at = finding.and_then(|finding| left.iter().position(|other| *other == finding));
            match at {
                Some(at) => cases.add_finding(name, left.remove(at), Judged::Beliefs),
                None => cases.add(name, skipped("accepted, or told above"), Some(told)),
            }
        }
    }
    cases.suite
}

fn suite(operation: &str, judged: Judged, seen: Option<&OperationCoverage>, found: &[&Finding]) -> TestSuite {
    let mut cases = Cases::of(operation);
    for finding in found {
        cases.add_finding(format!("{} at {}", finding.rule, place(finding)), finding, judged);
    }
    let Some(seen) = seen else { return cases.suite };
    // What was learned is not compared with anything.
    let behaviours = if judged == Judged::Mock { seen.behaviours.as_slice() } else { &[] };
    for behaviour in behaviours {
        let status = match behaviour.reproduced {
            Some(true) => TestCaseStatus::success(),
            // Whether that is wrong is for rules to say; their findings are the failures.
            Some(false) => skipped("the real side was seen to do it, the mock was not"),
            None => skipped(
                behaviour
                    .because
                    .as_deref()
                    .unwrap_or("it was not possible to tell whether the mock does it"),
            ),
        };
        let told = format!("evidence: {}\n", behaviour.evidence.join(", "));
        cases.add(format!("behaviour {}", behaviour.kind), status, Some(told));
    }
    for lack in &seen.unverified {
        let why = format!("never recorded: {}; {} would teach it", lack.because, lack.lesson);
        cases.add(format!("behaviour {}", lack.kind), skipped(&why), None);
    }
    cases.suite
}

fn skipped(why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(text(why));
    status
}

fn place(finding: &Finding) -> &str {
    if finding.place.is_empty() { "body" } else { &finding.place }
}

fn told(finding: &Finding, judged: Judged) -> String {
    let severity = if finding.severity == Severity::Info { "for information: " } else { "" };
    let mut told = format!("{severity}{}\n\n", finding.message);
    for Side { name, evidence: side, .. } in judged.sides(finding) {
        told.push_str(&format!("{name}: {}\n    {}\n", source(side), side.excerpt));
    }
    if let Some(wrong) = finding.wrong {
        told.push_str(&format!("{}\n", wrong.told()));
    }
    if let Some(hint) = &finding.hint {
        told.push_str(&format!("hint: {hint}\n"));
    }
    // A contract's findings name their cases.
    if finding.places > 1 && judged != Judged::Contract {
        told.push_str(&format!("and {} like it\n", plural(finding.places as usize - 1, judged.place())));
    }
    told.push_str(&format!("fingerprint: {}\n", finding.fingerprint()));
    told
}

fn source(side: &Evidence) -> String {
    let file = side.location.as_ref().map(|spot| format!("{}:{}", spot.file, spot.line));
    let from = side.exchange.clone().into_iter().chain(file);
    from.chain([side.pointer.clone()]).filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Without the characters that XML has no spelling for.
fn text(text: &str) -> XmlString {
    XmlString::new(text.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}"))
}
