//! # idempotency-conflict-never
//!
//! A key that was used for one request is refused for another on the real side, and taken by the mock.
//!
//! Group: state
//!
//! ## Why it matters
//!
//! A client that draws its key from too little, a user's id or the day, sends two different requests under
//! one key. In production the second is refused; on a mock that never looks at what came with the key it
//! passes, or is answered with the first result.
//!
//! ## Fires
//!
//! The mock makes a second thing:
//!
//! ```
//! > POST /v1/charges
//! > idempotency-key: k1
//! >> {"amount":5}
//! < 201 {"id":"ch_a"}
//! ~ 201 {"id":"ch_1"}
//! > POST /v1/charges
//! > idempotency-key: k1
//! >> {"amount":7}
//! < 409 {"error":{"code":"key_in_use"}}
//! ~ 201 {"id":"ch_2"}
//! ```
//!
//! The mock gives its first answer again, whatever is asked; here the key stands in the body:
//!
//! ```
//! > POST /v1/stacks
//! > content-type: application/json
//! >> {"ClientToken":"k1","name":"a"}
//! < 200 {"id":"st_a"}
//! ~ 200 {"id":"st_1"}
//! > POST /v1/stacks
//! > content-type: application/json
//! >> {"ClientToken":"k1","name":"b"}
//! < 400 {"error":{"code":"idempotent_parameter_mismatch"}}
//! ~ 200 {"id":"st_1"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > POST /v1/charges
//! > idempotency-key: k1
//! >> {"amount":5}
//! < 201 {"id":"ch_a"}
//! ~ 201 {"id":"ch_1"}
//! > POST /v1/charges
//! > idempotency-key: k1
//! >> {"amount":7}
//! < 409 {"error":{"code":"key_in_use"}}
//! ~ 409 {"error":{"code":"key_in_use"}}
//! ```
//!
//! The second request was refused for what it says, not for its key, and the mock refuses it, too; the
//! same request sent again is no conflict:
//!
//! ```
//! > POST /v1/charges
//! > idempotency-key: k1
//! >> {"amount":5}
//! < 201 {"id":"ch_a"}
//! ~ 201 {"id":"ch_1"}
//! > POST /v1/charges
//! > idempotency-key: k1
//! >> {"amount":"ten"}
//! < 422 {"error":{"code":"invalid_amount"}}
//! ~ 422 {"error":{"code":"invalid_amount"}}
//! > POST /v1/charges
//! > idempotency-key: k1
//! >> {"amount":5}
//! < 201 {"id":"ch_a"}
//! ~ 201 {"id":"ch_1"}
//! ```

use super::Rule;
use crate::finding::{Complaint, Findings, Severity};
use crate::idempotency::{again, told_by};
use crate::run::Run;
use cassettes::meta::Meta;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("idempotency-conflict-never", include_str!("idempotency_conflict_never.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for one in again(run).iter().filter(|one| one.is_conflict(run)) {
        findings.check();
        if !one.again.reading.other.success {
            continue;
        }
        let case = one.again.case();
        let what = match one.is_replayed() {
            Some(true) => "gives the first answer again",
            _ => "does what it says",
        };
        let real = case.real.whole();
        let mut other = case.other.whole();
        let first = told_by(&one.first.case().other).excerpt;
        other.excerpt = format!("{}  after  {first}", other.excerpt);
        findings.add(Complaint {
            severity: Severity::Error,
            operation: case.operation.clone(),
            message: format!(
                "another request under a key that was used is refused with {} on the real side; the mock {what}",
                one.again.real_words()
            ),
            place: "key".to_owned(),
            real,
            other,
            hint: Some(
                "let the mock keep the request with its key, and refuse another one under the same key"
                    .to_owned(),
            ),
        });
    }
}
