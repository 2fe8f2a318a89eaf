//! What seems to have changed, over all cassettes together.

use super::asking::State;
use super::life;
use super::several::of_each;
use super::skip::Skip;
use crate::ask::plan::Plan;
use crate::case::Reason;
use crate::changes::{Difference, Kind, Weight, paired};
use crate::finding::Evidence;
use cassettes::model::{Cassette, Exchange, ExchangeId, Header, Response};
use cassettes::operation::{Operation, Operations};
use std::collections::BTreeSet;

/// The difference of what was recorded and what came, over all cassettes together: several recordings of one
/// operation are evidence together.
pub(super) struct Seen {
    pub(super) difference: Difference,
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
    of_each(sides, of_one)
}

/// The same of one real side.
fn of_one(sides: &[Sides<'_>]) -> Difference {
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
    let of_another = life::of_another(&before, &known);
    let of_another = of_another.into_iter().filter_map(|at| cites.get(at).cloned()).collect();
    settle(&mut difference, &alive, &of_another, passed(&after));
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

/// In how many microseconds all of it was asked.
fn passed(after: &Cassette) -> i64 {
    let moments = || after.exchanges.iter().map(|exchange| exchange.at.0);
    moments().max().unwrap_or_default().saturating_sub(moments().min().unwrap_or_default())
}

/// What is no change of the vendor's mind, or follows from one that is told.
fn settle(
    difference: &mut Difference,
    alive: &BTreeSet<Operation>,
    of_another: &BTreeSet<String>,
    passed: i64,
) {
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
        let its_own = !change.before.exchange.as_ref().is_some_and(|cite| of_another.contains(cite));
        let over = change.rule == "success-refused" && missed && its_own && alive.contains(&change.operation);
        // There is more to list, or less.
        // Whoever is asked everything within a second gives one moment.
        let at_once = change.rule == "time-frozen" && passed < 2_000_000;
        if follows || over || at_once || change.rule == "empty-never" {
            change.weight = Weight::Noise;
        }
    }
}
