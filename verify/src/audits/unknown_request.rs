//! # unknown-request
//!
//! A request that was not recorded, or more often than it was recorded.
//!
//! Group: walks
//!
//! ## Why it matters
//!
//! What the real side would have said, nobody knows. Either the client has changed since the recording, or it
//! does what nobody has ever seen answered. The nearest recorded request and each difference from it show which.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/users?limit=100
//! < 200 []
//! + 0.0 c1 GET /v1/users?limit=1000
//! ```
//!
//! ```
//! > DELETE /v1/users/u1
//! < 204
//! + 0.0 c1 DELETE /v1/accounts/1
//! ```
//!
//! Where another audit names the cause, as one does of numbers that were reckoned in floats, this one gives the
//! request for information alone: a cause is one error, not two.
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/users?limit=100&page=1
//! < 200 []
//! + 0.0 c1 GET /v1/users?page=1&limit=100 = #1
//! + 0.1 c1 #1 again
//! ```

use super::Audit;
use crate::conduct::{Call, Conduct};
use crate::excerpt;
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::sent::Counterparts;
use cassettes::journal::Missed;
use cassettes::meta::Meta;
use std::collections::BTreeSet;

pub(super) static AUDIT: Audit =
    Audit { meta: Meta::new("unknown-request", include_str!("unknown_request.rs")), inspect };

/// So many differences are quoted.
const MOST: usize = 4;

fn inspect(conduct: &Conduct<'_>, findings: &mut Findings) {
    let counterparts = Counterparts::of(conduct);
    for call in &conduct.calls {
        findings.check();
        let Some(miss) = &call.served.miss else { continue };
        let (message, mut place, mut hint) = told(call, miss);
        let mut severity = Severity::Error;
        if let Some(cause) = findings.told(call.line, miss.differences.len()) {
            severity = Severity::Info;
            place.push_str(&format!(" ({cause})"));
            hint = format!("see {cause}, which names the cause");
        }
        findings.add(Complaint {
            severity,
            operation: call.operation.clone(),
            message,
            place,
            real: real(conduct, &counterparts, call, miss),
            other: call.evidence(conduct.file),
            hint: Some(hint),
        });
    }
}

/// The message, what tells it from others, and the hint.
fn told(call: &Call<'_>, miss: &Missed) -> (String, String, String) {
    let asked = format!("{} {}", call.served.method, excerpt::bounded(&call.served.target));
    let Some(nearest) = &miss.nearest else {
        let hint = "record it: nothing like it is in the cassettes".to_owned();
        return (format!("{asked} was not recorded, and nothing like it"), "nothing".to_owned(), hint);
    };
    if miss.differences.is_empty() {
        return (
            format!("{asked} was asked more often than it was recorded"),
            miss.reason.clone(),
            "record what comes of asking again, or replay with --repeat".to_owned(),
        );
    }
    let mut differences = miss.differences.iter().take(MOST).cloned().collect::<Vec<_>>().join("; ");
    if miss.differences.len() > MOST {
        differences.push_str(&format!("; {} more", miss.differences.len() - MOST));
    }
    // Where it differs, not by what, tells one complaint from another.
    let places: BTreeSet<String> = miss.differences.iter().map(|difference| place(difference)).collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    (
        format!("{asked} was not recorded; {nearest} is nearest, but for {differences}"),
        places.join(", "),
        "if the client is right, record it anew; if that makes no difference, declare it under `matching:`"
            .to_owned(),
    )
}

/// Where a difference stands; in a list, in any of its items.
fn place(difference: &str) -> String {
    let place = difference.split_once(": ").map_or(difference, |(place, _)| place);
    let is_item = |step: &str| !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit());
    let steps: Vec<&str> = place.split('/').map(|step| if is_item(step) { "*" } else { step }).collect();
    steps.join("/")
}

/// The nearest request, if it can be told.
fn real(
    conduct: &Conduct<'_>,
    counterparts: &Counterparts<'_, '_>,
    call: &Call<'_>,
    miss: &Missed,
) -> Evidence {
    let nearest =
        miss.nearest.as_deref().and_then(|cite| conduct.recorded.iter().position(|r| r.cite == cite));
    let Some(at) = nearest.or_else(|| counterparts.recorded(&call.operation).first().copied()) else {
        return Evidence { pointer: "request".to_owned(), excerpt: "none".to_owned(), ..Evidence::default() };
    };
    let asked = conduct.recorded[at].request();
    let body = String::from_utf8_lossy(asked.body.bytes());
    let text = format!("{} {} {body}", asked.method, asked.target);
    counterparts.evidence(at, "request".to_owned(), text.trim_end())
}
