//! One run of drift as the history remembers it: a line of JSON.

use super::since::day;
use crate::finding::{Finding, Severity};
use crate::weight::Weight;
use cassettes::model::Timestamp;
use serde::{Deserialize, Serialize};

/// The version of a line's form.
const SCHEMA: u32 = 1;

/// So many characters of a message are remembered.
const LONGEST: usize = 160;

/// One run. Members that a line does not have are as if nothing had been said of them, so that older lines are
/// read by newer programs; what is not known is passed over, so that newer lines are read by older ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// The version of the line's form.
    pub schema: u32,
    /// When the run ended, RFC 3339.
    pub when: String,
    /// Which drift it looked for: `vendor` or `client`.
    pub kind: String,
    /// What it came to.
    pub verdict: Came,
    /// The cassettes by name.
    #[serde(default)]
    pub cassettes: Vec<String>,
    /// Who was asked, or what was run.
    #[serde(default)]
    pub subject: String,
    /// How many questions were asked.
    #[serde(default)]
    pub asked: u64,
    /// How many exchanges were compared.
    #[serde(default)]
    pub compared: u64,
    /// How many were not.
    #[serde(default)]
    pub skipped: u64,
    /// How many findings there were, the known ones included: of the real side's drift by whom they concern, of a
    /// client's by how much they matter.
    #[serde(flatten)]
    pub counts: Counted,
    /// How many findings no run before had; none where nothing was remembered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new: Option<u64>,
    /// How long it took, in milliseconds.
    #[serde(default)]
    pub milliseconds: u64,
    /// Why nothing was asked or compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// What was found, but for noise.
    #[serde(default)]
    pub found: Vec<Seen>,
}

/// How many findings a run had of each weight; those that are not said are none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// See [`Weight::Breaking`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaking: Option<u64>,
    /// See [`Weight::Compatible`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compatible: Option<u64>,
    /// See [`Weight::Noise`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<u64>,
    /// See [`Severity::Error`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<u64>,
    /// See [`Severity::Warning`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warnings: Option<u64>,
    /// See [`Severity::Info`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub infos: Option<u64>,
}

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Came {
    /// Something was compared, and nothing of weight was found.
    Agreed,
    /// There were errors or warnings.
    Findings,
    /// Nothing was asked, or nothing could be compared.
    Vacuous,
    /// It could not be run to its end.
    CouldNotAsk,
}

impl Came {
    /// As the history spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Came::Agreed => "agreed",
            Came::Findings => "findings",
            Came::Vacuous => "vacuous",
            Came::CouldNotAsk => "could-not-ask",
        }
    }

    /// Whether anything was compared: else what was not found says nothing.
    pub fn is_proof(self) -> bool {
        matches!(self, Came::Agreed | Came::Findings)
    }
}

/// A finding of a past run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// See [`Finding::fingerprint`].
    pub fingerprint: String,
    /// The rule.
    pub rule: String,
    /// What was asked.
    pub operation: String,
    /// `breaking` or `compatible`; of a client `error`, `warning` or `info`.
    pub weight: SeenWeight,
    /// One sentence without a full stop; of a long one the beginning.
    #[serde(default)]
    pub message: String,
}

/// Whom a past finding concerned, or how much it mattered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeenWeight {
    /// See [`Weight::Breaking`].
    Breaking,
    /// See [`Severity::Error`].
    Error,
    /// See [`Severity::Warning`].
    Warning,
    /// See [`Weight::Compatible`].
    Compatible,
    /// See [`Severity::Info`].
    Info,
}

impl SeenWeight {
    /// As the history spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            SeenWeight::Breaking => "breaking",
            SeenWeight::Error => "error",
            SeenWeight::Warning => "warning",
            SeenWeight::Compatible => "compatible",
            SeenWeight::Info => "info",
        }
    }

    /// Whether it is of the heavier half.
    pub fn is_heavy(self) -> bool {
        matches!(self, SeenWeight::Breaking | SeenWeight::Error | SeenWeight::Warning)
    }
}

impl Counted {
    /// Nothing yet, in the words of that kind of drift.
    pub fn none_of(kind: &str) -> Self {
        let none = Some(0);
        match kind {
            "client" => Counted { errors: none, warnings: none, infos: none, ..Counted::default() },
            _ => Counted { breaking: none, compatible: none, noise: none, ..Counted::default() },
        }
    }

