//! Changes that follow from another one that is told: of one cause the plainest is kept.

use super::again::Asked;
use super::at_all::one_for_all;
use super::renamed::pointer;
use super::skip::Skip;
use crate::case::Reason;
use crate::changes::{Change, Kind, Weight};
use cassettes::facets::words::words;
use cassettes::operation::Operation;
use std::collections::BTreeMap;

/// What is said of a listing's pages, the plainest first; what is not named comes last.
const PAGES: [&str; 7] = [
    "page-signal-missing",
    "page-cap-ignored",
    "cursor-ignored",
    "page-overlap",
    "pagination-flattened",
    "limit-changes-result",
    "page-size-uneven",
];

/// The changes without those that follow from others.
pub(super) fn told(changes: Vec<Change>, asked: &Asked<'_>) -> Vec<Change> {
    if let Some(all) = one_for_all(asked).filter(|_| changes.iter().any(|c| c.weight == Weight::Breaking)) {
        return vec![all];
    }
    let (pages, mut rest): (Vec<Change>, Vec<Change>) =
        changes.into_iter().partition(|change| change.kind == Kind::Pages);
    let mut listings: BTreeMap<Operation, Vec<Change>> = BTreeMap::new();
    for change in pages {
        listings.entry(change.operation.clone()).or_default().push(change);
    }
    let known: Vec<Change> = rest.clone();
    rest.retain(|change| !known.iter().any(|cause| follows(change, cause)));
    rest.extend(listings.into_values().filter_map(|all| listing(all, asked)));
    rest.sort_by_cached_key(|c| (c.weight, c.operation.clone(), c.kind, c.place.clone()));
    rest
}

/// Whether a change follows from another one.
fn follows(change: &Change, cause: &Change) -> bool {
    let header = |name: &str| {
        cause.kind == Kind::Header
            && [&cause.before.pointer, &cause.after.pointer].iter().any(|at| **at == format!("header {name}"))
    };
    let name = |change: &Change| pointer(&change.place).and_then(|at| at.name().map(str::to_owned));
    match change.rule {
        // Whoever has no tag cannot ask by it, and nobody asked by one that is new.
        "not-modified-never" | "etag-static" => cause.operation == change.operation && header("etag"),
        // What is not taken as it was sent is not read back as it was sent either.
        "write-not-read-back" => cause.rule == "echo-broken" && name(cause) == name(change),
        _ => false,
    }
}

/// What changed of a listing's pages, as one.
fn listing(mut all: Vec<Change>, asked: &Asked<'_>) -> Option<Change> {
    let rank = |change: &Change| PAGES.iter().position(|rule| *rule == change.rule).unwrap_or(PAGES.len());
    all.sort_by_key(|change| (change.weight, rank(change)));
    let said =
        all.iter().find(|c| c.rule == "page-signal-missing" && c.weight == Weight::Compatible).cloned();
    let mut first = all.into_iter().next()?;
    if first.rule == "page-signal-missing"
        && first.weight == Weight::Breaking
        && let Some(now) = said
    {
        first.message = moved(&first, &now);
        first.after = now.after;
    }
    let unasked = unasked(&first.operation, asked);
    if first.weight == Weight::Breaking && unasked > 0 {
        let (count, were) = if unasked == 1 { ("one page", "was") } else { ("pages", "were") };
        let count = if unasked == 1 { count.to_owned() } else { format!("{unasked} {count}") };
        first.message = format!("{}; {count} {were} not asked for it", first.message);
    }
    Some(first)
}

/// What says that a listing goes on stands elsewhere.
fn moved(then: &Change, now: &Change) -> String {
    let parts = |change: &Change| {
        let at = pointer(&change.place)?;
        Some((at.name()?.to_owned(), at.0[..at.0.len() - 1].to_vec()))
    };
    let renamed = match (parts(then), parts(now)) {
        (Some((old, above)), Some((new, beside))) => {
            above == beside && words(&old).iter().any(|word| words(&new).contains(word))
        }
        _ => false,
    };
    if renamed {
        format!(
            "`{}`, which says that the listing goes on, is renamed: it is `{}` now",
            then.place, now.place
        )
    } else {
        format!("that the listing goes on was said at `{}`, and is said at `{}` now", then.place, now.place)
    }
}

/// How many pages of a listing the answers of now do not lead to.
fn unasked(operation: &Operation, asked: &Asked<'_>) -> usize {
    let of = asked.skips.iter().zip(&asked.operations).flat_map(|(skips, all)| skips.iter().zip(all));
    of.filter(|(skip, of)| {
        *of == operation && matches!(skip, Some(Skip::Unjudged(Reason::Unreachable { .. })))
    })
    .count()
}
