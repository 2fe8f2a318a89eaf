//! The time zone that leaks, and the mock in which there is only one.

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
    folder: "05-time-zones",
    cassette: "conduct.yaml",
    taped: Some(Taped { service: service::start, client: repaired::deliver }),
    flags: &[],
    clients: &[
        Client { name: "buggy", run: buggy::deliver, finds: &["offset-dropped", "unknown-request"] },
        Client { name: "repaired", run: repaired::deliver, finds: &[] },
    ],
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

/// The orders that clients have delivered: one is on another day elsewhere.
const ORDERS: [&str; 2] = ["ord_1002", "ord_1003"];
