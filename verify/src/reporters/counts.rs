//! The numbers of a report, in words.

use crate::finding::Severity;
use crate::report::{Report, Verdict};

/// `1 check`, `3 checks`.
pub(super) fn plural(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

/// How many behaviours it was not possible to judge.
pub(super) fn unsure(report: &Report) -> usize {
    let behaviours = report.coverage.operations.iter().flat_map(|o| &o.behaviours);
    behaviours.filter(|b| b.reproduced.is_none()).count()
}

/// `12 checks by 3 rules`.
pub(super) fn checks(report: &Report) -> String {
    let used = report.checks.by_rule.values().filter(|n| **n > 0).count();
    let total = usize::try_from(report.checks.total).unwrap_or(usize::MAX);
    format!("{} by {}", plural(total, "check"), plural(used, "rule"))
}

/// `2 errors, 1 warning, 3 for information`.
pub(super) fn findings(report: &Report) -> String {
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

/// `7 of 9 behaviours reproduced, 1 not judged, 2 unverified`.
pub(super) fn coverage(report: &Report) -> String {
    let coverage = &report.coverage;
    let mut text = format!("{} of {} behaviours reproduced", coverage.reproduced, coverage.behaviours);
    for (n, what) in [(unsure(report), "not judged"), (coverage.unverified, "unverified")] {
        if n > 0 {
            text.push_str(&format!(", {n} {what}"));
        }
    }
    text
}

/// What a run that proved nothing must say; nothing for other runs.
pub(super) fn vacuous(report: &Report) -> Option<&'static str> {
    (report.verdict == Verdict::Vacuous).then_some("no rule had anything to compare: nothing was proven")
}

/// First letter large, full stop at the end.
pub(super) fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", chars.as_str())
}
