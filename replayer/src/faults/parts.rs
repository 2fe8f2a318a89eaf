//! A declared fault as people write it, and what is wrong with it if anything is.

use super::amount::NoAmount;
use super::declared::{Fault, Instead, RetryAfter, What, When};
use super::pattern::Pattern;
use crate::pace::{Latency, Span};
use serde::{Deserialize, Serialize};

/// The members of a declaration, as `truetape.yaml` and the admin API hold them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct Parts {
    operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Numbers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    every: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<Scalar>,
    #[serde(skip_serializing_if = "Option::is_none")]
    truncate: Option<Scalar>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<Scalar>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<std::collections::BTreeMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slow: Option<Scalar>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delay: Option<Latency>,
    #[serde(skip_serializing_if = "is_false")]
    uses_up: bool,
}

/// One number, or several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "the number of a request, or a list of them, counted from 1")]
enum Numbers {
    One(u64),
    Several(Vec<u64>),
}

/// A number or a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a number or a text")]
enum Scalar {
    Whole(u64),
    Text(String),
}

impl std::fmt::Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Scalar::Whole(number) => write!(f, "{number}"),
            Scalar::Text(text) => f.write_str(text),
        }
    }
}

/// A declaration that says nothing that can be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoFault {
    /// Nothing would happen.
    #[error(
        "the fault for `{0}` says not what happens: expected one of fault, truncate, status, slow or delay"
    )]
    Nothing(String),
    /// Two things would happen at once.
    #[error("the fault for `{operation}` says `{one}` and `{other}`: expected one of them")]
    Both {
        /// Of which operation.
        operation: String,
        /// What is said.
        one: &'static str,
        /// What else is said.
        other: &'static str,
    },
    /// A member that means nothing without another.
    #[error("the fault for `{operation}` says `{member}` without {lacks}")]
    Alone {
        /// Of which operation.
        operation: String,
        /// What is said.
        member: &'static str,
        /// What it needs.
        lacks: &'static str,
    },
    /// A member that cannot be read.
    #[error("the fault for `{operation}`: {member}: expected {expected}, found `{found}`")]
    Member {
        /// Of which operation.
        operation: String,
        /// Which one.
        member: &'static str,
        /// What could have been read.
        expected: &'static str,
        /// As the user wrote it.
        found: String,
    },
}

impl TryFrom<Parts> for Fault {
    type Error = NoFault;

    fn try_from(parts: Parts) -> Result<Fault, NoFault> {
        let operation = parts.operation.clone().unwrap_or_else(|| "*".to_owned());
        let wrong = |member, expected, found: String| {
            Err(NoFault::Member { operation: operation.clone(), member, expected, found })
        };
        if Pattern::parse(&operation).is_none() {
            return wrong(
                "operation",
                "a method and a path such as `GET /v1/things/{id}`",
                operation.clone(),
            );
        }
        let what = parts.what(&operation)?;
        let slow = parts.slow.as_ref().map(|text| text.to_string().parse());
        let slow = slow.transpose().map_err(|e: NoAmount| amount(&operation, "slow", e))?;
        if what == What::Answer && slow.is_none() && parts.delay.is_none() {
            return Err(NoFault::Nothing(operation));
        }
        if parts.times == Some(0) {
            return wrong("times", "how often at most, from 1 on", "0".to_owned());
        }
        let when = parts.when(&operation)?;
        // A true answer that comes late is given all the same.
        let uses_up = parts.uses_up || what == What::Answer;
        Ok(Fault { operation, when, times: parts.times, what, delay: parts.delay, slow, uses_up })
    }
}

fn amount(operation: &str, member: &'static str, error: NoAmount) -> NoFault {
    let NoAmount { expected, found } = error;
    NoFault::Member { operation: operation.to_owned(), member, expected, found }
}

impl Parts {
    fn when(&self, operation: &str) -> Result<When, NoFault> {
        let said =
            [("at", self.at.is_some()), ("every", self.every.is_some()), ("rate", self.rate.is_some())];
        one_of(operation, &said)?;
        let wrong = |member, expected, found: String| {
            Err(NoFault::Member { operation: operation.to_owned(), member, expected, found })
        };
        if self.seed.is_some() && self.rate.is_none() {
            return Err(NoFault::Alone { operation: operation.to_owned(), member: "seed", lacks: "`rate`" });
        }
        match (&self.at, self.every, self.rate) {
            (Some(Numbers::One(0)), ..) => wrong("at", "a request's number, counted from 1", "0".to_owned()),
            (Some(Numbers::One(at)), ..) => Ok(When::At(vec![*at])),
            (Some(Numbers::Several(at)), ..) if at.is_empty() || at.contains(&0) => {
                wrong("at", "the numbers of requests, counted from 1", format!("{at:?}"))
            }
            (Some(Numbers::Several(at)), ..) => Ok(When::At(at.clone())),
            (_, Some(0), _) => wrong("every", "a number from 1 on", "0".to_owned()),
            (_, Some(every), _) => Ok(When::Every(every)),
            (_, _, Some(rate)) if !(0.0..=1.0).contains(&rate) => {
                wrong("rate", "a share between 0 and 1", rate.to_string())
            }
            (_, _, Some(rate)) => Ok(When::Rate(rate, self.seed.unwrap_or(0))),
            _ => Ok(When::Always),
        }
    }

