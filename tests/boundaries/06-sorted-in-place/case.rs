//! The library that sorts what its caller still holds, and the mock that does so itself.

mod mocks;
mod service;

use crate::{
    case::{Case, Mock, Subject},
    client::get,
};

pub(crate) static CASE: Case = Case {
    folder: "06-sorted-in-place",
    service: |_| service::start(),
    client,
    flags: &[],
    mocks: &[
        Mock {
            name: "optimistic",
            subject: Subject::Words("exec:sh optimistic.sh"),
            finds: &["read-changes-state"],
        },
        Mock { name: "honest", subject: Subject::Words("exec:sh honest.sh"), finds: &[] },
        Mock {
            name: "optimistic-live",
            subject: Subject::Live(mocks::optimistic),
            finds: &["read-changes-state"],
        },
        Mock { name: "honest-live", subject: Subject::Live(mocks::honest), finds: &[] },
    ],
};

/// The scores for the page, the best three for its top, and the scores again for the audit log.
fn client(url: &str) {
    for target in ["/v1/scores", "/v1/scores/top", "/v1/scores"] {
        assert_eq!(get(url, target).status(), 200);
    }
}
