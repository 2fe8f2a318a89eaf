//! The wrapper that swallows the error code, and the mock that lets it.

mod buggy;
mod mocks;
mod repaired;
mod service;

use crate::{
    case::{Case, Mock, Subject},
    client::ask,
    conduct::{Client, Conduct},
};

pub(crate) static CONDUCT: Conduct = Conduct {
    folder: "04-error-classes",
    cassette: "cassette.yaml",
    taped: None,
    flags: &["--repeat"],
    clients: &[
        Client {
            name: "buggy",
            run: buggy::charge_all,
            finds: &["retry-after-ignored", "unsafe-retry", "terminal-error-retried"],
        },
        Client { name: "repaired", run: repaired::charge_all, finds: &[] },
    ],
};

pub(crate) static CASE: Case = Case {
    folder: "04-error-classes",
    service: |_| service::start(),
    client,
    flags: &[],
    mocks: &[
        Mock {
            name: "optimistic",
            subject: Subject::Words("mockserver:optimistic.json"),
            finds: &["error-class-collapsed"],
        },
        Mock { name: "honest", subject: Subject::Words("mockserver:honest.json"), finds: &[] },
        Mock {
            name: "optimistic-live",
            subject: Subject::Live(mocks::optimistic),
            finds: &["error-class-collapsed"],
        },
        Mock { name: "honest-live", subject: Subject::Live(mocks::honest), finds: &[] },
    ],
};

/// Charges, and the status that each is answered with.
const CHARGES: [(&str, u16); 5] = [
    (r#"{"amount":1999,"currency":"usd","source":"card_visa"}"#, 200),
    (r#"{"amount":1999,"currency":"usd","source":"card_declined"}"#, 402),
    (r#"{"amount":1999,"currency":"usd","source":"card_gateway_timeout"}"#, 504),
    (r#"{"amount":1999,"currency":"usd","source":"card_too_often"}"#, 429),
    (r#"{"amount":-5,"currency":"usd","source":"card_visa"}"#, 400),
];

/// A charge that is good, and one for each way to fail.
fn client(url: &str) {
    for (body, status) in CHARGES {
        let answer =
            ask(url, "POST", "/v1/charges", &[("Content-Type", "application/json")], body.as_bytes());
        assert_eq!(answer.status(), status);
    }
}

/// What clients charge: a card that works, and each that does not in its own way.
fn charges() -> [&'static str; 5] {
    CHARGES.map(|(body, _)| body)
}
