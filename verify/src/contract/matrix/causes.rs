//! Why implementations disagree, as far as the evidence tells: cases that are split in the same way, by the kind of
//! thing that stands in them and in no case where all agree.

use super::decimal::Decimal;
use super::kinds::Tally;
use super::table::{Row, Table};
use std::collections::{BTreeMap, BTreeSet};

/// So many cases may each have a cause of its own that only a kind of theirs tells.
const FEW: usize = 8;

/// One cause and the cases that show it.
pub(super) struct Cause {
    /// The kind of thing that only some count, where one tells.
    pub(super) kind: Option<String>,
    /// The smallest of the cases.
    pub(super) smallest: usize,
    /// All of them, in the order of the file.
    pub(super) rows: Vec<usize>,
}

/// Every cause, by its smallest case.
pub(super) fn causes(table: &Table<'_>) -> Vec<Cause> {
    let agreeing: BTreeSet<&String> =
        table.rows.iter().filter(|row| row.agrees()).flat_map(|row| &row.kinds).collect();
    let mut splits: BTreeMap<Split, Vec<usize>> = BTreeMap::new();
    for (at, row) in table.rows.iter().enumerate().filter(|(_, row)| row.disagrees()) {
        splits.entry(split(row)).or_default().push(at);
    }
    let mut causes = Vec::new();
    for mut left in splits.into_values() {
        while !left.is_empty() {
            let kind = suspect(table, &left, &agreeing);
            let has = |at: &usize| kind.as_ref().is_none_or(|kind| table.rows[*at].kinds.contains(kind));
            let (rows, rest): (Vec<usize>, Vec<usize>) = left.into_iter().partition(has);
            let smallest = rows.iter().copied().min_by_key(|at| (table.rows[*at].size(table.contract), *at));
            causes.push(Cause { kind, smallest: smallest.unwrap_or_default(), rows });
            left = rest;
        }
    }
    // Two numbers first: a failure beside a number is plain to see.
    causes.sort_by_key(|cause| {
        let row = &table.rows[cause.smallest];
        (difference(table, row).is_none(), row.size(table.contract), cause.smallest)
    });
    causes
}

/// Who answers like whom, and with what kind of answer.
type Split = Vec<Option<(usize, &'static str)>>;

fn split(row: &Row<'_>) -> Split {
    let groups = row.groups();
    let kind = |at: usize| match row.answers[at].said.kind() {
        // However it is written.
        "number" | "string" | "text" => "value",
        other => other,
    };
    let group = |at: usize| groups.iter().position(|group| group.contains(&at));
    (0..row.answers.len()).map(|at| Some((group(at)?, kind(at)))).collect()
}

/// The kind that stands in most of these cases and in none that agrees; of several, one whose number is the
/// difference.
fn suspect(table: &Table<'_>, rows: &[usize], agreeing: &BTreeSet<&String>) -> Option<String> {
    let mut counted: BTreeMap<&String, (usize, usize)> = BTreeMap::new();
    for at in rows {
        let row = &table.rows[*at];
        for kind in row.kinds.iter().filter(|kind| !agreeing.contains(kind)) {
            let entry = counted.entry(kind).or_default();
            entry.0 += usize::from(measured(table, row, kind).is_some());
            entry.1 += 1;
        }
    }
    let best = counted.into_iter().max_by(|(a, m), (b, n)| m.cmp(n).then_with(|| b.cmp(a)));
    // Where many cases are split alike and each holds a kind of its own, none of these is why.
    let tells = |(measured, seen): &(usize, usize)| *measured > 0 || *seen > 1 || rows.len() <= FEW;
    best.filter(|(_, counted)| tells(counted)).map(|(kind, _)| kind.clone())
}

/// What the difference of two answers is.
pub(super) struct Measure {
    /// The larger number, the smaller, and how far they are apart.
    pub(super) numbers: [Decimal; 3],
    /// Whose number is the larger, and whose the smaller.
    pub(super) whose: [usize; 2],
    /// How many things of the kind there are in the case.
    pub(super) count: usize,
    /// The member of theirs whose sum it is; none: it is how many there are.
    pub(super) sum: Option<String>,
}

/// Whether the difference is how many things of a kind there are, or the sum of one of their numbers.
pub(super) fn measured(table: &Table<'_>, row: &Row<'_>, kind: &str) -> Option<Measure> {
    let (numbers, whose) = difference(table, row)?;
    let apart = numbers[2];
    let tallies = row.answers.iter().map(|answered| &answered.kinds).chain(&row.about);
    let tallies: Vec<&Tally> = tallies.filter_map(|kinds| kinds.get(kind)).collect();
    let made = |count, sum| Measure { numbers, whose, count, sum };
    if let Some(tally) = tallies.iter().find(|tally| Decimal::whole(tally.count) == Some(apart)) {
        return Some(made(tally.count, None));
    }
    tallies.iter().find_map(|tally| {
        let sum = tally.sums.iter().find(|(_, sum)| **sum == Some(apart))?;
        Some(made(tally.count, Some(sum.0.clone())))
    })
}

/// The two numbers of a row that says two, and whose they are.
pub(super) fn difference(table: &Table<'_>, row: &Row<'_>) -> Option<([Decimal; 3], [usize; 2])> {
    let groups = row.groups();
    let [one, two] = groups.as_slice() else { return None };
    let (one, two) = (*one.first()?, *two.first()?);
    let (a, b) = (row.number(table.contract, one)?, row.number(table.contract, two)?);
    let apart = a.apart(b).filter(|apart| !apart.is_zero())?;
    Some(if a.exceeds(b) { ([a, b, apart], [one, two]) } else { ([b, a, apart], [two, one]) })
}
