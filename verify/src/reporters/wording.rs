//! What a report calls the two sides of a finding, and which parts have a meaning in it: that depends on what
//! was judged. A mock is held against the real side, a plan against what came, a client against what it was told,
//! and a secret stands in one place.

use super::counts::{plural, unsure};
use super::drift;
use super::matrix;
use super::numbers;
use crate::finding::{Evidence, Finding, Severity};
use crate::history::since::Since;
use crate::lesson::Outcome;
use crate::report::{Report, Verdict};

/// What was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    /// A mock, held against what the real side was seen to do.
    Mock,
    /// What a plan believes of the real side.
    Beliefs,
    /// What clients did, held against what the real side told them.
    Client,
    /// Services that report one number, held against each other.
    Contract,
    /// The real side now, held against what was recorded of it.
    Vendor,
    /// What clients send now, held against what they sent.
    Requests,
    /// Files, of which none may hold what is looked for.
    Files,
}

/// One side of a finding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'f> {
    pub(super) name: &'static str,
    pub(super) evidence: &'f Evidence,
    /// Whether it is what the other is measured by.
    pub(super) truth: bool,
}

impl Judged {
    pub(super) fn of(report: &Report) -> Judged {
        match report.command {
            "scan" => Judged::Files,
            "audit" | "replay" => Judged::Client,
            "contract run" | "contract find" => Judged::Contract,
            _ if report.requests.is_some() => Judged::Requests,
            _ if report.drift.is_some() => Judged::Vendor,
            _ if report.teaching.is_some() => Judged::Beliefs,
            _ => Judged::Mock,
        }
    }

    /// The names of both sides: what is true, and what is held against it.
    pub(super) fn names(self) -> (&'static str, &'static str) {
        match self {
            Judged::Mock => ("real", "mock"),
            Judged::Beliefs => ("came", "believed"),
            Judged::Client => ("recorded", "client"),
            Judged::Contract => ("one", "another"),
            Judged::Vendor | Judged::Requests => ("then", "now"),
            Judged::Files => ("expected", "found"),
        }
    }

    /// The sides that have something to show, in the order in which people read them: both, or the one place
    /// where it was found.
    pub(super) fn sides(self, finding: &Finding) -> Vec<Side<'_>> {
        let (real, other) = self.names();
        let truth = Side { name: real, evidence: &finding.real, truth: true };
        let other = Side { name: other, evidence: &finding.other, truth: false };
        match self {
            Judged::Requests if finding.real == Evidence::default() => vec![other],
            _ if finding.real == Evidence::default() => vec![Side { name: "found", ..other }],
            // A belief comes before what becomes of it.
            Judged::Beliefs => vec![other, truth],
            Judged::Contract if finding.rule == "expectation-missed" => {
                vec![Side { name: "expected", ..truth }, Side { name: "came", ..other }]
            }
            Judged::Contract if finding.rule == "case-uncovered" => {
                vec![Side { name: "recorded", ..truth }, Side { name: "contract", ..other }]
            }
            // Where two services disagree nobody knows who is right.
            Judged::Contract => vec![Side { truth: false, ..truth }, other],
            Judged::Requests if finding.other == Evidence::default() => vec![truth],
            Judged::Mock | Judged::Client | Judged::Vendor | Judged::Requests | Judged::Files => {
                vec![truth, other]
            }
        }
    }

    /// What a finding is about: an operation, or a file.
    pub(super) fn about(self, finding: &Finding) -> String {
        match self {
            Judged::Files | Judged::Contract => finding.operation.template.clone(),
            // What stands for all of them says so.
            Judged::Vendor | Judged::Requests
                if finding.operations.len() > 1 && finding.operations.contains(&finding.operation) =>
            {
                format!("{} and {} more", finding.operation, finding.operations.len() - 1)
            }
            Judged::Mock | Judged::Beliefs | Judged::Client | Judged::Vendor | Judged::Requests => {
                finding.operation.to_string()
            }
        }
    }

    /// The word for that.
    pub(super) fn unit(self) -> &'static str {
        match self {
            Judged::Files => "file",
            Judged::Contract => "number",
            Judged::Mock | Judged::Beliefs | Judged::Client | Judged::Vendor | Judged::Requests => {
                "operation"
            }
        }
    }

    /// Whether a finding does not tell itself how often it is so: those of a contract name their cases.
    pub(super) fn counts_places(self, report: &Report) -> bool {
        self != Judged::Contract || report.matrix.is_none()
    }

    /// What more answers of the same kind are called.
    pub(super) fn place(self) -> &'static str {
        match self {
            Judged::Mock | Judged::Vendor => "more answer",
            Judged::Beliefs => "more belief",
            Judged::Requests => "more request",
            Judged::Client => "more time",
            Judged::Contract => "more case",
            Judged::Files => "more place",
        }
    }
}

/// The counts of a report, each a part of a sentence; what has no meaning in it is not there.
pub(super) fn counts(report: &Report) -> Vec<String> {
    let mut parts = of_its_kind(report);
    // Only where something is remembered.
    parts.extend(report.since.as_ref().map(Since::words));
    parts
}

