//! # media-type-changed
//!
//! The mock sends the same kind of answer under another media type.
//!
//! Group: errors
//!
//! ## Why it matters
//!
//! Clients choose their parser by the media type: one for `application/problem+json`, one for HTML from a
//! gateway, one for JSON that is served as text. With another type the test takes another parser.
//!
//! ## Fires
//!
//! ```
//! > POST /v1/orders
//! >> {"n":-1}
//! < content-type: application/problem+json
//! < 400 {"type":"about:blank","title":"n must be positive"}
//! ~ 400 {"type":"about:blank","title":"n must be positive"}
//! ```
//!
//! ```
//! > GET /v1/reports/1
//! < content-type: text/html
//! < 502 <html><body>Bad gateway</body></html>
//! ~ 502 {"message":"Bad gateway"}
//! ```
//!
//! Beside a class that went with the document:
//!
//! ```
//! > GET /v1/orders?limit=x
//! < content-type: application/json
//! < 400 {"error":{"code":"invalid_limit"}}
//! ~ content-type: text/html
//! ~ 400 <html><h1>Error</h1></html>
//! > GET /v1/orders?after=y
//! < content-type: application/json
//! < 400 {"error":{"code":"resource_not_found"}}
//! ~ content-type: text/html
//! ~ 400 <html><h1>Error</h1></html>
//! ```
//!
//! ## Quiet
//!
//! Parameters such as the charset are not the type:
//!
//! ```
//! > POST /v1/orders
//! >> {"n":-1}
//! < content-type: application/json; charset=utf-8
//! < 400 {"message":"no"}
//! ~ content-type: application/json
//! ~ 400 {"message":"no"}
//! ```
//!
//! The real side uses both:
//!
//! ```
//! > GET /v1/feed
//! < content-type: application/json
//! < 200 {"a":1}
//! ~ content-type: text/json
//! ~ 200 {"a":1}
//! > GET /v1/feed
//! < content-type: text/json
//! < 200 {"a":1}
//! ~ content-type: text/json
//! ~ 200 {"a":1}
//! ```

use super::Rule;
use crate::case::Said;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::fates::{Fate, complaint, fates};
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("media-type-changed", include_str!("media_type_changed.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let judged = fates(run);
    let mut seen: BTreeMap<(&Operation, bool), BTreeSet<String>> = BTreeMap::new();
    for one in &judged {
        if let Some(media) = media(&one.case().real) {
            seen.entry((&one.case().operation, one.reading.real.error.is_some())).or_default().insert(media);
        }
    }
    for one in &judged {
        let case = one.case();
        let errors = one.is_alike() && one.reading.real.error.is_some() && one.reading.other.error.is_some();
        let contents =
            one.fate == Fate::Untold && one.reading.real.has_content() && one.reading.other.has_content();
        let bodies = |said: &Said<'_>| said.reply().is_some_and(|r| !r.is_empty());
        if !(errors || contents) || !bodies(&case.real) || !bodies(&case.other) {
            continue;
        }
        let Some(real) = media(&case.real) else { continue };
        findings.check();
        let other = media(&case.other);
        let known = seen.get(&(&case.operation, errors));
        if other.as_ref().is_some_and(|other| known.is_some_and(|seen| seen.contains(other))) {
            continue;
        }
        let same_family = other.as_deref().is_some_and(|other| family(other) == family(&real));
        let severity = if same_family || other.is_none() { Severity::Warning } else { Severity::Error };
        let what = if errors { "error" } else { "answer" };
        let shown = other.unwrap_or_else(|| "nothing".to_owned());
        let message = format!("the real side declares this {what} as {real}, the mock as {shown}");
        findings.add(Complaint {
            real: case.real.at_header("content-type"),
            other: case.other.at_header("content-type"),
            ..complaint(
                one,
                severity,
                format!("{what} {real}"),
                message,
                "set the mock's Content-Type to the real one",
            )
        });
    }
}

fn media(said: &Said<'_>) -> Option<String> {
    said.headers()?.media_type()
}

/// Types that one parser reads.
fn family(media: &str) -> &str {
    match media {
        _ if media.ends_with("json") => "json",
        "text/html" | "application/xhtml+xml" => "html",
        _ if media.ends_with("xml") => "xml",
        _ => media,
    }
}
