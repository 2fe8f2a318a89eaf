//! # echo-broken
//!
//! A place of the answer always repeats what was asked on the real side, and says something else on the mock.
//!
//! Group: state
//!
//! ## Why it matters
//!
//! A client puts an answer with its question by the id that it sent, or checks that what it asked for is what
//! it got. On a mock that answers with its fixture whatever is asked, neither is ever exercised: the check is
//! switched off in tests, or written so that it never holds.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/rates?base=EUR
//! < 200 {"base":"EUR","rate":"1.07"}
//! ~ 200 {"base":"EUR","rate":"1.10"}
//! > GET /v1/rates?base=CHF
//! < 200 {"base":"CHF","rate":"0.93"}
//! ~ 200 {"base":"EUR","rate":"1.10"}
//! ```
//!
//! One value is enough where it is unmistakable; here it stands in headers:
//!
//! ```
//! > GET /v1/ping
//! > x-correlation-id: 6f1c2d9e-4b7a-4d0e-9a53-1f0d2c3b4a59
//! < x-correlation-id: 6f1c2d9e-4b7a-4d0e-9a53-1f0d2c3b4a59
//! < 200 {"ok":true}
//! ~ x-correlation-id: 00000000-0000-4000-8000-000000000000
//! ~ 200 {"ok":true}
//! ```
//!
//! A parameter that the URL of a redirection carries back:
//!
//! ```
//! > GET /authorize?client_id=web&state=xyz-71
//! < location: https://app.test/cb?code=c_5f0d9e8a71&state=xyz-71
//! < 302
//! ~ location: https://app.test/cb?code=c_0000000001&state=always
//! ~ 302
//! ```
//!
//! A header that comes back wherever it was sent, and that the mock leaves out:
//!
//! ```
//! > GET /v1/ping
//! > x-correlation-id: corr-001ee7
//! < x-correlation-id: corr-001ee7
//! < 200 {"ok":true}
//! ~ 200 {"ok":true}
//! ```
//!
//! ## Quiet
//!
//! The mock has ids of its own, and repeats the one that it was asked for:
//!
//! ```
//! > POST /v1/things
//! < 201 {"id":"th_9f8e7d6c5b"}
//! ~ 201 {"id":"th_0000000001"}
//! > GET /v1/things/th_9f8e7d6c5b
//! < 200 {"id":"th_9f8e7d6c5b"}
//! ~ 200 {"id":"th_0000000001"}
//! ```
//!
//! The real side changes what it was told, or says it by chance:
//!
//! ```
//! > GET /v1/search?q=Apple&sort=name
//! < 200 {"q":"apple","sort":"name"}
//! ~ 200 {"q":"apple","sort":"score"}
//! > GET /v1/search?q=pear&sort=name
//! < 200 {"q":"pear","sort":"name"}
//! ~ 200 {"q":"apple","sort":"score"}
//! ```
//!
//! One word stood in two places of the request, and another request shows which of them it was: what the
//! real side itself contradicts is no echo, and where nothing was sent nothing comes back.
//!
//! ```
//! > POST /v1/charges
//! > idempotency-key: order-8841
//! > content-type: application/x-www-form-urlencoded
//! >> amount=10&client_reference=order-8841
//! < 200 {"object":"charge","client_reference":"order-8841"}
//! ~ 200 {"object":"charge","client_reference":"order-8841"}
//! > POST /v1/charges
//! > idempotency-key: once
//! > content-type: application/x-www-form-urlencoded
//! >> amount=10
//! < 200 {"object":"charge","client_reference":null}
//! ~ 200 {"object":"charge","client_reference":null}
//! ```
//!
//! Numbers that meet by chance, in places that have nothing to do with each other:
//!
//! ```
//! > GET /v1/near?radius=10
//! < 200 {"hits":10}
//! ~ 200 {"hits":3}
//! > GET /v1/near?radius=25
//! < 200 {"hits":25}
//! ~ 200 {"hits":3}
//! ```
//!
//! A header that comes back only now and then:
//!
//! ```
//! > GET /v1/ping
//! > x-trace-id: trace-4410aa
//! < x-trace-id: trace-4410aa
//! < 200 {"ok":true}
//! ~ 200 {"ok":true}
//! > GET /v1/ping
//! > x-trace-id: trace-4410ab
//! < 200 {"ok":true}
//! ~ 200 {"ok":true}
//! ```
//!
//! What was sent is said again:
//!
//! ```
//! > POST /v1/sums
//! > content-type: application/json
//! >> {"amount":1250,"note":"first"}
//! < 201 {"amount":1250,"note":"first"}
//! ~ 201 {"amount":1250,"note":"first"}
//! > POST /v1/sums
//! > content-type: application/json
//! >> {"amount":990,"note":"second"}
//! < 201 {"amount":990,"note":"second"}
//! ~ 201 {"amount":990,"note":"second"}
//! ```

use super::Rule;
use crate::echo::{At, heard};
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use cassettes::meta::Meta;
use std::collections::BTreeSet;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("echo-broken", include_str!("echo_broken.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
    // Whoever leaves a header out does so everywhere: one cause, one finding.
    let mut left_out = BTreeSet::new();
    for one in heard(run) {
        findings.check();
        let header = matches!(one.at, At::Header(_));
        if one.repeats || (header && one.left_out && !left_out.insert(one.at.clone())) {
            continue;
        }
        let (case, at) = (one.case, one.at.to_string());
        let (real, other) = match &one.at {
            At::Body(pointer) => (case.real.at(pointer), case.other.at(pointer)),
            At::Header(name) => (case.real.at_header(name), case.other.at_header(name)),
            At::Location(_) => (case.real.at_header("location"), case.other.at_header("location")),
        };
        let does = if one.left_out { "leaves it out" } else { "says something else" };
        findings.add(Complaint {
            severity: if header && one.left_out { Severity::Warning } else { Severity::Error },
            operation: case.operation.clone(),
            message: format!(
                "`{at}` always repeats the request's {} on the real side; asked with {}, the mock {does}",
                one.from.join(" and "),
                crate::excerpt::bounded(&one.wanted)
            ),
            place: at,
            real,
            other,
            hint: Some("let the mock take the value from the request it answers".to_owned()),
        });
    }
}
