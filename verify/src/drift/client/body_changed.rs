//! # body-changed
//!
//! The bodies of requests hold something else, or are written otherwise.
//!
//! Group: what is sent
//!
//! ## Why it matters
//!
//! A serializer that leaves out what is null, writes `7.0` as `7`, or sends a form where JSON was sent changes what
//! the other side stores. What only looks different, such as blanks after commas, is told for information: it
//! matters to whoever signs bytes or matches them.
//!
//! ## Fires
//!
//! A member is gone, another is new, and a number has become text:
//!
//! ```
//! > POST /v1/things
//! > content-type: application/json
//! >> {"a":1,"note":null,"price":7.0}
//! < 201 {"id":"t1"}
//! - 0.0 c1 #1
//! + 0.0 c1 POST /v1/things
//! + content-type: application/json
//! ++ {"a":"1","price":7,"extra":true}
//! ```
//!
//! A form, where it was JSON:
//!
//! ```
//! > POST /v1/things
//! > content-type: application/json
//! >> {"a":1}
//! < 201 {"id":"t1"}
//! - 0.0 c1 #1
//! + 0.0 c1 POST /v1/things
//! + content-type: application/x-www-form-urlencoded
//! ++ a=1
//! ```
//!
//! Blanks, for information:
//!
//! ```
//! > POST /v1/things
//! > content-type: application/json
//! >> {"a": 1, "b": 2}
//! < 201 {"id":"t1"}
//! - 0.0 c1 #1
//! + 0.0 c1 #1
//! ++ {"a":1,"b":2}
//! ```
//!
//! ## Quiet
//!
//! Ids and moments that the client draws:
//!
//! ```
//! > POST /v1/things
//! > content-type: application/json
//! >> {"ref":"a1b2c3d4-0000-4000-8000-0123456789ab","at":"2026-01-31T12:00:00Z"}
//! < 201 {"id":"t1"}
//! - started 2026-01-31T12:00:00Z
//! - 0.0 c1 #1
//! + started 2026-02-20T09:30:00Z
//! + 0.0 c1 #1
//! ++ {"ref":"99b2c3d4-0000-4000-8000-0123456789ab","at":"2026-02-20T09:30:00Z"}
//! ```
//!
//! The boundary between parts:
//!
//! ```
//! > POST /v1/files
//! < 201 {"id":"f1"}
//! - 0.0 c1 #1
//! - content-type: multipart/form-data; boundary=aaa
//! -- --aaa--
//! + 0.0 c1 #1
//! + content-type: multipart/form-data; boundary=bbb
//! ++ --bbb--
//! ```

use super::bodies::{Bodies, Shape, shape};
use super::drift::Drift;
use super::headers::is_version;
use super::places::{Causes, Moved, Told, Way, complain, moved};
use super::runs::Runs;
use super::sizes::is_size;
use super::slots::Slot;
use super::spelling::{differing, is_ordered, spelling};
use crate::conduct::Call;
use crate::excerpt::bounded;
use crate::finding::{Findings, Severity};
use cassettes::facets::idempotency_key::is_key_name;
use cassettes::meta::Meta;
use std::collections::BTreeSet;

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("body-changed", include_str!("body_changed.rs")), compare };

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    let mut causes = Causes::new();
    let runs_of = || runs.before.iter().chain([&runs.after]);
    let ordered = runs_of().all(|run| is_ordered(run.conduct.calls.iter().filter_map(|call| call.body())));
    for slot in runs.shared() {
        let bodies = Bodies::of(runs, slot);
        if bodies.all().all(|(_, shape)| *shape == Shape::Nothing) {
            continue;
        }
        findings.check();
        let (varies, kind) =
            moved(runs, slot, false, |run, call, _| Some(bodies.get(run, call).name().to_owned()));
        if let Some(change) = kind {
            if is_coded(runs, slot, &change) {
                continue;
            }
            causes.entry("kind".to_owned()).or_default().push(change);
            continue;
        }
        if varies.value {
            continue;
        }
        let before = causes.values().map(Vec::len).sum::<usize>();
        parts(runs, slot, &bodies, &mut causes);
        whole(runs, slot, &bodies, &mut causes);
        if causes.values().map(Vec::len).sum::<usize>() == before {
            let told = |run, call, _: &Call<'_>| spelling(bodies.get(run, call), ordered);
            if let Some(mut change) = moved(runs, slot, false, told).1 {
                let text = |run: &super::runs::Run<'_>, call: usize| {
                    run.conduct.calls[call].body().unwrap_or_default().to_owned()
                };
                change.was = text(runs.first(), change.before);
                change.is = text(&runs.after, change.after);
                causes.entry("spelling".to_owned()).or_default().push(change);
            }
        }
    }
    for (key, changes) in causes {
        complain(runs, findings, &changes, |change, spread| {
            let spelt = |run: &super::runs::Run<'_>, call: usize| {
                spelling(&shape(&run.conduct.calls[call]), ordered).unwrap_or_default()
            };
            let (was, is) = differing(&spelt(runs.first(), change.before), &spelt(&runs.after, change.after));
            match key.as_str() {
                "spelling" => Told {
                    message: format!(
                        "the body says the same in another spelling: {is}; it was {was}{spread}"
                    ),
                    ..told(&key, change, spread)
                },
                _ => told(&key, change, spread),
            }
        });
    }
}

