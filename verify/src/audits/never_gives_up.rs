//! # never-gives-up
//!
//! The answer stalled, and the client waited on.
//!
//! Group: patience and connections
//!
//! ## Why it matters
//!
//! A client without a timeout waits for ever for an answer that does not come: its thread, its connection and what it
//! has locked are gone until someone ends the program. Many libraries have no timeout unless they are given one.
//!
//! ## Fires
//!
//! Two minutes later it is still there:
//!
//! ```
//! > GET /v1/reports/big
//! < 200 {"rows":1}
//! + 0.000-125.000 c1 #1 fault=stall
//! ```
//!
//! The replay ended before the client did, and the real side never answered:
//!
//! ```
//! > GET /v1/reports/big
//! < failed timeout
//! + 0.000-9.000 c1 #1 waiting
//! ```
//!
//! ## Quiet
//!
//! It gives up, sooner or later:
//!
//! ```
//! > GET /v1/reports/big
//! < 200 {"rows":1}
//! + 0.000-60.000 c1 #1 left fault=stall
//! + 60.001 c1 closed
//! + 61.000-61.500 c2 #1 waiting fault=stall
//! ```

use super::Audit;
use crate::conduct::{Call, Conduct, seconds};
use crate::finding::{Complaint, Findings, Severity};
use cassettes::meta::Meta;
use cassettes::model::{Answer, FailureKind, Micros};

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("never-gives-up", include_str!("never_gives_up.rs")), inspect };

/// Nobody means to wait longer for an answer of which nothing comes.
const LONG: Micros = 120_000_000;

/// Whoever still waits when the replay ends has waited so long at least.
const CUT_OFF: Micros = 5_000_000;

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    for call in conduct.calls.iter().filter(|call| is_stalled(conduct, call)) {
        let took = call.took();
        if call.served.waiting && took < CUT_OFF {
            continue;
        }
        findings.check();
        if call.served.gave_up.is_some() || (!call.served.waiting && took < LONG) {
            continue;
        }
        let Some(recorded) = conduct.answer(call) else { continue };
        let until = if call.served.waiting { " when the replay ended" } else { "" };
        let why = match &call.served.fault {
            Some(fault) => format!("the answer stalled ({fault})"),
            None => "the real side stalled".to_owned(),
        };
        findings.add(Complaint {
            severity: if took < LONG { Severity::Warning } else { Severity::Error },
            operation: call.operation.clone(),
            message: format!("{why}, and the client still waited after {}{until}", seconds(took)),
            place: "patience".to_owned(),
            real: recorded.said().at_status(),
            other: call.evidence(conduct.file),
            hint: Some("give the client a timeout for the answer as a whole, or for each read".to_owned()),
        });
    }
}

/// Whether nothing more came of an answer without its being over.
fn is_stalled(conduct: &Conduct<'_>, call: &Call<'_>) -> bool {
    if call.served.fault.is_some() {
        return call.served.answer == FailureKind::Timeout.as_str();
    }
    let failed = conduct.answer(call).map(|recorded| &recorded.exchange.answer);
    matches!(failed, Some(Answer::Failed(failure)) if failure.kind == FailureKind::Timeout)
}