    /// Each that was said, in its word.
    pub fn said(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let Counted { breaking, compatible, noise, errors, warnings, infos } = *self;
        let all = [
            ("breaking", breaking),
            ("compatible", compatible),
            ("noise", noise),
            ("errors", errors),
            ("warnings", warnings),
            ("infos", infos),
        ];
        all.into_iter().filter_map(|(word, count)| Some((word, count?)))
    }

    /// How many of the heavier half, and how many others that are no noise.
    pub fn halves(&self) -> [u64; 2] {
        let sum = |all: &[Option<u64>]| all.iter().flatten().fold(0_u64, |sum, n| sum.saturating_add(*n));
        [sum(&[self.breaking, self.errors, self.warnings]), sum(&[self.compatible, self.infos])]
    }
}

/// What a history knows about one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life<'p> {
    /// The finding as it was last seen.
    pub seen: &'p Seen,
    /// When it was first and when it was last seen.
    pub first: &'p str,
    /// See `first`.
    pub last: &'p str,
    /// For each of the last runs whether it had it; none where the run proved nothing.
    pub runs: Vec<Option<bool>>,
    /// In how many runs before these it was seen.
    earlier: usize,
}

impl Past {
    /// A run that ended then and of which nothing else is known yet.
    pub fn at(when: Timestamp, kind: &str, verdict: Came) -> Self {
        Past {
            schema: SCHEMA,
            when: when.to_string(),
            kind: kind.to_owned(),
            verdict,
            cassettes: Vec::new(),
            subject: String::new(),
            asked: 0,
            compared: 0,
            skipped: 0,
            counts: Counted::none_of(kind),
            new: None,
            milliseconds: 0,
            because: None,
            found: Vec::new(),
        }
    }

    /// Counts a finding.
    pub fn count(&mut self, finding: &Finding, most: usize) {
        let counts = &mut self.counts;
        let (count, weight) = match (weight(finding), finding.severity) {
            (Weight::Noise, _) => (&mut counts.noise, None),
            (_, Severity::Error) if self.kind == "client" => (&mut counts.errors, Some(SeenWeight::Error)),
            (_, Severity::Warning) if self.kind == "client" => {
                (&mut counts.warnings, Some(SeenWeight::Warning))
            }
            (_, Severity::Info) if self.kind == "client" => (&mut counts.infos, Some(SeenWeight::Info)),
            (Weight::Breaking, _) => (&mut counts.breaking, Some(SeenWeight::Breaking)),
            (Weight::Compatible, _) => (&mut counts.compatible, Some(SeenWeight::Compatible)),
        };
        *count = Some(count.unwrap_or(0) + 1);
        let Some(weight) = weight else { return };
        if self.found.len() < most {
            self.found.push(Seen {
                fingerprint: finding.fingerprint(),
                rule: finding.rule.to_owned(),
                operation: finding.operation.to_string(),
                weight,
                message: finding.message.chars().take(LONGEST).collect(),
            });
        }
    }

    /// A line of the history, if it is one.
    pub fn read(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }

    /// The line, without its end.
    pub fn line(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    /// The day on which it ended, in universal time.
    pub fn day(&self) -> String {
        Timestamp::parse(&self.when).map_or_else(|| self.when.clone(), day)
    }

    /// The minute in which it ended: `2026-11-01 03:00`.
    pub fn minute(&self) -> String {
        let text = Timestamp::parse(&self.when).map_or_else(|| self.when.clone(), |at| at.to_string());
        let mut minute: String = text.chars().take("2026-11-01T03:00".len()).collect();
        minute = minute.replace('T', " ");
        minute
    }
}

/// Whom a finding concerns; one of which nobody says it by how much it matters.
pub fn weight(finding: &Finding) -> Weight {
    finding.change.unwrap_or(match finding.severity {
        Severity::Error | Severity::Warning => Weight::Breaking,
        Severity::Info => Weight::Compatible,
    })
}

/// The findings of the `last` runs, by all that is known of them from the runs before; what breaks comes first, what
/// is gone last.
pub fn lives<'p>(runs: &[&'p Past], last: usize) -> Vec<Life<'p>> {
    let mut lives: Vec<Life<'p>> = Vec::new();
    let mut known: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    for (number, run) in runs.iter().enumerate() {
        for seen in &run.found {
            let at = *known.entry(&seen.fingerprint).or_insert_with(|| {
                let before = runs[..number].iter().map(|run| run.verdict.is_proof().then_some(false));
                let runs = before.collect();
                lives.push(Life { seen, first: &run.when, last: &run.when, runs, earlier: 0 });
                lives.len() - 1
            });
            let life = &mut lives[at];
            life.seen = seen;
            life.last = &run.when;
            // A line that names a finding twice counts it once.
            if life.runs.len() == number {
                life.runs.push(Some(true));
            }
        }
        for life in lives.iter_mut().filter(|life| life.runs.len() == number) {
            life.runs.push(run.verdict.is_proof().then_some(false));
        }
    }
    let from = runs.len().saturating_sub(last);
    for life in &mut lives {
        life.earlier = life.runs.drain(..from).filter(|run| *run == Some(true)).count();
    }
    lives.retain(|life| life.runs.contains(&Some(true)) || !life.is_gone());
    lives.sort_by(|a, b| {
        let key = |life: &Life<'_>| (life.is_gone(), life.seen.weight);
        key(a).cmp(&key(b)).then_with(|| a.first.cmp(b.first))
    });
    lives
}

