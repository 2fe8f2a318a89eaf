//! # read-changes-state
//!
//! What was read twice, with nothing but reads between, is another the second time on the mock: a list in
//! another order or with other items, a thing with other values; on the real side it is the same.
//!
//! Group: state
//!
//! ## Why it matters
//!
//! A mock that sorts or pops its own list in place makes tests depend on what ran before them.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/scores
//! < 200 [{"id":"a"},{"id":"b"},{"id":"c"}]
//! ~ 200 [{"id":"m"},{"id":"n"},{"id":"o"}]
//! > GET /v1/scores/top
//! < 200 [{"id":"c"}]
//! ~ 200 [{"id":"o"}]
//! > GET /v1/scores
//! < 200 [{"id":"a"},{"id":"b"},{"id":"c"}]
//! ~ 200 [{"id":"o"},{"id":"n"},{"id":"m"}]
//! ```
//!
//! A counter that counts its readers:
//!
//! ```
//! > GET /v1/items/a
//! < 200 {"id":"a","stock":{"on":12},"tags":["x"]}
//! ~ 200 {"id":"m","stock":{"on":70},"tags":["y"]}
//! > GET /v1/items/a
//! < 200 {"id":"a","stock":{"on":12},"tags":["x"]}
//! ~ 200 {"id":"m","stock":{"on":71},"tags":["y"]}
//! ```
//!
//! ## Quiet
//!
//! What a server says of its own work:
//!
//! ```
//! > GET /v1/items/a
//! < 200 {"id":"a","took":3,"served_at":"2026-01-02T03:04:05Z","server":"x1"}
//! ~ 200 {"id":"m","took":3,"served_at":"2026-01-02T03:04:05Z","server":"a1"}
//! > GET /v1/items/a
//! < 200 {"id":"a","took":3,"served_at":"2026-01-02T03:04:05Z","server":"x1"}
//! ~ 200 {"id":"m","took":5,"served_at":"2026-01-02T03:04:06Z","server":"a1"}
//! ```
//!
//!
//! ```
//! > GET /v1/scores
//! < 200 [{"id":"a"},{"id":"b"},{"id":"c"}]
//! ~ 200 [{"id":"m"},{"id":"n"}]
//! > GET /v1/scores
//! < 200 [{"id":"a"},{"id":"b"},{"id":"c"}]
//! ~ 200 [{"id":"m"},{"id":"n"}]
//! ```
//!
//! The real side gives its list in any order, and twice in the same one by chance:
//!
//! ```
//! > GET /v1/tags
//! < 200 {"tags":["a","b","c"]}
//! ~ 200 {"tags":["m","n","o"]}
//! > GET /v1/tags
//! < 200 {"tags":["a","b","c"]}
//! ~ 200 {"tags":["o","m","n"]}
//! > GET /v1/tags
//! < 200 {"tags":["c","a","b"]}
//! ~ 200 {"tags":["n","o","m"]}
//! ```
//!
//! Something was written between:
//!
//! ```
//! > GET /v1/scores
//! < 200 [{"id":"a"},{"id":"b"}]
//! ~ 200 [{"id":"m"}]
//! > POST /v1/touch
//! < 200 {"ok":true}
//! ~ 200 {"ok":true}
//! > GET /v1/scores
//! < 200 [{"id":"a"},{"id":"b"}]
//! ~ 200 [{"id":"m"},{"id":"n"}]
//! ```

use super::Rule;
use crate::case::{Case, Said};
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use cassettes::facets::pagination as pages;
use cassettes::facets::time_form::{epoch_form, time_form};
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer};
use cassettes::meta::Meta;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("read-changes-state", include_str!("read_changes_state.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let mut last: BTreeMap<(usize, &str), &Case<'_>> = BTreeMap::new();
    let mut cassette = None;
    let volatile = volatile(run);
    let unsteady = unsteady(run);
    let unjudged = run.unjudged.iter().filter(|u| u.exchange.request.method != "GET");
    let writes: BTreeSet<(usize, usize)> = unjudged.map(|u| (u.cassette, u.position)).collect();
    for case in &run.cases {
        let request = &case.exchange.request;
        if cassette != Some(case.cassette) || !matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS") {
            last.clear();
            cassette = Some(case.cassette);
        }
        // What was not judged may have been a write.
        if case.position > 0 && writes.contains(&(case.cassette, case.position - 1)) {
            last.clear();
        }
        if request.method != "GET" {
            continue;
        }
        if let Some(before) = last.insert((case.cassette, request.target.as_str()), case)
            && before.asked.target == case.asked.target
            && !compare(before, case, &unsteady, findings)
        {
            values(before, case, &volatile, findings);
        }
    }
}