/// Whether a body that nobody can read is the same one, coded otherwise: the header that says so has changed, and the
/// replay, which decodes it, took it for what was recorded.
fn is_coded(runs: &Runs<'_>, slot: &Slot, change: &Moved) -> bool {
    let (was, is) = (&runs.first().conduct.calls[change.before], &runs.after.conduct.calls[change.after]);
    let coding = |call: &Call<'_>| call.header("content-encoding").map(str::to_ascii_lowercase);
    !slot.moved && coding(was) != coding(is)
}

/// Members, fields and parts, each by itself.
fn parts(runs: &Runs<'_>, slot: &Slot, bodies: &Bodies, causes: &mut Causes) {
    let shapes = bodies.all().filter_map(|(_, shape)| shape.parts());
    let places: BTreeSet<&String> = shapes.flat_map(|parts| parts.keys()).collect();
    let mut told: Vec<String> = Vec::new();
    for place in places {
        // What stands below something that is new or gone is so as well.
        if told.iter().any(|above| place.starts_with(&format!("{above}/"))) {
            continue;
        }
        let part = |run, call| bodies.get(run, call).parts().and_then(|parts| parts.get(place));
        let name = place.rsplit('/').next().unwrap_or(place);
        let (varies, change) =
            moved(runs, slot, is_version(name), |run, call, _| part(run, call).map(|(_, text)| text.clone()));
        let kind =
            moved(runs, slot, false, |run, call, _| part(run, call).map(|(kind, _)| (*kind).to_owned())).1;
        let kind = kind.filter(|kind| kind.way == Way::Other);
        let Some(mut change) = kind.clone().or(change) else { continue };
        let size = |text: &str| text.is_empty() || is_size(runs, &slot.operation, place, text);
        if (varies.value && kind.is_none()) || is_key_name(name) || is_credential(name) {
            continue;
        }
        if kind.is_none()
            && size(&change.was)
            && size(&change.is)
            && !(change.was.is_empty() && change.is.is_empty())
        {
            continue;
        }
        if change.way != Way::Other {
            told.push(place.clone());
        }
        let way = match change.way {
            Way::Added => "added",
            Way::Gone => "gone",
            Way::Other if kind.is_some() => {
                // What stands there is told as well as its kind.
                let text = |run, call| {
                    part(run, call).map_or_else(String::new, |(kind, text)| format!("{kind} {text}"))
                };
                (change.was, change.is) = (text(0, change.before), text(runs.before.len(), change.after));
                "kind"
            }
            Way::Other if is_same_number(&change.was, &change.is) => "number",
            Way::Other => "other",
        };
        causes.entry(format!("{way} {place}")).or_default().push(change);
    }
}

/// Texts, and bytes that the journal does not hold.
fn whole(runs: &Runs<'_>, slot: &Slot, bodies: &Bodies, causes: &mut Causes) {
    let change = moved(runs, slot, false, |run, call, _| match bodies.get(run, call) {
        Shape::Text(text) => Some(text.clone()),
        // Where the replay took them for the recorded ones they are: their layout alone may differ.
        Shape::Bytes(len, digest) if slot.moved => Some(format!("{len} bytes, SHA-256 {digest}!")),
        _ => None,
    });
    if let Some(change) = change.1 {
        causes.entry("content".to_owned()).or_default().push(change);
    }
}

/// Whether a member holds what shows who asks; other items look at that.
fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["client_assertion", "assertion", "code_verifier", "code_challenge", "nonce", "state", "signature"]
        .contains(&name.as_str())
}

/// `7` and `7.0`
fn is_same_number(a: &str, b: &str) -> bool {
    crate::sent::is_same_number(a, b)
}

fn told(key: &str, change: &Moved, spread: &str) -> Told {
    let (was, is) = (bounded(&change.was), bounded(&change.is));
    let (kind, at) = key.split_once(' ').unwrap_or((key, ""));
    let pointer = if at.is_empty() { "body".to_owned() } else { at.to_owned() };
    let or_empty = |text: &str| if text.is_empty() { String::new() } else { format!(" `{text}`") };
    let message = match (kind, at) {
        ("kind", "") => format!("the body is {is}, was {was}{spread}"),
        ("content", _) => format!("the body is another one{spread}"),
        ("added", at) => format!("`{at}`{} is sent, and was not before{spread}", or_empty(&is)),
        ("gone", at) => format!("`{at}` is no longer sent; it was{}{spread}", or_empty(&was)),
        ("kind", at) => format!("`{at}` is {is}, was {was}{spread}"),
        ("number", at) => {
            format!("`{at}` is written `{is}`, was `{was}`: the same number in another text{spread}")
        }
        (_, at) => format!("`{at}` is `{is}`, was `{was}`{spread}"),
    };
    let severity = if kind == "spelling" { Severity::Info } else { Severity::Warning };
    let hint = match kind {
        "spelling" => Some("it matters where bytes are signed or matched; else nobody sees it".to_owned()),
        "kind" | "gone" => Some("look whether the other side takes it so".to_owned()),
        _ => None,
    };
    Told { severity, message, place: key.to_owned(), pointer, hint }
}
