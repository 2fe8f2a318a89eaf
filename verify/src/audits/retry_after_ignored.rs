//! # retry-after-ignored
//!
//! The answer said when to ask again, and the client asked the same before that moment.
//!
//! Group: retries
//!
//! ## Why it matters
//!
//! A side that is asked to wait and does not is asked to wait longer, then shut out. The moment may be told in seconds
//! or as a date (RFC 9110 §10.2.3), or by the counter of a rate limit that is used up.
//!
//! Seconds are the client's own, at whatever speed the answers come. Dates are judged while they lie ahead.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/reports
//! < retry-after: 2
//! < 429 {"error":{"code":"rate_limited"}}
//! > GET /v1/reports
//! < 200 {"rows":1}
//! + 0.000 c1 #1
//! + 0.500 c1 #2
//! ```
//!
//! Told by the counters alone:
//!
//! ```
//! > GET /v1/reports
//! < x-ratelimit-remaining: 0
//! < x-ratelimit-reset: 30
//! < 429 {"error":{"code":"rate_limited"}}
//! + 0.000 c1 #1
//! + 0.001 c1 closed
//! + 1.000 c2 #1 again
//! ```
//!
//! Told as a date, which the session's clock moved to five seconds from now:
//!
//! ```
//! > GET /v1/window
//! < retry-after: Sat, 31 Jan 2026 12:00:05 GMT
//! < 503 {"error":"closed"}
//! + started 2026-08-01T09:00:00Z
//! + 0.000 c1 #1 clock=15714000
//! + 0.300 c1 #1 again
//! ```
//!
//! ## Quiet
//!
//! It waits for a moment, and one that is past by its own clock asks for nothing:
//!
//! ```
//! > GET /v1/window
//! < retry-after: Sat, 31 Jan 2026 12:00:05 GMT
//! < 503 {"error":"closed"}
//! + started 2026-08-01T09:00:00Z
//! + 0.000 c1 #1 clock=15714000
//! + 5.100 c1 #1 again clock=15714005/3600
//! + 5.400 c1 #1 again
//! ```
//!
//! It waits:
//!
//! ```
//! > GET /v1/reports
//! < retry-after: 2
//! < 429 {"error":{"code":"rate_limited"}}
//! > GET /v1/reports
//! < 200 {"rows":1}
//! + 0.000 c1 #1
//! + 2.001 c1 #2
//! ```
//!
//! Others ask side by side, and know nothing of it:
//!
//! ```
//! > GET /v1/reports
//! < retry-after: 2
//! < 429 {"error":{"code":"rate_limited"}}
//! > GET /v1/reports
//! < 200 {"rows":1}
//! + 0.000 c1 #1
//! + 0.100 c2 #2
//! + 2.100 c1 #2 again
//! ```

use super::Audit;
use crate::conduct::{Conduct, hint, quote, seconds};
use crate::finding::{Complaint, Findings, Severity};
use cassettes::meta::Meta;
use cassettes::model::Micros;

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("retry-after-ignored", include_str!("retry_after_ignored.rs")), inspect };

/// So much earlier than told is still in time: clocks and timers are coarse.
const SLACK: Micros = 100_000;

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    for &again in conduct.asked_again() {
        let (first, second) = (&conduct.calls[again.first], &conduct.calls[again.second]);
        if first.served.gave_up.is_some() {
            continue;
        }
        let Some(hint) = hint(conduct, first) else { continue };
        findings.check();
        let waited = second.served.at.saturating_sub(first.served.end);
        let due = (hint.wait - hint.wait / 20).saturating_sub(SLACK);
        if waited >= due {
            continue;
        }
        findings.add(Complaint {
            severity: Severity::Error,
            operation: first.operation.clone(),
            message: format!(
                "the real side asked for {} of patience ({}: {}), the client asked again after {}",
                seconds(hint.wait),
                hint.evidence.pointer,
                hint.told,
                seconds(waited)
            ),
            place: hint.evidence.pointer.clone(),
            real: hint.evidence,
            other: quote(conduct.file, &[first, second]),
            hint: Some("wait as long as the answer says before asking again".to_owned()),
        });
    }
}
