//! # auth-classes-merged
//!
//! "Who are you?" and "you may not" are exchanged: 401 where the real side says 403, or the other way round.
//!
//! Group: tokens
//!
//! ## Why it matters
//!
//! On 401 a client fetches a new token and asks again; on 403 it must not. A mock that says 401 for both sends
//! it round in circles, one that says 403 for both never lets it log in.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/me
//! < 401 {"error":"unauthorized"}
//! ~ 403 {"error":"forbidden"}
//! > GET /v1/admin
//! > authorization: Bearer good
//! < 403 {"error":"forbidden"}
//! ~ 403 {"error":"forbidden"}
//! ```
//!
//! Beside another rejection that has become the same:
//!
//! ```
//! > GET /v1/me
//! > authorization: Bearer wrong
//! < www-authenticate: Bearer error="invalid_token"
//! < 401
//! ~ www-authenticate: Bearer error="invalid_token"
//! ~ 401
//! > POST /v1/orders
//! > authorization: Bearer reader
//! < 403 {"message":"Forbidden"}
//! ~ 401 {"message":"Forbidden"}
//! > GET /v1/limited
//! > authorization: Bearer reader
//! < x-ratelimit-remaining: 0
//! < 403 {"message":"slow"}
//! ~ x-ratelimit-remaining: 0
//! ~ 401 {"message":"slow"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/me
//! < 401 {"error":"unauthorized"}
//! ~ 401 {"error":"unauthorized"}
//! > GET /v1/admin
//! > authorization: Bearer good
//! < 403 {"error":"forbidden"}
//! ~ 403 {"error":"forbidden"}
//! ```

use super::Rule;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, Side, complaint, judge_each};
use cassettes::facets::error_class::Class;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("auth-classes-merged", include_str!("auth_classes_merged.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    judge_each(
        run,
        findings,
        |one| {
            let auth = |side: &Side| matches!(side.class(), Some(Class::Auth | Class::Forbidden));
            one.fate != Fate::Untold && auth(one.reading.real) && auth(one.reading.other)
        },
        |one| {
            let (real, other) = (one.reading.real.class()?, one.reading.other.class()?);
            if one.fate != Fate::AuthMerged {
                return None;
            }
            let message = format!(
                "the real side's rejection is {real} ({}), the mock's is {other} ({})",
                one.real_words(),
                one.other_words()
            );
            let hint = "401 for a credential that is not good, 403 for a good one that does not reach";
            Some(complaint(one, Severity::Error, format!("{real} as {other}"), message, hint))
        },
    );
}
