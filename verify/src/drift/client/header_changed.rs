//! # header-changed
//!
//! A header of the requests is new, gone, or another one.
//!
//! Group: what is sent
//!
//! ## Why it matters
//!
//! Nobody sees headers in a diff of one's own code: a library's upgrade brings another `Accept-Encoding`, leaves
//! out `Idempotency-Key`, or begins to send telemetry, and the other side answers otherwise. Ids that are drawn,
//! moments and signatures are known to vary; versions of products are told for information.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[]}
//! - 0.0 c1 #1
//! - accept-encoding: gzip
//! + 0.0 c1 #1
//! + accept-encoding: gzip, br
//! ```
//!
//! The credential is gone, which nobody may take for a matter of taste:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[]}
//! - 0.0 c1 #1
//! - authorization: Bearer x
//! + 0.0 c1 #1
//! ```
//!
//! A new version of an interface:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[]}
//! - 0.0 c1 #1
//! - vendor-version: 2024-06-20
//! + 0.0 c1 #1
//! + vendor-version: 2025-01-27
//! ```
//!
//! Telemetry that is new, and another library:
//!
//! ```
//! > GET /v1/things
//! < 200 {"data":[]}
//! - 0.0 c1 #1
//! - user-agent: python-requests/2.31.0
//! + 0.0 c1 #1
//! + user-agent: python-httpx/0.27.0
//! + x-client-telemetry: {"runtime":"3.12"}
//! ```
//!
//! ## Quiet
//!
//! What is drawn for each request, when it was sent, what signs it, and how names are written:
//!
//! ```
//! > POST /v1/things
//! >> {"a":1}
//! < 201 {"id":"t1"}
//! - started 2026-01-31T12:00:00Z
//! - 0.0 c1 #1
//! - Idempotency-Key: 0b9f2d1e-8a51-4a8e-a0c1-6d4c1b1f9a01
//! - X-Date: Sat, 31 Jan 2026 12:00:00 GMT
//! - Authorization: AWS4-HMAC-SHA256 Credential=AK/20260131/eu/x, SignedHeaders=host, Signature=aa11
//! - traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
//! + started 2026-03-01T08:00:00Z
//! + 0.0 c1 #1
//! + idempotency-key: 6f1c2b77-1d9a-4a10-9d2f-2f3f6a0e7c55
//! + x-date: Sun, 01 Mar 2026 08:00:00 GMT
//! + authorization: AWS4-HMAC-SHA256 Credential=AK/20260301/eu/x, SignedHeaders=host, Signature=bb22
//! + traceparent: 00-aaf92f3577b34da6a3ce929d0e0e4700-99f067aa0ba902b1-01
//! ```
//!
//! The first request of a client has nothing to report yet, whichever that is:
//!
//! ```
//! > GET /v1/a
//! < 200 1
//! > GET /v1/b
//! < 200 2
//! - 0.0 c1 #1
//! - 0.1 c1 #2
//! - x-client-telemetry: {"took":3}
//! + 0.0 c1 #2
//! + 0.1 c1 #1
//! + x-client-telemetry: {"took":4}
//! ```
//!
//! What it measured is another number each time:
//!
//! ```
//! > GET /v1/a
//! < 200 1
//! - 0.0 c1 #1
//! - x-client-telemetry: {"took":3,"id":"a1"}
//! + 0.0 c1 #1
//! + x-client-telemetry: {"took":41.5,"id":"a1"}
//! ```
//!
//! Two earlier runs show what varies:
//!
//! ```
//! > GET /v1/a
//! < 200 1
//! - 0.0 c1 #1
//! - x-shard: north
//! = 0.0 c1 #1
//! = x-shard: south
//! + 0.0 c1 #1
//! + x-shard: east
//! ```

