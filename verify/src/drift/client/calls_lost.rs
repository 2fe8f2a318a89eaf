//! # calls-lost
//!
//! Something that was asked for no longer is, or less often.
//!
//! Group: which calls
//!
//! ## Why it matters
//!
//! The second page that is not fetched, the confirmation that is not sent, the redirect that is not followed: the
//! suite goes on, with less than there is. What came after a request that finds no answer any more is told once, for
//! information: what changed in that request is why.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[1],"next":"p2"}
//! > GET /v1/things?page=p2
//! < 200 {"data":[2]}
//! - 0.0 c1 #1
//! - 0.1 c1 #2
//! + 0.0 c1 #1
//! ```
//!
//! A redirect that the client no longer follows:
//!
//! ```
//! > GET /v1/old
//! < location: /v1/new
//! < 302
//! > GET /v1/new
//! < 200 1
//! - 0.0 c1 #1
//! - 0.1 c1 #2
//! + 0.0 c1 #1
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/a
//! < 200 1
//! > GET /v1/b
//! < 200 2
//! - 0.0 c1 #1
//! - 0.1 c1 #2
//! + 0.0 c1 #2
//! + 0.0 c2 #1
//! ```

use super::asked::counted;
use super::calls_added::times;
use super::drift::Drift;
use super::follows::follows;
use super::over::Over;
use super::places::add;
use super::runs::Runs;
use crate::excerpt::bounded;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::BTreeMap;

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("calls-lost", include_str!("calls_lost.rs")), compare };

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    for slot in &runs.slots {
        if slot.before.iter().all(|calls| !calls.is_empty()) {
            findings.check();
        }
    }
    let missed = runs.after.conduct.calls.iter().find(|call| call.served.miss.is_some());
    let follows = follows(runs);
    let mut after_a_miss: BTreeMap<usize, Vec<(Operation, Vec<usize>)>> = BTreeMap::new();
    for (operation, lost) in counted(runs, true) {
        let causes: Option<Vec<usize>> = lost.shown.iter().map(|call| follows.get(call).copied()).collect();
        if let Some(&cause) = causes.as_ref().and_then(|causes| causes.first()) {
            after_a_miss.entry(cause).or_default().push((operation, lost.shown));
            continue;
        }
        let message = match (lost.is, &lost.redirected) {
            (_, Some((status, from))) => {
                format!("the redirect ({status}) of {from} to here is no longer followed: {}", times(lost.by))
            }
            (0, _) => format!("{operation} is no longer asked; it was asked {}", times(lost.was)),
            (is, _) if is < lost.was => {
                format!("{operation} is asked {}, and was asked {}", times(is), times(lost.was))
            }
            // Others of the same kind are asked instead.
            _ => {
                let gone = lost.shown.first().map(|&call| runs.first().conduct.calls[call].served);
                let target = gone.map_or("", |served| served.target.as_str());
                format!("{} is no longer asked for", bounded(target))
            }
        };
        let hint = missed.map(|call| {
            format!(
                "{} {} (line {}) found no answer: what came after it may be missing for that reason alone",
                call.served.method, call.served.target, call.line
            )
        });
        let over = Over::some([&operation]);
        let complaint = Complaint {
            severity: Severity::Warning,
            operation,
            message,
            place: String::new(),
            real: runs.first().quote(&lost.shown),
            other: if lost.others.is_empty() { Evidence::default() } else { runs.after.quote(&lost.others) },
            hint,
        };
        add(findings, complaint, &over, lost.by);
    }
    for (cause, all) in after_a_miss {
        after_miss(runs, findings, cause, &all);
    }
}

/// What is no longer asked for after a request that found no answer: that is told by what changed in it.
fn after_miss(runs: &Runs<'_>, findings: &mut Findings, cause: usize, all: &[(Operation, Vec<usize>)]) {
    let over = Over::some(all.iter().map(|(operation, _)| operation));
    let calls: Vec<usize> = all.iter().flat_map(|(_, calls)| calls).copied().collect();
    let miss = &runs.after.conduct.calls[cause];
    let number = calls.len();
    let what = match (number, all) {
        (1, [(operation, _)]) => format!("one request of {operation} is"),
        (_, [(operation, _)]) => format!("{number} requests of {operation} are"),
        (_, all) => format!("{number} requests of {} operations are", all.len()),
    };
    let complaint = Complaint {
        severity: Severity::Info,
        operation: over.operation.clone(),
        message: format!(
            "{what} no longer sent: {} before them found no answer (line {})",
            miss.operation, miss.line
        ),
        place: format!("after {}", miss.operation),
        real: runs.first().quote(&calls[..calls.len().min(4)]),
        other: runs.after.quote(&[cause]),
        hint: None,
    };
    add(findings, complaint, &over, calls.len());
}
