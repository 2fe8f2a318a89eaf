//! The behaviours that show only over several exchanges, or beside the answer itself.

use crate::case::{Case, Said};
use crate::echo;
use crate::idempotency;
use crate::run::Run;
use crate::sorting::Lists;
use cassettes::facets::pagination::{self as pages, limit_of};
use cassettes::json::Pointer;
use cassettes::model::Micros;
use cassettes::operation::Operation;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// From here on common timeouts come into play.
const SLOW: Micros = 3_000_000;

/// A behaviour: where it was seen, and how often the subject did it and did not.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub(super) evidence: Vec<String>,
    pub(super) did: usize,
    pub(super) did_not: usize,
}

/// Behaviours by operation and kind.
#[derive(Debug, Default)]
pub(super) struct More<'r>(pub(super) BTreeMap<&'r Operation, BTreeMap<&'static str, Shown>>);

impl<'r> More<'r> {
    /// The real side did it; `did` says whether the subject did, none where that cannot be told.
    pub(super) fn add(
        &mut self,
        operation: &'r Operation,
        kind: &'static str,
        cite: Option<String>,
        did: Option<bool>,
    ) {
        let shown = self.0.entry(operation).or_default().entry(kind).or_default();
        shown.evidence.extend(cite);
        shown.did += usize::from(did == Some(true));
        shown.did_not += usize::from(did == Some(false));
    }
}

/// All of them.
pub(super) fn more<'r>(run: &'r Run<'_>) -> More<'r> {
    let mut more = More::default();
    repeated(run, &mut more);
    rereads(run, &mut more);
    for (operation, cases) in run.operations() {
        caps(run, operation, &cases, &mut more);
        tags(operation, &cases, &mut more);
        orders(run, operation, &cases, &mut more);
        for case in cases.iter().filter(|c| c.real.timing.first_byte.is_some_and(|t| t >= SLOW)) {
            let real = case.real.timing.first_byte.unwrap_or_default();
            // A subject that is a file has no times to judge.
            let did = case.other.timing.first_byte.map(|other| other >= real / 10);
            more.add(operation, "slow", case.real.cite.clone(), did);
        }
    }
    more
}

/// What repeats what was asked, and what is done once for one key.
fn repeated<'r>(run: &'r Run<'_>, more: &mut More<'r>) {
    for heard in echo::heard(run) {
        more.add(&heard.case.operation, "echo", heard.case.real.cite.clone(), Some(heard.repeats));
    }
    for again in idempotency::again(run) {
        let case = again.again.reading.case;
        let cite = case.real.cite.clone();
        if again.is_replay() {
            more.add(&case.operation, "idempotent-replay", cite, again.is_replayed());
        } else if again.is_conflict(run) {
            let did = Some(!again.again.reading.other.success);
            more.add(&case.operation, "idempotency-conflict", cite, did);
        }
    }
}

/// Pages that hold less than was asked for, and are not the last.
fn caps<'r>(run: &'r Run<'_>, operation: &'r Operation, cases: &[&'r Case<'_>], more: &mut More<'r>) {
    let Some(listing) = run.listings.0.get(operation) else { return };
    for case in cases {
        let Some((_, limit)) = limit_of(&case.exchange.request) else { continue };
        let under = |said| listing.count(said).is_some_and(|count| count > 0 && (count as u64) < limit);
        if under(&case.real) && listing.goes_on(&case.real, &case.exchange.request) {
            let did = case.other.is_success().then(|| under(&case.other));
            more.add(operation, "page-cap", case.real.cite.clone(), did);
        }
    }
}

/// A tag that changes with what it stands for.
fn tags<'r>(operation: &'r Operation, cases: &[&'r Case<'_>], more: &mut More<'r>) {
    let tag = |said: &Said<'_>| said.header("etag").map(Cow::into_owned);
    let body = |said: &Said<'_>| said.reply().map(|r| r.essence().to_vec());
    let mut last: BTreeMap<(usize, &str), &Case<'_>> = BTreeMap::new();
    for case in cases.iter().filter(|c| c.real.is_success() && tag(&c.real).is_some()) {
        let Some(before) = last.insert((case.cassette, case.exchange.request.target.as_str()), case) else {
            continue;
        };
        if body(&before.real) == body(&case.real) || tag(&before.real) == tag(&case.real) {
            continue;
        }
        let told = body(&before.other) != body(&case.other) && before.asked.target == case.asked.target;
        let did = told.then(|| tag(&case.other).is_some() && tag(&before.other) != tag(&case.other));
        more.add(operation, "etag-changes", case.real.cite.clone(), did);
    }
}

