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

use super::agents::product_names;
use super::drift::Drift;
use super::places::{Moved, Told, add, complain, moved};
use super::runs::{Run, Runs};
use super::tries::failure;
use crate::conduct::Call;
use crate::finding::{Complaint, Findings, Severity};
use cassettes::meta::Meta;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("connections-changed", include_str!("connections_changed.rs")), compare };

/// So many chances to use a connection again tell how a client does.
const ENOUGH: usize = 2;

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
    reuse(runs, findings);
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

/// How one kind of client uses connections.
#[derive(Debug, Default)]
struct Use {
    /// Requests that came when an earlier connection of the client was free.
    chances: usize,
    /// Of these, those that came on a connection that had carried another.
    again: usize,
    calls: Vec<usize>,
}

fn reuse(runs: &Runs<'_>, findings: &mut Findings) {
    let before: Vec<BTreeMap<String, Use>> = runs.before.iter().map(uses).collect();
    let after = uses(&runs.after);
    let same = before.iter().all(|run| run.keys().eq(after.keys()));
    let whole = |run: BTreeMap<String, Use>| -> BTreeMap<String, Use> {
        // Clients that call themselves another are compared together.
        let mut all = Use::default();
        for one in run.into_values() {
            all.chances += one.chances;
            all.again += one.again;
            all.calls.extend(one.calls);
        }
        all.calls.sort_unstable();
        BTreeMap::from([(String::new(), all)])
    };
    let (before, after) =
        if same { (before, after) } else { (before.into_iter().map(whole).collect(), whole(after)) };
    for (client, now) in after {
        let was: Vec<&Use> = before.iter().filter_map(|run| run.get(&client)).collect();
        if now.chances < ENOUGH || was.is_empty() || was.iter().any(|one| one.chances < ENOUGH) {
            continue;
        }
        findings.check();
        let kept = was.iter().all(|one| one.again * 2 >= one.chances);
        let opened = was.iter().all(|one| one.again == 0);
        let (severity, message) = if kept && now.again * 6 <= now.chances {
            (Severity::Warning, "the client opens a connection for each request, and kept them before")
        } else if opened && now.again * 2 >= now.chances {
            (Severity::Info, "the client keeps its connections, and opened one for each request before")
        } else {
            continue;
        };
        let shown = |calls: &[usize]| calls.iter().copied().take(4).collect::<Vec<_>>();
        let whose = if client.is_empty() { String::new() } else { format!(" ({client})") };
        let over = runs.over(now.calls.iter().copied());
        let complaint = Complaint {
            severity,
            operation: over.operation.clone(),
            message: format!("{message}{whose}: {} of {} chances were taken", now.again, now.chances),
            place: format!("reuse {client}"),
            real: runs.first().quote(&shown(&was[0].calls)),
            other: runs.after.quote(&shown(&now.calls)),
            hint: (severity == Severity::Warning)
                .then(|| "make one client or session and use it for all requests".to_owned()),
        };
        add(findings, complaint, &over, now.chances);
    }
}

/// By what clients call themselves, without versions.
fn uses(run: &Run<'_>) -> BTreeMap<String, Use> {
    let mut by: BTreeMap<(String, &str), Vec<usize>> = BTreeMap::new();
    for (number, call) in run.conduct.calls.iter().enumerate() {
        let client = product_names(call.header("user-agent").unwrap_or_default()).join(" ");
        by.entry((client, call.served.session.as_str())).or_default().push(number);
    }
    let mut all: BTreeMap<String, Use> = BTreeMap::new();
    for ((client, _), calls) in by {
        let into = all.entry(client).or_default();
        // When the last request that its connection could have been kept after was over.
        let mut free: Option<u64> = None;
        for &number in &calls {
            let call = &run.conduct.calls[number];
            let served = call.served;
            if free.is_some_and(|free| free <= served.at.saturating_sub(2_000)) {
                into.chances += 1;
                into.again += usize::from(served.connection.request > 1);
            }
            if is_kept(run, call) {
                free = Some(free.map_or(served.end, |free| free.min(served.end)));
            } else {
                free = None;
            }
        }
        into.calls.extend(calls);
    }
    all
}

/// Whether the connection could be used again after a request.
fn is_kept(run: &Run<'_>, call: &Call<'_>) -> bool {
    let closing = || {
        let reply = run.conduct.answer(call)?.exchange.answer.reply()?;
        let said = reply.headers.get("connection")?.to_ascii_lowercase().contains("close");
        Some(said)
    };
    failure(call).is_none()
        && call.served.fault.is_none()
        && call.status().is_some()
        && closing() != Some(true)
}