impl Life<'_> {
    /// Whether the last run that proved anything did not have it.
    pub fn is_gone(&self) -> bool {
        self.runs.iter().rev().flatten().next() == Some(&false)
    }

    /// In how many runs it was seen.
    pub fn times(&self) -> usize {
        self.earlier + self.runs.iter().filter(|run| **run == Some(true)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(when: &str, verdict: Came, found: &[&str]) -> Past {
        let seen = |name: &&str| Seen {
            fingerprint: (*name).to_owned(),
            rule: "field-missing".to_owned(),
            operation: "GET /x".to_owned(),
            weight: SeenWeight::Breaking,
            message: String::new(),
        };
        let mut past = Past::at(Timestamp::parse(when).expect("a moment"), "vendor", verdict);
        past.found = found.iter().map(seen).collect();
        past
    }

    #[test]
    fn a_run_that_proved_nothing_ends_no_finding() {
        let runs = [
            run("2026-11-01T03:00:00Z", Came::Agreed, &[]),
            run("2026-11-02T03:00:00Z", Came::Findings, &["a", "b", "a"]),
            run("2026-11-03T03:00:00Z", Came::CouldNotAsk, &[]),
            run("2026-11-04T03:00:00Z", Came::Findings, &["b"]),
            run("2026-11-05T03:00:00Z", Came::Vacuous, &[]),
        ];
        let all: Vec<&Past> = runs.iter().collect();
        let lives = lives(&all, 9);
        let of = |name: &str| lives.iter().find(|life| life.seen.fingerprint == name).expect("seen");
        assert!(of("a").is_gone() && !of("b").is_gone());
        assert_eq!(of("b").runs, [Some(false), Some(true), None, Some(true), None]);
        assert_eq!((of("a").times(), of("a").first), (1, of("a").last));
        assert_eq!(lives[0].seen.fingerprint, "b", "what stands comes first");
        let lately = super::lives(&all, 2);
        assert_eq!((lately.len(), lately[0].runs.as_slice()), (1, &[Some(true), None][..]));
        assert_eq!((lately[0].first, lately[0].times()), (runs[1].when.as_str(), 2), "since before that");
    }

    #[test]
    fn each_kind_of_drift_counts_in_its_own_words() {
        let now = Timestamp(0);
        let words = |kind: &str| {
            let past = Past::at(now, kind, Came::Agreed);
            assert_eq!(Past::read(&past.line().expect("written")).as_ref(), Some(&past));
            past.counts.said().map(|(word, _)| word).collect::<Vec<_>>()
        };
        assert_eq!(words("vendor"), ["breaking", "compatible", "noise"]);
        assert_eq!(words("client"), ["errors", "warnings", "infos"]);
    }

    #[test]
    fn lines_of_other_versions_are_read() {
        let line =
            r#"{"schema":2,"when":"2026-11-01T03:00:00Z","kind":"vendor","verdict":"agreed","more":{}}"#;
        let past = Past::read(line).expect("read");
        assert_eq!((past.verdict, past.minute()), (Came::Agreed, "2026-11-01 03:00".to_owned()));
        assert_eq!(Past::read(&past.line().expect("written")), Some(past));
        assert!(Past::read(&line[..40]).is_none());
    }
}
