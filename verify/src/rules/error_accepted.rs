//! # error-accepted
//!
//! A request that the real side rejects is answered with success by the mock.
//!
//! Group: errors
//!
//! ## Why it matters
//!
//! A client that sends a wrong amount, a stale version or a declined card is green in every test and fails for
//! every customer.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":"ten"}
//! < 400 {"error":{"type":"invalid_request_error","code":"parameter_invalid_integer","param":"amount"}}
//! ~ 200 {"id":"ch_1","amount":"ten"}
//! ```
//!
//! A failure that hides in a success is one, too:
//!
//! ```
//! > POST /graphql
//! >> {"query":"mutation { pay }"}
//! < 200 {"data":null,"errors":[{"message":"declined","extensions":{"code":"CARD_DECLINED"}}]}
//! ~ 200 {"data":{"pay":"ok"}}
//! ```
//!
//! A failure that passes, and a mock that never fails so:
//!
//! ```
//! > POST /oauth/token
//! > content-type: application/x-www-form-urlencoded
//! >> grant_type=device_code&device_code=d1
//! < 400 {"error":"authorization_pending"}
//! ~ 200 {"access_token":"t7"}
//! > POST /oauth/token
//! > content-type: application/x-www-form-urlencoded
//! >> grant_type=device_code&device_code=d1
//! < 200 {"access_token":"t1"}
//! ~ 200 {"access_token":"t8"}
//! ```
//!
//! ## Quiet
//!
//! A failure that comes and goes does so in the mock at another moment:
//!
//! ```
//! > GET /v1/reports
//! < 503
//! ~ 200 {"n":1}
//! > GET /v1/reports
//! < 200 {"n":2}
//! ~ 503
//! ```
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":"ten"}
//! < 400 {"error":{"type":"invalid_request_error","code":"parameter_invalid_integer","param":"amount"}}
//! ~ 400 {"error":{"type":"invalid_request_error","code":"parameter_invalid_integer","message":"not a number"}}
//! ```

use super::Rule;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, judge_each};
use cassettes::facets::error_class::Class;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("error-accepted", include_str!("error_accepted.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    judge_each(
        run,
        findings,
        |one| {
            one.reading.real.error.is_some()
                && !matches!(one.fate, Fate::Untold | Fate::Fleeting | Fate::Elsewhere)
        },
        |one| {
            let class = one.reading.real.class().filter(|_| one.fate == Fate::Accepted)?;
            // An outage and an ignored range are things that a mock may do without; it is still too tidy.
            let tidy =
                matches!(class, Class::Retryable | Class::Server) || one.case().real.status() == Some(416);
            let severity = if tidy { Severity::Warning } else { Severity::Error };
            let message = format!(
                "the real side rejects this request ({}, {class}), the mock answers {}",
                one.real_words(),
                one.other_words()
            );
            let hint = "let the mock reject what the real side rejects, with its status and its code";
            Some(complaint(one, severity, class.as_str(), message, hint))
        },
    );
}
