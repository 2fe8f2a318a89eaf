//! A contract as a suite: a test for each case.

use super::{Cases, skipped, text};
use crate::contract::matrix::{Line, Matrix, Outcome};
use crate::finding::Finding;
use crate::report::Report;
use quick_junit::{NonSuccessKind, TestCaseStatus, TestSuite};

/// A case for each of the contract's.
pub(super) fn suite(report: &Report, matrix: &Matrix) -> TestSuite {
    let mut cases = Cases::of(&matrix.file);
    for case in &matrix.cases {
        let told = told(matrix, case);
        let finding = case
            .finding
            .as_ref()
            .and_then(|print| report.findings.iter().find(|f| f.fingerprint() == *print));
        match (case.outcome, finding) {
            (Outcome::Alone, _) => {
                cases.add(case.name.clone(), skipped("there was nothing to compare with"), Some(told));
            }
            (Outcome::Agree, _) => cases.add(case.name.clone(), TestCaseStatus::success(), Some(told)),
            (_, Some(finding)) => cases.add(case.name.clone(), failure(case, finding, &told), None),
            // The finding was accepted for a while, or nobody judged.
            (_, None) => cases.add(case.name.clone(), skipped("accepted, or not judged"), Some(told)),
        }
    }
    cases.suite
}

fn failure(case: &Line, finding: &Finding, told: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status
        .set_message(text(&format!("{}: {}", case.outcome.as_str(), finding.message)))
        .set_type(finding.rule);
    status.set_description(text(told));
    status
}

fn told(matrix: &Matrix, case: &Line) -> String {
    let mut told = format!("line {}\n", case.line);
    if let Some(expect) = &case.expect {
        told.push_str(&format!("expected: {expect}\n"));
    }
    for (one, cell) in matrix.implementations.iter().zip(&case.answers) {
        let apart = if cell.differs { " (stands apart)" } else { "" };
        told.push_str(&format!(
            "{}: {}{apart}\n    {}\n    {}\n",
            one.name, cell.answer, cell.request, cell.excerpt
        ));
    }
    told
}
