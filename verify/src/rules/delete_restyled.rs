//! # delete-restyled
//!
//! A deletion is answered in another way: another status, a body where there is none or none where there is
//! one, success where the real side says that there was nothing to delete.
//!
//! Group: not found
//!
//! ## Why it matters
//!
//! Clients that parse the answer to a deletion fail on an empty one; clients that count on a 404 for the second
//! deletion never see it.
//!
//! ## Fires
//!
//! ```
//! > DELETE /v1/notes/n_1
//! < 200 {"id":"n_1","deleted":true}
//! ~ 204
//! ```
//!
//! ```
//! > DELETE /v1/notes/n_nope
//! < 404 {"error":"not_found"}
//! ~ 204
//! ```
//!
//! ## Quiet
//!
//! ```
//! > DELETE /v1/notes/n_1
//! < 200 {"id":"n_1","deleted":true}
//! ~ 200 {"id":"m_1","deleted":true}
//! > DELETE /v1/notes/n_nope
//! < 404 {"error":"not_found"}
//! ~ 404 {"error":"not_found"}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, judge_each};
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("delete-restyled", include_str!("delete_restyled.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    judge_each(
        run,
        findings,
        |one| {
            let case = one.case();
            let told = one.reading.real.success || one.reading.real.miss.is_some();
            case.exchange.request.method == "DELETE" && told && case.other.reply().is_some()
        },
        |one| {
            if one.fate != Fate::DeleteRestyled {
                return None;
            }
            let case = one.case();
            let body = |said: &Said<'_>| match said.reply() {
                Some(reply) if reply.is_empty() => "without a body",
                _ => "with a body",
            };
            let message = format!(
                "the real side answers this deletion by {} {}, the mock by {} {}",
                one.real_words(),
                body(&case.real),
                one.other_words(),
                body(&case.other)
            );
            let severity = if one.reading.real.success { Severity::Warning } else { Severity::Error };
            let place = if one.reading.real.success { "deletion" } else { "nothing to delete" };
            Some(complaint(
                one,
                severity,
                place,
                message,
                "answer deletions with the status and the body of the real side",
            ))
        },
    );
}
