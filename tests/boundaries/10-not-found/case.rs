//! The stub that never says not found.

mod mocks;
mod service;

use crate::{
    case::{Case, Mock, Subject},
    client::get,
};

pub(crate) static CASE: Case = Case {
    folder: "10-not-found",
    service: |_| service::start(),
    client,
    flags: &[],
    mocks: &[
        Mock {
            name: "optimistic",
            subject: Subject::Words("nock:optimistic.json"),
            finds: &["empty-never", "not-found-invented"],
        },
        Mock { name: "honest", subject: Subject::Words("nock:honest.json"), finds: &[] },
        Mock {
            name: "optimistic-live",
            subject: Subject::Live(mocks::optimistic),
            finds: &["empty-never", "not-found-invented"],
        },
        Mock { name: "honest-live", subject: Subject::Live(mocks::honest), finds: &[] },
    ],
};

/// For each of three ways to look something up: something that is there, and something that is not.
fn client(url: &str) {
    let targets = [
        "/v1/geocode?address=A%20St",
        "/v1/geocode?address=PO%20Box%2017",
        "/v1/addresses?q=Harbour",
        "/v1/addresses?q=Hrabuor",
        "/v1/depots/dep_1",
        "/v1/depots/dep_404",
    ];
    for target in targets {
        assert!(matches!(get(url, target).status(), 200 | 404));
    }
}
