//! The request object that threads share.

mod buggy;
mod repaired;
mod service;

use crate::conduct::{Client, Conduct, Taped};

pub(crate) static CONDUCT: Conduct = Conduct {
    folder: "03-mixed-requests",
    cassette: "cassette.yaml",
    taped: Some(Taped { service: service::start, client: repaired::upload_all }),
    flags: &["--speed", "recorded"],
    clients: &[
        Client { name: "buggy", run: buggy::upload_all, finds: &["request-mixed-up", "unknown-request"] },
        Client { name: "buggy-serially", run: buggy::upload_serially, finds: &[] },
        Client { name: "repaired", run: repaired::upload_all, finds: &[] },
    ],
};

/// What two tenants upload at the same time; the first of them pays for encryption.
fn uploads() -> Vec<[Upload; 2]> {
    let pairs = [("invoices.csv", 40, 25), ("logo.svg", 30, 30), ("backup.sql", 20, 60)];
    let upload = |tenant, key, lines: usize| Upload {
        tenant,
        key,
        data: format!("{key} of {tenant}, line by line\n").repeat(lines),
    };
    pairs
        .into_iter()
        .map(|(key, acme, bolt)| [upload("acme", key, acme), upload("bolt", key, bolt)])
        .collect()
}

struct Upload {
    tenant: &'static str,
    key: &'static str,
    data: String,
}

impl Upload {
    fn target(&self) -> String {
        format!("/buckets/{}/{}", self.tenant, self.key)
    }

    fn is_encrypted(&self) -> bool {
        self.tenant == "acme"
    }
}
