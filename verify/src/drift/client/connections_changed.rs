//! # connections-changed
//!
//! The client keeps its connections no longer, or does now; or it speaks another version of HTTP.
//!
//! Group: when and how often
//!
//! ## Why it matters
//!
//! A connection for each request costs a handshake each time and uses up ports under load; it comes with a library
//! whose short form opens a client for each call. How many connections a pool opens under load varies and is not
//! told: only what is another way of using them.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/a
//! < 200 1
//! > GET /v1/b
//! < 200 2
//! > GET /v1/c
//! < 200 3
//! - 0.0 c1 #1
//! - 0.1 c1 #2
//! - 0.2 c1 #3
//! + 0.0 c1 #1
//! + 0.1 c2 #2
//! + 0.2 c3 #3
//! ```
//!
//! Too fast for a clock to tell that a connection was free, but in the order in which each waits for the one before:
//!
//! ```
//! > GET /v1/a
//! < 200 1
//! > POST /v1/b
//! < 200 2
//! > GET /v1/c
//! < 200 3
//! > GET /v1/d
//! < 200 4
//! > GET /v1/e
//! < 200 5
//! - 0.0000-0.0002 c1 #1
//! - 0.0003-0.0005 c1 #2
//! - 0.0006-0.0008 c1 #3
//! - 0.0009-0.0011 c1 #4
//! - 0.0012-0.0014 c1 #5
//! + 0.0000-0.0002 c1 #1
//! + 0.0004-0.0006 c2 #2
//! + 0.0008-0.0010 c3 #3
//! + 0.0012-0.0014 c4 #4
//! + 0.0016-0.0018 c5 #5
//! ```
//!
//! It says so:
//!
//! ```
//! > GET /v1/a
//! < 200 1
//! - 0.0 c1 #1
//! + 0.0 c1 #1
//! + connection: close
//! ```
//!
//! ## Quiet
//!
//! More connections at once, and one that the other side has ended:
//!
//! ```
//! > GET /v1/a
//! < 200 1
//! > GET /v1/b
//! < 200 2
//! > GET /v1/c
//! < 200 3
//! - 0.0 c1 #1
//! - 0.1 c1 #2
//! - 0.2 c1 #3
//! + 0.000-0.010 c1 #1
//! + 0.005-0.020 c2 #2
//! + 0.2 c2 #3
//! ```
//!
//! Asked at once now:
//!
//! ```
//! > GET /v1/a
//! < 200 1
//! > GET /v1/b
//! < 200 2
//! > GET /v1/c
//! < 200 3
//! > GET /v1/d
//! < 200 4
//! > GET /v1/e
//! < 200 5
//! - 0.0000-0.0002 c1 #1
//! - 0.0003-0.0005 c1 #2
//! - 0.0006-0.0008 c1 #3
//! - 0.0009-0.0011 c1 #4
//! - 0.0012-0.0014 c1 #5
//! + 0.0000-0.0004 c1 #1
//! + 0.0001-0.0005 c2 #2
//! + 0.0004-0.0008 c3 #3
//! + 0.0005-0.0009 c4 #4
//! + 0.0006-0.0010 c5 #5
//! ```

use super::drift::Drift;
use super::places::{Moved, Told, add, complain, moved};
use super::reuse::reused;
use super::runs::Runs;
use crate::conduct::Call;
use crate::finding::{Complaint, Findings, Severity};
use cassettes::meta::Meta;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("connections-changed", include_str!("connections_changed.rs")), compare };

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    // What a recorder noted is the connection to the real side, not the client's.
    if runs.is_against_recording() {
        return;
    }
    let (before, after) = (Runs::spoken(runs.first()), Runs::spoken(&runs.after));
    findings.check();
    let stable = runs.before.iter().all(|run| Runs::spoken(run) == before);
    if before != after && stable && !before.is_empty() && !after.is_empty() {
        versions(runs, findings, &before, &after);
        return;
    }
    if closes(runs, findings) {
        return;
    }
    reused(runs, findings);
}

fn versions(runs: &Runs<'_>, findings: &mut Findings, before: &BTreeSet<String>, after: &BTreeSet<String>) {
    let told = |all: &BTreeSet<String>| {
        all.iter()
            .map(|version| format!("HTTP/{}", version.trim_start_matches("HTTP/")))
            .collect::<Vec<_>>()
            .join(" and ")
    };
    let calls = &runs.after.conduct.calls;
    let over = runs.over((0..calls.len()).filter(|&at| !before.contains(&Runs::version(&calls[at]))));
    let complaint = Complaint {
        severity: Severity::Warning,
        operation: over.operation.clone(),
        message: format!("the client speaks {}, and spoke {}", told(after), told(before)),
        place: "version".to_owned(),
        real: runs.first().quote(&[0]),
        other: runs.after.quote(&[0]),
        hint: None,
    };
    add(findings, complaint, &over, runs.after.conduct.calls.len());
}

/// `Connection: close` came or went.
fn closes(runs: &Runs<'_>, findings: &mut Findings) -> bool {
    let mut changes: BTreeMap<String, Vec<Moved>> = BTreeMap::new();
    for slot in runs.shared() {
        let get = |_, _, call: &Call<'_>| Some(if says_close(call) { "close" } else { "keep" }.to_owned());
        if let Some(change) = moved(runs, slot, false, get).1 {
            changes.entry(change.is.clone()).or_default().push(change);
        }
    }
    // Both ways at once is a matter of which request comes last.
    if changes.len() != 1 {
        return false;
    }
    for (is, changes) in &changes {
        let message = if is == "close" {
            "the client asks for the connection to be closed after each request, and did not before"
        } else {
            "the client no longer asks for the connection to be closed after each request"
        };
        complain(runs, findings, changes, |_, spread| Told {
            severity: if is == "close" { Severity::Warning } else { Severity::Info },
            message: format!("{message}{spread}"),
            place: "close".to_owned(),
            pointer: "header connection".to_owned(),
            hint: None,
        });
    }
    !changes.is_empty()
}

fn says_close(call: &Call<'_>) -> bool {
    call.header("connection").is_some_and(|text| text.to_ascii_lowercase().contains("close"))
}
