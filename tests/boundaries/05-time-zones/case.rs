//! The time zone that leaks, and the mock in which there is only one.

mod mocks;
mod service;

use crate::{
    case::{Case, Mock, Subject},
    client::get,
};

pub(crate) static CASE: Case = Case {
    folder: "05-time-zones",
    service: |_| service::start(),
    client,
    flags: &[],
    mocks: &[
        Mock {
            name: "optimistic",
            subject: Subject::Words("openapi:optimistic.yaml"),
            finds: &["time-form-narrowed"],
        },
        Mock { name: "honest", subject: Subject::Words("openapi:honest.yaml"), finds: &[] },
        Mock {
            name: "optimistic-live",
            subject: Subject::Live(mocks::all_utc),
            finds: &["time-form-narrowed"],
        },
        Mock {
            name: "optimistic-naive-live",
            subject: Subject::Live(mocks::naive),
            finds: &["time-form-narrowed"],
        },
        Mock { name: "honest-live", subject: Subject::Live(mocks::honest), finds: &[] },
    ],
};

/// Reads all orders, and the one that is on a Friday here and on a Saturday there.
fn client(url: &str) {
    for target in ["/v1/orders", "/v1/orders/ord_1002"] {
        assert_eq!(get(url, target).status(), 200);
    }
}
