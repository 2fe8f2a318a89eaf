//! What seems to have changed, and which of it shows each time it is asked.

use super::asking::State;
use super::skip::Skip;
use crate::ask::plan::Plan;
use crate::case::Reason;
use crate::changes::{Change, Difference, Kind, Weight, paired};
use crate::finding::Evidence;
use cassettes::model::{Cassette, Exchange, ExchangeId, Header, Response};
use cassettes::operation::{Operation, Operations};
use std::collections::{BTreeMap, BTreeSet};

/// The difference of what was recorded and what came, over all cassettes together: several recordings of one
/// operation are evidence together.
pub(super) struct Seen {
    difference: Difference,
}

impl Seen {
    /// Of what was recorded and what came.
    pub(super) fn of(plans: &[Plan<'_>], states: &[State]) -> Seen {
        let sides = plans.iter().zip(states).map(|(plan, state)| {
            let exchanges = plan.cassette.exchanges.iter();
            let old = exchanges.zip(&state.skips).map(|(e, skip)| keeps(skip).then_some(e)).collect();
            (plan.cassette, old, state.now.iter().map(Option::as_ref).collect())
        });
        Seen { difference: merged(&sides.collect::<Vec<_>>()) }
    }

    /// Of what came and what came the next time: nobody changed anything in between.
    pub(super) fn between(plans: &[Plan<'_>], before: &[State], after: &[State]) -> Seen {
        let sides = plans.iter().zip(before).zip(after).map(|((plan, before), after)| {
            let of = |state: &'_ State| -> Vec<bool> { state.now.iter().map(Option::is_some).collect() };
            let both: Vec<bool> = of(before).into_iter().zip(of(after)).map(|(a, b)| a && b).collect();
            let pick = |state: &'_ [Option<Exchange>]| -> Vec<Option<usize>> {
                state.iter().enumerate().map(|(at, _)| both[at].then_some(at)).collect()
            };
            let old = pick(&before.now).into_iter().map(|at| before.now[at?].as_ref()).collect();
            let new = pick(&after.now).into_iter().map(|at| after.now[at?].as_ref()).collect();
            (plan.cassette, old, new)
        });
        Seen { difference: merged(&sides.collect::<Vec<_>>()) }
    }
}

/// Whether what was recorded counts although nothing came now: the answers themselves no longer lead there.
fn keeps(skip: &Option<Skip>) -> bool {
    matches!(skip, None | Some(Skip::Unjudged(Reason::Unreachable { .. })))
}

/// One cassette: what stands in it then and now, each at its position.
pub(super) type Sides<'e> = (&'e Cassette, Vec<Option<&'e Exchange>>, Vec<Option<&'e Exchange>>);

