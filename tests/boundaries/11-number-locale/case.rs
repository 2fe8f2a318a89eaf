//! Parsing by the machine's locale, and the mock whose numbers read the same in all of them.

mod mocks;
mod service;

use crate::{
    case::{Case, Mock, Subject},
    client::get,
};

pub(crate) static CASE: Case = Case {
    folder: "11-number-locale",
    service: |_| service::start(),
    client,
    flags: &[],
    mocks: &[
        Mock {
            name: "optimistic",
            subject: Subject::Words("transcript:optimistic.jsonl"),
            finds: &["number-form-narrowed"],
        },
        Mock { name: "honest", subject: Subject::Words("transcript:honest.jsonl"), finds: &[] },
        Mock {
            name: "optimistic-live",
            subject: Subject::Live(mocks::optimistic),
            finds: &["number-form-narrowed"],
        },
        Mock { name: "honest-live", subject: Subject::Live(mocks::honest), finds: &[] },
    ],
};

/// The partner's feed as a file, and as JSON.
fn client(url: &str) {
    for target in ["/feed/prices.csv", "/v1/prices"] {
        assert_eq!(get(url, target).status(), 200);
    }
}
