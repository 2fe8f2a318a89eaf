//! Hyrum's law: an order that nobody promised, and the mock that always keeps it.

mod buggy;
mod mocks;
mod repaired;
mod service;

use crate::{
    case::{Case, Mock, Subject},
    client::get,
    conduct::{Client, Conduct, Taped},
};
use cassettes::model::Digest;

pub(crate) static CONDUCT: Conduct = Conduct {
    folder: "07-key-order",
    cassette: "conduct.yaml",
    taped: Some(Taped { service: service::start, client: repaired::confirm }),
    flags: &["--shuffle", "7"],
    clients: &[
        Client { name: "buggy", run: buggy::confirm, finds: &["order-relied-on", "unknown-request"] },
        Client { name: "repaired", run: repaired::confirm, finds: &[] },
    ],
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

/// So often clients read.
const READS: usize = 4;

/// An object's members as they are written, in the order in which they came.
fn members(object: &str) -> Vec<String> {
    object.trim_matches(['{', '}']).split(',').map(str::to_owned).collect()
}

/// The items of the list in an answer, in the order in which they came.
fn items(answer: &str) -> Vec<String> {
    let list = answer.split(['[', ']']).nth(1).unwrap_or_default();
    list.split(',').map(str::to_owned).collect()
}

/// A signature over parameters in this order.
fn signed(parameters: &[String]) -> String {
    Digest::of(format!("the secret of the shop&{}", parameters.join("&")).as_bytes()).to_string()
}