/// The difference of all cassettes as if they were one, with evidence cited as they stand.
pub(super) fn merged(sides: &[Sides<'_>]) -> Difference {
    let (mut before, mut after) = (Cassette::default(), Cassette::default());
    let (mut to, mut cites) = (Vec::new(), Vec::new());
    let all = |side: &[Option<&Exchange>]| side.iter().flatten().map(|e| (*e).clone()).collect::<Vec<_>>();
    for (cassette, old, new) in sides {
        join(&mut before.header, &cassette.header);
        for (position, exchange) in old.iter().enumerate() {
            let Some(exchange) = exchange else { continue };
            let id = ExchangeId(u32::try_from(before.exchanges.len() + 1).unwrap_or(u32::MAX));
            before.exchanges.push(Exchange { id, ..(*exchange).clone() });
            cites.push(cassette.cite(cassette.exchanges[position].id));
            to.push(new[position].map(|now| {
                let id = ExchangeId(u32::try_from(after.exchanges.len() + 1).unwrap_or(u32::MAX));
                after.exchanges.push(Exchange { id, ..now.clone() });
                after.exchanges.len() - 1
            }));
        }
    }
    after.header.clone_from(&before.header);
    let pairs = to;
    // What varies in a path is learned from all that was recorded, also where it is not compared.
    let mut whole: Vec<Exchange> =
        sides.iter().flat_map(|(cassette, ..)| cassette.exchanges.clone()).collect();
    whole.extend(sides.iter().flat_map(|(_, _, new)| all(new)));
    let known = Operations::learn(&whole);
    let mut difference = paired(&before, &after, pairs.clone(), &known);
    // What was not asked again is told with its reason, not as a change.
    difference.changes.retain(|change| !matches!(change.kind, Kind::Lost | Kind::Added));
    for change in &mut difference.changes {
        cite(&mut change.before, &cites);
        change.after.exchange = None;
    }
    let alive = alive(&before, &after, &pairs, &known);
    settle(&mut difference, &alive);
    difference
}

fn join(header: &mut Header, other: &Header) {
    for upstream in &other.upstreams {
        if !header.upstreams.contains(upstream) {
            header.upstreams.push(upstream.clone());
        }
    }
    let (own, other) = (&mut header.redact, &other.redact);
    for (own, other) in [
        (&mut own.headers, &other.headers),
        (&mut own.query, &other.query),
        (&mut own.json, &other.json),
        (&mut own.patterns, &other.patterns),
        (&mut own.keep, &other.keep),
    ] {
        let more: Vec<String> = other.iter().filter(|rule| !own.contains(rule)).cloned().collect();
        own.extend(more);
    }
}

/// `#17` of all of them as its own cassette has it.
fn cite(evidence: &mut Evidence, cites: &[String]) {
    let number =
        evidence.exchange.as_deref().and_then(|cite| cite.trim_start_matches('#').parse::<usize>().ok());
    let cited = number.and_then(|number| cites.get(number.checked_sub(1)?));
    evidence.exchange = cited.cloned();
}

/// The operations that still answer a question as they did, with a success.
fn alive(
    before: &Cassette,
    after: &Cassette,
    pairs: &[Option<usize>],
    known: &Operations,
) -> BTreeSet<Operation> {
    let succeeds = |exchange: &Exchange| exchange.answer.reply().is_some_and(Response::is_success);
    let both = before
        .exchanges
        .iter()
        .zip(pairs)
        .filter_map(|(old, new)| Some((old, after.exchanges.get((*new)?)?)));
    both.filter(|(old, new)| succeeds(old) && succeeds(new)).map(|(old, _)| known.of(&old.request)).collect()
}

/// What is no change of the vendor's mind, or follows from one that is told.
fn settle(difference: &mut Difference, alive: &BTreeSet<Operation>) {
    let pages: BTreeSet<Operation> = difference
        .changes
        .iter()
        .filter(|change| change.kind == Kind::Pages && change.weight == Weight::Breaking)
        .map(|change| change.operation.clone())
        .collect();
    for change in &mut difference.changes {
        let follows = change.kind == Kind::Pages
            && change.weight == Weight::Compatible
            && matches!(change.rule, "page-cap-ignored" | "page-size-uneven")
            && pages.contains(&change.operation);
        // One thing is gone, and others are there: that is its life.
        let missed = change.place.ends_with(" 404") || change.place.ends_with(" 410");
        let over = change.rule == "success-refused" && missed && alive.contains(&change.operation);
        // There is more to list, or less.
        if follows || over || change.rule == "empty-never" {
            change.weight = Weight::Noise;
        }
    }
}

/// What a change is known by from one time to the next.
type Key = (Operation, Kind, String);

fn key(change: &Change) -> Key {
    (change.operation.clone(), change.kind, change.place.clone())
}

/// The changes that have shown each time so far.
pub(super) struct Survivors {
    difference: Difference,
    /// What shows between two askings now: noise, whichever way it went.
    unsteady: BTreeSet<(Operation, Kind, String)>,
}

impl Survivors {
    pub(super) fn of(seen: Seen) -> Survivors {
        Survivors { difference: seen.difference, unsteady: BTreeSet::new() }
    }

    /// Those that show again, and not between two askings now.
    pub(super) fn after(mut self, seen: Seen, between: &Seen) -> Survivors {
        self.unsteady.extend(between.difference.telling().map(key));
        let again: BTreeMap<Key, Change> =
            seen.difference.changes.iter().map(|change| (key(change), change.clone())).collect();
        for change in &mut self.difference.changes {
            match again.get(&key(change)) {
                Some(now) if !self.unsteady.contains(&key(change)) => {
                    change.weight = change.weight.max(now.weight);
                }
                // It was seen once, and is not to be relied upon.
                _ => change.weight = Weight::Noise,
            }
        }
        self.difference.checks = seen.difference.checks;
        self
    }

    /// For each cassette the positions to ask another time: everything of the operations with changes; from the
    /// second time on only of those that chance could explain.
    pub(super) fn to_ask_again(
        &self,
        plans: &[Plan<'_>],
        states: &[State],
        round: usize,
    ) -> Vec<BTreeSet<usize>> {
        let wanted: BTreeSet<String> = self
            .difference
            .telling()
            .filter(|change| round == 1 || is_by_chance(change))
            .map(|change| change.operation.to_string())
            .collect();
        let of = |(plan, state): (&Plan<'_>, &State)| -> BTreeSet<usize> {
            let asked = (0..plan.operations.len()).filter(|at| state.now[*at].is_some());
            asked.filter(|at| wanted.contains(&plan.operations[*at].to_string())).collect()
        };
        plans.iter().zip(states).map(of).collect()
    }

    /// What is left.
    pub(super) fn difference(mut self) -> Difference {
        self.difference
            .changes
            .sort_by_cached_key(|c| (c.weight, c.operation.clone(), c.kind, c.place.clone()));
        self.difference
    }
}

/// Whether it is a matter of luck what one asking shows: what is there at times, an order, how busy the vendor is.
fn is_by_chance(change: &Change) -> bool {
    match change.kind {
        Kind::FieldOptional | Kind::Order | Kind::Word | Kind::Timing | Kind::Pages | Kind::Effect => true,
        Kind::ValueKind => change.rule == "null-never",
        Kind::FieldGone | Kind::FieldNew => change.message.contains("at times"),
        _ => false,
    }
}
