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

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("etag-static", include_str!("etag_static.rs")), case: None, run: Some(judge) };

fn judge(run: &Run<'_>, findings: &mut Findings) {
    for (operation, cases) in run.operations() {
        let tagged: Vec<&Case<'_>> = cases
            .into_iter()
            .filter(|c| {
                c.real.is_success()
                    && c.other.is_success()
                    && tag(&c.real).is_some()
                    && tag(&c.other).is_some()
            })
            .collect();
        let differ = |a: &Said<'_>, b: &Said<'_>| content(a) != content(b);
        for (i, later) in tagged.iter().enumerate() {
            let same_thing =
                |e: &&&Case<'_>| e.cassette == later.cassette && e.asked.target == later.asked.target;
            let changed = |e: &&&Case<'_>| differ(&e.real, &later.real) && differ(&e.other, &later.other);
            let Some(earlier) = tagged[..i].iter().rev().filter(same_thing).find(changed) else { continue };
            if tag(&earlier.real) == tag(&later.real) {
                continue;
            }
            findings.check();
            if tag(&earlier.other) != tag(&later.other) {
                continue;
            }
            findings.add(Complaint {
                severity: Severity::Error,
                operation: operation.clone(),
                message: "the ETag changes with the content on the real side, and stays the same on the mock"
                    .to_owned(),
                place: "etag".to_owned(),
                real: at_tag(&later.real),
                other: at_tag(&later.other),
                hint: Some("make the mock's ETag out of the body, for example a hash of it".to_owned()),
            });
        }
    }
}

/// The tag in its header, or as a member of the thing itself: `etag`, `@odata.etag`.
fn tag(said: &Said<'_>) -> Option<String> {
    let header = said.header("etag").map(std::borrow::Cow::into_owned);
    header.or_else(|| in_body(said).map(|(_, tag)| tag.to_owned()))
}

fn in_body<'s>(said: &'s Said<'_>) -> Option<(Pointer, &'s str)> {
    let named = |name: &str| name.to_ascii_lowercase().trim_start_matches(['@', '_']).ends_with("etag");
    let mut members = said.json.as_ref()?.members().iter().filter(|(name, _)| named(name));
    members.find_map(|(name, value)| Some((Pointer::root().member(name), value.as_str()?)))
}

fn at_tag(said: &Said<'_>) -> Evidence {
    match in_body(said) {
        Some((at, _)) if said.header("etag").is_none() => said.at(&at),
        _ => said.at_header("etag"),
    }
}

fn content<'s>(said: &'s Said<'_>) -> &'s [u8] {
    said.reply().map(|r| r.body.bytes()).unwrap_or_default()
}
