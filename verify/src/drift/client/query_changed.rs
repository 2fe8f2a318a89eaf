//! # query-changed
//!
//! A parameter of the query is new, gone, or has another value.
//!
//! Group: what is sent
//!
//! ## Why it matters
//!
//! A new default, a filter that is no longer sent, a list that is spelt `a[]=1` instead of `a=1`: the other side
//! answers another question, and a suite that never looks at its own requests does not notice.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things?status=active
//! < 200 {"data":[]}
//! - 0.0 c1 #1
//! + 0.0 c1 GET /v1/things?status=active&expand=owner = #1
//! ```
//!
//! The request found no answer any more, and is known again by what it asks for:
//!
//! ```
//! > GET /v1/things?status=active
//! < 200 {"data":[]}
//! - 0.0 c1 #1
//! + 0.0 c1 GET /v1/things?status=all
//! ```
//!
//! Only its spelling is another one:
//!
//! ```
//! > GET /v1/things?name=a%20b&x=1
//! < 200 {"data":[]}
//! - 0.0 c1 #1
//! + 0.0 c1 GET /v1/things?x=1&name=a+b = #1
//! ```
//!
//! ## Quiet
//!
//! A moment that is as far from now as it was, and an id that the client draws:
//!
//! ```
//! > GET /v1/things?since=2026-01-30T12:00:00Z&nonce=b7e23ec29af22b0b
//! < 200 {"data":[]}
//! - started 2026-01-31T12:00:00Z
//! - 0.0 c1 #1
//! + started 2026-02-01T12:00:00Z
//! + 0.0 c1 GET /v1/things?since=2026-01-31T12:00:01Z&nonce=0d7c5fd0a2f1be91 = #1
//! ```
//!
//! How many things a page holds is another matter:
//!
//! ```
//! > GET /v1/things?limit=10
//! < 200 {"data":[]}
//! - 0.0 c1 #1
//! + 0.0 c1 GET /v1/things?limit=100 = #1
//! ```

use super::drift::Drift;
use super::headers::is_version;
use super::places::{Causes, Moved, Told, Way, complain, moved};
use super::runs::Runs;
use super::sizes::is_size;
use crate::conduct::Call;
use crate::excerpt::bounded;
use crate::finding::{Findings, Severity};
use cassettes::facets::idempotency_key::is_key_name;
use cassettes::meta::Meta;
use std::collections::BTreeSet;

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("query-changed", include_str!("query_changed.rs")), compare };

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    let mut causes = Causes::new();
    for slot in runs.shared() {
        let calls = |run: &super::runs::Run<'_>, calls: &[usize]| -> BTreeSet<String> {
            calls.iter().flat_map(|&n| pairs(&run.conduct.calls[n])).map(|(name, _)| name).collect()
        };
        let mut names = calls(runs.first(), &slot.before[0]);
        names.extend(calls(&runs.after, &slot.after));
        let mut same = true;
        let mut found: Vec<(String, Moved)> = Vec::new();
        for name in names {
            findings.check();
            let get = |_, _, call: &Call<'_>| one(call, &name);
            let (varies, change) = moved(runs, slot, is_version(&name), get);
            same &= change.is_none() && !varies.value;
            let Some(change) = change else { continue };
            if !is_key_name(&name) && !is_signature(&name) {
                found.push((name, change));
            }
        }
        respelt(&mut found);
        for (name, change) in found {
            let size = |text: &str| text.is_empty() || is_size(runs, &slot.operation, &name, text);
            if size(&change.was) && size(&change.is) {
                continue;
            }
            let way = match change.way {
                Way::Added => "added",
                Way::Gone => "gone",
                Way::Other => "other",
            };
            causes.entry(format!("{name} {way}")).or_default().push(change);
        }
        if same {
            let get = |_, _, call: &Call<'_>| spelling(call);
            if let Some(change) = moved(runs, slot, false, get).1 {
                causes.entry("spelling".to_owned()).or_default().push(change);
            }
        }
    }
    for (key, changes) in causes {
        complain(runs, findings, &changes, |change, spread| told(&key, change, spread));
    }
}

/// In which order the parameters stand, and how blanks are written.
fn spelling(call: &Call<'_>) -> Option<String> {
    let request = call.request();
    let blank = if request.query()?.contains('+') { "+" } else { "%20" };
    let pairs: Vec<String> = request
        .query_pairs()
        .into_iter()
        .map(|(name, value)| format!("{name}={}", value.replace(' ', blank)))
        .collect();
    Some(pairs.join("&"))
}

/// A parameter that is gone and one that is new may be one, spelt otherwise: `page={"size":2}` and `page[size]=2`.
fn respelt(found: &mut Vec<(String, Moved)>) {
    let base = |name: &str| name.split(['[', '.']).next().unwrap_or_default().to_owned();
    let news: Vec<(String, Moved)> =
        found.iter().filter(|(_, change)| change.way == Way::Added).cloned().collect();
    for (name, new) in news {
        let gone = |(other, change): &(String, Moved)| change.way == Way::Gone && base(other) == base(&name);
        let Some(at) = found.iter().position(gone) else { continue };
        let (old, was) = found[at].clone();
        let whole = Moved {
            way: Way::Other,
            before: was.before,
            was: format!("{old}={}", was.was),
            is: format!("{name}={}", new.is),
            ..new
        };
        found.retain(|(other, _)| *other != old && *other != name);
        found.push((base(&name), whole));
    }
}

fn pairs(call: &Call<'_>) -> Vec<(String, String)> {
    call.request().query_pairs()
}

/// Every value of a name, in order.
fn one(call: &Call<'_>, name: &str) -> Option<String> {
    let all: Vec<String> =
        pairs(call).into_iter().filter(|(known, _)| known == name).map(|(_, value)| value).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// Whether it signs the rest.
fn is_signature(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("signature") || name.starts_with("x-amz-") || name == "sig"
}

fn told(key: &str, change: &Moved, spread: &str) -> Told {
    let (was, is) = (bounded(&change.was), bounded(&change.is));
    let name = key.rsplit_once(' ').map_or(key, |(name, _)| name);
    let (severity, message) = match change.way {
        _ if key == "spelling" => {
            (Severity::Info, format!("the query is spelt otherwise: `{is}`, was `{was}`{spread}"))
        }
        Way::Added => (Severity::Warning, format!("`{name}={is}` is sent, and was not before{spread}")),
        Way::Gone => (Severity::Warning, format!("`{name}` is no longer sent; it was `{was}`{spread}")),
        Way::Other => (Severity::Warning, format!("`{name}` is `{is}`, was `{was}`{spread}")),
    };
    Told {
        severity,
        message,
        place: key.to_owned(),
        pointer: if key == "spelling" { "query".to_owned() } else { format!("query {name}") },
        hint: None,
    }
}
