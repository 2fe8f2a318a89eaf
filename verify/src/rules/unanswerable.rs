//! # unanswerable
//!
//! A recorded request that the mock cannot answer: it has nothing for it, or says that it has no such route.
//!
//! Group: coverage
//!
//! ## Why it matters
//!
//! What the mock cannot answer no test exercises. The call exists in production; somebody forgot it.
//!
//! ## Fires
//!
//! No route on the mock:
//!
//! ```
//! > GET /v1/customers
//! < 200 {"data":[]}
//! ~ 200 {"data":[]}
//! > POST /v1/refunds
//! >> {"charge":"ch_1"}
//! < 201 {"id":"re_1"}
//! ~ 404 Cannot POST /v1/refunds
//! ```
//!
//! A thing that the mock's own data does not hold, said as the real side says it (for information only):
//!
//! ```
//! > GET /bucket/a/b.bin
//! < 200 bytes
//! ~ 404 {"code":"no_such_key"}
//! > GET /bucket/nope.bin
//! < 404 {"code":"no_such_key"}
//! ~ 404 {"code":"no_such_key"}
//! ```
//!
//! No stub of a mock that is a file:
//!
//! ```
//! > GET /v1/refunds/re_1
//! < 200 {"id":"re_1"}
//! ~ untaken failed closed
//! * stubs/customers.json:1 GET /v1/customers/{id} 200
//! ```
//!
//! A stub for another thing of the same kind (for information only):
//!
//! ```
//! > GET /v1/plans
//! < 200 {"plans":[]}
//! ~ 200 {"plans":[]}
//! > GET /v1/customers/cus_1
//! < 200 {"id":"cus_1"}
//! ~ untaken 404 no stub takes it
//! * stubs/customers.json:3 GET /v1/customers/c7 200
//! ```
//!
//! ## Quiet
//!
//! A thing that the mock's own data does not hold, said in an envelope (for information only):
//!
//! ```
//! > GET /v1/customers/b
//! < 404 {"error":{"code":"not_found"}}
//! ~ 404 {"error":{"code":"not_found"}}
//! ```
//!
//! No stub for one request of many, and none for a refusal: nobody knows, and the coverage says so:
//!
//! ```
//! > GET /v1/customers/cus_1
//! < 200 {"id":"cus_1"}
//! ~ 200 {"id":"cus_1"}
//! > GET /v1/customers/cus_2
//! < 200 {"id":"cus_2"}
//! ~ untaken 404
//! > GET /v1/charges/zz
//! < 404 {"error":{"code":"not_found"}}
//! ~ untaken 404
//! * stubs/customers.json:3 GET /v1/customers/cus_1 200
//! ```
//!
//! The mock knows the route and some of its things:
//!
//! ```
//! > GET /v1/customers/a
//! < 200 {"id":"a"}
//! ~ 200 {"id":"a"}
//! > GET /v1/customers/b
//! < 404 {"error":{"code":"not_found"}}
//! ~ 404 {"error":{"code":"not_found"}}
//! ```

