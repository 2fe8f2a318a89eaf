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
use super::tell::{evidence, label, operation, others, spot};
use crate::contract::matrix::table::{Row, Table};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use cassettes::meta::Meta;
use std::collections::BTreeMap;

pub(super) static CLAUSE: Clause =
    Clause { meta: Meta::new("expectation-missed", include_str!("expectation_missed.rs")), judge };

fn judge(table: &Table<'_>, book: &mut Findings) {
    let mut missed: BTreeMap<Vec<usize>, Vec<usize>> = BTreeMap::new();
    for (at, row) in table.rows.iter().enumerate() {
        if row.case.expect.is_none() {
            continue;
        }
        row.answers.iter().filter(|answered| answered.said.is_answer()).for_each(|_| book.check());
        let missing = row.missing(table.contract);
        // Where they disagree, that is told with what was expected.
        if !missing.is_empty() && !row.disagrees() {
            missed.entry(missing).or_default().push(at);
        }
    }
    for (who, rows) in missed {
        let smallest = rows.iter().copied().min_by_key(|at| (table.rows[*at].size(table.contract), *at));
        let Some(smallest) = smallest else { continue };
        let complaint = complaint(table, &table.rows[smallest], &who, &others(table, &rows, smallest));
        for _ in &rows {
            book.add(complaint.clone());
        }
    }
}

/// The place of those who miss what is expected.
pub(super) fn place(table: &Table<'_>, who: &[usize]) -> String {
    format!("{} expected of {}", table.contract.number, table.names(who))
}

fn complaint(table: &Table<'_>, row: &Row<'_>, who: &[usize], more: &str) -> Complaint {
    let expect = row.case.expect.as_ref().map(ToString::to_string).unwrap_or_default();
    let first = who.first().copied().unwrap_or_default();
    let (number, name) = (&table.contract.number, &row.case.name);
    let says = if who.len() == 1 { "says" } else { "say" };
    let message = format!(
        "in the case `{name}` `{number}` is expected to be {expect}, and {} {says} {}{more}",
        table.names(who),
        label(table, row, first)
    );
    Complaint {
        severity: Severity::Error,
        operation: operation(table),
        message,
        place: place(table, who),
        real: Evidence {
            exchange: None,
            pointer: "expect".to_owned(),
            excerpt: expect,
            location: Some(spot(table, row.case.line)),
        },
        other: evidence(table, row, first),
        hint: Some(format!("mend {}, or the contract where the domain has decided anew", table.names(who))),
    }
}
