//! # etag-static
//!
//! A thing has changed, and its ETag has not, on the mock.
//!
//! Group: state
//!
//! ## Why it matters
//!
//! A cache that trusts it serves old data; a conditional update that trusts it overwrites the work of others.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/config
//! < etag: "a1"
//! < 200 {"n":1}
//! ~ etag: "x"
//! ~ 200 {"n":5}
//! > PUT /v1/config
//! >> {"n":2}
//! < 204
//! ~ 204
//! > GET /v1/config
//! < etag: "b1"
//! < 200 {"n":2}
//! ~ etag: "x"
//! ~ 200 {"n":2}
//! ```
//!
//! The answer to the change itself has the tag from before:
//!
//! ```
//! > GET /v1/notes/a
//! < etag: "a1"
//! < 200 {"id":"a","title":"x"}
//! ~ etag: "x1"
//! ~ 200 {"id":"m","title":"x"}
//! > PATCH /v1/notes/a
//! >> {"title":"y"}
//! < etag: "b1"
//! < 200 {"id":"a","title":"y"}
//! ~ etag: "x1"
//! ~ 200 {"id":"m","title":"y"}
//! ```
//!
//! A tag that the thing itself holds:
//!
//! ```
//! > GET /v1/jobs/a
//! < 200 {"id":"a","title":"x","etag":"Bw1"}
//! ~ 200 {"id":"m","title":"x","etag":"Bw0"}
//! > PATCH /v1/jobs/a
//! >> {"title":"y"}
//! < 200 {"id":"a","title":"y","etag":"Bw2"}
//! ~ 200 {"id":"m","title":"y","etag":"Bw0"}
//! > GET /v1/jobs/a
//! < 200 {"id":"a","title":"y","etag":"Bw2"}
//! ~ 200 {"id":"m","title":"y","etag":"Bw0"}
//! ```
//!
//! ## Quiet
//!
//! The first version of each new thing has the tag of the first version:
//!
//! ```
//! > POST /v1/notes
//! >> {"title":"x"}
//! < etag: "a1"
//! < 201 {"id":"a","title":"x"}
//! ~ etag: "1"
//! ~ 201 {"id":"m","title":"x"}
//! > POST /v1/notes
//! >> {"title":"y"}
//! < etag: "b1"
//! < 201 {"id":"b","title":"y"}
//! ~ etag: "1"
//! ~ 201 {"id":"n","title":"y"}
//! ```
//!
//! ```
//! > GET /v1/config
//! < etag: "a1"
//! < 200 {"n":1}
//! ~ etag: "x"
//! ~ 200 {"n":5}
//! > GET /v1/config
//! < etag: "a1"
//! < 200 {"n":1}
//! ~ etag: "x"
//! ~ 200 {"n":5}
//! > PUT /v1/config
//! >> {"n":2}
//! < 204
//! ~ 204
//! > GET /v1/config
//! < etag: "b1"
//! < 200 {"n":2}
//! ~ etag: "y"
//! ~ 200 {"n":2}
//! ```
//!
//! Tags count the versions of each thing, so that two things may share one:
//!
//! ```
//! > GET /v1/config/a
//! < etag: "1f"
//! < 200 {"n":1}
//! ~ etag: "1"
//! ~ 200 {"n":5}
//! > GET /v1/config/b
//! < etag: "2f"
//! < 200 {"n":2}
//! ~ etag: "1"
//! ~ 200 {"n":6}
//! ```

use super::Rule;
use crate::case::{Case, Said};
use crate::finding::{Complaint, Evidence, Findings, Severity};
use crate::run::Run;
use cassettes::json::Pointer;
use cassettes::meta::Meta;
use cassettes::model::Response;
use std::collections::BTreeMap;

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("etag-static", include_str!("etag_static.rs")), case: None, run: Some(judge) };

/// Where a tag stands: in its header, or as a member of the thing itself (`etag`, `@odata.etag`).
type Tagged = fn(&Said<'_>) -> Option<(String, Evidence)>;

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for tagged in [in_header as Tagged, in_body] {
        let mut things: BTreeMap<(usize, &str), Vec<&Case<'_>>> = BTreeMap::new();
        for case in run.cases.iter().filter(|c| speaks_of_its_target(&c.exchange.request.method)) {
            let successes = case.real.is_success() && case.other.is_success();
            if successes && tagged(&case.real).is_some() && tagged(&case.other).is_some() {
                things.entry((case.cassette, &case.asked.target)).or_default().push(case);
            }
        }
        for cases in things.into_values() {
            thing(&cases, tagged, findings);
        }
    }
}

/// What answers to these is the thing at their target; a POST to a list answers with one of its items.
fn speaks_of_its_target(method: &str) -> bool {
    matches!(method, "GET" | "PUT" | "PATCH")
}

/// One thing, read and written in turn.
fn thing(cases: &[&Case<'_>], tagged: Tagged, findings: &mut Findings) {
    let tag = |said: &Said<'_>| tagged(said).map(|(tag, _)| tag);
    let differ = |a: &Said<'_>, b: &Said<'_>| content(a) != content(b);
    for (i, later) in cases.iter().enumerate() {
        // An answer of the same version may differ in a stamp of its own.
        let changed = |e: &&&Case<'_>| {
            tag(&e.real) != tag(&later.real) && differ(&e.real, &later.real) && differ(&e.other, &later.other)
        };
        let Some(earlier) = cases[..i].iter().rev().find(changed) else { continue };
        findings.check();
        let (Some((_, real)), Some((other_tag, other))) = (tagged(&later.real), tagged(&later.other)) else {
            continue;
        };
        if tag(&earlier.other) != Some(other_tag) {
            continue;
        }
        findings.add(Complaint {
            severity: Severity::Error,
            operation: later.operation.clone(),
            message: "the ETag changes with the content on the real side, and stays the same on the mock"
                .to_owned(),
            place: "etag".to_owned(),
            real,
            other,
            hint: Some("make the mock's ETag out of the body, for example a hash of it".to_owned()),
        });
    }
}

fn in_header(said: &Said<'_>) -> Option<(String, Evidence)> {
    Some((said.header("etag")?.into_owned(), said.at_header("etag")))
}

fn in_body(said: &Said<'_>) -> Option<(String, Evidence)> {
    let named = |name: &str| name.to_ascii_lowercase().trim_start_matches(['@', '_']).ends_with("etag");
    let mut members = said.json.as_ref()?.members().iter().filter(|(name, _)| named(name));
    let (name, tag) = members.find_map(|(name, value)| Some((name, value.as_str()?)))?;
    Some((tag.to_owned(), said.at(&Pointer::root().member(name))))
}

fn content<'s>(said: &'s Said<'_>) -> &'s [u8] {
    said.reply().map(Response::essence).unwrap_or_default()
}
