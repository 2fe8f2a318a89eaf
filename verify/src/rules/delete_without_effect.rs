//! # delete-without-effect
//!
//! After a deletion the real side has nothing there any more; the mock still has it.
//!
//! ## Why it matters
//!
//! Code that deletes and then checks, or deletes the wrong thing, passes against a mock that forgets nothing.
//!
//! ## Fires
//!
//! ```
//! > DELETE /v1/notes/n_1
//! < 204
//! ~ 204
//! > GET /v1/notes/n_1
//! < 404 {"error":"not_found"}
//! ~ 200 {"id":"n_1","text":"still here"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > DELETE /v1/notes/n_1
//! < 204
//! ~ 204
//! > GET /v1/notes/n_1
//! < 404 {"error":"not_found"}
//! ~ 404 {"error":"not_found"}
//! ```

use super::Rule;
use crate::fates::{Fate, complaint, fates};
use crate::finding::{Findings, Severity};
use crate::run::Run;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("delete-without-effect", include_str!("delete_without_effect.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let judged = fates(run);
    for (i, one) in judged.iter().enumerate() {
        let request = &one.case().exchange.request;
        let deleted = judged[..i].iter().any(|before| {
            let deletion = before.case();
            deletion.cassette == one.case().cassette
                && deletion.exchange.request.method == "DELETE"
                && deletion.exchange.request.path() == request.path()
                && deletion.real.is_success()
                && deletion.other.is_success()
        });
        if !deleted || request.method == "DELETE" || one.reading.real.miss.is_none() {
            continue;
        }
        findings.check();
        if one.fate == Fate::Undeleted {
            let message = format!(
                "after its deletion the real side answers {}, the mock still has it ({})",
                one.real_words(),
                one.other_words()
            );
            findings.add(complaint(
                one,
                Severity::Error,
                "after delete",
                message,
                "let the mock forget what was deleted",
            ));
        }
    }
}
