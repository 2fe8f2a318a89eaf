//! # check-order-changed
//!
//! The real side looks at the credential before it looks for the thing, or after; the mock does it the other
//! way round.
//!
//! Group: tokens
//!
//! ## Why it matters
//!
//! A client that takes 404 for "it was deleted" throws away good data when in truth its token had run out. And
//! a mock that answers 404 to strangers tells them what exists.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/notes/n_nope
//! < 401 {"error":"unauthorized"}
//! ~ 404 {"error":"not_found"}
//! > GET /v1/notes/n_nope
//! > authorization: Bearer good
//! < 404 {"error":"not_found"}
//! ~ 404 {"error":"not_found"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/notes/n_nope
//! < 401 {"error":"unauthorized"}
//! ~ 401 {"error":"unauthorized"}
//! > GET /v1/notes/n_nope
//! > authorization: Bearer good
//! < 404 {"error":"not_found"}
//! ~ 404 {"error":"not_found"}
//! ```

use super::Rule;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, judge_each};
use cassettes::facets::error_class::Class;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("check-order-changed", include_str!("check_order_changed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    judge_each(
        run,
        findings,
        |one| {
            let auth = matches!(one.reading.real.class(), Some(Class::Auth | Class::Forbidden));
            one.fate == Fate::Reordered
                || (auth && one.reading.other.error.is_some() && one.fate != Fate::Untold)
        },
        |one| {
            let (real, other) = (one.reading.real.class()?, one.reading.other.class()?);
            if one.fate != Fate::Reordered {
                return None;
            }
            let message = format!(
                "the real side answers {real} first ({}), the mock {other} ({})",
                one.real_words(),
                one.other_words()
            );
            let hint = "let the mock make its checks in the order of the real side";
            Some(complaint(one, Severity::Warning, format!("{real} as {other}"), message, hint))
        },
    );
}
