//! Operations by aspects: what is faithful, what is not, and what nobody knows.

use super::aspect::{ASPECTS, Aspect};
use crate::behaviour::{OperationCoverage, Unverified};
use crate::finding::{Finding, Severity};
use crate::report::Report;
use std::collections::BTreeMap;

/// What is known of one aspect of one operation, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// A rule found an error.
    Wrong,
    /// A rule found nothing worse than a warning.
    Tidier,
    /// The real side did something that the mock did not, and no rule calls it wrong.
    Partly,
    /// It was not possible to tell whether the mock does it.
    Unsure,
    /// Everything that the real side was seen to do, the mock did.
    Proven,
    /// A rule had something to remark that breaks nothing.
    Remarked,
    /// Nobody ever provoked it, and a lesson would.
    Lacking,
    /// Rules of this aspect judged, and none complained here.
    Quiet,
    /// Nothing was judged.
    Blank,
}

impl State {
    /// One character that does not need a colour.
    pub(super) fn mark(self) -> &'static str {
        match self {
            State::Wrong => "✗",
            State::Tidier => "!",
            State::Partly => "◐",
            State::Unsure => "?",
            State::Proven => "✓",
            State::Remarked => "i",
            State::Lacking => "◌",
            State::Quiet => "·",
            State::Blank => "",
        }
    }

    /// As classes of a style sheet name it.
    pub(super) fn name(self) -> &'static str {
        match self {
            State::Wrong => "wrong",
            State::Tidier => "tidier",
            State::Partly => "partly",
            State::Unsure => "unsure",
            State::Proven => "proven",
            State::Remarked => "remarked",
            State::Lacking => "lacking",
            State::Quiet => "quiet",
            State::Blank => "blank",
        }
    }

    /// What the mark means, for legends.
    pub(super) fn meaning(self) -> &'static str {
        match self {
            State::Wrong => "errors found",
            State::Tidier => "warnings found",
            State::Partly => "seen, not reproduced; no rule calls it wrong",
            State::Unsure => "could not be judged",
            State::Proven => "all that was seen is reproduced",
            State::Remarked => "remarks only",
            State::Lacking => "unverified: never recorded; a lesson would teach it",
            State::Quiet => "no complaint",
            State::Blank => "nothing to judge",
        }
    }
}

/// Every state, in the order in which legends show them.
pub(super) const STATES: [State; 7] =
    [State::Proven, State::Quiet, State::Wrong, State::Tidier, State::Partly, State::Unsure, State::Lacking];

/// One aspect of one operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell<'a> {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) infos: usize,
    /// Behaviours of the real side.
    pub(super) seen: usize,
    pub(super) reproduced: usize,
    pub(super) unsure: usize,
    /// What the evidence lacks.
    pub(super) lacks: Vec<&'a Unverified>,
    /// Whether a rule of this aspect had anything to compare in the whole run.
    pub(super) judged: bool,
    /// The fingerprint of the worst finding.
    pub(super) first: Option<String>,
}

impl Cell<'_> {
    pub(super) fn state(&self) -> State {
        match self {
            Cell { errors: 1.., .. } => State::Wrong,
            Cell { warnings: 1.., .. } => State::Tidier,
            _ if self.reproduced + self.unsure < self.seen => State::Partly,
            Cell { unsure: 1.., .. } => State::Unsure,
            Cell { seen: 1.., .. } => State::Proven,
            Cell { infos: 1.., .. } => State::Remarked,
            _ if !self.lacks.is_empty() => State::Lacking,
            Cell { judged: true, .. } => State::Quiet,
            _ => State::Blank,
        }
    }

    /// What stands in the cell: the mark, and what it counts.
    pub(super) fn text(&self) -> String {
        let state = self.state();
        let count = match state {
            State::Wrong => self.errors + self.warnings,
            State::Tidier => self.warnings,
            State::Remarked => self.infos,
            State::Proven | State::Partly | State::Unsure => {
                return format!("{} {}/{}", state.mark(), self.reproduced, self.seen);
            }
            State::Lacking | State::Quiet | State::Blank => return state.mark().to_owned(),
        };
        format!("{} {count}", state.mark())
    }

    /// The cell in a sentence's words.
    pub(super) fn words(&self) -> String {
        let mut words = Vec::new();
        for (n, one) in [(self.errors, "error"), (self.warnings, "warning"), (self.infos, "remark")] {
            if n > 0 {
                words.push(format!("{n} {one}{}", if n == 1 { "" } else { "s" }));
            }
        }
        if self.seen > 0 {
            words.push(format!("{} of {} behaviours reproduced", self.reproduced, self.seen));
        }
        if self.unsure > 0 {
            words.push(format!("{} not judged", self.unsure));
        }
        words.extend(self.lacks.iter().map(|u| format!("never recorded: {}", u.kind)));
        if words.is_empty() {
            words.push(self.state().meaning().to_owned());
        }
        words.join(", ")
    }
}

