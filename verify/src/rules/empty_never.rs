//! # empty-never
//!
//! The real side has listings without items; the mock always has some.
//!
//! Group: not found
//!
//! ## Why it matters
//!
//! The empty list is where clients take the first element, divide by the count, or draw a page with nothing on
//! it. A mock that always finds something never leads there.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/orders?status=open
//! < 200 {"data":[{"id":"o1"}]}
//! ~ 200 {"data":[{"id":"m1"}]}
//! > GET /v1/orders?status=lost
//! < 200 {"data":[]}
//! ~ 200 {"data":[{"id":"m1"}]}
//! ```
//!
//! A filter that finds nothing, beside a page beyond the last:
//!
//! ```
//! > GET /v1/things?page=1
//! < 200 {"data":[{"id":"a"},{"id":"b"}]}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"}]}
//! > GET /v1/things?page=9
//! < 200 {"data":[]}
//! ~ 200 {"data":[]}
//! > GET /v1/things?state=none
//! < 200 {"data":[]}
//! ~ 200 {"data":[{"id":"m"},{"id":"n"}]}
//! ```
//!
//! The request names its filter in a body, and what is counted beside the list is nothing:
//!
//! ```
//! > POST /v1/jobs/search
//! >> {"queue":"busy"}
//! < 200 {"hits":1,"results":[{"id":"j1"}]}
//! ~ 200 {"hits":1,"results":[{"id":"m1"}]}
//! > POST /v1/jobs/search
//! >> {"queue":"idle"}
//! < 200 {"hits":0,"results":[]}
//! ~ 200 {"hits":1,"results":[{"id":"m1"}]}
//! ```
//!
//! ## Quiet
//!
//! The mock has its own data, and an empty list among it:
//!
//! ```
//! > GET /v1/orders?status=open
//! < 200 {"data":[]}
//! ~ 200 {"data":[{"id":"m1"}]}
//! > GET /v1/orders?status=done
//! < 200 {"data":[{"id":"o1"}]}
//! ~ 200 {"data":[{"id":"m2"}]}
//! > GET /v1/orders?status=lost
//! < 200 {"data":[]}
//! ~ 200 {"data":[]}
//! ```
//!
//! A listing that was only ever empty says nothing about which question makes it so:
//!
//! ```
//! > GET /v1/orders
//! < 200 []
//! ~ 200 [{"id":"m1"}]
//! ```
//!
//! It was empty before something was made, and the mock starts with something:
//!
//! ```
//! > GET /v1/orders
//! < 200 []
//! ~ 200 [{"id":"m1"}]
//! > POST /v1/orders
//! >> {"item":1}
//! < 201 {"id":"o1"}
//! ~ 201 {"id":"m2"}
//! > GET /v1/orders
//! < 200 [{"id":"o1"}]
//! ~ 200 [{"id":"m1"},{"id":"m2"}]
//! ```

use super::Rule;
use crate::finding::{Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, fates};
use cassettes::facets::not_found::MissStyle;
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::BTreeSet;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("empty-never", include_str!("empty_never.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
    // A mock with data of its own is empty somewhere else.
    let judged = fates(run);
    // A page beyond the last is empty as a matter of course.
    let elsewhere: BTreeSet<&Operation> = judged
        .iter()
        .filter(|one| one.fate != Fate::Fleeting && one.reading.other.miss == Some(MissStyle::EmptyList))
        .map(|one| &one.reading.case.operation)
        .collect();
    for one in judged {
        let empty = one.reading.real.miss == Some(MissStyle::EmptyList);
        if !empty || !matches!(one.fate, Fate::Filled | Fate::Kept) {
            continue;
        }
        findings.check();
        let case = one.reading.case;
        if one.fate != Fate::Filled || elsewhere.contains(&case.operation) {
            continue;
        }
        // A filter decides by what is asked; a path may name something that has items in the mock's data.
        let filtered = case.exchange.request.query().is_some() || !case.exchange.request.is_empty();
        let severity = if filtered { Severity::Error } else { Severity::Warning };
        let message = "the real side has a listing without items, the mock always has some".to_owned();
        let hint = "let the mock apply the filter, or give it one case that finds nothing";
        findings.add(complaint(&one, severity, "empty", message, hint));
    }
}
