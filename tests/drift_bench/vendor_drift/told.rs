//! What is told of a vendor that is asked again.

use super::twin::Twin;
use super::verdicts::Verdict;
use super::weather::Weather;
use crate::kit::client::{Client, HOST, cassette, policy};
use crate::kit::service::Told;
use crate::kit::stage::{Cast, KEY};
use crate::vendors::Vendor;
use cassettes::jwt::HmacKey;
use cassettes::model::{Cassette, Exchange, Request, Timestamp};
use cassettes::operation::Operation;
use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;
use verify::changes::Weight;
use verify::drift::vendor::{Guard, Judging, Manners, Side, Terms, ask_again, judge};
use verify::examples::ready;
use verify::{Finding, Options};

/// One finding.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) verdict: Verdict,
    pub(crate) rule: &'static str,
    /// Every operation that it is about.
    pub(crate) operations: Vec<Operation>,
    /// As a person reads it.
    pub(crate) line: String,
}

/// What may be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum May {
    /// What is safe.
    Read,
    /// Everything.
    Write,
}

impl May {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            May::Read => "read",
            May::Write => "write",
        }
    }

    fn guard(self) -> Guard {
        let routes: &[&str] = match self {
            May::Read => &[],
            May::Write => &["POST /**", "PUT /**", "PATCH /**", "DELETE /**"],
        };
        Guard::allowing(routes).expect("lawful routes")
    }
}

/// What came of asking again.
pub(crate) struct Came {
    pub(crate) seen: Vec<Seen>,
    pub(crate) compared: usize,
    pub(crate) sent: usize,
    /// What was not compared, and why.
    pub(crate) skipped: Vec<String>,
}

/// The recordings of a vendor's sessions.
pub(crate) fn recorded(vendor: &Vendor, cast: &Cast, seed: u64) -> Vec<Cassette> {
    let honest = Cast { change: None, ..cast.clone() };
    let twin = Arc::new(Twin::new(cast, &honest, Weather::new(seed, None)));
    let policy = policy();
    let session = |(i, script): (usize, &fn(&mut Client))| {
        let asked = Arc::clone(&twin);
        let ask = move |request: &Request| -> Told { asked.tell(request) };
        let mut client = Client::through(Box::new(ask), twin.start());
        script(&mut client);
        cassette(&format!("{}-{}.yaml", vendor.name, i + 1), &client.into_asked(), &policy)
    };
    vendor.sessions.iter().enumerate().map(session).collect()
}

thread_local! {
    /// Epoch seconds.
    static CLOCK: Cell<i64> = const { Cell::new(0) };
}

/// A second passes whenever somebody looks.
fn clock() -> Timestamp {
    let now = CLOCK.get() + 1;
    CLOCK.set(now);
    Timestamp(now * 1_000_000)
}

/// What is told of it.
pub(crate) fn told(before: &[Cassette], twin: &Twin, may: May) -> Came {
    CLOCK.set(twin.start());
    let (policy, keys, guard) = (policy(), HmacKey(KEY.to_vec()), may.guard());
    let reveal = |request: &mut Request| policy.reveal(request);
    let clean = |exchange: Exchange| policy.clean(exchange).into_exchange();
    let upstream = format!("http://{HOST}");
    let terms = Terms {
        options: Options {
            command: "drift vendor",
            now: Timestamp(twin.start() * 1_000_000),
            keys: Some(&keys),
            max_age: None,
            reveal: &reveal,
        },
        sides: &[Side { upstream: &upstream, subject: twin }],
        guard: &guard,
        manners: Manners {
            interval: Duration::ZERO,
            concurrency: 1,
            patience: Duration::from_secs(60),
            second_look: Duration::from_secs(1),
            wait: &|_| Box::pin(std::future::ready(())),
            clock,
        },
        clean: &clean,
        progress: &|_| {},
    };
    let asked = ready(ask_again(before, &terms)).expect("somebody is there");
    let judging = Judging {
        command: "drift vendor",
        subject: "the vendor in memory",
        noise: std::env::var("TRUETAPE_NOISE").is_ok(),
        compatible_fails: false,
        triangle: None,
    };
    let report = judge(&asked, &judging);
    let drift = report.drift.as_ref();
    let skipped = drift.map(|d| d.skipped.iter()).into_iter().flatten();
    Came {
        seen: report.findings.iter().map(seen).collect(),
        compared: drift.map_or(0, |d| d.compared),
        sent: drift.map_or(0, |d| d.sent),
        skipped: skipped.map(|s| format!("{} {}: {}", s.exchange, s.operation, s.reason)).collect(),
    }
}

fn seen(finding: &Finding) -> Seen {
    let mut operations = finding.operations.clone();
    if operations.is_empty() {
        operations.push(finding.operation.clone());
    }
    Seen {
        verdict: match finding.change {
            Some(Weight::Compatible) => Verdict::Compatible,
            Some(Weight::Noise) => Verdict::Silent,
            Some(Weight::Breaking) | None => Verdict::Breaking,
        },
        rule: finding.rule,
        line: format!(
            "{} {} {} [{}]: {} ({} -> {}; {} places)",
            finding.change.map_or("?", Weight::as_str),
            finding.rule,
            finding.operation,
            finding.place,
            finding.message,
            finding.real.excerpt,
            finding.other.excerpt,
            finding.places
        ),
        operations,
    }
}
