//! # idempotency-ignored
//!
//! The same request with the same idempotency key makes one thing on the real side and two on the mock.
//!
//! Group: state
//!
//! ## Why it matters
//!
//! A retry after a lost answer is safe in production only if the key is sent again. On a mock that ignores
//! keys a client that forgets them looks the same.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/charges
//! > idempotency-key: k1
//! >> {"amount":5}
//! < 201 {"id":"ch_a"}
//! ~ 201 {"id":"ch_1"}
//! > POST /v1/charges
//! > idempotency-key: k1
//! >> {"amount":5}
//! < 201 {"id":"ch_a"}
//! ~ 201 {"id":"ch_2"}
//! ```
//!
//! The key stands in the body, and where the new thing is stands in a header:
//!
//! ```
//! > POST /v1/stacks
//! > content-type: application/json
//! >> {"ClientToken":"k1","name":"a"}
//! < location: /v1/stacks/st_a
//! < 202
//! ~ location: /v1/stacks/st_1
//! ~ 202
//! > POST /v1/stacks
//! > content-type: application/json
//! >> {"name":"a","ClientToken":"k1"}
//! < location: /v1/stacks/st_a
//! < 202
//! ~ location: /v1/stacks/st_2
//! ~ 202
//! ```
//!
//! Or in a form:
//!
//! ```
//! > POST /v1/messages
//! > content-type: application/x-www-form-urlencoded
//! >> to=jo&MessageDeduplicationId=k1
//! < 200 {"id":"m_a"}
//! ~ 200 {"id":"m_1"}
//! > POST /v1/messages
//! > content-type: application/x-www-form-urlencoded
//! >> to=jo&MessageDeduplicationId=k1
//! < 200 {"id":"m_a"}
//! ~ 200 {"id":"m_2"}
//! ```
//!
//! ## Quiet
//!
//! An id that names each attempt is no key: the real side makes a new thing.
//!
//! ```
//! > POST /v1/messages
//! > x-request-id: r1
//! >> {"to":"jo"}
//! < 200 {"id":"m_a"}
//! ~ 200 {"id":"m_1"}
//! > POST /v1/messages
//! > x-request-id: r1
//! >> {"to":"jo"}
//! < 200 {"id":"m_b"}
//! ~ 200 {"id":"m_2"}
//! ```
//!
//! ```
//! > POST /v1/charges
//! > idempotency-key: k1
//! >> {"amount":5}
//! < 201 {"id":"ch_a"}
//! ~ 201 {"id":"ch_1"}
//! > POST /v1/charges
//! > idempotency-key: k1
//! >> {"amount":5}
//! < 201 {"id":"ch_a"}
//! ~ 201 {"id":"ch_1"}
//! > POST /v1/charges
//! > idempotency-key: k2
//! >> {"amount":5}
//! < 201 {"id":"ch_b"}
//! ~ 201 {"id":"ch_2"}
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::idempotency::{again, told_by};
use crate::run::Run;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("idempotency-ignored", include_str!("idempotency_ignored.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for one in again(run).iter().filter(|one| one.is_replay()) {
        let Some(replayed) = one.is_replayed() else { continue };
        findings.check();
        if replayed {
            continue;
        }
        let (first, case) = (one.first.case(), one.again.case());
        let mut other = told_by(&case.other);
        other.excerpt = format!("{}  after  {}", other.excerpt, told_by(&first.other).excerpt);
        findings.add(Complaint {
            severity: Severity::Error,
            operation: case.operation.clone(),
            message: "the same key gives the same thing again on the real side, and a new one on the mock"
                .to_owned(),
            place: "key".to_owned(),
            real: told_by(&case.real),
            other,
            hint: Some("let the mock keep its answer under the key and give it again".to_owned()),
        });
    }
}
