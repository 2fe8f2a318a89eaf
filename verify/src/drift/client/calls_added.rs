//! # calls-added
//!
//! Something is asked for that was not asked for before, or more often.
//!
//! Group: which calls
//!
//! ## Why it matters
//!
//! A client that looks something up before each call, fetches a token of its own, or follows redirects that it did
//! not follow, costs quota and time, and may be refused.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[]}
//! > GET /v1/account
//! < 200 {"id":"a1"}
//! - 0.0 c1 #1
//! + 0.0 c1 #2
//! + 0.1 c1 #1
//! ```
//!
//! ## Quiet
//!
//! The same calls by other clients at once, and a client that asks until something has happened:
//!
//! ```
//! > GET /v1/jobs/1
//! < 200 {"state":"running"}
//! > GET /v1/things
//! < 200 {"data":[]}
//! - 0.0 c1 #1
//! - 0.1 c1 #1 again
//! - 0.2 c1 #1 again
//! - 0.2 c2 #2
//! + 0.0 c1 #1
//! + 0.0 c2 #2
//! + 0.1 c1 #1 again
//! + 0.2 c1 #1 again
//! + 0.3 c1 #1 again
//! ```

use super::asked::counted;
use super::drift::Drift;
use super::over::Over;
use super::places::add;
use super::runs::Runs;
use crate::excerpt::bounded;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use cassettes::meta::Meta;
use cassettes::operation::{Effect, effect};

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("calls-added", include_str!("calls_added.rs")), compare };

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    for slot in &runs.slots {
        if !slot.after.is_empty() {
            findings.check();
        }
    }
    for (operation, added) in counted(runs, false) {
        let message = match (added.was, &added.redirected) {
            (_, Some((status, from))) => {
                format!(
                    "the redirect ({status}) of {from} to here is followed, and was not before: {}",
                    times(added.by)
                )
            }
            (0, _) => format!("{operation} is asked {}, and was not asked before", times(added.is)),
            (was, _) if was < added.is => {
                format!("{operation} is asked {}, and was asked {}", times(added.is), times(was))
            }
            // Others of the same kind are no longer asked.
            _ => {
                let new = added.shown.first().map(|&call| runs.after.conduct.calls[call].served);
                let target = new.map_or("", |served| served.target.as_str());
                format!("{} is asked for, and was not before", bounded(target))
            }
        };
        let over = Over::some([&operation]);
        let complaint = Complaint {
            severity: Severity::Warning,
            operation,
            message,
            place: String::new(),
            real: if added.others.is_empty() {
                Evidence::default()
            } else {
                runs.first().quote(&added.others)
            },
            other: runs.after.quote(&added.shown),
            // How often a client asks that waits for something varies.
            hint: (added.was > 0
                && reads(runs, &added.shown)
                && runs.before.len() == 1
                && !runs.is_against_recording())
            .then(|| "a second baseline shows whether that varies by itself".to_owned()),
        };
        add(findings, complaint, &over, added.by);
    }
}

fn reads(runs: &Runs<'_>, calls: &[usize]) -> bool {
    calls.iter().all(|&call| effect(&runs.after.conduct.calls[call].request()) != Effect::Writes)
}

pub(super) fn times(n: usize) -> String {
    match n {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}