/// Whether a list has changed, and was told.
fn compare(
    before: &Case<'_>,
    after: &Case<'_>,
    unsteady: &BTreeSet<&Operation>,
    findings: &mut Findings,
) -> bool {
    let (Some((_, real)), Some((_, real_again))) = (listed(&before.real), listed(&after.real)) else {
        return false;
    };
    let (Some((at, other)), Some((_, other_again))) = (listed(&before.other), listed(&after.other)) else {
        return false;
    };
    if real != real_again {
        return false;
    }
    findings.check();
    if other == other_again {
        return false;
    }
    let show = |ids: &[String]| crate::excerpt::bounded(&ids.join(", "));
    let what = if sorted(&other) == sorted(&other_again) { "order" } else { "items" };
    // Where any order is given, two readings are in one order by chance.
    if what == "order" && unsteady.contains(&after.operation) {
        return false;
    }
    findings.add(Complaint {
        severity: Severity::Error,
        operation: after.operation.clone(),
        message: format!(
            "read again after nothing but reads, the mock's list has changed its {what}; the real one has not"
        ),
        place: what.to_owned(),
        real: after.real.evidence(at.to_string(), show(&real_again)),
        other: after
            .other
            .evidence(at.to_string(), format!("{}  then  {}", show(&other), show(&other_again))),
        hint: Some("let the mock answer from a copy of its data".to_owned()),
    });
    true
}

/// Operations whose list the real side gave in one order and in another, in two readings of one thing.
fn unsteady<'r>(run: &'r Run<'_>) -> BTreeSet<&'r Operation> {
    let mut first: BTreeMap<(usize, &str), Vec<String>> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for case in run.cases.iter().filter(|c| c.exchange.request.method == "GET") {
        let Some((_, now)) = listed(&case.real) else { continue };
        let before = first
            .entry((case.cassette, case.exchange.request.target.as_str()))
            .or_insert_with(|| now.clone());
        if *before != now && sorted(before) == sorted(&now) {
            found.insert(&case.operation);
        }
    }
    found
}

/// Places whose value differed between two readings of one thing on the real side.
fn volatile<'r>(run: &'r Run<'_>) -> BTreeSet<(&'r Operation, Pointer)> {
    let mut first: BTreeMap<(usize, &str), &Case<'_>> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for case in run.cases.iter().filter(|c| c.exchange.request.method == "GET") {
        let before = *first.entry((case.cassette, case.exchange.request.target.as_str())).or_insert(case);
        let (Some(a), Some(b)) = (before.real.tree(), case.real.tree()) else { continue };
        let changed = changes(a, b).into_iter().map(|(at, ..)| (&case.operation, at.generic()));
        found.extend(changed);
    }
    found
}

/// Values of a thing that another reading left alone on the real side.
fn values(
    before: &Case<'_>,
    after: &Case<'_>,
    volatile: &BTreeSet<(&Operation, Pointer)>,
    findings: &mut Findings,
) {
    let content = |said: &Said<'_>| said.is_success().then(|| said.tree().cloned()).flatten();
    let (Some(real), Some(real_again)) = (content(&before.real), content(&after.real)) else { return };
    let (Some(other), Some(other_again)) = (content(&before.other), content(&after.other)) else { return };
    if real != real_again {
        return;
    }
    findings.check();
    let told = changes(&other, &other_again).into_iter().find(|(at, ..)| {
        // Each side has its own data: the place must be one of the real side's, and no clock or counter
        // of the server's work.
        real.members().iter().any(|_| at.find(&real).is_some())
            && !volatile.contains(&(&after.operation, at.generic()))
            && !at.name().is_none_or(is_passing)
    });
    let Some((at, first, again)) = told else { return };
    if [&first, &again].iter().any(|text| time_form(text).is_some() || epoch_form(text).is_some()) {
        return;
    }
    findings.add(Complaint {
        severity: Severity::Error,
        operation: after.operation.clone(),
        message: format!(
            "read again after nothing but reads, the mock's `{at}` is {again} after {first}; the real side's stays"
        ),
        place: at.generic().to_string(),
        real: after.real.at(&at),
        other: after.other.at(&at),
        hint: Some("let the mock answer from a copy of its data".to_owned()),
    });
}

/// Scalars that differ between two documents of one form, with both texts.
fn changes(a: &Json, b: &Json) -> Vec<(Pointer, String, String)> {
    let mut found = Vec::new();
    Pointer::walk(a, &mut |at, value| {
        let (Some(first), Some(again)) = (value.scalar_text(), at.find(b).and_then(Json::scalar_text)) else {
            return;
        };
        if first != again {
            found.push((at.clone(), first.to_owned(), again.to_owned()));
        }
    });
    found
}

/// Names of what a server says of the moment or of its own work.
fn is_passing(name: &str) -> bool {
    const WORDS: [&str; 26] = [
        "took",
        "elapsed",
        "duration",
        "latency",
        "uptime",
        "age",
        "remaining",
        "request",
        "trace",
        "nonce",
        "millis",
        "ms",
        "now",
        "time",
        "seconds",
        "cursor",
        "token",
        "random",
        "signature",
        "correlation",
        "ttl",
        "requestid",
        "next",
        "expires",
        "server",
        "node",
    ];
    words(name).iter().any(|word| WORDS.contains(&word.as_str()))
}

fn sorted(ids: &[String]) -> Vec<&String> {
    let mut ids: Vec<&String> = ids.iter().collect();
    ids.sort();
    ids
}

fn listed(said: &Said<'_>) -> Option<(Pointer, Vec<String>)> {
    let json = said.tree().filter(|_| said.is_success())?;
    let at = pages::items_at(json)?;
    let items = pages::items_of(json, &at)?;
    let member = pages::identity_member(&items.iter().collect::<Vec<_>>());
    // Without an identity, whole items would differ by any counter or clock inside of them.
    if member.is_none() && items.iter().any(|i| i.scalar_text().is_none()) {
        return None;
    }
    Some((at, pages::identities(items, member.as_deref())))
}
