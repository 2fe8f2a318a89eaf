//! # credential-not-needed
//!
//! The real side turns away a request without a credential; the mock answers it.
//!
//! Group: tokens
//!
//! ## Why it matters
//!
//! A client that forgets the key, or sends it under the wrong name, is only found out in production.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/balance
//! > x-api-key: k1
//! < 200 {"available":7}
//! ~ 200 {"available":1}
//! > GET /v1/balance
//! < 401 {"error":"missing_key"}
//! ~ 200 {"available":1}
//! ```
//!
//! A key in the query that was taken out before the exchange was saved, and the code that says it is not there:
//!
//! ```
//! > GET /v1/disks?api_key=k1
//! < 200 {"disks":1}
//! ~ 200 {"disks":2}
//! > GET /v1/disks
//! < 400 {"__type":"MissingAuthenticationTokenException"}
//! ~ 200 {"disks":2}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/balance
//! < 401 {"error":"missing_key"}
//! ~ 401 {"error":"missing_key"}
//! ```
//!
//! Open to all on the real side, and forbidden for another reason:
//!
//! ```
//! > GET /v1/pages/1
//! < 200 {"id":1}
//! ~ 200 {"id":1}
//! > GET /v1/pages/2
//! < 403 {"error":"embargoed"}
//! ~ 403 {"error":"embargoed"}
//! ```

use super::Rule;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, judge_each};
use cassettes::facets::credential::credentials;
use cassettes::facets::error_class::Class;
use cassettes::facets::rejection::Rejection;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("credential-not-needed", include_str!("credential_not_needed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    judge_each(
        run,
        findings,
        |one| {
            let bare = credentials(&one.case().exchange.request).is_empty();
            let auth = matches!(one.reading.real.class(), Some(Class::Auth | Class::Forbidden));
            bare && auth && one.case().other.reply().is_some()
        },
        |one| {
            if one.fate != Fate::Admitted(Rejection::Missing) {
                return None;
            }
            let message = format!(
                "the real side wants a credential here ({}), the mock answers {} without one",
                one.real_words(),
                one.other_words()
            );
            let hint = "let the mock turn away requests that carry no credential";
            Some(complaint(one, Severity::Error, "missing", message, hint))
        },
    );
}
