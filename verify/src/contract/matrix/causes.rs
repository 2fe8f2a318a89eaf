//! Why implementations disagree, as far as the evidence tells: cases that are split in the same way, by the kind of
//! thing that stands in them and in no case where all agree.

use super::decimal::Decimal;
use super::differ::{Differ, category, differ};
use super::kinds::Tally;
use super::table::{Row, Table};
use std::collections::{BTreeMap, BTreeSet};

/// So many cases may each have a cause of its own that only a kind of theirs tells.
const FEW: usize = 8;
/// Units that are one of another: cents, thousandths, millionths.
const ZEROS: [i64; 3] = [2, 3, 6];

/// One cause and the cases that show it.
pub(super) struct Cause {
    /// In what the answers differ.
    pub(super) differ: Differ,
    /// The kind of thing that only some count, where one tells; several where nothing tells which of them.
    pub(super) kinds: Vec<String>,
    /// The smallest of the cases.
    pub(super) smallest: usize,
    /// All of them, in the order of the file.
    pub(super) rows: Vec<usize>,
}

/// Every cause, by its smallest case.
pub(super) fn causes(table: &Table<'_>) -> Vec<Cause> {
    let agreeing: Vec<&Row<'_>> = table.rows.iter().filter(|row| row.agrees()).collect();
    let mut splits: BTreeMap<(Differ, Split), Vec<usize>> = BTreeMap::new();
    for (at, row) in table.rows.iter().enumerate().filter(|(_, row)| row.disagrees()) {
        splits.entry((differ(table, row), split(table, row))).or_default().push(at);
    }
    let mut causes = Vec::new();
    let made = |differ, kinds, rows: Vec<usize>| {
        let smallest = rows.iter().copied().min_by_key(|at| (table.rows[*at].size(table.contract), *at));
        Cause { differ, kinds, smallest: smallest.unwrap_or_default(), rows }
    };
    for ((differ, _), mut left) in splits {
        if differ != Differ::Value {
            causes.push(made(differ, Vec::new(), left));
            continue;
        }
        if let Some((zeros, rows)) = fold(table, &left, &agreeing) {
            left.retain(|at| !rows.contains(at));
            causes.push(made(Differ::Fold(zeros), Vec::new(), rows));
        }
        while !left.is_empty() {
            let kinds = suspects(table, &left, &agreeing);
            let has = |at: &usize| kinds.first().is_none_or(|kind| table.rows[*at].kinds.contains(kind));
            let (rows, rest): (Vec<usize>, Vec<usize>) = left.into_iter().partition(has);
            causes.push(made(differ, kinds, rows));
            left = rest;
        }
    }
    // Two numbers first: what is written otherwise, or is none, is plain to see.
    causes.sort_by_key(|cause| {
        let row = &table.rows[cause.smallest];
        (cause.differ, row.size(table.contract), cause.smallest)
    });
    causes
}

/// Who answers like whom, and with what.
type Split = Vec<Option<(usize, String)>>;

fn split(table: &Table<'_>, row: &Row<'_>) -> Split {
    let groups = row.groups();
    let group = |at: usize| groups.iter().position(|group| group.contains(&at));
    (0..row.answers.len()).map(|at| Some((group(at)?, category(table, row, at)))).collect()
}

/// The cases in which one number is always the same power of ten times the other, and that power: where that is most
/// of them, and no two that are not 0 are the same.
fn fold(table: &Table<'_>, rows: &[usize], agreeing: &[&Row<'_>]) -> Option<(i64, Vec<usize>)> {
    let sides = table.rows[*rows.first()?].groups();
    let [one, other] = sides.as_slice() else { return None };
    let (one, other) = (*one.first()?, *other.first()?);
    let both = |row: &Row<'_>| Some((row.number(table.contract, one)?, row.number(table.contract, other)?));
    if agreeing.iter().filter_map(|row| both(row)).any(|(number, _)| !number.is_zero()) {
        return None;
    }
    let mut folds: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for at in rows {
        if let Some(zeros) = both(&table.rows[*at]).and_then(|(a, b)| a.zeros_over(b)) {
            folds.entry(zeros).or_default().push(*at);
        }
    }
    let (zeros, found) = folds.into_iter().max_by_key(|(_, found)| found.len())?;
    let numbers: BTreeSet<String> =
        found.iter().filter_map(|at| both(&table.rows[*at])).map(|(number, _)| number.to_string()).collect();
    // 7 and 700 may be anything once.
    let long = found.iter().filter_map(|at| both(&table.rows[*at])).any(|(number, _)| number.is_long());
    let tells = ZEROS.contains(&zeros.abs()) && (long || numbers.len() > 1);
    (tells && found.len() * 2 >= rows.len()).then_some((zeros, found))
}

/// The kinds that stand in most of these cases and in none that agrees; of several, one whose number is the
/// difference; all that nothing tells apart.
fn suspects(table: &Table<'_>, rows: &[usize], agreeing: &[&Row<'_>]) -> Vec<String> {
    let innocent: BTreeSet<&String> = agreeing.iter().flat_map(|row| &row.kinds).collect();
    // In how many it is the difference, in which it stands at all, and in which it is the difference.
    let mut counted: BTreeMap<&String, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for at in rows {
        let row = &table.rows[*at];
        for kind in row.kinds.iter().filter(|kind| !innocent.contains(kind)) {
            let (measures, seen) = counted.entry(kind).or_default();
            if measured(table, row, kind).is_some() {
                measures.push(*at);
            }
            seen.push(*at);
        }
    }
    // Where many cases are split alike and each holds a kind of its own, none of these is why. Where no case agrees,
    // that a kind stands in all that differ says nothing.
    counted.retain(|_, (measures, seen)| {
        !measures.is_empty() || (!agreeing.is_empty() && (seen.len() > 1 || rows.len() <= FEW))
    });
    let weight = |(measures, seen): &(Vec<usize>, Vec<usize>)| (measures.len(), seen.len());
    let Some(best) = counted.values().max_by_key(|counted| weight(counted)).map(weight) else {
        return Vec::new();
    };
    let first = counted.values().find(|counted| weight(counted) == best).cloned();
    counted
        .into_iter()
        .filter(|(_, counted)| Some(counted) == first.as_ref())
        .map(|(kind, _)| kind.clone())
        .collect()
}

/// What the difference of two answers is.
pub(super) struct Measure {
    /// The larger number, the smaller, and how far they are apart.
    pub(super) numbers: [Decimal; 3],
    /// How many things of the kind there are in the case.
    pub(super) count: usize,
    /// The member of theirs whose sum it is; none: it is how many there are.
    pub(super) sum: Option<String>,
}

/// Whether the difference is how many things of a kind there are, or the sum of one of their numbers.
pub(super) fn measured(table: &Table<'_>, row: &Row<'_>, kind: &str) -> Option<Measure> {
    let (numbers, _) = difference(table, row)?;
    let apart = numbers[2];
    let tallies = row.answers.iter().map(|answered| &answered.kinds).chain(&row.about);
    let tallies: Vec<&Tally> = tallies.filter_map(|kinds| kinds.get(kind)).collect();
    let made = |count, sum| Measure { numbers, count, sum };
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
