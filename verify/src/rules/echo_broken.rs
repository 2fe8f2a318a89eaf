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
//! Numbers in another spelling, and a mock that leaves the place out:
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

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("echo-broken", include_str!("echo_broken.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for one in heard(run) {
        findings.check();
        if one.repeats {
            continue;
        }
        let (case, at) = (one.case, one.at.to_string());
        let (real, other) = match &one.at {
            At::Body(pointer) => (case.real.at(pointer), case.other.at(pointer)),
            At::Header(name) => (case.real.at_header(name), case.other.at_header(name)),
        };
        findings.add(Complaint {
            severity: Severity::Error,
            operation: case.operation.clone(),
            message: format!(
                "`{at}` always repeats the request's {} on the real side; asked with {}, the mock says \
                 something else",
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
