//! Behaviours that were not reproduced, whatever else the subject did: a finding is about them.

use super::kinds::kinds;
use crate::finding::Finding;
use crate::rejections::Rejections;
use crate::rules::find;
use crate::run::Run;
use crate::run::fates::{Fate, fates};
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// What rules deny of the operation they complain about. A kind that ends with `*` stands for all that begin
/// so; a word after the rule's name is the first one of the places meant.
const DENIED: [(&str, &[&str]); 27] = [
    ("bad-cursor-accepted", &["validation"]),
    ("cursor-ignored", &["next-page"]),
    ("echo-broken", &["echo"]),
    ("empty-never", &["empty-list"]),
    ("etag-static", &["etag-changes"]),
    ("idempotency-conflict-never", &["idempotency-conflict"]),
    ("idempotency-ignored", &["idempotent-replay"]),
    ("latency-free", &["slow"]),
    ("not-modified-never", &["not-modified"]),
    ("number-form-narrowed", &["number-grouped", "number-exponent"]),
    ("number-kind-changed", &["number-*"]),
    ("number-rounded", &["number-large"]),
    ("number-text-changed", &["number-padded"]),
    ("order-changed", &["order-sorted"]),
    ("order-narrowed items", &["order-unstable"]),
    ("order-narrowed members", &["members-unstable"]),
    ("page-cap-ignored", &["page-cap"]),
    ("page-end-wrong", &["last-page"]),
    ("page-overlap", &["next-page"]),
    ("page-signal-missing", &["next-page"]),
    ("pagination-flattened", &["next-page"]),
    ("rate-limit-never", &["rate-limit"]),
    ("read-changes-state", &["read-twice-same"]),
    ("redirect-hidden", &["redirect"]),
    ("retry-hint-missing", &["retry-hint*"]),
    ("retry-hint-restyled", &["retry-hint*"]),
    ("time-form-narrowed", &["time-offset", "time-fraction"]),
];

/// The same for rules whose complaint is about a family of kinds.
const FAMILIES: [(&str, &[&str]); 3] = [
    ("time-kind-changed", &["time-*"]),
    ("transport-failure-never", &["failed-*"]),
    ("validation-never", &["validation"]),
];

/// The kinds that are denied, by operation.
pub(super) fn of<'r>(
    run: &'r Run<'_>,
    rejections: &Rejections<'_>,
    findings: &[Finding],
) -> BTreeMap<&'r Operation, BTreeSet<String>> {
    let mut denied: BTreeMap<&'r Operation, BTreeSet<String>> = BTreeMap::new();
    for judged in fates(run) {
        let case = judged.reading.case;
        if !is_lie(judged.fate) {
            continue;
        }
        let refusals =
            kinds(run, rejections, &case.operation, (&case.exchange.request, &case.real), case.exchange)
                .into_iter()
                .filter(|kind| !is_of_success(kind));
        denied.entry(&case.operation).or_default().extend(refusals);
    }
    let operations = run.operations();
    for finding in findings {
        let Some((operation, cases)) = operations.get_key_value(&finding.operation) else { continue };
        for kind in rows(finding) {
            let all = denied.entry(*operation).or_default();
            let Some(start) = kind.strip_suffix('*') else {
                all.insert((*kind).to_owned());
                continue;
            };
            for case in cases {
                let seen =
                    kinds(run, rejections, operation, (&case.exchange.request, &case.real), case.exchange);
                all.extend(seen.into_iter().filter(|k| k.starts_with(start)));
            }
            // Forms of values belong to no single exchange.
            let forms =
                ["padded", "large", "grouped", "exponent", "as-text", "offset", "fraction", "iso", "epoch"];
            all.extend(forms.iter().map(|form| format!("{start}{form}")));
        }
    }
    denied
}

/// The kinds that a finding denies by its rule.
fn rows(finding: &Finding) -> impl Iterator<Item = &'static str> {
    let is_its = |row: &str| match row.split_once(' ') {
        Some((rule, word)) => rule == finding.rule && finding.place.split(' ').next() == Some(word),
        None => row == finding.rule,
    };
    DENIED
        .iter()
        .chain(&FAMILIES)
        .filter(move |(row, _)| is_its(row))
        .flat_map(|(_, kinds)| kinds.iter().copied())
}

/// What a finding is about where none of the `kinds` that were seen of its operation says so: none where one
/// does. Whoever fails is never said to have done everything.
pub(super) fn unnamed(finding: &Finding, kinds: &BTreeSet<&str>, has_denied: bool) -> Option<String> {
    let group = find(finding.rule)?.meta.group()?;
    let named = rows(finding).any(|row| match row.strip_suffix('*') {
        Some(start) => kinds.iter().any(|kind| kind.starts_with(start)),
        None => kinds.contains(row),
    });
    // What became of a refusal is told with the refusal itself.
    let refused = matches!(group.as_str(), "errors" | "not found" | "tokens") && has_denied;
    if named || refused || !finding.fails() {
        return None;
    }
    Some(group.split_whitespace().collect::<Vec<_>>().join("-"))
}

/// The recorded refusal became something that a rule complains about.
fn is_lie(fate: Fate) -> bool {
    !matches!(fate, Fate::Untold | Fate::Kept | Fate::Elsewhere | Fate::Fleeting)
}

/// What an answer shows that refuses nothing.
fn is_of_success(kind: &str) -> bool {
    ["success", "next-page", "last-page", "etag", "redirect", "not-modified", "rate-limit-counters"]
        .contains(&kind)
}