/// One operation's cells, in the order of [`ASPECTS`].
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) operation: String,
    pub(super) cells: Vec<Cell<'a>>,
    pub(super) seen: usize,
    pub(super) reproduced: usize,
}

/// The table: every operation that was seen, then those that only findings name.
pub(super) fn table(report: &Report) -> Vec<Row<'_>> {
    let judged: Vec<bool> = ASPECTS.iter().map(|aspect| judged(report, *aspect)).collect();
    let mut findings: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        findings.entry(finding.operation.to_string()).or_default().push(finding);
    }
    let mut rows: Vec<Row<'_>> = Vec::new();
    for seen in &report.coverage.operations {
        let found = findings.remove(&seen.operation).unwrap_or_default();
        rows.push(row(&seen.operation, Some(seen), &found, &judged));
    }
    rows.extend(findings.iter().map(|(operation, found)| row(operation, None, found, &[])));
    rows
}

fn judged(report: &Report, aspect: Aspect) -> bool {
    report.checks.by_rule.iter().any(|(rule, n)| *n > 0 && Aspect::of_rule(rule) == aspect)
}

fn row<'a>(
    operation: &str,
    seen: Option<&'a OperationCoverage>,
    found: &[&Finding],
    judged: &[bool],
) -> Row<'a> {
    let behaviours = seen.map(|s| s.behaviours.as_slice()).unwrap_or_default();
    let lacks = seen.map(|s| s.unverified.as_slice()).unwrap_or_default();
    let cell = |(number, aspect): (usize, &Aspect)| {
        let mut cell = Cell { judged: judged.get(number).is_some_and(|j| *j), ..Cell::default() };
        for behaviour in behaviours.iter().filter(|b| Aspect::of_kind(&b.kind) == *aspect) {
            cell.seen += 1;
            cell.reproduced += usize::from(behaviour.reproduced == Some(true));
            cell.unsure += usize::from(behaviour.reproduced.is_none());
        }
        cell.lacks = lacks.iter().filter(|u| Aspect::of_kind(&u.kind) == *aspect).collect();
        for finding in found.iter().filter(|f| Aspect::of_rule(f.rule) == *aspect) {
            match finding.severity {
                Severity::Error => cell.errors += 1,
                Severity::Warning => cell.warnings += 1,
                Severity::Info => cell.infos += 1,
            }
            cell.first.get_or_insert_with(|| finding.fingerprint());
        }
        cell
    };
    Row {
        operation: operation.to_owned(),
        cells: ASPECTS.iter().enumerate().map(cell).collect(),
        seen: behaviours.len(),
        reproduced: behaviours.iter().filter(|b| b.reproduced == Some(true)).count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::examples::{parse, play};
    use crate::rules::{RULES, find};

    #[test]
    fn a_cell_tells_the_worst_that_is_known() {
        let rule = find("pagination-flattened").expect("on the shelf");
        let example = parse(&rule.meta.examples("Fires")[0]).expect("reads");
        let report = play(&example, RULES).expect("asks");
        let rows = table(&report);
        assert_eq!(rows.len(), 1);
        let cell = |aspect: Aspect| &rows[0].cells[ASPECTS.iter().position(|a| *a == aspect).expect("one")];
        assert_eq!(cell(Aspect::Pages).state(), State::Wrong);
        assert!(cell(Aspect::Pages).first.is_some());
        assert_eq!(cell(Aspect::Shape).state(), State::Proven);
        assert_eq!(cell(Aspect::Tokens).state(), State::Blank);
    }
}
