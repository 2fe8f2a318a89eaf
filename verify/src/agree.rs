//! Holds the implementations of one number against each other: the report of a contract.

use crate::contract::matrix::{Judged, Table, clauses::CLAUSES, judge};
use crate::finding::Finding;
use crate::report::{Checks, Report, Verdict};
use cassettes::model::Cassette;

/// Judges answers by the clauses that are wanted. `cassettes` are all that can be cited.
pub fn agree(table: &Table<'_>, cassettes: &[&Cassette], wanted: &dyn Fn(&str) -> bool) -> Report {
    let Judged { about, checks, findings, matrix, is_answered } = judge(table, cassettes, wanted);
    let checks = Checks::of(&checks);
    let verdict = match findings.iter().any(Finding::fails) {
        _ if !is_answered || checks.total == 0 => Verdict::Vacuous,
        true => Verdict::Findings,
        false => Verdict::Agreed,
    };
    Report {
        about,
        verdict,
        checks,
        findings,
        matrix: Some(matrix),
        pages: CLAUSES.iter().map(|clause| clause.meta).collect(),
        ..Report::empty("contract run")
    }
}
