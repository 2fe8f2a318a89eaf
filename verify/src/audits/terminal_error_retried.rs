//! # terminal-error-retried
//!
//! The client was refused for good and asked the same again.
//!
//! Group: retries
//!
//! ## Why it matters
//!
//! A declined card is not taken the second time, a wrong question does not become right. Such retries cost time and
//! quota, lock accounts, and show that the client does not tell one error from another: what it should have told
//! its user it has swallowed.
//!
//! What the recorded client did as well, each time refused in the same way, is told for information.
//!
//! Two tests that ask the same in one session look like one client that asks twice: give each test a session.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":100,"source":"tok_declined"}
//! < 402 {"error":{"type":"card_error","code":"card_declined"}}
//! > POST /v1/charges
//! >> {"amount":100,"source":"tok_declined"}
//! < 402 {"error":{"type":"card_error","code":"card_declined"}}
//! + 0.000 c1 #1
//! + 0.250 c1 #2
//! ```
//!
//! On a connection of its own each time, until the recording has no more to say:
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":"ten"}
//! < 400 {"error":{"code":"invalid_amount"}}
//! + 0.000 c1 #1
//! + 0.002 c1 closed
//! + 0.100 c2 #1 again
//! + 0.102 c2 closed
//! ```
//!
//! What was there once is gone for good; and clients that are told apart ask side by side:
//!
//! ```
//! > GET /v1/exports/old
//! < 410 {"error":{"code":"gone"}}
//! + 0.000-0.003 c1 #1
//! + user-agent: worker/1
//! + 0.001-0.002 c2 #1 again
//! + user-agent: worker/2
//! + 0.100-0.103 c1 #1 again
//! + user-agent: worker/1
//! + 0.101-0.102 c2 #1 again
//! + user-agent: worker/2
//! ```
//!
//! ## Quiet
//!
//! When it was recorded the second request came with a key:
//!
//! ```
//! > GET /v1/account
//! < 401 {"error":{"code":"api_key_missing"}}
//! > GET /v1/account
//! > x-api-key: k_1f8a0c27d9
//! < 403 {"error":{"code":"invalid_api_key"}}
//! + 0.000 c1 #1
//! + 0.100 c1 #2
//! ```
//!
//! Another question, another credential, and what may pass:
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":"ten"}
//! < 422 {"error":{"code":"invalid_amount"}}
//! > POST /v1/charges
//! >> {"amount":10}
//! < 201 {"id":"ch_1"}
//! > GET /v1/me
//! < 401 {"error":{"code":"token_expired"}}
//! > GET /v1/reports
//! < retry-after: 1
//! < 503 {"error":"busy"}
//! > GET /v1/jobs/7
//! < 404 {"error":{"code":"not_found"}}
//! + 0.000 c1 #1
//! + 0.100 c1 #2
//! + 0.200 c1 #3
//! + authorization: Bearer old
//! + 0.300 c1 #3 again
//! + authorization: Bearer new
//! + 0.400 c1 #4
//! + 1.900 c1 #4 again
//! + 2.000 c1 #5
//! + 2.500 c1 #5 again
//! ```
//!
//! Clients that ask side by side, each once:
//!
//! ```
//! > GET /v1/reports/x
//! < 400 {"error":{"code":"invalid_id"}}
//! + 0.000-0.003 c1 #1
//! + 0.002-0.004 c2 #1 again
//! + 0.006-0.009 c3 #1 again
//! ```

use super::Audit;
use crate::conduct::{Again, Conduct, Recorded, quote, seconds};
use crate::finding::{Complaint, Findings, Severity};
use cassettes::facets::credential::credentials;
use cassettes::facets::error_class::Class;
use cassettes::meta::Meta;
use cassettes::operation::surely_reads;

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("terminal-error-retried", include_str!("terminal_error_retried.rs")), inspect };

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    for call in conduct.calls.iter().filter(|call| call.served.fault.is_none()) {
        let refused = conduct.answer(call).and_then(Recorded::class);
        if refused.is_some_and(|class| class.may_pass() == Some(false)) {
            findings.check();
        }
    }
    for &again in conduct.asked_again() {
        let (first, second) = (&conduct.calls[again.first], &conduct.calls[again.second]);
        let Some(recorded) = conduct.answer(first).filter(|_| first.served.fault.is_none()) else { continue };
        let Some(class) = recorded.class().filter(|class| class.may_pass() == Some(false)) else { continue };
        // What is not there may come to be, and a conflict may pass: asking on is how one finds out.
        let waits = match class {
            Class::NotFound => surely_reads(recorded.request()),
            Class::Gone => surely_reads(recorded.request()) && recorded.said().status() != Some(410),
            Class::Conflict => true,
            _ => false,
        };
        // It was seen to pass, after all.
        let passed = conduct.answer(second).is_some_and(|later| later.class() != Some(class))
            || conduct.recorded.iter().any(|other| {
                other.request().target == recorded.request().target
                    && other.request().method == recorded.request().method
                    && other.is_success()
                    && other.request().essence() == recorded.request().essence()
                    && other.exchange.at > recorded.exchange.at
            });
        let before = before(conduct, again);
        if waits || passed || before == Before::Otherwise || !conduct.is_at_once(again) {
            continue;
        }
        let (severity, as_before) = match before {
            Before::Same => (Severity::Info, ", as when it was recorded"),
            Before::Never | Before::Otherwise => (Severity::Warning, ""),
        };
        let code =
            recorded.error().and_then(|error| error.codes.first().map(|code| format!(" ({})", code.key())));
        let answer = &first.served.answer;
        let after = second.served.at.saturating_sub(first.served.end);
        findings.add(Complaint {
            severity,
            operation: first.operation.clone(),
            message: format!(
                "the real side refused with {answer}{}, which is {class}; the client asked the same again {} later{as_before}",
                code.unwrap_or_default(),
                seconds(after)
            ),
            place: class.to_string(),
            real: recorded.said().whole(),
            other: quote(conduct.file, &[first, second]),
            hint: Some("tell errors apart by their code, and ask again only what may pass".to_owned()),
        });
    }
}

/// Whether the recorded client asked again as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// It did not.
    Never,
    /// It did, and was refused in the same way.
    Same,
    /// It showed another credential then, or was told something else.
    Otherwise,
}

/// What is known where each of the two was answered by an exchange of its own, in the recorded order.
fn before(conduct: &Conduct<'_>, again: Again) -> Before {
    let answers = [again.first, again.second].map(|n| conduct.answer(&conduct.calls[n]));
    let [Some(one), Some(other)] = answers else { return Before::Never };
    if one.cassette != other.cassette || one.position >= other.position {
        return Before::Never;
    }
    let shown = |recorded: &Recorded<'_>| {
        let all = credentials(recorded.request()).into_iter();
        all.map(|credential| (credential.place, credential.text)).collect::<Vec<_>>()
    };
    let told = |recorded: &Recorded<'_>| {
        recorded
            .error()
            .map(|error| (error.status, error.codes.iter().map(|c| c.key().to_owned()).collect::<Vec<_>>()))
    };
    if shown(one) == shown(other) && told(one) == told(other) { Before::Same } else { Before::Otherwise }
}
