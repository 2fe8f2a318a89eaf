//! What a report says of drift besides its findings.

use crate::weight::Counts;
use cassettes::operation::Operation;
use serde::{Serialize, Serializer};

/// What came of asking the real side again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drifted {
    /// How many changes there are of each weight, each told once however many answers show it.
    pub changes: Counts,
    /// How many exchanges were compared with what is answered now.
    pub compared: usize,
    /// How many requests were sent for that.
    pub sent: usize,
    /// The exchanges that were not compared, in their order.
    pub skipped: Vec<Skipped>,
}

/// An exchange that was not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// As people cite it.
    pub exchange: String,
    /// What it asked.
    pub operation: Operation,
    /// Why, without a full stop.
    pub reason: String,
}

/// Who is wrong about what changed, where a mock was asked, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wrong {
    /// It does neither what was recorded nor what is done now.
    Mock,
    /// The mock does already what is done now.
    Cassette,
    /// The mock does what was recorded.
    CassetteAndMock,
    /// What changed does not show in the mock's answers.
    Neither,
    /// The mock could not be asked.
    Unknown,
}

impl Wrong {
    /// As reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Wrong::Mock => "mock",
            Wrong::Cassette => "cassette",
            Wrong::CassetteAndMock => "cassette and mock",
            Wrong::Neither => "neither",
            Wrong::Unknown => "unknown",
        }
    }

    /// In a sentence without a full stop.
    pub fn told(self) -> &'static str {
        match self {
            Wrong::Mock => {
                "the mock is wrong either way: it does neither what was recorded nor what is done now"
            }
            Wrong::Cassette => "the cassette is old; the mock does already what is done now",
            Wrong::CassetteAndMock => "the cassette is old, and so is the mock: it does what was recorded",
            Wrong::Neither => "the mock's answers say nothing of it",
            Wrong::Unknown => "the mock could not be asked",
        }
    }
}

/// As it stands in the report's document.
impl Serialize for Drifted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let json = DriftedJson {
            breaking: self.changes.breaking,
            compatible: self.changes.compatible,
            noise: self.changes.noise,
            compared: self.compared,
            requests: self.sent,
            skipped: self.skipped.iter().map(SkippedJson::of).collect(),
        };
        json.serialize(serializer)
    }
}

#[derive(Serialize)]
struct DriftedJson<'a> {
    breaking: usize,
    compatible: usize,
    noise: usize,
    compared: usize,
    requests: usize,
    skipped: Vec<SkippedJson<'a>>,
}

#[derive(Serialize)]
struct SkippedJson<'a> {
    exchange: &'a str,
    operation: String,
    reason: &'a str,
}

impl<'a> SkippedJson<'a> {
    fn of(skipped: &'a Skipped) -> Self {
        let Skipped { exchange, operation, reason } = skipped;
        SkippedJson { exchange, operation: operation.to_string(), reason }
    }
}
