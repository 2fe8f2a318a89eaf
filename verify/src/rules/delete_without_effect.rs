//! # delete-without-effect
//!
//! After a deletion the real side has nothing there any more; the mock still has it.
//!
//! Group: not found
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
//! A real side that remembers what was deleted:
//!
//! ```
//! > DELETE /v1/customers/c_1
//! < 200 {"id":"c_1","deleted":true}
//! ~ 200 {"id":"c_1","deleted":true}
//! > GET /v1/customers/c_1
//! < 200 {"id":"c_1","deleted":true}
//! ~ 200 {"id":"c_1","name":"Ada"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > DELETE /v1/customers/c_1
//! < 200 {"id":"c_1","deleted":true}
//! ~ 200 {"id":"c_1","deleted":true}
//! > GET /v1/customers/c_1
//! < 200 {"id":"c_1","deleted":true}
//! ~ 200 {"id":"c_1","deleted":true}
//! ```
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
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, fates, is_tombstone};
use cassettes::meta::Meta;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("delete-without-effect", include_str!("delete_without_effect.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    // What both sides have deleted so far, by cassette and path.
    let mut deleted: BTreeSet<(usize, &str)> = BTreeSet::new();
    for one in fates(run) {
        let case = one.reading.case;
        let request = &case.exchange.request;
        let place = (case.cassette, request.path());
        if request.method == "DELETE" {
            if case.real.is_success() && case.other.is_success() {
                deleted.insert(place);
            }
            continue;
        }
        let nothing = one.reading.real.miss.is_some() || is_tombstone(&case.real);
        if !nothing || !deleted.contains(&place) {
            continue;
        }
        findings.check();
        if one.fate == Fate::Undeleted {
            let real = match one.reading.real.miss {
                Some(_) => one.real_words(),
                None => format!("{} and says that it is deleted", one.real_words()),
            };
            let message = format!(
                "after its deletion the real side answers {real}, the mock still has it ({})",
                one.other_words()
            );
            let hint = "let the mock forget what was deleted";
            findings.add(complaint(&one, Severity::Error, "after delete", message, hint));
        }
    }
}
