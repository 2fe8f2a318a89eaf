//! # definitions-disagree
//!
//! Two implementations of one number answer the same case differently.
//!
//! ## Why it matters
//!
//! When two services compute "the same number" in two ways, neither is wrong by its own definition, and no review of
//! either shows it. A page says that three are left, and the form refuses every correction, because it asks somebody
//! who counts one more kind of thing. The repair is not to pick a side but to decide in the domain what the number
//! means, to write that down, and to apply it to everybody who reports the number.
//!
//! There is one finding for each cause: cases in which the same implementations stand against the same others, because
//! of the same kind of thing where the evidence tells. An implementation that gives no answer (a timeout, a refused
//! connection) is a finding of its own: what it means was not compared.
//!
//! ## Fires
//!
//! One side counts a kind of thing that the other does not know:
//!
//! ```
//! number: sold
//! implementations:
//!   display: {get: "http://display.test/items/{item}", value: $.sold}
//!   validation: {get: "http://stock.test/stock/{item}", value: $.commitments.sold}
//! cases:
//! - {name: no-coupons, with: {item: 1}, covers: [purchase]}
//! - {name: with-reservation-3, with: {item: 2}, covers: [purchase, reservation-coupon]}
//! ~ display no-coupons 200 {"sold":7}
//! ~ validation no-coupons 200 {"commitments":{"sold":7}}
//! ~ display with-reservation-3 200 {"sold":7}
//! ~ validation with-reservation-3 200 {"commitments":{"sold":10}}
//! ```
//!
//! A number and its text are two answers unless the contract says otherwise:
//!
//! ```
//! number: sold
//! implementations:
//!   display: {get: "http://display.test/items/{item}", value: $.sold}
//!   export: {exec: "export {item}", value: $.sold}
//! cases:
//! - {name: plain, with: {item: 1}}
//! ~ display plain 200 {"sold":7}
//! ~ export plain 200 {"sold":"7"}
//! ```
//!
//! One knows the thing and the other does not:
//!
//! ```
//! number: sold
//! implementations:
//!   display: {get: "http://display.test/items/{item}", value: $.sold}
//!   validation: {get: "http://stock.test/stock/{item}", value: $.sold}
//! cases:
//! - {name: gone, with: {item: 9}}
//! ~ display gone 200 {"sold":0}
//! ~ validation gone 404 {"error":"no_such_item"}
//! ```
//!
//! ## Quiet
//!
//! Both say that there is no such thing, each in its own words; and the number is written alike:
//!
//! ```
//! number: sold
//! implementations:
//!   display: {get: "http://display.test/items/{item}", value: $.sold}
//!   validation: {get: "http://stock.test/stock/{item}", value: $.sold}
//! cases:
//! - {name: plain, with: {item: 1}}
//! - {name: gone, with: {item: 9}}
//! ~ display plain 200 {"sold":7}
//! ~ validation plain 200 {"id":1,"sold":7}
//! ~ display gone 404 {"error":"not_found"}
//! ~ validation gone 404 {"message":"no such item"}
//! ```
//!
//! One counts cents and says so:
//!
//! ```
//! number: total
//! unit: euros
//! compare: number
//! implementations:
//!   page: {get: "http://page.test/{order}", value: $.total}
//!   bill: {get: "http://bill.test/{order}", value: $.cents, unit: cents, scale: 100}
//! cases:
//! - {name: plain, with: {order: 1}}
//! ~ page plain 200 {"total":"7.50"}
//! ~ bill plain 200 {"cents":750}
//! ```

use super::Clause;
use super::tell::{evidence, operation, others, said_by};
use crate::contract::matrix::causes::{Cause, causes, difference, measured};
use crate::contract::matrix::table::{Row, Table, list};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use cassettes::meta::Meta;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static CLAUSE: Clause =
    Clause { meta: Meta::new("definitions-disagree", include_str!("definitions_disagree.rs")), judge };

fn judge(table: &Table<'_>, book: &mut Findings) {
    for row in &table.rows {
        if row.classes.iter().flatten().count() > 1 {
            book.check();
        }
    }
    for cause in causes(table) {
        let complaint = complaint(table, &cause);
        for _ in &cause.rows {
            book.add(complaint.clone());
        }
    }
    unanswered(table, book);
}

fn complaint(table: &Table<'_>, cause: &Cause) -> Complaint {
    let row = &table.rows[cause.smallest];
    let number = &table.contract.number;
    let groups = row.groups();
    let said: Vec<String> = groups.iter().map(|group| said_by(table, row, group)).collect();
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    let mut message = format!("in the case `{}` `{number}` is {}", row.case.name, list(&said));
    let apart = row.apart(table.contract);
    if let Some(expect) = &row.case.expect {
        message.push_str(&format!(", where {expect} is expected"));
    } else if groups.len() > 1 && apart.len() == 1 && row.classes.iter().flatten().count() > 2 {
        message.push_str(&format!("; `{}` stands alone", table.names(&apart)));
    }
    message.push_str(&because(table, row, cause.kind.as_deref()));
    message.push_str(&others(table, &cause.rows, cause.smallest));
    let (real, other) = sides(table, row, &apart);
    let kind = cause.kind.as_deref();
    let all: Vec<usize> = groups.concat();
    Complaint {
        severity: Severity::Error,
        operation: operation(table),
        message,
        place: place(table, cause),
        real,
        other,
        hint: Some(hint(table, kind, &all)),
    }
}

