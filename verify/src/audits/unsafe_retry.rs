//! # unsafe-retry
//!
//! A request that does something was sent again after a failure, without a key by which the other side could tell
//! that it is the same.
//!
//! Group: retries
//!
//! ## Why it matters
//!
//! A failure on the way does not say that nothing was done: behind a 504 the charge may have gone through, and
//! whoever asks again charges twice. An idempotency key, a conditional request, or a look at what became of the
//! first one makes it safe (RFC 9110 §9.2.2).
//!
//! ## Fires
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":100,"source":"tok_ok"}
//! < 504
//! > POST /v1/charges
//! >> {"amount":100,"source":"tok_ok"}
//! < 201 {"id":"ch_1"}
//! + 0.000 c1 #1
//! + 0.500 c1 #2
//! ```
//!
//! The client left, and asked again:
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":100,"source":"tok_ok"}
//! < 201 {"id":"ch_1"}
//! + speed recorded
//! + 0.000-5.000 c1 #1 left
//! + 5.000 c1 closed
//! + 5.200 c2 #1 again
//! ```
//!
//! A new key each time is none:
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":100,"source":"tok_ok"}
//! < failed reset
//! + 0.000 c1 #1
//! + idempotency-key: a1
//! + 0.002 c1 closed
//! + 0.100 c2 #1 again
//! + idempotency-key: b2
//! ```
//!
//! What was asked in between by others, and what was refused, told nothing of the first one:
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":100,"source":"tok_ok"}
//! < 504
//! > GET /v1/charges?source=tok_ok
//! < retry-after: 1
//! < 429
//! > GET /v1/rates
//! < 200 {"eur":1}
//! + 0.000 c1 #1
//! + user-agent: shop/1
//! + 0.010 c2 #2
//! + user-agent: shop/1
//! + 0.020 c3 #3
//! + user-agent: dashboard/1
//! + 0.500 c1 #1 again
//! + user-agent: shop/1
//! ```
//!
//! ## Quiet
//!
//! With a key, after a refusal that says when to come again, and by methods that may be repeated:
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":100,"source":"tok_ok"}
//! < 504
//! > POST /v1/messages
//! >> {"text":"hello"}
//! < retry-after: 1
//! < 503
//! > PUT /v1/things/7
//! >> {"a":1}
//! < 500
//! > GET /v1/things/7
//! < failed reset
//! + 0.000 c1 #1
//! + idempotency-key: a1
//! + 0.500 c1 #1 again
//! + idempotency-key: a1
//! + 1.000 c1 #2
//! + 2.500 c1 #2 again
//! + 3.000 c1 #3
//! + 3.500 c1 #3 again
//! + 4.000 c1 #4
//! + 4.001 c1 closed
//! + 4.500 c2 #4 again
//! ```
//!
//! It looks first what became of it, and a question may be sent as often as one likes:
//!
//! ```
//! > POST /v1/charges
//! >> {"amount":100,"source":"tok_ok"}
//! < 504
//! > GET /v1/charges?source=tok_ok
//! < 200 {"data":[]}
//! > POST /graphql
//! >> {"query":"query Q { me { id } }"}
//! < 502
//! + 0.000 c1 #1
//! + 0.200 c1 #2
//! + 0.500 c1 #1 again
//! + 1.000 c1 #3
//! + 1.500 c1 #3 again
//! ```

use super::Audit;
use crate::conduct::{Call, Conduct, quote, seconds};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::idempotency::{key, keyed};
use cassettes::meta::Meta;
use cassettes::model::{Answer, FailureKind};
use cassettes::operation::{Effect, effect};

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("unsafe-retry", include_str!("unsafe_retry.rs")), inspect };

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    for call in &conduct.calls {
        if may_be_done(conduct, call).is_some() && does_something(call) {
            findings.check();
        }
    }
    for &again in conduct.asked_again() {
        let (first, second) = (&conduct.calls[again.first], &conduct.calls[again.second]);
        let Some(failure) = may_be_done(conduct, first).filter(|_| does_something(first)) else { continue };
        let keys = (key(&first.request()), key(&second.request()));
        if !conduct.is_at_once(again) || matches!(&keys, (Some(a), Some(b)) if a == b) {
            continue;
        }
        // An id that each attempt has of its own is none.
        let without = match (keyed(&first.request()), keyed(&second.request())) {
            (Some(_), Some(_)) => "with another key",
            _ => "without an idempotency key",
        };
        let after = seconds(second.served.at.saturating_sub(first.left_at()));
        let real = match conduct.answer(first) {
            Some(recorded) => recorded.said().at_status(),
            None => Evidence::default(),
        };
        findings.add(Complaint {
            severity: Severity::Error,
            operation: first.operation.clone(),
            message: format!("{failure}, and the client sent the same again {after} later, {without}"),
            place: without.to_owned(),
            real,
            other: quote(conduct.file, &[first, second]),
            hint: Some(
                "send an idempotency key that stays the same from try to try, or look first what became of the request"
                    .to_owned(),
            ),
        });
    }
}

/// Whether sending it twice may do something twice. PUT and DELETE may be repeated; a condition holds the second
/// one off.
fn does_something(call: &Call<'_>) -> bool {
    let method = call.served.method.as_str();
    let repeatable = matches!(method, "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE" | "QUERY");
    let conditional =
        ["if-match", "if-none-match", "if-unmodified-since"].iter().any(|name| call.header(name).is_some());
    let signs_in = call.body().is_some_and(|body| body.contains("grant_type"));
    !repeatable && !conditional && !signs_in && effect(&call.request()) == Effect::Writes
}

/// What failed, if it may have been done all the same.
fn may_be_done(conduct: &Conduct<'_>, call: &Call<'_>) -> Option<String> {
    if let Some(after) = call.left_after() {
        return Some(format!("the client left after {}", seconds(after)));
    }
    if let Some(fault) = &call.served.fault {
        // Whether a declared 503 says when to come again the journal does not tell.
        let done = call.status().is_none_or(|status| status >= 500 && status != 503);
        return done.then(|| format!("the answer was broken on purpose ({fault})"));
    }
    let recorded = conduct.answer(call)?;
    match &recorded.exchange.answer {
        Answer::Failed(failure) => match failure.kind {
            // Nobody was reached.
            FailureKind::Unresolved | FailureKind::Refused | FailureKind::Tls => None,
            kind => Some(format!("the real side failed ({kind})")),
        },
        // Not now, but then: it was not done.
        Answer::Reply(reply) if reply.status == 503 && reply.headers.contains("retry-after") => None,
        Answer::Reply(reply) if reply.status >= 500 => {
            Some(format!("the real side answered {}", reply.status))
        }
        Answer::Reply(_) => None,
    }
}

impl Call<'_> {
    fn left_at(&self) -> u64 {
        self.served.gave_up.unwrap_or(self.served.end)
    }
}
