//! A declared fault: where it strikes, when, and what the client meets then.

use super::amount::{Amount, Rate};
use super::parts;
use crate::pace::{Latency, Span};
use serde::{Deserialize, Serialize};

/// A fault that the user declares: nothing that a cassette shows, and never mistaken for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "parts::Parts", into = "parts::Parts")]
pub struct Fault {
    /// `GET /v1/customers/{id}`: a method and a path, in which `{…}` and `*` stand for one segment and `**` for
    /// any rest. `*` for every request.
    pub operation: String,
    /// Which requests of it.
    pub when: When,
    /// At most so often in a session; none: as often as `when` says.
    pub times: Option<u64>,
    /// What the client meets.
    pub what: What,
    /// What is waited before the answer, or before what stands in its place.
    pub delay: Option<Latency>,
    /// How fast the answer's bytes go out.
    pub slow: Option<Rate>,
    /// The exchange counts as given though the client did not get it.
    pub uses_up: bool,
}

/// Which requests of an operation, counted from one within a session.
#[derive(Debug, Clone, PartialEq)]
pub enum When {
    /// All of them.
    Always,
    /// These.
    At(Vec<u64>),
    /// Each so-manieth.
    Every(u64),
    /// A share of them between 0 and 1, drawn from a seed.
    Rate(f64, u64),
}

/// What the client meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The true answer, late or slow.
    Answer,
    /// So much of the true answer, then a reset (RST; over HTTP/2 RST_STREAM).
    Reset(Amount),
    /// So much of it, then the connection's end in order (FIN).
    Close(Amount),
    /// So much of it, then nothing more.
    Stall(Amount),
    /// What is no HTTP, then the connection's end.
    Garbage,
    /// Another reply.
    Reply(Instead),
}

/// The reply in the answer's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instead {
    /// 200 to 599.
    pub status: u16,
    /// When to ask again, as `Retry-After` says it.
    pub retry_after: Option<RetryAfter>,
    /// Further fields.
    pub headers: Vec<(String, String)>,
    /// Nothing: a problem document that names the status.
    pub body: Option<String>,
}

/// `Retry-After` (RFC 9110 §10.2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RetryAfter {
    /// Whole seconds, told as such.
    Seconds(Span),
    /// The same told as an HTTP date by the session's clock.
    Date(Span),
}

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let after = |f: &mut std::fmt::Formatter<'_>, word: &str, amount: &Amount| match amount {
            Amount::Nothing => f.write_str(word),
            amount => write!(f, "{word} after {amount}"),
        };
        match self {
            What::Answer => f.write_str("answer"),
            What::Reset(amount) => after(f, "reset", amount),
            What::Close(amount) => after(f, "close", amount),
            What::Stall(amount) => after(f, "stall", amount),
            What::Garbage => f.write_str("garbage"),
            What::Reply(instead) => write!(f, "status {}", instead.status),
        }
    }
}

/// As the journal and the report say it: `reset`, `status 503`, `close after 50%`, `delay 2s, slow 1kB/s`.
impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut said = Vec::new();
        if self.what != What::Answer {
            said.push(self.what.to_string());
        }
        said.extend(self.delay.map(|delay| format!("delay {delay}")));
        said.extend(self.slow.map(|rate| format!("slow {rate}")));
        f.write_str(&said.join(", "))
    }
}
