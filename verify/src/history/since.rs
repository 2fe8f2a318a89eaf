//! What is new since an earlier run, what was known, and what is gone.

use crate::finding::{Finding, Severity};
use cassettes::model::Timestamp;
use serde::Serialize;

/// How the findings of a run stand to those of the runs before it. Known ones are not among the report's
/// findings: they stand here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// When the earlier run was whose state this one is held against; none: it is the first.
    pub before: Option<Timestamp>,
    /// When this run was.
    pub now: Timestamp,
    /// How many findings are new; these are the report's.
    pub new: usize,
    /// As these of the new ones were known: what stands there is another thing now.
    pub changed: Vec<Standing>,
    /// What was found before and is found still, the longest known first.
    pub known: Vec<Standing>,
    /// What was found before, and where nobody looked this time.
    pub unseen: Vec<Standing>,
    /// What was found before and is found no more.
    pub gone: Vec<Standing>,
}

/// One finding that an earlier run had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// See [`Finding::fingerprint`].
    pub fingerprint: String,
    /// The rule that it is of.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// What was asked.
    pub operation: String,
    /// One sentence without a full stop.
    pub message: String,
    /// When it was first found.
    pub first: Timestamp,
    /// When it was last found.
    pub last: Timestamp,
}

/// How what an earlier run had stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stands {
    /// At the same place there is another thing.
    Otherwise,
    /// As it was.
    Still,
    /// Nobody knows: it was not looked at.
    Unseen,
    /// It is not found any more.
    NoMore,
}

impl Stands {
    /// Above a list of them.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Stands::Otherwise => "Known otherwise",
            Stands::Still => "Known, and found again",
            Stands::Unseen => "Known, and not looked at this time",
            Stands::NoMore => "Gone",
        }
    }
}

impl Standing {
    /// The day on which it was last found, in universal time.
    pub fn last_day(&self) -> String {
        day(self.last)
    }

    /// Of a finding, first and last found then.
    pub fn of(finding: &Finding, first: Timestamp, last: Timestamp) -> Self {
        Standing {
            fingerprint: finding.fingerprint(),
            rule: finding.rule.to_owned(),
            severity: finding.severity,
            operation: finding.operation.to_string(),
            message: finding.message.clone(),
            first,
            last,
        }
    }
}

impl Since {
    /// `1 new, 12 known since 2026-11-01, 2 gone`.
    pub fn words(&self) -> String {
        let oldest = self.known.iter().map(|standing| standing.first).min();
        let known = match oldest {
            Some(oldest) => format!("{} known since {}", self.known.len(), day(oldest)),
            None => "none known".to_owned(),
        };
        let changed = match self.changed.len() {
            0 => String::new(),
            n => format!(" ({n} known with another value)"),
        };
        let unseen = match self.unseen.len() {
            0 => String::new(),
            n => format!(", {n} not looked at"),
        };
        match self.before {
            None => format!("{} new in the first run that is remembered", self.new),
            Some(_) => format!("{} new{changed}, {known}{unseen}, {} gone", self.new, self.gone.len()),
        }
    }

    /// What there is to list, each under its title.
    pub(crate) fn lists(&self) -> [(Stands, &[Standing]); 4] {
        [
            (Stands::Otherwise, &self.changed),
            (Stands::Still, &self.known),
            (Stands::Unseen, &self.unseen),
            (Stands::NoMore, &self.gone),
        ]
    }

    /// For how long it has stood: `for 21 d`.
    pub fn age(&self, standing: &Standing) -> String {
        match self.now.0.saturating_sub(standing.first.0) / 86_400_000_000 {
            days if days > 0 => format!("for {days} d"),
            _ => "for less than a day".to_owned(),
        }
    }

    pub(crate) fn json(&self) -> impl Serialize {
        #[derive(Serialize)]
        struct Written {
            before: Option<String>,
            new: usize,
            known: usize,
            gone: usize,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            changed: Vec<Line>,
            standing: Vec<Line>,
            #[serde(skip_serializing_if = "Vec::is_empty")]
            unseen: Vec<Line>,
            ended: Vec<Line>,
        }
        #[derive(Serialize)]
        struct Line {
            fingerprint: String,
            rule: String,
            severity: &'static str,
            operation: String,
            message: String,
            first: String,
            last: String,
        }
        let lines = |all: &[Standing]| {
            let line = |one: &Standing| Line {
                fingerprint: one.fingerprint.clone(),
                rule: one.rule.clone(),
                severity: one.severity.as_str(),
                operation: one.operation.clone(),
                message: one.message.clone(),
                first: one.first.to_string(),
                last: one.last.to_string(),
            };
            all.iter().map(line).collect()
        };
        Written {
            before: self.before.map(|at| at.to_string()),
            new: self.new,
            known: self.known.len(),
            gone: self.gone.len(),
            changed: lines(&self.changed),
            standing: lines(&self.known),
            unseen: lines(&self.unseen),
            ended: lines(&self.gone),
        }
    }
}

/// The day of a moment, in universal time: `2026-11-01`.
pub(crate) fn day(at: Timestamp) -> String {
    let text = at.to_string();
    text.split('T').next().unwrap_or_default().to_owned()
}
