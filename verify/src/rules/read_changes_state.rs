//! # read-changes-state
//!
//! A list that was read twice, with nothing but reads between, comes in another order or with other items
//! the second time on the mock; on the real side it is the same.
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
//! ## Quiet
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
use cassettes::json::Pointer;
use cassettes::meta::Meta;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule = Rule {
    meta: Meta::new("read-changes-state", include_str!("read_changes_state.rs")),
    case: None,
    run: Some(judge),
};

fn judge(run: &Run<'_>, findings: &mut Findings) {
    let mut last: BTreeMap<(usize, &str), &Case<'_>> = BTreeMap::new();
    let mut cassette = None;
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
        {
            compare(before, case, findings);
        }
    }
}

fn compare(before: &Case<'_>, after: &Case<'_>, findings: &mut Findings) {
    let (Some((_, real)), Some((_, real_again))) = (listed(&before.real), listed(&after.real)) else {
        return;
    };
    let (Some((at, other)), Some((_, other_again))) = (listed(&before.other), listed(&after.other)) else {
        return;
    };
    if real != real_again {
        return;
    }
    findings.check();
    if other == other_again {
        return;
    }
    let show = |ids: &[String]| crate::excerpt::bounded(&ids.join(", "));
    let what = if sorted(&other) == sorted(&other_again) { "order" } else { "items" };
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
