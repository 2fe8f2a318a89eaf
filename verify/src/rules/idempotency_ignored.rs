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
use crate::case::{Case, Said};
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use cassettes::json::{Json, Pointer};
use cassettes::meta::Meta;
use std::collections::BTreeMap;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("idempotency-ignored", include_str!("idempotency_ignored.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let mut first: BTreeMap<(usize, &str, String, &[u8]), &Case<'_>> = BTreeMap::new();
    for case in run.cases.iter().filter(|c| c.real.is_success() && c.other.is_success()) {
        let request = &case.exchange.request;
        let key = request.headers.iter().find(|(name, _)| name.to_ascii_lowercase().contains("idempotency"));
        let Some((_, key)) = key else { continue };
        let key = (
            case.cassette,
            request.target.as_str(),
            String::from_utf8_lossy(key).into_owned(),
            request.body.bytes(),
        );
        let Some(before) = first.get(&key) else {
            first.insert(key, case);
            continue;
        };
        let at = Pointer::root().member("id");
        let same = |a: &Said<'_>, b: &Said<'_>| Some(id(a, &at)? == id(b, &at)?);
        if same(&before.real, &case.real) != Some(true) {
            continue;
        }
        findings.check();
        if same(&before.other, &case.other) == Some(false) {
            let mut other = case.other.at(&at);
            other.excerpt = format!("{}  after  {}", other.excerpt, before.other.at(&at).excerpt);
            findings.add(Complaint {
                severity: Severity::Error,
                operation: case.operation.clone(),
                message:
                    "the same key gives the same thing again on the real side, and a new one on the mock"
                        .to_owned(),
                place: "key".to_owned(),
                real: case.real.at(&at),
                other,
                hint: Some("let the mock keep its answer under the key and give it again".to_owned()),
            });
        }
    }
}

fn id(said: &Said<'_>, at: &Pointer) -> Option<String> {
    at.find(said.json.as_ref()?).and_then(Json::scalar_text).map(str::to_owned)
}