fn of_its_kind(report: &Report) -> Vec<String> {
    match Judged::of(report) {
        Judged::Mock => {
            [Some(checks(report)), Some(findings(report)), coverage(report)].into_iter().flatten().collect()
        }
        Judged::Beliefs => {
            let mut parts = vec![lessons(report), beliefs(report)];
            parts.extend(unknown(report));
            parts
        }
        Judged::Client | Judged::Requests => vec![checks(report), findings(report)],
        Judged::Vendor => {
            let drift = report.drift.iter();
            drift
                .flat_map(|drift| [drift::compared(drift), drift::changes(report, drift)])
                .chain([findings(report)])
                .collect()
        }
        Judged::Contract => {
            let cases = report.matrix.as_ref().map(matrix::cases);
            let reporters = report.numbers.as_ref().map(numbers::count);
            let checks = reporters.is_none().then(|| checks(report));
            cases.into_iter().chain(reporters).chain(checks).chain([findings(report)]).collect()
        }
        Judged::Files => vec![findings(report), format!("{} looked through", plural(total(report), "place"))],
    }
}

fn total(report: &Report) -> usize {
    usize::try_from(report.checks.total).unwrap_or(usize::MAX)
}

/// `12 checks by 3 rules`.
fn checks(report: &Report) -> String {
    let used = report.checks.by_rule.values().filter(|n| **n > 0).count();
    let who = match Judged::of(report) {
        Judged::Client => "audit",
        Judged::Contract => "clause",
        Judged::Mock | Judged::Beliefs | Judged::Vendor | Judged::Requests | Judged::Files => "rule",
    };
    format!("{} by {}", plural(total(report), "check"), plural(used, who))
}

/// `2 errors, 1 warning, 3 for information`.
fn findings(report: &Report) -> String {
    let mut text = format!(
        "{}, {}",
        plural(report.count(Severity::Error), "error"),
        plural(report.count(Severity::Warning), "warning")
    );
    let infos = report.count(Severity::Info);
    if infos > 0 {
        text.push_str(&format!(", {infos} for information"));
    }
    text
}

/// `7 of 9 behaviours reproduced, 1 not judged, 2 unverified`; nothing where nothing was seen.
fn coverage(report: &Report) -> Option<String> {
    let coverage = &report.coverage;
    if coverage.behaviours + coverage.unverified == 0 {
        return None;
    }
    let mut text = format!("{} of {} behaviours reproduced", coverage.reproduced, coverage.behaviours);
    for (n, what) in [(unsure(report), "not judged"), (coverage.unverified, "unverified")] {
        if n > 0 {
            text.push_str(&format!(", {n} {what}"));
        }
    }
    Some(text)
}

/// `9 lessons: 5 shown, 3 disagree, 1 could not be asked`.
fn lessons(report: &Report) -> String {
    let Some(teaching) = &report.teaching else { return String::new() };
    let mut parts = Vec::new();
    for outcome in Outcome::ALL {
        let n = teaching.count(outcome);
        if n > 0 {
            parts.push(match outcome {
                Outcome::Shown => format!("{n} shown"),
                Outcome::Disagrees if n == 1 => "1 disagrees".to_owned(),
                Outcome::Disagrees => format!("{n} disagree"),
                Outcome::NotShown => format!("{n} not shown"),
                Outcome::CouldNotAsk => format!("{n} could not be asked"),
            });
        }
    }
    let all = plural(teaching.lessons.len(), "lesson");
    if parts.is_empty() { all } else { format!("{all}: {}", parts.join(", ")) }
}

/// `7 of 9 beliefs hold`.
fn beliefs(report: &Report) -> String {
    let beliefs: Vec<bool> = report.teaching.iter().flat_map(|t| t.beliefs().map(|b| b.held)).collect();
    let held = beliefs.iter().filter(|held| **held).count();
    match (held, beliefs.len()) {
        (_, 0) => "nothing believed".to_owned(),
        (held, all) => format!("{held} of {} hold", plural(all, "belief")),
    }
}

/// `12 behaviours seen, 4 still unknown`; nothing where nothing was recorded.
fn unknown(report: &Report) -> Option<String> {
    let coverage = &report.coverage;
    let seen =
        (coverage.behaviours > 0).then(|| format!("{} seen", plural(coverage.behaviours, "behaviour")));
    let unknown = (coverage.unverified > 0).then(|| format!("{} still unknown", coverage.unverified));
    let parts: Vec<String> = seen.into_iter().chain(unknown).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What a run that proved nothing must say; nothing for other runs.
pub(super) fn vacuous(report: &Report) -> Option<&'static str> {
    (report.verdict == Verdict::Vacuous).then_some(match Judged::of(report) {
        Judged::Mock => "no rule had anything to compare: nothing was proven",
        Judged::Beliefs => "no lesson could be asked: nothing was learned",
        Judged::Requests => "no request could be compared with an earlier one: nothing was proven",
        Judged::Vendor if report.drift.as_ref().is_some_and(|drift| drift.compared > 0) => {
            "not all that was to be compared could be: this is no agreement"
        }
        Judged::Vendor => "nothing that was recorded could be compared: nothing was proven",
        Judged::Client => "no audit had anything to look at: nothing was proven",
        Judged::Contract => {
            "nobody's answer could be compared with another or with what is expected: nothing was proven"
        }
        Judged::Files => "there was nothing to look through: nothing was proven",
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Teaching;

    #[test]
    fn what_has_no_meaning_is_not_counted() {
        let mut report = Report::empty("learn");
        report.teaching = Some(Teaching::default());
        let all = [Report::empty("verify"), Report::empty("scan"), report].map(|r| counts(&r).join(" · "));
        assert_eq!(all[0], "0 checks by 0 rules · 0 errors, 0 warnings");
        assert_eq!(all[1], "0 errors, 0 warnings · 0 places looked through");
        assert_eq!(all[2], "0 lessons · nothing believed");
    }
}
