//! The zero value that meant "never expires" until the upgrade, and mocks that let in any token.

mod buggy;
mod mocks;
mod repaired;
mod service;
mod tokens;
mod upgrade;

use crate::{
    case::{Case, Mock, Subject},
    client::ask,
    conduct::{Client, Conduct},
    drift::Drift,
};

pub(crate) static CONDUCT: Conduct = Conduct {
    folder: "09-token-expiry",
    cassette: "cassette.yaml",
    taped: None,
    flags: &[],
    clients: &[
        Client { name: "buggy", run: buggy::who_am_i, finds: &["token-without-expiry"] },
        Client { name: "repaired", run: repaired::who_am_i, finds: &[] },
    ],
};

pub(crate) static CASE: Case = Case {
    folder: "09-token-expiry",
    service: |_| service::start(),
    client,
    flags: &["--token-key", "hs256:the-key-of-the-boundaries-gallery"],
    mocks: &[
        Mock {
            name: "optimistic",
            subject: Subject::Words("wiremock:optimistic"),
            finds: &["token-accepted"],
        },
        Mock {
            name: "optimistic-live",
            subject: Subject::Live(mocks::any_bearer),
            finds: &["token-accepted"],
        },
        Mock {
            name: "optimistic-v1-live",
            subject: Subject::Live(mocks::library_v1),
            finds: &["token-accepted"],
        },
        Mock {
            name: "optimistic-open-live",
            subject: Subject::Live(mocks::open),
            finds: &["credential-not-needed", "token-accepted"],
        },
        Mock { name: "honest-live", subject: Subject::Live(mocks::honest), finds: &[] },
    ],
};

/// The token of the client as it was has an end, whatever else changes from run to run.
pub(crate) static DRIFT: Drift = Drift {
    folder: "09-token-expiry",
    cassette: "cassette.yaml",
    flags: &[],
    before: upgrade::before,
    after: &[
        Client { name: "not-upgraded", run: upgrade::before, finds: &[] },
        Client { name: "upgraded", run: upgrade::vanished, finds: &["claims-changed"] },
        Client { name: "upgraded-twice", run: upgrade::appeared, finds: &["claims-changed"] },
    ],
};

/// One good token, and every bad one.
fn client(url: &str) {
    for what in tokens::KINDS {
        let token = tokens::token(what).map(|token| format!("Bearer {token}"));
        let headers: Vec<(&str, &str)> =
            token.iter().map(|token| ("Authorization", token.as_str())).collect();
        let answer = ask(url, "GET", "/v1/me", &headers, b"");
        assert_eq!(answer.status(), if what == "good" { 200 } else { 401 }, "{what}");
    }
}
