//! Judges a table.

use super::answered::Answered;
use super::causes::causes;
use super::clauses::{CLAUSES, rank, tell::label, told};
use super::contract::Compare;
use super::said::Said;
use super::table::{Row, Table, list};
use crate::about::{About, Cited};
use crate::finding::{Finding, Findings};
use crate::matrix::{Cell, Column, Line, Matrix, Outcome};
use cassettes::model::Cassette;
use std::collections::BTreeMap;

/// So many kinds of an answer are told.
const MOST: usize = 8;

/// What came of a table.
#[derive(Debug)]
pub struct Judged {
    /// What it is about.
    pub about: About,
    /// How often each clause had something to compare.
    pub checks: BTreeMap<&'static str, u64>,
    /// Every complaint, worst first; of disagreements the one with the smallest case.
    pub findings: Vec<Finding>,
    /// The table as reports show it.
    pub matrix: Matrix,
    /// Whether anybody answered who knew the question. That cassettes hold kinds says nothing of the number.
    pub is_answered: bool,
}

/// Judges answers by the clauses that are wanted. `cassettes` are all that can be cited.
pub fn judge(table: &Table<'_>, cassettes: &[&Cassette], wanted: &dyn Fn(&str) -> bool) -> Judged {
    let mut book = Findings::default();
    for clause in CLAUSES.iter().filter(|clause| wanted(clause.meta.name)) {
        book.begin(clause.meta.name);
        (clause.judge)(table, &mut book);
    }
    let checks = book.checks().clone();
    let findings = book.into_list();
    let ranks = rank(table, &findings);
    let mut ranked: Vec<(usize, Finding)> = ranks.into_iter().zip(findings).collect();
    ranked.sort_by_key(|(rank, finding)| (finding.severity, *rank));
    let findings: Vec<Finding> = ranked.into_iter().map(|(_, finding)| finding).collect();
    let about = about(table, cassettes, &findings);
    let mut matrix = matrix(table);
    for (line, print) in matrix.cases.iter_mut().zip(told(table, &findings)) {
        line.finding = print;
    }
    let is_answered = table.rows.iter().any(Row::proves);
    Judged { about, checks, findings, matrix, is_answered }
}

fn about(table: &Table<'_>, cassettes: &[&Cassette], findings: &[Finding]) -> About {
    let cells =
        table.rows.iter().flat_map(|row| row.answers).filter_map(|answered| answered.exchange.as_deref());
    let sides = findings.iter().flat_map(|f| [&f.real, &f.other]).filter_map(|side| side.exchange.as_deref());
    let cites: std::collections::BTreeSet<&str> = cells.chain(sides).collect();
    let mut exchanges = BTreeMap::new();
    for cassette in cassettes {
        for exchange in &cassette.exchanges {
            let cite = format!("{}{}", cassette.name, exchange.id);
            if cites.contains(cite.as_str()) {
                exchanges.entry(cite).or_insert_with(|| Cited::recorded(exchange));
            }
        }
    }
    let mut names: Vec<String> = cassettes.iter().map(|cassette| cassette.name.clone()).collect();
    names.dedup();
    About { subject: table.file.to_owned(), cassettes: names, exchanges }
}

fn matrix(table: &Table<'_>) -> Matrix {
    let contract = table.contract;
    let implementations = contract.implementations.iter().enumerate().map(|(at, one)| Column {
        name: one.name.clone(),
        asked: one.asks.kind(),
        unit: one.unit.clone().filter(|unit| Some(unit) != contract.unit.as_ref()),
        answered: table.rows.iter().filter(|row| row.answers[at].said.is_answer()).count(),
    });
    let causes = causes(table);
    let smallest = causes.first().map(|cause| &table.rows[cause.smallest]);
    // One number in two forms gates nothing.
    let gates = |row: &&Row<'_>| {
        row.answers.iter().zip(&row.classes).all(|(answered, class)| {
            class.is_none() || !matches!(answered.said, Said::Unreadable(_) | Said::Exit(_))
        })
    };
    let asks = causes.first().is_some_and(|cause| !cause.differ.is_spelling());
    Matrix {
        file: table.file.to_owned(),
        number: contract.number.clone(),
        unit: contract.unit.clone(),
        compare: match contract.compare {
            Compare::Text => "text",
            Compare::Number => "number",
        },
        implementations: implementations.collect(),
        cases: table.rows.iter().map(|row| line(table, row)).collect(),
        smallest: smallest.map(|row| row.case.name.clone()),
        question: smallest.filter(|_| asks).filter(gates).map(|row| question(table, row)),
    }
}

fn line(table: &Table<'_>, row: &Row<'_>) -> Line {
    let contract = table.contract;
    let (missing, failed) = (row.missing(contract), row.failed(contract));
    let disagrees = row.disagrees();
    let apart = if disagrees { row.apart(contract) } else { missing.clone() };
    let answers = row.classes.iter().flatten().count();
    let outcome = match () {
        () if disagrees => Outcome::Disagree,
        () if !missing.is_empty() => Outcome::Missed,
        () if !failed.is_empty() => Outcome::Unanswered,
        () if row.settled && (answers > 1 || (answers == 1 && row.case.expect.is_some())) => Outcome::Agree,
        // A failure that was expected is as good as an answer.
        () if row.case.expect.is_some() && row.answers.iter().any(|a| a.said.kind() == "failed") => {
            Outcome::Agree
        }
        () => Outcome::Alone,
    };
    let cell = |(at, answered): (usize, &Answered)| Cell {
        answer: answered.said.label(),
        kind: answered.said.kind(),
        differs: apart.contains(&at) || failed.contains(&at),
        request: answered.request.clone(),
        pointer: answered.pointer.clone(),
        excerpt: answered.excerpt.clone(),
        exchange: answered.exchange.clone(),
        detail: answered.said.detail().map(str::to_owned).or_else(|| held(answered).filter(|_| disagrees)),
    };
    Line {
        name: row.case.name.clone(),
        line: row.case.line,
        outcome,
        expect: row.case.expect.as_ref().map(ToString::to_string),
        kinds: row.kinds.iter().cloned().collect(),
        finding: None,
        answers: row.answers.iter().enumerate().map(cell).collect(),
    }
}

/// The kinds of things that an answer holds, which may stand far behind its beginning: `holds 5 sale, 2 comp`.
fn held(answered: &Answered) -> Option<String> {
    let kinds = answered.kinds.iter().map(|(kind, tally)| format!("{} {kind}", tally.count));
    let kinds: Vec<String> = kinds.collect();
    match kinds.len() {
        0 => None,
        n if n > MOST => Some(format!("holds {} and {} more kinds", kinds[..MOST].join(", "), n - MOST)),
        _ => Some(format!("holds {}", kinds.join(", "))),
    }
}

/// The question that decides: not which number is right, but which of them acts.
fn question(table: &Table<'_>, row: &Row<'_>) -> String {
    let said: Vec<String> = row
        .groups()
        .iter()
        .map(|group| {
            let answer = group.first().map(|at| label(table, row, *at)).unwrap_or_default();
            let verb = if group.len() == 1 { "says" } else { "say" };
            format!("{} {verb} {answer}", table.names(group))
        })
        .collect();
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    format!(
        "{}: which of these numbers gates a behaviour (a validation, a bill, a capacity, a lock), and what happens to \
         the user who was shown another?",
        list(&said)
    )
}
