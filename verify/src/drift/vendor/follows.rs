//! Changes that follow from another one that is told: of one cause the plainest is kept.

use super::again::Asked;
use super::at_all::explained;
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
    "page-size-uneven",
    "limit-changes-result",
];

/// The changes without those that follow from others.
pub(super) fn told(changes: Vec<Change>, asked: &Asked<'_>) -> Vec<Change> {
    let (changes, whole) = explained(changes, asked);
    let known = changes.clone();
    let (pages, mut rest): (Vec<Change>, Vec<Change>) =
        changes.into_iter().partition(|change| change.kind == Kind::Pages);
    let mut listings: BTreeMap<Operation, Vec<Change>> = BTreeMap::new();
    for change in pages {
        listings.entry(change.operation.clone()).or_default().push(change);
    }
    rest.retain(|change| !known.iter().any(|cause| follows(change, cause)));
    for all in listings.into_values() {
        let Some(mut told) = listing(all, asked) else { continue };
        absorb(&mut told, &mut rest);
        rest.push(told);
    }
    rest.extend(whole);
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
    let call = cause.operation == change.operation;
    let place = call && cause.place == change.place;
    let by_its_rule = match change.rule {
        // Whoever has no tag cannot ask by it, and nobody asked by one that is new.
        "not-modified-never" | "etag-static" => return call && header("etag"),
        // What is not taken as it was sent is not read back as it was sent either.
        "write-not-read-back" => return cause.rule == "echo-broken" && name(cause) == name(change),
        // A page that comes twice is in no order.
        "order-changed" => call && matches!(cause.rule, "cursor-ignored" | "page-overlap"),
        // Moments that are written in another way may be told less exactly.
        "time-frozen" => place && matches!(cause.kind, Kind::TimeForm | Kind::ValueKind | Kind::NumberForm),
        // A member that is never there says nothing in either way.
        "absence-confused" => place && cause.rule == "field-missing",
        // What was null is absent: that it can be is the same.
        "optional-always-present" => place && cause.rule == "absence-confused",
        _ => false,
    };
    cause.weight <= change.weight && (by_its_rule || is_by_another_answer(change, cause))
}

/// Whether a change shows in an answer that is another one altogether, as the cause says more plainly: of something
/// that is there after all, is not there, or is another thing than the one that was made.
fn is_by_another_answer(change: &Change, cause: &Change) -> bool {
    let class = matches!(change.kind, Kind::Class | Kind::Status | Kind::Token);
    let (paths, below) = (&change.operation.template, format!("{}/", cause.operation.template));
    let same = cause.operation == change.operation
        && change.before.exchange.is_some()
        && cause.before.exchange == change.before.exchange;
    match cause.rule {
        "delete-without-effect" => {
            same && (class || matches!(change.rule, "echo-broken" | "header-missing" | "media-type-changed"))
        }
        "write-not-read-back" | "idempotency-conflict-never" | "idempotency-ignored" => same && class,
        // What is asked by an id that several things have is asked of any of them.
        "id-static" => {
            (class || change.kind == Kind::Effect) && cause.rule != change.rule && paths.starts_with(&below)
        }
        // A tag that stays the same is no condition.
        "etag-static" => {
            class
                && *paths == cause.operation.template
                && change.place.split(' ').any(|status| status == "412")
        }
        _ => false,
    }
}

/// Takes what a listing's pages are led on by now, under a name that nobody knows, to what is told of them.
fn absorb(pages: &mut Change, rest: &mut Vec<Change>) {
    let led = matches!(pages.rule, "page-signal-missing" | "pagination-flattened");
    if pages.weight != Weight::Breaking || !led {
        return;
    }
    let leads = |change: &Change| {
        let value = change.after.excerpt.as_str();
        change.kind == Kind::FieldNew
            && change.operation == pages.operation
            && !change.place.contains("/*")
            && (value.starts_with(|c: char| c.is_ascii_digit()) || value.starts_with('"') && value.len() > 2)
    };
    if let (1, Some(at)) = (rest.iter().filter(|change| leads(change)).count(), rest.iter().position(leads)) {
        let new = rest.remove(at);
        pages.message = format!("{}; `{}` is new", pages.message, new.place);
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