use super::agents::{product_names, product_steps};
use super::bodies::shape;
use super::cookies::is_of_jar;
use super::drift::Drift;
use super::header_values::{is_measure, value};
use super::headers::{is_agent, is_credential, is_framing, is_version, is_weighty, of_gone, of_new};
use super::normal::{normal, without_versions};
use super::places::{Causes, Moved, Told, Varies, Way, complain, moved};
use super::runs::Runs;
use crate::conduct::Call;
use crate::excerpt::bounded;
use crate::finding::{Findings, Severity};
use cassettes::json::Json;
use cassettes::meta::Meta;
use std::collections::BTreeSet;

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("header-changed", include_str!("header_changed.rs")), compare };

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    let all = runs.before.iter().chain([&runs.after]).flat_map(|run| &run.conduct.calls);
    let fields = all.flat_map(|call| &call.served.headers);
    let names: BTreeSet<String> = fields.map(|(name, _)| name.to_ascii_lowercase()).collect();
    let mut versions: Vec<(String, Vec<Moved>)> = Vec::new();
    for name in names.iter().filter(|name| !is_framing(name)) {
        let (varies, changes) = changes(runs, findings, name);
        let mut causes = Causes::new();
        for change in changes {
            if name == "cookie" && is_of_jar(runs, &change) {
                continue;
            }
            let (key, judged) = match change.way {
                Way::Added => ("added", !varies.presence),
                Way::Gone => ("gone", !varies.presence),
                Way::Other => ("other", !varies.value),
            };
            if judged {
                causes.entry(key.to_owned()).or_default().push(change);
            }
        }
        if causes.contains_key("added") && causes.contains_key("gone") && !is_weighty(name) {
            // It went from some requests to others: which ones have it is a matter of order.
            causes.retain(|key, _| key == "other");
        }
        for (key, changes) in causes {
            if !is_weighty(name) && key != "other" && is_of_order(runs, name, &changes) {
                continue;
            }
            let same = |change: &Moved| {
                let plain = without_versions(&change.was) == without_versions(&change.is);
                plain
                    || (name == "user-agent"
                        && product_names(&change.was).first() == product_names(&change.is).first())
            };
            if key == "other" && is_document(&changes) {
                if let Some(versions_of) = of_members(runs, findings, name, &changes) {
                    versions.push((format!("{name} {versions_of}"), changes));
                }
                continue;
            }
            if key == "other" && is_agent(name) && changes.iter().all(same) {
                versions.push((name.clone(), changes));
                continue;
            }
            let writes =
                changes.iter().flat_map(|c| &c.which).any(|&call| writes(&runs.after.conduct.calls[call]));
            let raw = |change: &Moved| {
                let text = |call: &Call<'_>| call.header(name).unwrap_or_default().to_owned();
                let (was, is) =
                    (&runs.first().conduct.calls[change.before], &runs.after.conduct.calls[change.after]);
                Moved { was: text(was), is: text(is), ..change.clone() }
            };
            let changes: Vec<Moved> = changes.iter().map(raw).collect();
            complain(runs, findings, &changes, |change, spread| told(name, change, spread, writes));
        }
    }
    of_versions(runs, findings, &versions);
}

/// What became of one header.
fn changes(runs: &Runs<'_>, findings: &mut Findings, name: &str) -> (Varies, Vec<Moved>) {
    let (mut varies, mut found) = (Varies::default(), Vec::new());
    let mut kinds: BTreeSet<String> = BTreeSet::new();
    let mut present = 0;
    let other_version = runs.versions_changed();
    for slot in runs.shared() {
        let (own, change) = moved(runs, slot, is_version(name), |_, _, call| value(call, name));
        if own == Varies::default() && change.is_none() {
            for &call in slot.before[0].iter().chain(&slot.after) {
                if runs.first().conduct.calls.get(call).is_some_and(|call| value(call, name).is_some()) {
                    findings.check();
                    break;
                }
            }
        }
        varies.value |= own.value;
        varies.presence |= own.presence;
        for &call in &slot.before[0] {
            if let Some(text) = value(&runs.first().conduct.calls[call], name) {
                present += 1;
                kinds.insert(text);
            }
        }
        let Some(change) = change else { continue };
        findings.check();
        let pair = (&runs.first().conduct.calls[change.before], &runs.after.conduct.calls[change.after]);
        let follows = match name {
            "content-type" if pair.0.has_body() != pair.1.has_body() => true,
            "content-type" => change.way == Way::Other && shape(pair.0).name() != shape(pair.1).name(),
            "transfer-encoding" => other_version || pair.0.has_body() != pair.1.has_body(),
            _ => false,
        };
        if !follows {
            found.push(change);
        }
    }
    // What is another in each request says nothing by its value.
    varies.value |= present >= 4 && kinds.len() * 4 >= present * 3 && !is_agent(name) && !is_version(name);
    (varies, found)
}

/// Whether those that lack it are the first on their connections, in both runs: who has nothing to report yet.
fn is_of_order(runs: &Runs<'_>, name: &str, changes: &[Moved]) -> bool {
    let lacking = |run: &super::runs::Run<'_>| -> Vec<usize> {
        let calls = run.conduct.calls.iter().enumerate();
        calls.filter(|(_, call)| call.header(name).is_none()).map(|(number, _)| number).collect()
    };
    let (before, after) = (lacking(runs.first()), lacking(&runs.after));
    let mixed = |lacking: &[usize], run: &super::runs::Run<'_>| {
        !lacking.is_empty()
            && lacking.len() < run.conduct.calls.len()
            && lacking.iter().all(|&call| run.conduct.calls[call].served.connection.request <= 1)
    };
    !changes.is_empty() && mixed(&before, runs.first()) && mixed(&after, &runs.after)
}

