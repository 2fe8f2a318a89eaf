//! # exchange-unused
//!
//! A recorded exchange that nobody asked for.
//!
//! Group: walks
//!
//! ## Why it matters
//!
//! Either the suite does not test what it once did, or the cassette holds what no client needs any more. It
//! means something only where a whole suite ran.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/users/u1
//! < 200 {"id":"u1"}
//! > GET /v1/users/u2
//! < 404 {"error":"none"}
//! + 0.0 c1 #1
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/users/u1
//! < 200 {"id":"u1"}
//! > GET /v1/users/u2
//! < 404 {"error":"none"}
//! + session a
//! + 0.0 c1 #1
//! + session b
//! + 0.1 c1 #2
//! ```

use super::Audit;
use crate::conduct::{Conduct, Recorded};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("exchange-unused", include_str!("exchange_unused.rs")), inspect };

/// So many operations are named.
const MOST: usize = 5;

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    // Whoever asked for nothing has not run.
    if conduct.calls.is_empty() {
        return;
    }
    let used: BTreeSet<usize> = conduct.calls.iter().filter_map(|call| call.exchange).collect();
    let mut unused: BTreeMap<&Operation, Vec<&Recorded<'_>>> = BTreeMap::new();
    for (number, recorded) in conduct.recorded.iter().enumerate() {
        findings.check();
        if !used.contains(&number) {
            unused.entry(&recorded.operation).or_default().push(recorded);
        }
    }
    let Some((operation, first)) = unused.first_key_value() else { return };
    let named = unused.iter().take(MOST).map(|(operation, list)| match list.as_slice() {
        [one] => format!("{operation} ({})", one.cite),
        list => format!("{operation} ({} and {} more)", list[0].cite, list.len() - 1),
    });
    let mut named = named.collect::<Vec<_>>().join(", ");
    if unused.len() > MOST {
        named.push_str(&format!(", and {} more operations", unused.len() - MOST));
    }
    let (count, of) = (unused.values().map(Vec::len).sum::<usize>(), conduct.recorded.len());
    findings.add(Complaint {
        severity: Severity::Info,
        operation: (*operation).clone(),
        message: format!("{count} of {of} recorded exchanges were never asked for: {named}"),
        place: "unused".to_owned(),
        real: Evidence {
            exchange: Some(first[0].cite.clone()),
            pointer: "request".to_owned(),
            excerpt: crate::excerpt::bounded(&format!(
                "{} {}",
                first[0].request().method,
                first[0].request().path()
            )),
            location: None,
        },
        other: Evidence {
            pointer: "request".to_owned(),
            excerpt: "never asked for".to_owned(),
            ..Evidence::default()
        },
        hint: Some("test what asks for it, or take it out of the cassette".to_owned()),
    });
}
