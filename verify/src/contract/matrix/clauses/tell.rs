//! What complaints of a contract have in common.

use crate::contract::matrix::table::{Row, Table, list};
use crate::finding::Evidence;
use cassettes::operation::Operation;
use cassettes::subject::Spot;

/// So many more cases are named.
const MOST: usize = 5;

/// What findings are about: the number.
pub(super) fn operation(table: &Table<'_>) -> Operation {
    Operation { method: "NUMBER".to_owned(), template: table.contract.number.clone() }
}

/// A case's place in the contract.
pub(super) fn spot(table: &Table<'_>, line: u32) -> Spot {
    Spot { file: table.file.to_owned(), line }
}

/// What a group of implementations says: `7 by `display` and `export``.
pub(super) fn said_by(table: &Table<'_>, row: &Row<'_>, group: &[usize]) -> String {
    let label = group.first().map(|at| label(table, row, *at)).unwrap_or_default();
    format!("{label} by {}", quoted(table, group))
}

/// The names of some implementations, each as a name.
pub(super) fn quoted(table: &Table<'_>, some: &[usize]) -> String {
    let names: Vec<String> = some.iter().map(|at| format!("`{}`", table.who(*at).name)).collect();
    list(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The names of some cases.
pub(super) fn named(table: &Table<'_>, rows: &[usize]) -> String {
    let names: Vec<String> = rows.iter().map(|at| format!("`{}`", table.rows[*at].case.name)).collect();
    match names.len() {
        n if n > MOST => format!("{} and {} more", names[..MOST].join(", "), n - MOST),
        _ => list(&names.iter().map(String::as_str).collect::<Vec<_>>()),
    }
}

/// An answer with its unit, where that is not the contract's.
pub(crate) fn label(table: &Table<'_>, row: &Row<'_>, at: usize) -> String {
    let label = row.answers[at].said.label();
    match &table.who(at).unit {
        Some(unit) if Some(unit) != table.contract.unit.as_ref() => format!("{label} {unit}"),
        _ => label,
    }
}

/// One implementation's answer as evidence. It stands at the case's line of the contract.
pub(super) fn evidence(table: &Table<'_>, row: &Row<'_>, at: usize) -> Evidence {
    let answered = &row.answers[at];
    let from = if answered.request.is_empty() { String::new() } else { format!(" to {}", answered.request) };
    let body = if answered.excerpt.is_empty() { String::new() } else { format!(": {}", answered.excerpt) };
    Evidence {
        exchange: answered.exchange.clone(),
        pointer: answered.pointer.clone(),
        excerpt: format!("{} said {}{from}{body}", table.who(at).name, label(table, row, at)),
        location: Some(spot(table, row.case.line)),
    }
}

/// `; so it is in 7 more cases: a, b, c …`
pub(super) fn others(table: &Table<'_>, rows: &[usize], told: usize) -> String {
    let names: Vec<&str> =
        rows.iter().filter(|at| **at != told).map(|at| table.rows[*at].case.name.as_str()).collect();
    match names.len() {
        0 => String::new(),
        1 => format!("; so it is in `{}`", names[0]),
        n if n <= MOST => format!("; so it is in {n} more: {}", names.join(", ")),
        n => format!("; so it is in {n} more: {} …", names[..MOST].join(", ")),
    }
}
