//! The shelf of clauses, one file each: the ways in which a contract can be broken.

mod case_uncovered;
mod clause;
mod definitions_disagree;
mod expectation_missed;
mod tell;

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

/// Where a finding stands among those of its severity: causes by their smallest case, then what is no cause.
pub(super) fn rank(table: &Table<'_>, findings: &[Finding]) -> Vec<usize> {
    let places: Vec<String> =
        causes(table).iter().map(|cause| definitions_disagree::place(table, cause)).collect();
    let is_cause = |finding: &Finding| finding.rule == definitions_disagree::CLAUSE.meta.name;
    let at = |finding: &Finding| places.iter().position(|place| is_cause(finding) && *place == finding.place);
    findings.iter().map(|finding| at(finding).unwrap_or(places.len())).collect()
}

/// The finding that tells each row, by its fingerprint; none where none does.
pub(super) fn told(table: &Table<'_>, findings: &[Finding]) -> Vec<Option<String>> {
    let print = |clause: &Clause, place: &str| {
        let found = findings.iter().find(|f| f.rule == clause.meta.name && f.place == place);
        found.map(Finding::fingerprint)
    };
    let mut told: Vec<Option<String>> = vec![None; table.rows.len()];
    for cause in causes(table) {
        let found = print(&definitions_disagree::CLAUSE, &definitions_disagree::place(table, &cause));
        cause.rows.iter().for_each(|at| told[*at].clone_from(&found));
    }
    for (row, told) in table.rows.iter().zip(&mut told).filter(|(_, told)| told.is_none()) {
        let missing = row.missing(table.contract);
        if !missing.is_empty() {
            *told = print(&expectation_missed::CLAUSE, &expectation_missed::place(table, &missing));
        } else if let Some(who) = row.failed(table.contract).first() {
            let place = definitions_disagree::silent(&table.who(*who).name);
            *told = print(&definitions_disagree::CLAUSE, &place);
        }
    }
    told
}

#[cfg(test)]
mod tests;
