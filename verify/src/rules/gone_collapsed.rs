//! # gone-collapsed
//!
//! The real side tells what was there from what never was (410 and 404); the mock says the same for both.
//!
//! Group: not found
//!
//! ## Why it matters
//!
//! A client that drops its cached copy on 410 and keeps looking on 404 cannot be tested against a mock that
//! knows only one of them.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/notes/n_never
//! < 404 {"error":"not_found"}
//! ~ 404 {"error":"not_found"}
//! > GET /v1/notes/n_old
//! < 410 {"error":"gone"}
//! ~ 404 {"error":"not_found"}
//! ```
//!
//! A success that says of itself that the thing was deleted tells, too:
//!
//! ```
//! > GET /v1/customers/c_never
//! < 404 {"error":"not_found"}
//! ~ 404 {"error":"not_found"}
//! > DELETE /v1/customers/c_1
//! < 200 {"id":"c_1","deleted":true}
//! ~ 200 {"id":"c_1","deleted":true}
//! > GET /v1/customers/c_1
//! < 200 {"id":"c_1","deleted":true}
//! ~ 404 {"error":"not_found"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/notes/n_never
//! < 404 {"error":"not_found"}
//! ~ 404 {"error":"not_found"}
//! > GET /v1/notes/n_old
//! < 410 {"error":"gone"}
//! ~ 410 {"error":"gone"}
//! ```

use super::Rule;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, is_tombstone, judge_each};
use cassettes::facets::not_found::MissStyle;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("gone-collapsed", include_str!("gone_collapsed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    judge_each(
        run,
        findings,
        |one| one.fate == Fate::GoneMerged || one.reading.real.miss == Some(MissStyle::Gone),
        |one| {
            if one.fate != Fate::GoneMerged {
                return None;
            }
            let buried = is_tombstone(&one.case().real);
            let message = format!(
                "the real side tells what is gone from what never was, the mock answers {} for {}{}",
                one.other_words(),
                one.real_words(),
                if buried { " that says that it is deleted" } else { "" }
            );
            Some(complaint(
                one,
                Severity::Error,
                "gone",
                message,
                if buried {
                    "remember what was deleted and say so where it was, 404 for the rest"
                } else {
                    "remember what was deleted and answer 410 for it, 404 for the rest"
                },
            ))
        },
    );
}
