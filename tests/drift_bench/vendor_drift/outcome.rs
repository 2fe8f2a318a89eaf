//! What came of one change.

use super::told::{May, Seen};
use super::verdicts::{Verdict, Way, is_by_chance, says};

/// One change of one vendor, and what was told of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) vendor: &'static str,
    pub(crate) operator: String,
    pub(crate) at: String,
    pub(crate) way: Way,
    pub(crate) right: Verdict,
    /// The rules of which one must name it; of what went nobody knows.
    pub(crate) rules: Vec<&'static str>,
    /// What had to be asked for the change to show.
    pub(crate) may: May,
    pub(crate) seen: Vec<Seen>,
    pub(crate) skipped: Vec<String>,
    /// Findings about questions whose answers did not show the change.
    pub(crate) beside: Vec<String>,
}

impl Outcome {
    /// The heaviest that is told.
    pub(crate) fn verdict(&self) -> Verdict {
        self.seen.iter().map(|s| s.verdict).min().unwrap_or(Verdict::Silent)
    }

    pub(crate) fn is_right(&self) -> bool {
        let silent = self.verdict() == Verdict::Silent && self.right == Verdict::Compatible;
        self.verdict() == self.right || silent && is_by_chance(&self.operator)
    }

    /// Nothing is told of questions whose answers do not show the change.
    pub(crate) fn is_alone(&self) -> bool {
        self.beside.is_empty()
    }

    /// One of the right rules says it.
    pub(crate) fn is_named(&self) -> bool {
        self.right == Verdict::Silent
            || self.is_right() && self.seen.is_empty()
            || self.way == Way::Went
            || self.rules.is_empty()
            || self.seen.iter().any(|s| says(s.rule, &self.rules))
    }

    /// One cause, one finding.
    pub(crate) fn is_one(&self) -> bool {
        self.seen.len() <= 1
    }

    pub(crate) fn label(&self) -> String {
        format!("{}: {} {} at {}", self.vendor, self.operator, self.way.as_str(), self.at)
    }

    /// What is wrong with it, on one line.
    pub(crate) fn fault(&self) -> String {
        let rules: Vec<String> = self.seen.iter().map(|s| format!("`{}`", s.rule)).collect();
        let named = if rules.is_empty() { "nothing".to_owned() } else { rules.join(", ") };
        let beside =
            if self.is_alone() { String::new() } else { format!(", {} beside it", self.beside.len()) };
        format!("{} for {}, named {named}{beside}", self.verdict().as_str(), self.right.as_str())
    }

    /// Everything about it, for whoever mends it.
    pub(crate) fn told(&self) -> String {
        let mut lines = vec![format!("{} ({}): {}", self.label(), self.may.as_str(), self.fault())];
        lines.push(format!("    one of {:?}", self.rules));
        lines.extend(self.seen.iter().map(|s| format!("    {}", s.line)));
        lines.extend(self.beside.iter().map(|line| format!("    beside: {line}")));
        if self.seen.is_empty() {
            lines.extend(self.skipped.iter().take(4).map(|line| format!("    skipped: {line}")));
        }
        lines.join("\n")
    }
}
