//! How one session plays its tape: one shape for Rust, for `replay:` in truetape.yaml and for the admin API.

use crate::clock::Clock;
use crate::faults::Fault;
use crate::no_session::NoSession;
use crate::pace::{Latency, Speed};
use crate::refusal::MISS_STATUS;
use cassettes::matching::Declared;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How one session plays. What it does not say is as the defaults of its replay have it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Conditions {
    /// Only these cassettes, by the names that evidence gives them (`billing.yaml`, or `billing`); all of the
    /// tape's if not said. They are played in the tape's order. Defaults cannot say it: what a replay plays is
    /// its tape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cassettes: Option<Vec<String>>,
    /// How fast answers are given; `instant` if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speed: Option<Speed>,
    /// What is waited before each answer, beside what the speed says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// An exhausted queue gives its last answer again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeat: Option<bool>,
    /// The status of a miss, 400 to 599; 501 if not said.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "miss_status")]
    pub miss_status: Option<u16>,
    /// With which seed that is served in another order which the cassettes show to have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shuffle: Option<u64>,
    /// Which clock the times in answers follow; the recorded one if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
    /// In what a request may differ from the recorded one, beside what the defaults declare.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matching: Option<Declared>,
    /// Faults that no cassette shows; where several fit, a session's own come before those of the defaults.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// What a variable's value is. Where a cassette says `{{name}}`, the session has the value; and where the
    /// defaults give the name the value that was recorded, the session has its own in that place as well.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, String>,
}

impl Conditions {
    /// These conditions, and what they do not say as the others have it. Variables are joined by name,
    /// declarations and faults are added. `Err`: the declarations contradict each other.
    pub fn over(&self, defaults: &Conditions) -> Result<Conditions, String> {
        let own = self.clone();
        let mut variables = defaults.variables.clone();
        variables.extend(own.variables);
        let mut faults = own.faults;
        faults.extend(defaults.faults.iter().cloned());
        Ok(Conditions {
            cassettes: own.cassettes,
            speed: own.speed.or(defaults.speed),
            latency: own.latency.or(defaults.latency),
            repeat: own.repeat.or(defaults.repeat),
            miss_status: own.miss_status.or(defaults.miss_status),
            shuffle: own.shuffle.or(defaults.shuffle),
            clock: own.clock.or(defaults.clock),
            matching: match (own.matching, &defaults.matching) {
                (Some(own), Some(more)) => Some(own.and(more)?),
                (own, more) => own.or_else(|| more.clone()),
            },
            faults,
            variables,
        })
    }

    /// How fast answers are given.
    pub fn speed(&self) -> Speed {
        self.speed.unwrap_or_default()
    }

    /// Whether an exhausted queue gives its last answer again.
    pub fn repeats(&self) -> bool {
        self.repeat.unwrap_or_default()
    }

    /// The status of a miss.
    pub fn miss_status(&self) -> u16 {
        self.miss_status.unwrap_or(MISS_STATUS)
    }

    /// Whether all of it can be met.
    pub fn check(&self) -> Result<(), NoSession> {
        for (name, value) in &self.variables {
            let wrong = |expected| Err(NoSession::Variable { name: name.clone(), expected });
            let lawful = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
            if name.is_empty() || !name.bytes().all(lawful) {
                return wrong("names of letters, digits, `-`, `.` and `_`");
            }
            if value.is_empty() || value.chars().any(char::is_control) {
                return wrong("a value of at least one character and without control characters");
            }
        }
        Ok(())
    }

    /// Whether answers are given as they were recorded, and only to requests that are what was recorded.
    /// Variables are looked at by the session: most tapes hold none.
    pub(crate) fn is_plain(&self) -> bool {
        let declared = self.matching.is_some() || self.latency.is_some() || !self.faults.is_empty();
        let sampled = matches!(self.speed, Some(Speed::Sampled(_)));
        // A clock that is as recorded may be put elsewhere later.
        self.shuffle.is_none() && self.clock.is_none() && !declared && !sampled
    }
}

/// A status that tests cannot take for a success.
fn miss_status<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u16>, D::Error> {
    match Option::<u16>::deserialize(deserializer)? {
        Some(status) if !(400..600).contains(&status) => Err(serde::de::Error::custom(format!(
            "expected the status of a miss from 400 to 599, found {status}"
        ))),
        status => Ok(status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_session_says_goes_over_the_defaults() {
        let defaults: Conditions = serde_json::from_str(
            r#"{"speed":"x4","repeat":true,"variables":{"order-id":"ord_1","user":"u1"}}"#,
        )
        .unwrap();
        let own: Conditions =
            serde_json::from_str(r#"{"speed":"instant","miss-status":404,"variables":{"order-id":"ord_2"}}"#)
                .unwrap();
        let both = own.over(&defaults).unwrap();
        assert_eq!((both.speed(), both.repeats(), both.miss_status()), (Speed::Instant, true, 404));
        assert_eq!((both.variables["order-id"].as_str(), both.variables["user"].as_str()), ("ord_2", "u1"));
        let written = serde_json::to_string(&both).unwrap();
        assert_eq!(serde_json::from_str::<Conditions>(&written).unwrap(), both);
    }

    #[test]
    fn what_is_none_is_refused_with_what_was_expected() {
        for (text, says) in [
            (r#"{"speed":"fast"}"#, "expected the speed"),
            (r#"{"miss-status":200}"#, "400 to 599"),
            (r#"{"sped":"x1"}"#, "unknown field `sped`"),
        ] {
            let error = serde_json::from_str::<Conditions>(text).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        assert_eq!(serde_json::to_string(&Conditions::default()).unwrap(), "{}");
    }
}
