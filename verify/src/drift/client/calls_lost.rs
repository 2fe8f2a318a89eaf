//! # calls-lost
//!
//! Something that was asked for no longer is, or less often.
//!
//! Group: which calls
//!
//! ## Why it matters
//!
//! The second page that is not fetched, the confirmation that is not sent, the redirect that is not followed: the
//! suite goes on, with less than there is.
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
use super::places::add;
use super::runs::Runs;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use cassettes::meta::Meta;

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("calls-lost", include_str!("calls_lost.rs")), compare };

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    for slot in &runs.slots {
        if slot.before.iter().all(|calls| !calls.is_empty()) {
            findings.check();
        }
    }
    let missed = runs.after.conduct.calls.iter().find(|call| call.served.miss.is_some());
    for (operation, lost) in counted(runs, true) {
        let message = match (lost.is, &lost.redirected) {
            (_, Some((status, from))) => {
                format!("the redirect ({status}) of {from} to here is no longer followed: {}", times(lost.by))
            }
            (0, _) => format!("{operation} is no longer asked; it was asked {}", times(lost.was)),
            (is, _) => format!("{operation} is asked {}, and was asked {}", times(is), times(lost.was)),
        };
        let hint = missed.map(|call| {
            format!(
                "{} {} (line {}) found no answer: what came after it may be missing for that reason alone",
                call.served.method, call.served.target, call.line
            )
        });
        let complaint = Complaint {
            severity: Severity::Warning,
            operation,
            message,
            place: String::new(),
            real: runs.first().quote(&lost.shown),
            other: if lost.others.is_empty() { Evidence::default() } else { runs.after.quote(&lost.others) },
            hint,
        };
        add(findings, complaint, lost.by);
    }
}
