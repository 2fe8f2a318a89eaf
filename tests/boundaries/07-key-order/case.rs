//! Hyrum's law: an order that nobody promised, and the mock that always keeps it.

mod mocks;
mod service;

use crate::{
    case::{Case, Mock, Subject},
    client::get,
};

pub(crate) static CASE: Case = Case {
    folder: "07-key-order",
    service: |_| service::start(),
    client,
    flags: &[],
    mocks: &[
        Mock {
            name: "optimistic",
            subject: Subject::Words("mockoon:optimistic.json"),
            finds: &["order-narrowed"],
        },
        Mock { name: "honest", subject: Subject::Words("mockoon:honest.json"), finds: &[] },
        Mock {
            name: "optimistic-live",
            subject: Subject::Live(mocks::optimistic),
            finds: &["order-narrowed"],
        },
        Mock { name: "honest-live", subject: Subject::Live(mocks::honest), finds: &[] },
    ],
};

/// The same object and the same list, four times each.
fn client(url: &str) {
    for _ in 0..4 {
        for target in ["/v1/checkouts/co_1", "/v1/tags"] {
            assert_eq!(get(url, target).status(), 200);
        }
    }
}