use super::Rule;
use crate::case::{Case, Reason, Said, Unjudged};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::run::fates::Side;
use crate::run::{Run, routes};
use cassettes::meta::Meta;
use cassettes::model::Request;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("unanswerable", include_str!("unanswerable.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for one in &run.unjudged {
        let why = match &one.reason {
            Reason::Inexpressible(why) => why,
            Reason::Masked(_) => {
                masked(one, findings);
                continue;
            }
            _ => continue,
        };
        if run.repertoire.is_some() {
            untold(run, one, why, findings);
            continue;
        }
        findings.check();
        findings.add(Complaint {
            severity: Severity::Error,
            operation: one.operation.clone(),
            message: "the mock cannot answer a request that the real side was asked".to_owned(),
            place: "none".to_owned(),
            real: one.real.whole(),
            other: Evidence { pointer: "body".to_owned(), excerpt: why.clone(), ..Evidence::default() },
            hint: Some(format!(
                "add an answer to {} {} to the mock",
                one.exchange.request.method, one.exchange.request.target
            )),
        });
    }
    let mut operations = run.operations();
    for one in run.unjudged.iter().filter(|u| matches!(u.reason, Reason::Untaken(_))) {
        operations.entry(&one.operation).or_default();
    }
    for (operation, cases) in operations {
        let wanted: Vec<&Case<'_>> = cases.iter().copied().filter(|c| c.real.is_success()).collect();
        let untaken: Vec<(&Unjudged<'_>, &str)> = run
            .unjudged_of(operation)
            .filter(|u| u.real.is_success())
            .filter_map(|u| if let Reason::Untaken(why) = &u.reason { Some((u, why.as_str())) } else { None })
            .collect();
        let first = untaken.first().map(|(one, why)| (&one.real, &one.exchange.request, nothing(why)));
        let first = first.or_else(|| wanted.first().map(|c| (&c.real, &c.asked, c.other.whole())));
        let Some((real, asked, other)) = first else { continue };
        findings.check();
        if !cases.iter().all(|c| matches!(c.other.status(), Some(404 | 405 | 501))) {
            continue;
        }
        // A thing that the mock's own data does not hold is no missing route: it says so in an envelope,
        // or in the words that the real side has for it.
        let things = (operation.template.contains('{') && cases.iter().all(|c| c.other.tree().is_some()))
            || cases.iter().all(|c| known_miss(run, c))
            // A HEAD answer has no body in which it could say so.
            || (operation.method == "HEAD" && cases.iter().all(|c| c.other.status() == Some(404)));
        let things = match routes::has_route(run, operation) {
            Some(known) if wanted.is_empty() => known,
            _ => things,
        };
        findings.add(Complaint {
            severity: if things { Severity::Info } else { Severity::Error },
            operation: operation.clone(),
            message: "the mock has no answer to any recorded request of this operation".to_owned(),
            place: "route".to_owned(),
            real: real.whole(),
            other,
            hint: Some(if things {
                "record the listing or the creation before it, so that the mock's own ids can be followed"
                    .to_owned()
            } else {
                format!("add an answer to {} {} to the mock", asked.method, asked.target)
            }),
        });
    }
}

/// Nothing in the mock's files takes the request.
fn nothing(why: &str) -> Evidence {
    Evidence { pointer: "request".to_owned(), excerpt: why.to_owned(), ..Evidence::default() }
}

/// Whether the mock says with a code what the real side says where there is no such thing.
fn known_miss(run: &Run<'_>, case: &Case<'_>) -> bool {
    let codes = |request: &Request, said: &Said<'_>| -> Vec<String> {
        let side = Side::read(request, said);
        let codes = side.error.filter(|_| side.miss.is_some()).map(|e| e.codes).unwrap_or_default();
        codes.iter().map(|code| code.key().to_owned()).collect()
    };
    let said = codes(&case.asked, &case.other);
    let near = run.cases.iter().filter(|c| c.exchange.request.method == case.exchange.request.method);
    !said.is_empty() && near.map(|c| codes(&c.exchange.request, &c.real)).any(|real| real == said)
}

/// The subject is files, and they do not tell what it answers. That is no fault of it, and nothing was checked.
fn untold(run: &Run<'_>, one: &Unjudged<'_>, why: &str, findings: &mut Findings) {
    let known = run.repertoire.iter().flat_map(|r| &r.not_understood).map(|(spot, _)| spot);
    let location = known.into_iter().find(|s| why.starts_with(&format!("{}:{}: ", s.file, s.line))).cloned();
    findings.add(Complaint {
        severity: Severity::Info,
        operation: one.operation.clone(),
        message: "the mock's files do not tell what it answers, so nothing is known of this".to_owned(),
        place: "untold".to_owned(),
        real: one.real.whole(),
        other: Evidence { pointer: "request".to_owned(), excerpt: why.to_owned(), location, exchange: None },
        hint: Some("start the mock and give its URL, or cmd:COMMAND, to have it asked".to_owned()),
    });
}

/// The subject refuses a credential that the cassette only has a stand-in for.
fn masked(one: &Unjudged<'_>, findings: &mut Findings) {
    findings.add(Complaint {
        severity: Severity::Info,
        operation: one.operation.clone(),
        message: "the mock refuses what stands for the recorded credential, so nothing is known of this"
            .to_owned(),
        place: "credential".to_owned(),
        real: one.real.at_status(),
        other: Evidence {
            pointer: "status".to_owned(),
            excerpt: one.reason.to_string(),
            ..Evidence::default()
        },
        hint: Some(
            "name the credential under `secrets:` in truetape.yaml, of Basic ones the whole `user:password` as \
             one, and record again"
                .to_owned(),
        ),
    });
}
