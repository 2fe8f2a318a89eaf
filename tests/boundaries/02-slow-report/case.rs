//! The report that takes twelve seconds, where a library waits five.

mod buggy;
mod mocks;
mod repaired;
mod service;
mod upgrade;

use crate::{
    case::{Case, Mock, Subject},
    client::ask_within,
    conduct::{Client, Conduct},
    drift::Drift,
};

pub(crate) static CONDUCT: Conduct = Conduct {
    folder: "02-slow-report",
    cassette: "cassette.yaml",
    taped: None,
    flags: &["--speed", "x10"],
    clients: &[
        Client { name: "buggy", run: buggy::fetch_reports, finds: &["gave-up-early"] },
        Client { name: "repaired", run: repaired::fetch_reports, finds: &[] },
    ],
};
use std::time::Duration;

pub(crate) static CASE: Case = Case {
    folder: "02-slow-report",
    service: service::start,
    client,
    flags: &[],
    mocks: &[
        Mock {
            name: "optimistic",
            subject: Subject::Words("exec:sh optimistic.sh"),
            finds: &["latency-free"],
        },
        Mock { name: "honest", subject: Subject::Words("exec:sh honest.sh"), finds: &[] },
        Mock { name: "optimistic-live", subject: Subject::Live(mocks::optimistic), finds: &["latency-free"] },
        Mock { name: "honest-live", subject: Subject::Live(mocks::honest), finds: &[] },
    ],
};

pub(crate) static DRIFT: Drift = Drift {
    folder: "02-slow-report",
    cassette: "cassette.yaml",
    flags: &["--speed", "x10"],
    before: upgrade::before,
    after: &[
        Client { name: "not-upgraded", run: upgrade::before, finds: &[] },
        Client { name: "upgraded", run: upgrade::after, finds: &["give-up-changed"] },
        Client { name: "upgraded-repaired", run: upgrade::repaired, finds: &[] },
    ],
};

/// Reads a small report and a large one, with all the patience that it takes.
fn client(url: &str) {
    for report in ["daily-2026-06-12", "annual-2025"] {
        let authority = url.trim_start_matches("http://");
        let request = format!("GET /v1/{report} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n");
        let answer = ask_within(url, request.as_bytes(), Duration::from_secs(30));
        assert_eq!(answer.status(), 200);
    }
}

/// How long that is where everything goes ten times as fast.
fn scaled(time: Duration) -> Duration {
    time / 10
}
