//! The pool that never gets a connection back.

mod buggy;
mod repaired;
mod service;

use crate::conduct::{Client, Conduct, Taped};

pub(crate) static CONDUCT: Conduct = Conduct {
    folder: "08-unread-bodies",
    cassette: "cassette.yaml",
    taped: Some(Taped { service: service::start, client: repaired::look_up }),
    flags: &[],
    clients: &[
        Client { name: "buggy", run: buggy::look_up, finds: &["connection-leaked", "connection-not-reused"] },
        Client { name: "repaired", run: repaired::look_up, finds: &[] },
    ],
};

/// As many users as are looked up.
const USERS: usize = 12;
