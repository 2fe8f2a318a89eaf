//! # expectation-missed
//!
//! An implementation does not answer what the contract expects of a case.
//!
//! ## Why it matters
//!
//! That all implementations agree does not make them right: a definition that was changed in all of them at once, or
//! that they share a library for, is wrong everywhere. What the domain decided stands in the contract, and is asked of
//! each. Where implementations disagree among themselves, `definitions-disagree` tells it, with what is expected.
//!
//! ## Fires
//!
//! Both forget the coupons:
//!
//! ```
//! number: sold
//! implementations:
//!   display: {get: "http://display.test/items/{item}", value: $.sold}
//!   validation: {get: "http://stock.test/stock/{item}", value: $.sold}
//! cases:
//! - {name: with-reservation-3, with: {item: 2}, expect: 10}
//! ~ display with-reservation-3 200 {"sold":7}
//! ~ validation with-reservation-3 200 {"sold":7}
//! ```
//!
//! What is gone is to be a 404:
//!
//! ```
//! number: sold
//! implementations:
//!   display: {get: "http://display.test/items/{item}", value: $.sold}
//! cases:
//! - {name: gone, with: {item: 9}, expect: not-found}
//! ~ display gone 200 {"sold":0}
//! ```
//!
//! ## Quiet
//!
//! ```
//! number: sold
//! implementations:
//!   display: {get: "http://display.test/items/{item}", value: $.sold}
//!   validation: {get: "http://stock.test/stock/{item}", value: $.sold}
//! cases:
//! - {name: with-reservation-3, with: {item: 2}, expect: 10}
//! - {name: gone, with: {item: 9}, expect: not-found}
//! - {name: declined, with: {item: 4}, expect: {status: 402, code: card_declined}}
//! ~ display with-reservation-3 200 {"sold":10}
//! ~ validation with-reservation-3 200 {"sold":10}
//! ~ display gone 404 {}
//! ~ validation gone 404 {}
//! ~ display declined 402 {"error":{"code":"card_declined"}}
//! ~ validation declined 402 {"error":{"code":"card_declined"}}
//! ```

use super::Clause;
use super::tell::{evidence, label, operation, others, quoted, spot};
use crate::contract::matrix::contract::Compare;
use crate::contract::matrix::differ::category;
use crate::contract::matrix::expect::Expect;
use crate::contract::matrix::table::{Row, Table};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use cassettes::meta::Meta;
use std::collections::BTreeMap;

pub(super) static CLAUSE: Clause =
    Clause { meta: Meta::new("expectation-missed", include_str!("expectation_missed.rs")), judge };

/// Cases in which the same implementations miss in the same way what is expected.
pub(super) struct Missed {
    who: Vec<usize>,
    /// Whether they say the number that is expected, and write it otherwise.
    is_form: bool,
    /// The cases.
    pub(super) rows: Vec<usize>,
}

fn judge(table: &Table<'_>, book: &mut Findings) {
    for row in table.rows.iter().filter(|row| row.case.expect.is_some()) {
        row.classes.iter().flatten().for_each(|_| book.check());
    }
    for (place, missed) in missed(table) {
        let rows = &missed.rows;
        let smallest = rows.iter().copied().min_by_key(|at| (table.rows[*at].size(table.contract), *at));
        let Some(smallest) = smallest else { continue };
        let more = others(table, rows, smallest);
        let complaint = complaint(table, &table.rows[smallest], place, &missed, &more);
        for _ in rows {
            book.add(complaint.clone());
        }
    }
}

/// Everybody who misses what is expected, by the places of these complaints.
pub(super) fn missed(table: &Table<'_>) -> BTreeMap<String, Missed> {
    let mut all: BTreeMap<String, Missed> = BTreeMap::new();
    for (at, row) in table.rows.iter().enumerate() {
        let Some(expect) = &row.case.expect else { continue };
        let who = row.missing(table.contract);
        // Where they disagree, that is told with what was expected.
        let Some(first) = who.first().copied().filter(|_| !row.disagrees()) else { continue };
        let is_form = row.number(table.contract, first).is_some_and(|came| expect.number() == Some(came));
        let came = category(table, row, first);
        let how = match (expect, came.as_str()) {
            (Expect::Number(_) | Expect::String(_), "value" | "text") if is_form => " form".to_owned(),
            (Expect::Number(_), "value") => String::new(),
            (expect, came) => format!(" {}: {came}", expect.kind()),
        };
        let place = format!("{} expected of {}{how}", table.contract.number, table.names(&who));
        all.entry(place).or_insert_with(|| Missed { who, is_form, rows: Vec::new() }).rows.push(at);
    }
    all
}

fn complaint(table: &Table<'_>, row: &Row<'_>, place: String, missed: &Missed, more: &str) -> Complaint {
    let who = &missed.who;
    let expect = row.case.expect.as_ref().map(ToString::to_string).unwrap_or_default();
    let first = who.first().copied().unwrap_or_default();
    let (number, name) = (&table.contract.number, &row.case.name);
    let says = if who.len() == 1 { "says" } else { "say" };
    let why = row.answers[first].said.detail().map(|why| format!(" ({why})")).unwrap_or_default();
    let form = if missed.is_form { "; it is one number, written in two ways" } else { "" };
    let message = format!(
        "in the case `{name}` `{number}` is expected to be {expect}, and {} {says} {}{why}{form}{more}",
        quoted(table, who),
        label(table, row, first)
    );
    let hint = if missed.is_form && table.contract.compare == Compare::Text {
        format!(
            "state compare: number where it does not matter how `{number}` is written, or expect it as it is written"
        )
    } else {
        format!("mend {}, or the contract where the domain has decided anew", quoted(table, who))
    };
    Complaint {
        severity: Severity::Error,
        operation: operation(table),
        message,
        place,
        real: Evidence {
            exchange: None,
            pointer: "expect".to_owned(),
            excerpt: expect,
            location: Some(spot(table, row.case.line)),
        },
        other: evidence(table, row, first),
        hint: Some(hint),
    }
}
