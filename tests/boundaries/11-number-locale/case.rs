//! Parsing by the machine's locale, and the mock whose numbers read the same in all of them.

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
    folder: "11-number-locale",
    cassette: "conduct.yaml",
    taped: Some(Taped { service: service::start, client: repaired::order }),
    flags: &[],
    clients: &[
        Client { name: "buggy", run: buggy::order, finds: &["number-mangled", "unknown-request"] },
        Client { name: "repaired", run: repaired::order, finds: &[] },
    ],
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

/// How many of the same thing each order is for.
const QUANTITIES: [u32; 2] = [1, 2];

/// The price of what is ordered, as the feed writes it.
fn price(feed: &serde_json::Value) -> String {
    let prices = feed["prices"].as_array().expect("prices");
    let found = prices.iter().find(|price| price["sku"] == "A-100").expect("a price");
    found["price"].as_str().expect("a text").to_owned()
}
