//! The table of a report: cases by implementations.

use serde::Serialize;

/// Every case that was asked, and what each implementation said to it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Matrix {
    /// The contract's file, as the user named it.
    pub file: String,
    /// What the number is called.
    pub number: String,
    /// What it counts, where that is said.
    pub unit: Option<String>,
    /// `text`: answers are the same when they are written alike. `number`: when they are the same number.
    pub compare: &'static str,
    /// Who computes it.
    pub implementations: Vec<Column>,
    /// In the order of the file.
    pub cases: Vec<Line>,
    /// The smallest case in which implementations disagree.
    pub smallest: Option<String>,
    /// What people have to answer about a disagreement, which no tool can.
    pub question: Option<String>,
}

/// One implementation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Column {
    /// As the contract calls it.
    pub name: String,
    /// `http`, `started`, `exec` or `cassette`.
    pub asked: &'static str,
    /// What it counts, where that is not the contract's unit.
    pub unit: Option<String>,
    /// How many cases it answered.
    pub answered: usize,
}

/// What came of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// All that answered answered alike, and as is expected.
    Agree,
    /// Two answers differ.
    Disagree,
    /// All agree, and not on what is expected.
    Missed,
    /// Somebody gave no answer; all others agree.
    Unanswered,
    /// There was nothing to compare with.
    Alone,
}

impl Outcome {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Agree => "agree",
            Outcome::Disagree => "disagree",
            Outcome::Missed => "missed",
            Outcome::Unanswered => "unanswered",
            Outcome::Alone => "not compared",
        }
    }
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// As the contract calls it.
    pub name: String,
    /// Where in the contract it stands, counted from one.
    pub line: u32,
    /// What came of it.
    pub outcome: Outcome,
    /// What is expected, where that is stated.
    pub expect: Option<String>,
    /// The kinds of things in it, those that it names and those that were seen.
    pub kinds: Vec<String>,
    /// The fingerprint of the finding that tells it, where one does.
    pub finding: Option<String>,
    /// In the order of the implementations.
    pub answers: Vec<Cell>,
}

/// One answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// In a word or two.
    pub answer: String,
    /// `number`, `string`, `text`, `boolean`, `null`, `absent`, `not-found`, `error`, `failed`, `exit`, `unreadable`
    /// or `not-asked`.
    pub kind: &'static str,
    /// Whether it is one of those that stand apart, or not what is expected.
    pub differs: bool,
    /// What was asked, without the secrets in it.
    pub request: String,
    /// Where in the reply the answer stands.
    pub pointer: String,
    /// The beginning of the reply, or what the failure said.
    pub excerpt: String,
    /// The exchange that answered, where a cassette did.
    pub exchange: Option<String>,
    /// What there is to tell besides.
    pub detail: Option<String>,
}

impl Matrix {
    /// How many cases came to this.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.cases.iter().filter(|case| case.outcome == outcome).count()
    }
}