    fn what(&self, operation: &str) -> Result<What, NoFault> {
        let said = [
            ("fault", self.fault.is_some()),
            ("truncate", self.truncate.is_some()),
            ("status", self.status.is_some()),
        ];
        one_of(operation, &said)?;
        let alone = |member, lacks| NoFault::Alone { operation: operation.to_owned(), member, lacks };
        let read = |member, text: &Option<Scalar>| match text {
            None => Ok(Default::default()),
            Some(text) => text.to_string().parse().map_err(|e| amount(operation, member, e)),
        };
        if self.after.is_some() && !matches!(self.fault.as_deref(), Some("reset" | "close" | "stall")) {
            return Err(alone("after", "`fault: reset`, `close` or `stall`"));
        }
        if self.status.is_none() {
            let only = [
                ("retry-after", self.retry_after.is_some()),
                ("headers", self.headers.is_some()),
                ("body", self.body.is_some()),
            ];
            if let Some((member, _)) = only.iter().find(|(_, said)| *said) {
                return Err(alone(member, "`status`"));
            }
        }
        let what = match (&self.fault, &self.truncate, self.status) {
            (Some(kind), ..) => match kind.as_str() {
                "reset" => What::Reset(read("after", &self.after)?),
                "close" => What::Close(read("after", &self.after)?),
                "stall" => What::Stall(read("after", &self.after)?),
                "garbage" => What::Garbage,
                _ => {
                    return Err(NoFault::Member {
                        operation: operation.to_owned(),
                        member: "fault",
                        expected: "reset, close, stall or garbage",
                        found: kind.clone(),
                    });
                }
            },
            (_, Some(_), _) => What::Close(read("truncate", &self.truncate)?),
            (_, _, Some(status)) => What::Reply(self.instead(operation, status)?),
            _ => What::Answer,
        };
        if self.slow.is_some() && matches!(what, What::Garbage | What::Reply(_)) {
            let one = if self.status.is_some() { "status" } else { "fault" };
            return Err(NoFault::Both { operation: operation.to_owned(), one, other: "slow" });
        }
        Ok(what)
    }

    fn instead(&self, operation: &str, status: u16) -> Result<Instead, NoFault> {
        let wrong = |member, expected, found: String| NoFault::Member {
            operation: operation.to_owned(),
            member,
            expected,
            found,
        };
        if !(200..600).contains(&status) {
            return Err(wrong("status", "a final status, 200 to 599", status.to_string()));
        }
        let retry_after = self.retry_after.as_ref().map(|text| {
            let text = text.to_string();
            retry_after(&text).ok_or_else(|| {
                wrong("retry-after", "seconds such as 2 or 2s, or `date 30s` for an HTTP date", text)
            })
        });
        let headers: Vec<(String, String)> = self.headers.clone().unwrap_or_default().into_iter().collect();
        let lawful = |(name, value): &&(String, String)| {
            !cassettes::model::is_header_name(name) || value.bytes().any(|b| b < 0x20 && b != b'\t')
        };
        if let Some((name, value)) = headers.iter().find(lawful) {
            return Err(wrong("headers", "fields of HTTP", format!("{name}: {value}")));
        }
        Ok(Instead { status, retry_after: retry_after.transpose()?, headers, body: self.body.clone() })
    }
}

/// `2`, `2s`, `1m`: seconds; `date 30s`: an HTTP date.
fn retry_after(text: &str) -> Option<RetryAfter> {
    let whole = |text: &str| -> Option<Span> {
        let span = text
            .parse::<u64>()
            .map_or_else(|_| text.parse::<Span>(), |seconds| format!("{seconds}s").parse());
        span.ok().filter(|span| span.0.subsec_nanos() == 0)
    };
    match text.trim().strip_prefix("date ") {
        Some(rest) => whole(rest.trim()).map(RetryAfter::Date),
        None => whole(text.trim()).map(RetryAfter::Seconds),
    }
}

fn one_of(operation: &str, said: &[(&'static str, bool)]) -> Result<(), NoFault> {
    let mut names = said.iter().filter(|(_, said)| *said).map(|(name, _)| *name);
    match (names.next(), names.next()) {
        (Some(one), Some(other)) => Err(NoFault::Both { operation: operation.to_owned(), one, other }),
        _ => Ok(()),
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

impl From<Fault> for Parts {
    fn from(fault: Fault) -> Parts {
        let mut parts = Parts {
            operation: Some(fault.operation),
            times: fault.times,
            slow: fault.slow.map(|rate| Scalar::Text(rate.to_string())),
            delay: fault.delay,
            uses_up: fault.uses_up && fault.what != What::Answer,
            ..Parts::default()
        };
        match fault.when {
            When::Always => {}
            When::At(at) => parts.at = Some(Numbers::Several(at)),
            When::Every(every) => parts.every = Some(every),
            When::Rate(rate, seed) => (parts.rate, parts.seed) = (Some(rate), Some(seed)),
        }
        let mut breaks = |word: &str, amount: super::Amount| {
            parts.fault = Some(word.to_owned());
            let after = (amount != super::Amount::Nothing).then(|| Scalar::Text(amount.to_string()));
            parts.after = after;
        };
        match fault.what {
            What::Answer => {}
            What::Reset(amount) => breaks("reset", amount),
            What::Close(amount) => breaks("close", amount),
            What::Stall(amount) => breaks("stall", amount),
            What::Garbage => parts.fault = Some("garbage".to_owned()),
            What::Reply(instead) => {
                parts.status = Some(instead.status);
                parts.retry_after = instead.retry_after.map(|after| {
                    Scalar::Text(match after {
                        RetryAfter::Seconds(span) => span.to_string(),
                        RetryAfter::Date(span) => format!("date {span}"),
                    })
                });
                let headers = instead.headers;
                parts.headers = (!headers.is_empty()).then(|| headers.into_iter().collect());
                parts.body = instead.body;
            }
        }
        parts
    }
}
