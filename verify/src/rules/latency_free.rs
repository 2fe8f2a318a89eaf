//! # latency-free
//!
//! The real side takes seconds to its first byte; the mock takes none.
//!
//! Group: headers
//!
//! ## Why it matters
//!
//! Timeouts are never tested: the client that gives up after five seconds passes, and in production the
//! report that takes ten never arrives.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/reports/big
//! @ first-byte 7500000
//! < 200 {"rows":1}
//! ~ first-byte 2000
//! ~ 200 {"rows":2}
//! ```
//!
//! ## Quiet
//!
//! The mock waits, too, and fast answers need no waiting:
//!
//! ```
//! > GET /v1/reports/big
//! @ first-byte 7500000
//! < 200 {"rows":1}
//! ~ first-byte 6000000
//! ~ 200 {"rows":2}
//! > GET /v1/ping
//! @ first-byte 20000
//! < 200 {"ok":true}
//! ~ first-byte 10
//! ~ 200 {"ok":true}
//! ```

use super::Rule;
use crate::case::Case;
use crate::finding::{Complaint, Findings, Severity};
use cassettes::meta::Meta;
use cassettes::model::Micros;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("latency-free", include_str!("latency_free.rs")), case: Some(judge), run: None };

/// From here on common timeouts come into play.
const SLOW: Micros = 3_000_000;

fn judge(case: &Case<'_>, findings: &mut Findings) {
    // A subject that is a file has no times to judge.
    let (Some(real), Some(other)) = (case.real.timing.first_byte, case.other.timing.first_byte) else {
        return;
    };
    if real < SLOW {
        return;
    }
    findings.check();
    if other >= real / 10 {
        return;
    }
    let seconds = |micros: Micros| format!("{}.{} s", micros / 1_000_000, micros % 1_000_000 / 100_000);
    findings.add(Complaint {
        severity: Severity::Info,
        operation: case.operation.clone(),
        message: format!(
            "the real side took {} to its first byte, the mock {}",
            seconds(real),
            seconds(other)
        ),
        place: "first byte".to_owned(),
        real: case.real.evidence("first byte".to_owned(), format!("after {}", seconds(real))),
        other: case.other.evidence("first byte".to_owned(), format!("after {}", seconds(other))),
        hint: Some("let one test wait as long as the real side makes clients wait".to_owned()),
    });
}
