//! # header-missing
//!
//! A header that clients act on is in every recorded answer of a status, and not in the mock's.
//!
//! Group: headers
//!
//! ## Why it matters
//!
//! Clients follow Location, wait for Retry-After, slow down by the counters, ask again with the ETag. Code
//! that a mock never feeds is code that was never run.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/jobs
//! < location: /v1/jobs/7
//! < 202 {"id":7}
//! ~ 202 {"id":9}
//! ```
//!
//! How much there is:
//!
//! ```
//! > GET /v1/jobs
//! < x-total-count: 2
//! < 200 [{"id":7},{"id":8}]
//! ~ 200 [{"id":9},{"id":3}]
//! ```
//!
//! ## Quiet
//!
//! Other values, other case, more headers, and headers that only hops and people care about:
//!
//! ```
//! > GET /v1/jobs/7
//! < Server: nginx
//! < X-Request-Id: 1
//! < ETag: "a"
//! < 200 {"id":7}
//! ~ etag: W/"z"
//! ~ x-powered-by: tests
//! ~ 200 {"id":7}
//! ```
//!
//! Not in every recorded answer:
//!
//! ```
//! > GET /v1/jobs/7
//! < etag: "a"
//! < 200 {"id":7}
//! ~ 200 {"id":7}
//! > GET /v1/jobs/8
//! < 200 {"id":8}
//! ~ 200 {"id":8}
//! ```

use super::Rule;
use crate::case::Case;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use cassettes::meta::Meta;
use cassettes::model::Headers;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("header-missing", include_str!("header_missing.rs")),
    case: None,
    run: Some(judge),
};

/// Whether clients act on a header. Link is judged with the pages it leads to.
pub(crate) fn matters(name: &str) -> bool {
    matches!(
        name,
        "location" | "allow" | "etag" | "last-modified" | "content-range" | "accept-ranges" | "vary"
    ) || matches!(name, "content-location" | "content-disposition" | "deprecation" | "sunset" | "set-cookie")
        || matches!(name, "retry-after" | "www-authenticate")
        || name.contains("ratelimit")
        || name.contains("rate-limit")
        || counts(name)
}

/// Whether a header says how much a listing holds, or where in it a page stands: `X-Total-Count`, `X-Per-Page`.
fn counts(name: &str) -> bool {
    let has = |words: &[&str]| name.split(['-', '_']).any(|word| words.contains(&word));
    let of_time = has(&["time", "ms", "duration", "seconds"]);
    has(&["total", "totalcount", "totalpages", "page", "pages", "pagination"]) && !of_time
        || has(&["count"]) && has(&["result", "results", "item", "items", "record", "records"])
}

/// What asks for a token, or to come back later, is judged with the errors that it stands on.
fn judged_elsewhere(name: &str, status: u16) -> bool {
    status >= 400 && matches!(name, "www-authenticate" | "retry-after")
}

/// Headers whose absence changes what a client does next; that of the rest makes it do less.
fn severity(name: &str) -> Severity {
    match name {
        "location" | "etag" | "content-range" | "set-cookie" | "retry-after" | "www-authenticate"
        | "allow" => Severity::Error,
        "vary" | "accept-ranges" | "deprecation" | "sunset" => Severity::Info,
        _ => Severity::Warning,
    }
}

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for (operation, cases) in run.operations() {
        let mut by_status: BTreeMap<u16, Vec<&Case<'_>>> = BTreeMap::new();
        for case in cases {
            if let Some(status) = case.real.status() {
                by_status.entry(status).or_default().push(case);
            }
        }
        for (status, cases) in by_status {
            // Only answers of the same class say what the mock leaves out of them; an error with another status is
            // another error, and told as that.
            let like = |s: u16| s == status || s / 100 == status / 100 && status < 400;
            let comparable: Vec<&&Case<'_>> =
                cases.iter().filter(|c| c.other.status().is_some_and(like)).collect();
            let Some(first) = comparable.first() else { continue };
            for name in
                required(run, operation, status).into_iter().filter(|name| !judged_elsewhere(name, status))
            {
                findings.check();
                let Some(lacking) =
                    comparable.iter().find(|c| c.other.headers().is_some_and(|h| !h.contains(&name)))
                else {
                    continue;
                };
                // A mock that has it on some answers of this status shows it.
                let somewhere =
                    comparable.iter().any(|c| c.other.headers().is_some_and(|h| h.contains(&name)));
                if somewhere && comparable.len() < 3 {
                    continue;
                }
                findings.add(Complaint {
                    // A call within a program has no headers of its own.
                    severity: if lacking.other.call { Severity::Info } else { severity(&name) },
                    operation: first.operation.clone(),
                    message: format!("every recorded {status} has the header {name}, the mock's has not"),
                    place: format!("{status} {name}"),
                    real: lacking.real.at_header(&name),
                    other: lacking.other.at_header(&name),
                    hint: Some(format!("send {name} with the mock's {status}")),
                });
            }
        }
    }
}

/// The headers that matter and stand in every recorded answer of that status.
fn required(run: &Run<'_>, operation: &cassettes::operation::Operation, status: u16) -> BTreeSet<String> {
    let mut answers = run.real_of(operation).filter(|said| said.status() == Some(status));
    let names = |said: &crate::case::Said<'_>| -> BTreeSet<String> {
        let headers = said.headers().into_iter().flat_map(Headers::iter);
        headers.map(|(name, _)| name.to_ascii_lowercase()).filter(|name| matters(name)).collect()
    };
    let Some(first) = answers.next() else { return BTreeSet::new() };
    answers.fold(names(first), |all, said| all.intersection(&names(said)).cloned().collect())
}
