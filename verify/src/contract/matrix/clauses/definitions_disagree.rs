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
//! of the same kind of thing where the evidence tells. That one number is written in two ways is another cause than
//! that there are two numbers, and so is that one of the answers is none.
//!
//! An implementation that gives no answer (a timeout, a refused connection), or whose server breaks, asks for
//! credentials or sends elsewhere, is a finding of its own: what the number means to it was not compared. Cases in
//! which nobody says anything of the number are a warning, as is a recording that holds no case at all.
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
//! Both break, which is no agreement:
//!
//! ```
//! number: sold
//! implementations:
//!   display: {get: "http://display.test/items/{item}", value: $.sold}
//!   validation: {get: "http://stock.test/stock/{item}", value: $.sold}
//! cases:
//! - {name: plain, with: {item: 1}}
//! - {name: large, with: {item: 2}}
//! ~ display plain 200 {"sold":7}
//! ~ validation plain 200 {"sold":7}
//! ~ display large 500 {}
//! ~ validation large 500 {}
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
//! One number is written in several ways, and that is said to be no matter:
//!
//! ```
//! number: sold
//! compare: number
//! implementations:
//!   display: {get: "http://display.test/items/{item}", value: $.sold}
//!   validation: {get: "http://stock.test/stock/{item}", value: $.sold}
//! cases:
//! - {name: plain, with: {item: 1}, expect: "7.00"}
//! ~ display plain 200 {"sold":"+7"}
//! ~ validation plain 200 {"sold":7.0}
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
use super::hints::hint;
use super::tell::{evidence, operation, others, quoted, said_by};
use super::unanswered;
use crate::contract::matrix::causes::{Cause, causes, difference, measured};
use crate::contract::matrix::differ::{Differ, category};
use crate::contract::matrix::table::{Row, Table, list};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use cassettes::meta::Meta;

pub(super) static CLAUSE: Clause =
    Clause { meta: Meta::new("definitions-disagree", include_str!("definitions_disagree.rs")), judge };

fn judge(table: &Table<'_>, book: &mut Findings) {
    for row in &table.rows {
        if row.settled && row.classes.iter().flatten().count() > 1 {
            book.check();
        }
    }
    for cause in causes(table) {
        let complaint = complaint(table, &cause);
        for _ in &cause.rows {
            book.add(complaint.clone());
        }
    }
    unanswered::judge(table, book);
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
    message.push_str(&because(table, row, cause));
    message.push_str(&others(table, &cause.rows, cause.smallest));
    let (real, other) = sides(table, row, &apart);
    Complaint {
        severity: Severity::Error,
        operation: operation(table),
        message,
        place: place(table, cause),
        real,
        other,
        hint: Some(hint(table, row, cause)),
    }
}

/// The place of a cause: the same whatever the cases are called and in whatever order they stand.
pub(super) fn place(table: &Table<'_>, cause: &Cause) -> String {
    let row = &table.rows[cause.smallest];
    let groups = row.groups();
    let kind = if cause.kinds.is_empty() { "every kind".to_owned() } else { cause.kinds.join(" or ") };
    let split: Vec<String> = groups.iter().map(|group| table.names(group)).collect();
    // A failure is another cause than a value, whoever has it.
    let said = |group: &Vec<usize>| {
        let said = category(table, row, group[0]);
        if said == "value" { String::new() } else { format!(" {}={said}", table.names(group)) }
    };
    let said: String = groups.iter().map(said).collect();
    format!("{} by {}: {kind} {said}{}", table.contract.number, split.join(" | "), cause.differ.name())
}

/// What the evidence tells of the cause.
fn because(table: &Table<'_>, row: &Row<'_>, cause: &Cause) -> String {
    match cause.differ {
        Differ::Form => "; it is one number, written in two ways".to_owned(),
        Differ::Digits(_) => "; it is one number, and one text groups its digits".to_owned(),
        Differ::Mark => "; it is one number, and one text has something beside it".to_owned(),
        Differ::Fold(zeros) => fold(table, row, zeros, cause.rows.len()),
        Differ::Text => String::new(),
        Differ::Kind => {
            let why = row.answers.iter().find(|answered| answered.said.kind() == "unreadable");
            let why = why.and_then(|answered| answered.said.detail());
            why.map(|why| format!("; {why}")).unwrap_or_default()
        }
        Differ::Value if cause.kinds.is_empty() => String::new(),
        Differ::Value => kinds(table, row, &cause.kinds),
    }
}