fn writes(call: &Call<'_>) -> bool {
    !matches!(call.served.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE" | "QUERY")
}

fn told(name: &str, change: &Moved, spread: &str, writes: bool) -> Told {
    let (was, is) = (bounded(&change.was), bounded(&change.is));
    let pointer = format!("header {name}");
    match change.way {
        Way::Added => Told {
            severity: of_new(name),
            message: format!("`{name}: {is}` is sent, and was not before{spread}"),
            place: format!("{name} added"),
            pointer,
            hint: None,
        },
        Way::Gone => {
            let severity = of_gone(name, writes);
            let hint = match severity {
                Severity::Error if is_credential(name) => "look whether the client still shows who it is",
                Severity::Error => "without the key, whoever sends this again does it twice",
                _ => "look whether the other side answers otherwise without it",
            };
            Told {
                severity,
                message: format!("`{name}` is no longer sent; it was `{was}`{spread}"),
                place: format!("{name} gone"),
                pointer,
                hint: (severity != Severity::Info).then(|| hint.to_owned()),
            }
        }
        Way::Other => {
            let renamed = is_agent(name) && product_names(&was).first() != product_names(&is).first();
            let severity = match (is_agent(name), name) {
                (true, "user-agent") if renamed => Severity::Warning,
                (true, _) => Severity::Info,
                (false, name) if is_measure(name) => Severity::Info,
                (false, _) => Severity::Warning,
            };
            let what = if name == "user-agent" && renamed { "the client calls itself another: " } else { "" };
            Told {
                severity,
                message: format!("{what}`{name}` is `{is}`, was `{was}`{spread}"),
                place: format!("{name} other"),
                pointer,
                hint: (severity != Severity::Info).then(|| {
                    "look what the other side makes of it, or accept the run as the baseline".to_owned()
                }),
            }
        }
    }
}

/// Whether it holds a JSON object, as some libraries say who they are.
fn is_document(changes: &[Moved]) -> bool {
    let object = |text: &str| matches!(Json::parse(text.as_bytes()), Ok(Json::Object(_)));
    changes.iter().all(|change| object(&change.was) && object(&change.is))
}

/// Tells which members of such a header differ; those whose versions alone do are given back.
fn of_members(runs: &Runs<'_>, findings: &mut Findings, name: &str, changes: &[Moved]) -> Option<String> {
    let first = changes.first()?;
    let (was, is) = (Json::parse(first.was.as_bytes()).ok()?, Json::parse(first.is.as_bytes()).ok()?);
    let text = |json: &Json| {
        let mut text = String::new();
        json.write(&mut text, true);
        text
    };
    let names: BTreeSet<&str> =
        was.members().iter().chain(is.members()).map(|(name, _)| name.as_str()).collect();
    let (mut told, mut versions) = (Vec::new(), Vec::new());
    for member in names {
        match (was.get(member).map(text), is.get(member).map(text)) {
            (Some(was), Some(is))
                if normal(&was, Some(0), false).text == normal(&is, Some(0), false).text => {}
            (Some(was), Some(is)) if without_versions(&was) == without_versions(&is) => versions.push(member),
            (Some(was), Some(is)) => {
                told.push(format!("`{member}` is {}, was {}", bounded(&is), bounded(&was)));
            }
            (None, _) => told.push(format!("`{member}` is new")),
            (_, None) => told.push(format!("`{member}` is gone")),
        }
    }
    if !told.is_empty() {
        let severity = if is_agent(name) || is_measure(name) { Severity::Info } else { Severity::Warning };
        let message = told.join(", ");
        complain(runs, findings, changes, |_, spread| Told {
            severity,
            message: format!("in `{name}`, {message}{spread}"),
            place: format!("{name} members"),
            pointer: format!("header {name}"),
            hint: None,
        });
    }
    (!versions.is_empty()).then(|| versions.join(", "))
}

/// Every header that names versions of the client's libraries changes with an upgrade: one finding for all.
fn of_versions(runs: &Runs<'_>, findings: &mut Findings, versions: &[(String, Vec<Moved>)]) {
    let told_first = versions.iter().position(|(name, _)| name == "user-agent").unwrap_or(0);
    let Some((name, changes)) = versions.get(told_first) else { return };
    let others: Vec<&str> =
        versions.iter().map(|(name, _)| name.as_str()).filter(|other| *other != name.as_str()).collect();
    let also = match others.as_slice() {
        [] => String::new(),
        some => format!("; likewise {}", some.join(", ")),
    };
    complain(runs, findings, changes, |change, spread| Told {
        severity: Severity::Info,
        message: format!(
            "another version of the same client: {}{spread}{also}",
            product_steps(&change.was, &change.is).unwrap_or_else(|| format!(
                "`{name}` is `{}`, was `{}`",
                bounded(&change.is),
                bounded(&change.was)
            ))
        ),
        place: "versions".to_owned(),
        pointer: format!("header {name}"),
        hint: None,
    });
}
