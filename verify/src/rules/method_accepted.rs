//! # method-accepted
//!
//! A method, a media type or a format that the real side refuses (405, 415, 406, 501) is let through by the
//! mock, or its 405 allows others than the real one.
//!
//! Group: errors
//!
//! ## Why it matters
//!
//! A client that sends PUT for PATCH, or a form for JSON, works with a mock that looks at the path alone.
//!
//! ## Fires
//!
//! ```
//! > PUT /v1/customers/cus_1
//! >> {"name":"x"}
//! < allow: GET, POST
//! < 405
//! ~ 200 {"id":"cus_1"}
//! ```
//!
//! ```
//! > POST /v1/customers
//! > content-type: text/plain
//! >> name=x
//! < 415 {"error":"unsupported_media_type"}
//! ~ 201 {"id":"cus_1"}
//! ```
//!
//! ```
//! > PUT /v1/customers/cus_1
//! < allow: GET, POST
//! < 405
//! ~ allow: GET, POST, DELETE
//! ~ 405
//! ```
//!
//! ## Quiet
//!
//! ```
//! > PUT /v1/customers/cus_1
//! < allow: GET, POST
//! < 405
//! ~ Allow: POST,get
//! ~ 405
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, judge_each};
use cassettes::meta::Meta;
use std::collections::BTreeSet;

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("method-accepted", include_str!("method_accepted.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    judge_each(
        run,
        findings,
        |one| {
            matches!(one.case().real.status(), Some(405 | 406 | 415 | 501))
                && one.case().other.reply().is_some()
        },
        |one| {
            let case = one.case();
            let refused = one.real_words();
            if one.fate == Fate::MethodAccepted {
                let asked = match case.real.status() {
                    Some(415) => "this media type",
                    Some(406) => "this format",
                    _ => "this method",
                };
                let message = format!(
                    "the real side refuses {asked} ({refused}), the mock answers {}",
                    one.other_words()
                );
                let hint = "let the mock refuse it as the real side does";
                return Some(complaint(one, Severity::Error, refused, message, hint));
            }
            let both = case.real.status() == Some(405) && case.other.status() == Some(405);
            let real = allowed(&case.real).filter(|_| both)?;
            // A 405 without the header is told by `header-missing`.
            let other = allowed(&case.other).filter(|other| *other != real)?;
            let words = |methods: BTreeSet<String>| methods.into_iter().collect::<Vec<_>>().join(", ");
            let message = format!("the real side's 405 allows {}, the mock's {}", words(real), words(other));
            Some(Complaint {
                real: case.real.at_header("allow"),
                other: case.other.at_header("allow"),
                ..complaint(
                    one,
                    Severity::Warning,
                    "allow",
                    message,
                    "send the real Allow header with the 405",
                )
            })
        },
    );
}

/// The methods of an `Allow` header, upper-cased for mocks that do not mind.
fn allowed(said: &Said<'_>) -> Option<BTreeSet<String>> {
    let headers = said.headers()?;
    let all: BTreeSet<String> = headers
        .get_all("allow")
        .flat_map(|v| v.split(',').map(|m| m.trim().to_ascii_uppercase()).collect::<Vec<_>>())
        .filter(|m| !m.is_empty())
        .collect();
    headers.contains("allow").then_some(all)
}
