//! # case-uncovered
//!
//! The cassettes hold a kind of thing that no case names, and that stands in no answer to a case.
//!
//! ## Why it matters
//!
//! A contract catches a disagreement only over inputs that it asks about. The next kind of thing that somebody adds
//! will be counted by one side and not by the other, and every case that was written before will still agree. The
//! recordings see the new kind first. A case that names a kind which was never recorded is told as well, for
//! information.
//!
//! ## Fires
//!
//! ```
//! number: sold
//! implementations:
//!   display: {get: "http://display.test/items/{item}", value: $.sold}
//! cases:
//! - {name: plain, with: {item: 1}, expect: 7, covers: [purchase]}
//! covers: {field: "$..entries[*].type", in: [example.yaml]}
//! ~ display plain 200 {"sold":7}
//! > GET /items/2
//! < 200 {"entries":[{"type":"purchase"},{"type":"gift-card"}]}
//! ```
//!
//! Nothing stands where kinds are looked for, so nothing could ever be uncovered:
//!
//! ```
//! number: sold
//! implementations:
//!   display: {get: "http://display.test/items/{item}", value: $.sold}
//! cases:
//! - {name: plain, with: {item: 1}, expect: 7, covers: [purchase]}
//! covers: {field: "$..entires[*].type", in: [example.yaml]}
//! ~ display plain 200 {"sold":7}
//! > GET /items/2
//! < 200 {"entries":[{"type":"purchase"}]}
//! ```
//!
//! ## Quiet
//!
//! ```
//! number: sold
//! implementations:
//!   display: {get: "http://display.test/items/{item}", value: $.sold}
//! cases:
//! - {name: plain, with: {item: 1}, expect: 7, covers: [purchase]}
//! - {name: gift, with: {item: 2}, expect: 7, covers: [purchase, gift-card]}
//! covers: {field: "$..entries[*].type", in: [example.yaml]}
//! ~ display plain 200 {"sold":7}
//! ~ display gift 200 {"sold":7}
//! > GET /items/2
//! < 200 {"entries":[{"type":"purchase"},{"type":"gift-card"}]}
//! ```

use super::Clause;
use super::tell::{operation, spot};
use crate::contract::matrix::contract::Covers;
use crate::contract::matrix::kinds;
use crate::contract::matrix::table::{Recorded, Table};
use crate::contract::matrix::value::tree;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use cassettes::meta::Meta;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static CLAUSE: Clause =
    Clause { meta: Meta::new("case-uncovered", include_str!("case_uncovered.rs")), judge };

/// More kinds than this at a place are no kinds: somebody named the wrong field.
const MOST: usize = 50;

fn judge(table: &Table<'_>, book: &mut Findings) {
    let Some(covers) = &table.contract.covers else { return };
    let mut named: BTreeMap<&str, u32> = BTreeMap::new();
    for (kind, line) in table.contract.cases.iter().flat_map(|case| &case.covers) {
        named.entry(kind).or_insert(*line);
    }
    // A case whose own answers hold the kind asks about it, whether or not it names it.
    let asked: BTreeSet<&str> = table.rows.iter().flat_map(|row| &row.kinds).map(String::as_str).collect();
    let mut seen: BTreeMap<&str, (&Recorded<'_>, u32)> = BTreeMap::new();
    for recorded in &table.recorded {
        for kind in recorded.kinds.keys() {
            seen.entry(kind).or_insert((recorded, 0)).1 += 1;
        }
    }
    if seen.is_empty() {
        book.add(nothing(table, covers));
        return;
    }
    for (number, (kind, (recorded, answers))) in
        seen.iter().filter(|(kind, _)| !named.contains_key(*kind) && !asked.contains(*kind)).enumerate()
    {
        if number == MOST {
            break;
        }
        let complaint = uncovered(table, covers, kind, recorded);
        for _ in 0..*answers {
            book.add(complaint.clone());
        }
    }
    seen.keys().for_each(|_| book.check());
    for (kind, line) in named.iter().filter(|(kind, _)| !seen.contains_key(*kind)) {
        book.add(never_seen(table, covers, kind, *line));
    }
}

fn uncovered(table: &Table<'_>, covers: &Covers, kind: &str, recorded: &Recorded<'_>) -> Complaint {
    let body = recorded.exchange.answer.reply().and_then(tree);
    let pointer = body.and_then(|tree| kinds::first(covers, &tree, kind)).unwrap_or_default();
    let request = &recorded.exchange.request;
    let number = &table.contract.number;
    Complaint {
        severity: Severity::Error,
        operation: operation(table),
        message: format!(
            "`{kind}` stands in {} ({} {}), and no case of `{number}` has it: whether all count it nobody asks",
            recorded.cite, request.method, request.target
        ),
        place: format!("{}: {kind}", covers.text),
        real: Evidence {
            exchange: Some(recorded.cite.clone()),
            pointer,
            excerpt: kind.to_owned(),
            location: None,
        },
        other: Evidence {
            exchange: None,
            pointer: "covers".to_owned(),
            excerpt: "no case names it".to_owned(),
            location: Some(spot(table, covers.line)),
        },
        hint: Some(format!("add a case whose input holds `{kind}`, with covers: [{kind}]")),
    }
}

fn never_seen(table: &Table<'_>, covers: &Covers, kind: &str, line: u32) -> Complaint {
    Complaint {
        severity: Severity::Info,
        operation: operation(table),
        message: format!("a case covers `{kind}`, which stands in no answer of {}", covers.files.join(", ")),
        place: format!("{}: never {kind}", covers.text),
        real: Evidence::default(),
        other: Evidence {
            exchange: None,
            pointer: "covers".to_owned(),
            excerpt: kind.to_owned(),
            location: Some(spot(table, line)),
        },
        hint: Some("a slip, or a kind that was never recorded: record an answer that holds it".to_owned()),
    }
}

fn nothing(table: &Table<'_>, covers: &Covers) -> Complaint {
    let files = covers.files.join(", ");
    let answers = match table.looked {
        1 => "the one answer".to_owned(),
        n => format!("the {n} answers"),
    };
    let (message, hint) = match &table.deeper {
        Some(path) => (
            format!(
                "what stands at {} in {answers} of {files} that are a success are objects: no kind can ever be uncovered",
                covers.text
            ),
            format!("did you mean covers.field: {path}?"),
        ),
        None => (
            format!(
                "nothing stands at {} in {answers} of {files} that are a success: no kind can ever be uncovered",
                covers.text
            ),
            "mend `covers.field`, or record answers that hold the kinds".to_owned(),
        ),
    };
    Complaint {
        severity: Severity::Warning,
        operation: operation(table),
        message,
        place: covers.text.clone(),
        real: Evidence::default(),
        other: Evidence {
            exchange: None,
            pointer: "covers".to_owned(),
            excerpt: covers.text.clone(),
            location: Some(spot(table, covers.line)),
        },
        hint: Some(hint),
    }
}
