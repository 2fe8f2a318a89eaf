//! # challenge-missing
//!
//! The real side says with its rejection which credential it wants (`WWW-Authenticate`); the mock does not.
//!
//! Group: tokens
//!
//! ## Why it matters
//!
//! Clients read the challenge to know where to fetch a token and for what. Without one, most never try.
//!
//! ## Fires
//!
//! ```
//! > GET /v2/
//! < www-authenticate: Bearer realm="https://auth.example.test/token",service="registry"
//! < 401 {"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}
//! ~ 401 {"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v2/
//! < www-authenticate: Bearer realm="https://auth.example.test/token",service="registry"
//! < 401 {"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}
//! ~ WWW-Authenticate: Bearer realm="http://127.0.0.1:5001/token",service="fake"
//! ~ 401 {"errors":[{"code":"UNAUTHORIZED","message":"no"}]}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, judge_each};
use cassettes::facets::challenge::challenges;
use cassettes::facets::error_class::Class;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("challenge-missing", include_str!("challenge_missing.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let count = |said: &Said<'_>| said.reply().map_or(0, |r| challenges(r).len());
    judge_each(
        run,
        findings,
        |one| one.fate == Fate::Kept && count(&one.case().real) > 0,
        |one| {
            if count(&one.case().other) > 0 {
                return None;
            }
            let name =
                if one.case().real.status() == Some(407) { "proxy-authenticate" } else { "www-authenticate" };
            let class = one.reading.real.class().map_or("rejection", Class::as_str);
            let message = "the real side says which credential it wants, the mock does not".to_owned();
            Some(Complaint {
                real: one.case().real.at_header(name),
                other: one.case().other.at_header(name),
                ..complaint(one, Severity::Error, class, message, "send the challenge with the rejection")
            })
        },
    );
}