/// The place of a cause: the same whatever the cases are called and in whatever order they stand.
pub(super) fn place(table: &Table<'_>, cause: &Cause) -> String {
    let groups = table.rows[cause.smallest].groups();
    let kind = cause.kind.as_deref().unwrap_or("every kind");
    let row = &table.rows[cause.smallest];
    let said = |group: &Vec<usize>| row.answers[group[0]].said.kind();
    let kinds: BTreeSet<&str> =
        groups.iter().map(said).filter(|kind| !matches!(*kind, "number" | "string" | "text")).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    format!("{} by {}: {kind} {}", table.contract.number, split(table, &groups), kinds.join(" "))
}

/// The place of those who gave no answer.
pub(super) fn silent(name: &str) -> String {
    format!("no answer from {name}")
}

/// Who stands with whom.
fn split(table: &Table<'_>, groups: &[Vec<usize>]) -> String {
    groups.iter().map(|group| table.names(group)).collect::<Vec<_>>().join(" | ")
}

fn hint(table: &Table<'_>, kind: Option<&str>, who: &[usize]) -> String {
    let number = &table.contract.number;
    let decide = match kind {
        Some(kind) => format!("decide in the domain whether `{kind}` counts towards `{number}`"),
        None => format!("decide in the domain what `{number}` means"),
    };
    let mut names: Vec<&str> = who.iter().map(|at| table.who(*at).name.as_str()).collect();
    names.push("every other reporter of the number");
    format!("{decide}, write it down, and apply it in {}", list(&names))
}

/// What the evidence tells of the cause.
fn because(table: &Table<'_>, row: &Row<'_>, kind: Option<&str>) -> String {
    let Some(kind) = kind else {
        let apart = difference(table, row).map(|([a, b, apart], _)| format!(", {a} - {b} = {apart}"));
        return apart.unwrap_or_default();
    };
    let measure = measured(table, row, kind);
    let counted = measure.as_ref().map(|measure| measure.whose).or_else(|| shown(row, kind));
    let mut told = match counted {
        Some([with, without]) => {
            format!(
                "; `{kind}` is counted by `{}` and not by `{}`: it",
                table.who(with).name,
                table.who(without).name
            )
        }
        None => format!("; `{kind}`"),
    };
    told.push_str(match table.rows.iter().any(Row::agrees) {
        true => " stands in this case and in none where all agree",
        false => " stands in every case like this",
    });
    match measure {
        Some(measure) => {
            let [a, b, apart] = measure.numbers;
            let of = match measure.sum {
                Some(sum) => format!("the sum of `{sum}` over its {} `{kind}` entries", measure.count),
                None => format!("the number of its `{kind}` entries"),
            };
            told.push_str(&format!(", and {a} - {b} = {apart} is {of}"));
        }
        None => {
            if let Some(([a, b, apart], _)) = difference(table, row) {
                told.push_str(&format!(", and {a} - {b} = {apart}"));
            }
        }
    }
    told
}

/// Whose answer shows the kind, and whose shows kinds but not this one.
fn shown(row: &Row<'_>, kind: &str) -> Option<[usize; 2]> {
    let at = |shows: bool| {
        row.answers
            .iter()
            .position(|answered| !answered.kinds.is_empty() && answered.kinds.contains_key(kind) == shows)
    };
    let (with, without) = (at(true)?, at(false)?);
    (row.classes[with] != row.classes[without]).then_some([with, without])
}

/// One that stands with most, or with what is expected, and one that does not.
fn sides(table: &Table<'_>, row: &Row<'_>, apart: &[usize]) -> (Evidence, Evidence) {
    let answered: Vec<usize> = row.groups().concat();
    let with = answered.iter().copied().find(|at| !apart.contains(at)).or(answered.first().copied());
    let with = with.unwrap_or_default();
    let other = apart.iter().copied().find(|at| row.classes[*at] != row.classes[with]);
    (evidence(table, row, with), evidence(table, row, other.unwrap_or_default()))
}

/// Whoever gave no answer where somebody else did.
fn unanswered(table: &Table<'_>, book: &mut Findings) {
    let mut failed: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, row) in table.rows.iter().enumerate() {
        for who in row.failed(table.contract) {
            failed.entry(who).or_default().push(at);
        }
    }
    for (who, rows) in failed {
        let Some(first) = rows.first().copied() else { continue };
        let row = &table.rows[first];
        let name = &table.who(who).name;
        let given_up = table.rows.iter().filter(|row| row.answers[who].said.kind() == "not-asked").count();
        let rest = match given_up {
            0 => String::new(),
            n => format!(", and was not asked {n} more"),
        };
        let message = format!(
            "`{name}` gave no answer to {} of {} cases ({}){rest}: what `{}` means there was not compared",
            rows.len(),
            table.rows.len(),
            row.answers[who].said.label(),
            table.contract.number
        );
        let complaint = Complaint {
            severity: Severity::Error,
            operation: operation(table),
            message,
            place: silent(name),
            real: Evidence::default(),
            other: evidence(table, row, who),
            hint: Some(format!("see that `{name}` runs and answers; --timeout gives it more time")),
        };
        for _ in &rows {
            book.add(complaint.clone());
        }
    }
}
