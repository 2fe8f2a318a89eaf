//! The shelf of clauses, one file each: the ways in which a contract can be broken.

mod case_uncovered;
mod clause;
mod definitions_disagree;
mod expectation_missed;
mod hints;
pub(super) mod tell;
mod unanswered;

pub use clause::Clause;

use super::causes::causes;
use super::table::Table;
use crate::finding::Finding;

/// Every clause.
pub static CLAUSES: &[&Clause] =
    &[&case_uncovered::CLAUSE, &definitions_disagree::CLAUSE, &expectation_missed::CLAUSE];

/// The clause of that name.
pub fn find(name: &str) -> Option<&'static Clause> {
    CLAUSES.iter().copied().find(|clause| clause.meta.name == name)
}

/// Where a finding stands among those of its severity: causes by their smallest case, then who gave no answer, then
/// what is no cause.
pub(super) fn rank(table: &Table<'_>, findings: &[Finding]) -> Vec<usize> {
    let places: Vec<String> =
        causes(table).iter().map(|cause| definitions_disagree::place(table, cause)).collect();
    let order = [&definitions_disagree::CLAUSE, &expectation_missed::CLAUSE, &case_uncovered::CLAUSE];
    let at = |finding: &Finding| {
        let clause = order.iter().position(|clause| clause.meta.name == finding.rule).unwrap_or(order.len());
        let cause = places.iter().position(|place| clause == 0 && *place == finding.place);
        cause.unwrap_or(places.len() + clause)
    };
    findings.iter().map(at).collect()
}

/// The finding that tells each row, by its fingerprint; none where none does.
pub(super) fn told(table: &Table<'_>, findings: &[Finding]) -> Vec<Option<String>> {
    let print = |clause: &Clause, place: &str| {
        let found = findings.iter().find(|f| f.rule == clause.meta.name && f.place == place);
        found.map(Finding::fingerprint)
    };
    let disagree = |place: &str| print(&definitions_disagree::CLAUSE, place);
    let causes = causes(table);
    let silences = unanswered::silences(table);
    let nobodies = unanswered::nobodies(table);
    let mut told: Vec<Option<String>> = vec![None; table.rows.len()];
    // The first that tells a row is the one.
    let mut tell = |rows: &[usize], found: Option<String>| {
        for at in rows {
            if told[*at].is_none() {
                told[*at].clone_from(&found);
            }
        }
    };
    causes.iter().for_each(|c| tell(&c.rows, disagree(&definitions_disagree::place(table, c))));
    for (place, rows) in expectation_missed::missed(table) {
        tell(&rows.rows, print(&expectation_missed::CLAUSE, &place));
    }
    silences.iter().for_each(|s| tell(&s.rows, disagree(&s.place(table))));
    nobodies.iter().for_each(|(place, (_, rows))| tell(rows, disagree(place)));
    told
}

#[cfg(test)]
mod tests;