/// `; in all 4 cases like it `b` says 100 times what `a` says`.
fn fold(table: &Table<'_>, row: &Row<'_>, zeros: i64, cases: usize) -> String {
    let groups = row.groups();
    let [first, second] = groups.as_slice() else { return String::new() };
    let (large, small) = if zeros > 0 { (first, second) } else { (second, first) };
    let says = if large.len() == 1 { "says" } else { "say" };
    let all = if cases == 1 { "; ".to_owned() } else { format!("; in all {cases} cases like it ") };
    format!("{all}{} {says} {} times what {} says", quoted(table, large), times(zeros), quoted(table, small))
}

/// A power of ten in digits.
pub(super) fn times(zeros: i64) -> String {
    format!("1{}", "0".repeat(usize::try_from(zeros.unsigned_abs()).unwrap_or_default().min(36)))
}

fn kinds(table: &Table<'_>, row: &Row<'_>, kinds: &[String]) -> String {
    let Some(kind) = kinds.first() else { return String::new() };
    let measure = measured(table, row, kind);
    let names: Vec<String> = kinds.iter().map(|kind| format!("`{kind}`")).collect();
    let named = names.join(" or ");
    let numbers = difference(table, row);
    let mut told = match (numbers, shown(row, kind)) {
        _ if kinds.len() > 1 && measure.is_none() => format!("; {named} may make the difference: each"),
        _ if kinds.len() > 1 => format!("; {named} makes the difference: each"),
        (Some((_, [large, small])), Some(who)) if who == [large, small] => format!(
            "; {named} is counted by `{}` and not by `{}`: it",
            table.who(large).name,
            table.who(small).name
        ),
        (Some((_, [_, small])), Some([who, _])) if who == small => {
            format!("; {named}, which `{}` alone shows, makes its number smaller: it", table.who(who).name)
        }
        // From a difference alone nobody knows who adds and who takes off.
        (Some((_, [large, small])), _) => {
            let makes = if measure.is_some() { "makes" } else { "may make" };
            let side = |at: usize, one: &str, several: &str| {
                let group = row.groups().into_iter().find(|group| group.contains(&at)).unwrap_or_default();
                format!("{} {}", quoted(table, &group), if group.len() == 1 { one } else { several })
            };
            let (adds, takes) = (side(large, "adds", "add"), side(small, "takes", "take"));
            format!("; {named} {makes} the difference: {adds} it, or {takes} it off. It")
        }
        (None, Some([with, without])) => format!(
            "; {named} is known to `{}` and not to `{}`: it",
            table.who(with).name,
            table.who(without).name
        ),
        (None, None) => format!("; {named}"),
    };
    told.push_str(match table.rows.iter().any(Row::agrees) {
        true => " stands in this case and in none where all agree",
        false => " stands in every case like this",
    });
    match measure {
        Some(measure) => {
            let [a, b, apart] = measure.numbers;
            let of = match measure.sum {
                Some(sum) => format!("the sum of `{sum}` over its {} {named} entries", measure.count),
                None => format!("the number of its {named} entries"),
            };
            told.push_str(&format!(", and {a} - {b} = {apart} is {of}"));
        }
        None => {
            if let Some(([a, b, apart], _)) = numbers {
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
    if row.classes[with] == row.classes[without] {
        return None;
    }
    // The first of those who say the same, as where numbers are compared.
    let first = |at: usize| row.classes.iter().position(|class| *class == row.classes[at]);
    Some([first(with)?, first(without)?])
}

/// One that stands with most, or with what is expected, and one that does not.
fn sides(table: &Table<'_>, row: &Row<'_>, apart: &[usize]) -> (Evidence, Evidence) {
    let answered: Vec<usize> = row.groups().concat();
    let with = answered.iter().copied().find(|at| !apart.contains(at)).or(answered.first().copied());
    let with = with.unwrap_or_default();
    let other = apart.iter().copied().find(|at| row.classes[*at] != row.classes[with]);
    (evidence(table, row, with), evidence(table, row, other.unwrap_or_default()))
}