/// The order of lists: by a key, or by none that holds.
fn orders<'r>(run: &'r Run<'_>, operation: &'r Operation, cases: &[&'r Case<'_>], more: &mut More<'r>) {
    if let Some(lists) = Lists::of(run, operation)
        && let Some(key) = lists.learned().first()
    {
        let held: Vec<bool> = lists.other.iter().filter_map(|list| key.holds(&list.items)).collect();
        let did = (!held.is_empty()).then(|| held.iter().all(|held| *held));
        let cite = lists.real.first().and_then(|list| list.said.cite.clone());
        more.add(operation, "order-sorted", cite, did);
    }
    let mut read: BTreeMap<(usize, &str, &[u8]), Vec<&Case<'_>>> = BTreeMap::new();
    for case in cases.iter().filter(|c| c.real.is_success()) {
        let request = &case.exchange.request;
        read.entry((case.cassette, &request.target, request.essence())).or_default().push(case);
    }
    for again in read.values().filter(|again| again.len() > 1) {
        unstable((operation, "order-unstable"), again, listed, more);
        unstable((operation, "members-unstable"), again, members, more);
    }
}

/// What stands in one order here and in another one there, when the same is asked again.
fn unstable<'r>(
    (operation, kind): (&'r Operation, &'static str),
    again: &[&'r Case<'_>],
    read: fn(&Said<'_>) -> Option<Vec<String>>,
    more: &mut More<'r>,
) {
    let real: Vec<(&Case<'_>, Vec<String>)> =
        again.iter().filter_map(|c| Some((*c, read(&c.real)?))).collect();
    let Some((_, first)) = real.first() else { return };
    let varied = real.iter().find(|(_, list)| list != first && sorted(list) == sorted(first));
    let Some((varied, _)) = varied else { return };
    let other: Vec<Vec<String>> = again.iter().filter_map(|c| read(&c.other)).collect();
    let did = (other.len() > 1 && other[0].len() > 1).then(|| other.iter().any(|list| *list != other[0]));
    more.add(operation, kind, varied.real.cite.clone(), did);
}

/// What is the same when it is read again after nothing but reads.
fn rereads<'r>(run: &'r Run<'_>, more: &mut More<'r>) {
    let safe = |method: &str| matches!(method, "GET" | "HEAD" | "OPTIONS");
    let unjudged = run.unjudged.iter().filter(|u| !safe(&u.exchange.request.method));
    let writes: BTreeSet<(usize, usize)> = unjudged.map(|u| (u.cassette, u.position)).collect();
    let mut last: BTreeMap<&str, &Case<'_>> = BTreeMap::new();
    let mut cassette = None;
    for case in &run.cases {
        let request = &case.exchange.request;
        let written = case.position.checked_sub(1).is_some_and(|at| writes.contains(&(case.cassette, at)));
        if cassette.replace(case.cassette) != Some(case.cassette) || !safe(&request.method) || written {
            last.clear();
        }
        if request.method != "GET" || !case.real.is_success() || !case.other.is_success() {
            continue;
        }
        let before = last.insert(&request.target, case);
        if before.is_some_and(|b| case.real.tree().is_some() && b.real.tree() == case.real.tree()) {
            // Which differences count is for the rule to say.
            more.add(&case.operation, "read-twice-same", case.real.cite.clone(), Some(true));
        }
    }
}

/// The names in the first object with at least three, as they stand.
fn members(said: &Said<'_>) -> Option<Vec<String>> {
    let mut found = None;
    Pointer::walk(said.tree()?, &mut |_, value| {
        if found.is_none() && value.members().len() >= 3 {
            found = Some(value.members().iter().map(|(name, _)| name.clone()).collect());
        }
    });
    found
}

fn sorted(list: &[String]) -> Vec<&String> {
    let mut list: Vec<&String> = list.iter().collect();
    list.sort();
    list
}

fn listed(said: &Said<'_>) -> Option<Vec<String>> {
    let tree = said.tree().filter(|_| said.is_success())?;
    let items = pages::items_of(tree, &pages::items_at(tree)?)?;
    let member = pages::identity_member(&items.iter().collect::<Vec<_>>());
    Some(pages::identities(items, member.as_deref()))
}
