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

use super::counts::{checks, coverage, findings, plural, vacuous};
use super::{Reporter, View};
use crate::behaviour::OperationCoverage;
use crate::finding::{Evidence, Finding, Severity};
use crate::report::Report;
use cassettes::meta::Meta;
use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite, XmlString};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

pub(super) static REPORTER: Reporter = Reporter { meta: Meta::new("junit", include_str!("junit.rs")), write };

fn write(report: &Report, _: &View, out: &mut dyn Write) -> io::Result<()> {
    let mut document = quick_junit::Report::new(text(&format!("truetape {}", report.command)));
    document.add_test_suite(run(report));
    let mut found: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        found.entry(finding.operation.to_string()).or_default().push(finding);
    }
    for operation in &report.coverage.operations {
        let found = found.remove(&operation.operation).unwrap_or_default();
        document.add_test_suite(suite(&operation.operation, Some(operation), &found));
    }
    for (operation, found) in &found {
        document.add_test_suite(suite(operation, None, found));
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
    case.set_system_out(text(&format!("{}\n{}\n{}\n", checks(report), findings(report), coverage(report))));
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

fn suite(operation: &str, seen: Option<&OperationCoverage>, found: &[&Finding]) -> TestSuite {
    let mut suite = TestSuite::new(text(operation));
    // Names are how servers know a case again: equal ones are counted.
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let mut add = |name: String, status: TestCaseStatus, told: Option<String>| {
        let n = names.entry(name.clone()).or_default();
        *n += 1;
        let name = if *n == 1 { name } else { format!("{name} ({n})") };
        let mut case = TestCase::new(text(&name), status);
        case.set_classname(text(operation));
        if let Some(told) = told {
            case.set_system_out(text(&told));
        }
        suite.add_test_case(case);
    };
    for finding in found {
        let name = format!("{} at {}", finding.rule, place(finding));
        if !finding.fails() {
            add(name, TestCaseStatus::success(), Some(told(finding)));
            continue;
        }
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(text(&finding.message)).set_type(finding.rule);
        status.set_description(text(&told(finding)));
        add(name, status, None);
    }
    let Some(seen) = seen else { return suite };
    for behaviour in &seen.behaviours {
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
        add(format!("behaviour {}", behaviour.kind), status, Some(told));
    }
    for lack in &seen.unverified {
        let why = format!("never recorded: {}; {} would teach it", lack.because, lack.lesson);
        add(format!("behaviour {}", lack.kind), skipped(&why), None);
    }
    suite
}

fn skipped(why: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(text(why));
    status
}

fn place(finding: &Finding) -> &str {
    if finding.place.is_empty() { "body" } else { &finding.place }
}

fn told(finding: &Finding) -> String {
    let severity = if finding.severity == Severity::Info { "for information: " } else { "" };
    let mut told = format!("{severity}{}\n\n", finding.message);
    for (name, side) in finding.sides() {
        told.push_str(&format!("{name}: {}\n    {}\n", source(side), side.excerpt));
    }
    if let Some(hint) = &finding.hint {
        told.push_str(&format!("hint: {hint}\n"));
    }
    if finding.places > 1 {
        told.push_str(&format!("and {} like it\n", plural(finding.places as usize - 1, "more answer")));
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
