//! Whose answers say nothing of the number: those who fail or break, cases in which nobody says anything, and
//! recordings in which nothing was found. Two that fail have agreed on nothing.

use super::hints;
use super::tell::{evidence, named, operation, quoted, spot};
use crate::contract::matrix::contract::Asks;
use crate::contract::matrix::said::Said;
use crate::contract::matrix::table::{Table, list};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// Cases in which the same implementations fail in the same way.
pub(super) struct Silence {
    /// Who they are.
    who: Vec<usize>,
    /// What a server said that broke; none where nobody answered at all.
    label: Option<String>,
    /// The cases.
    pub(super) rows: Vec<usize>,
}

pub(super) fn judge(table: &Table<'_>, book: &mut Findings) {
    for silence in silences(table) {
        let complaint = silence.complaint(table);
        for _ in &silence.rows {
            book.add(complaint.clone());
        }
    }
    for (place, (told, rows)) in nobodies(table) {
        let complaint = nobody(table, place, &told, &rows);
        for _ in &rows {
            book.add(complaint.clone());
        }
    }
    for who in 0..table.contract.implementations.len() {
        if let Some(complaint) = never_asked(table, who) {
            book.add(complaint);
        }
    }
}

/// Everybody who fails or breaks.
pub(super) fn silences(table: &Table<'_>) -> Vec<Silence> {
    let mut failed: BTreeMap<(usize, Option<String>), Vec<usize>> = BTreeMap::new();
    for (at, row) in table.rows.iter().enumerate() {
        for who in row.failed(table.contract) {
            let said = &row.answers[who].said;
            let label = (!matches!(said, Said::Failed(_))).then(|| said.label());
            failed.entry((who, label)).or_default().push(at);
        }
    }
    let mut all: Vec<Silence> = Vec::new();
    for ((who, label), rows) in failed {
        let like = |silence: &&mut Silence| label.is_some() && silence.label == label && silence.rows == rows;
        match all.iter_mut().find(like) {
            Some(silence) => silence.who.push(who),
            None => all.push(Silence { who: vec![who], label, rows }),
        }
    }
    all
}

impl Silence {
    /// The same whatever the cases are called.
    pub(super) fn place(&self, table: &Table<'_>) -> String {
        let names = table.names(&self.who);
        match &self.label {
            Some(label) => format!("{label} from {names}"),
            None => format!("no answer from {names}"),
        }
    }

    fn complaint(&self, table: &Table<'_>) -> Complaint {
        let (row, first) = (&table.rows[self.rows[0]], self.who[0]);
        let names = quoted(table, &self.who);
        let count = match (self.rows.len(), table.rows.len()) {
            (some, all) if some == all && all > 1 => format!("all {all} cases"),
            (_, 1) => format!("the case `{}`", row.case.name),
            (some, all) => format!("{some} of {all} cases"),
        };
        let given_up =
            table.rows.iter().filter(|row| matches!(row.answers[first].said, Said::NotAsked(_))).count();
        let rest = match given_up {
            0 => String::new(),
            n => format!(", and was not asked {n} more"),
        };
        let which = if self.rows.len() < table.rows.len() {
            format!(": {}", named(table, &self.rows))
        } else {
            String::new()
        };
        let number = &table.contract.number;
        let message = match &self.label {
            Some(label) => {
                let answers = if self.who.len() == 1 { "answers" } else { "answer" };
                format!(
                    "{names} {answers} {label} to {count}{which}; what `{number}` means there was not compared"
                )
            }
            None => format!(
                "{names} gave no answer to {count} ({}){rest}: what `{number}` means there was not compared",
                row.answers[first].said.label()
            ),
        };
        Complaint {
            severity: Severity::Error,
            operation: operation(table),
            message,
            place: self.place(table),
            real: Evidence::default(),
            other: evidence(table, row, first),
            hint: Some(hints::silence(table, row, first)),
        }
    }
}

/// The cases in which answers came, and none says anything of the number: by their places, what was said.
pub(super) fn nobodies(table: &Table<'_>) -> BTreeMap<String, (String, Vec<usize>)> {
    let mut all: BTreeMap<String, (String, Vec<usize>)> = BTreeMap::new();
    for (at, row) in table.rows.iter().enumerate() {
        if row.settled || row.case.expect.is_some() || row.classes.iter().flatten().count() < 2 {
            continue;
        }
        let answered = row.answers.iter().zip(&row.classes).filter(|(_, class)| class.is_some());
        let said: BTreeSet<String> = answered.map(|(answered, _)| answered.said.label()).collect();
        let said = list(&said.iter().map(String::as_str).collect::<Vec<_>>());
        let place = format!("nobody says {}: {said}", table.contract.number);
        all.entry(place).or_insert_with(|| (said, Vec::new())).1.push(at);
    }
    all
}

fn nobody(table: &Table<'_>, place: String, said: &str, rows: &[usize]) -> Complaint {
    let row = &table.rows[rows[0]];
    let first = row.classes.iter().position(Option::is_some).unwrap_or_default();
    let detail = row.answers[first].said.detail().map(|why| format!(" ({why})")).unwrap_or_default();
    let number = &table.contract.number;
    Complaint {
        severity: Severity::Warning,
        operation: operation(table),
        message: format!(
            "nobody says what `{number}` is in {}: all that came is {said}{detail}, and nothing was compared",
            cases(table, rows)
        ),
        place,
        real: Evidence::default(),
        other: evidence(table, row, first),
        hint: Some(format!(
            "mend `value:`, or state what is meant to come: expect: {}",
            if said == "absent" { "absent" } else { "not-found" }
        )),
    }
}

fn cases(table: &Table<'_>, rows: &[usize]) -> String {
    let word = if rows.len() == 1 { "the case" } else { "the cases" };
    format!("{word} {}", named(table, rows))
}

/// A recording in which no case is found: a slip, as a rule.
fn never_asked(table: &Table<'_>, who: usize) -> Option<Complaint> {
    // Of some cases nothing is known.
    let whole = !table.rows.is_empty() && table.rows.len() == table.contract.cases.len();
    let not = |said: &Said| matches!(said, Said::NotAsked(_));
    if !whole || !table.rows.iter().all(|row| not(&row.answers[who].said)) {
        return None;
    }
    let row = &table.rows[0];
    let name = &table.who(who).name;
    let why = row.answers[who].said.detail().map(|why| format!(": {why}")).unwrap_or_default();
    let location = Some(spot(table, table.who(who).line));
    let hint = match &table.who(who).asks {
        Asks::Cassette(file, _) => format!("mend the path of `{name}`, or record its cases into {file}"),
        Asks::Http(_) | Asks::Started(..) | Asks::Exec(_) => format!("mend how `{name}` is asked"),
    };
    Some(Complaint {
        severity: Severity::Warning,
        operation: operation(table),
        message: format!("`{name}` was never asked, and agrees with nobody{why}"),
        place: format!("never asked {name}"),
        real: Evidence::default(),
        other: Evidence { location, ..evidence(table, row, who) },
        hint: Some(hint),
    })
}
