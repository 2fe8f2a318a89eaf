//! The mock that ignores pagination.

mod buggy;
mod honest;
mod optimistic;
mod repaired;
mod service;

use crate::{
    case::{Case, Mock, Subject},
    client::get,
    conduct::{Client, Conduct},
};

pub(crate) static CONDUCT: Conduct = Conduct {
    folder: "01-pagination",
    cassette: "cassette.yaml",
    taped: None,
    flags: &[],
    clients: &[
        Client { name: "buggy", run: buggy::count_active, finds: &["next-page-never-fetched"] },
        Client { name: "repaired", run: repaired::count_active, finds: &[] },
    ],
};

pub(crate) static CASE: Case = Case {
    folder: "01-pagination",
    service: |_| service::start(),
    client,
    flags: &[],
    mocks: &[
        Mock {
            name: "optimistic",
            subject: Subject::Words("wiremock:optimistic"),
            finds: &["pagination-flattened"],
        },
        Mock {
            name: "optimistic-in-process",
            subject: Subject::Words("transcript:in-process"),
            finds: &["pagination-flattened"],
        },
        Mock { name: "honest", subject: Subject::Words("wiremock:honest"), finds: &[] },
        Mock {
            name: "optimistic-live",
            subject: Subject::Live(optimistic::start),
            finds: &["pagination-flattened"],
        },
        Mock { name: "honest-live", subject: Subject::Live(honest::start), finds: &[] },
    ],
};

/// Turns every page of a large customer, and reads a small one.
fn client(url: &str) {
    for customer in ["cus_1", "cus_2"] {
        let mut cursor = String::new();
        loop {
            let target = format!("/v1/subscriptions?customer={customer}&limit=100{cursor}");
            let page: serde_json::Value = serde_json::from_slice(&get(url, &target).body()).expect("a page");
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
    }
}
