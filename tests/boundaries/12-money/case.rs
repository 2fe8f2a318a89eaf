//! Money that becomes a float, and the mock whose numbers already did.

mod buggy;
mod mocks;
mod repaired;
mod service;

use crate::{
    case::{Case, Mock, Subject},
    client::get,
    conduct::{Client, Conduct, Taped},
};

pub(crate) static CONDUCT: Conduct = Conduct {
    folder: "12-money",
    cassette: "conduct.yaml",
    taped: Some(Taped { service: service::start, client: repaired::pay }),
    flags: &[],
    clients: &[
        Client { name: "buggy", run: buggy::pay, finds: &["number-mangled", "unknown-request"] },
        Client { name: "repaired", run: repaired::pay, finds: &[] },
    ],
};

pub(crate) static CASE: Case = Case {
    folder: "12-money",
    service: |_| service::start(),
    client,
    flags: &[],
    mocks: &[
        Mock {
            name: "optimistic",
            subject: Subject::Words("pact:optimistic.json"),
            finds: &["number-text-changed", "number-rounded", "number-form-narrowed"],
        },
        Mock { name: "honest", subject: Subject::Words("pact:honest.json"), finds: &[] },
        Mock {
            name: "optimistic-live",
            subject: Subject::Live(mocks::optimistic),
            finds: &["number-text-changed", "number-rounded", "number-form-narrowed"],
        },
        Mock { name: "honest-live", subject: Subject::Live(mocks::honest), finds: &[] },
    ],
};

/// An invoice and the ledger entry behind it.
fn client(url: &str) {
    for target in ["/v1/invoices/in_1", "/v1/ledger/le_1"] {
        assert_eq!(get(url, target).status(), 200);
    }
}
