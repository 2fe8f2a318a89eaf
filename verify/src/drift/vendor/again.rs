//! Asks the real side what the cassettes hold, and asks a second time about everything that seems to have changed.

use super::asking::{Asking, Clean, State, With};
use super::at_all::{At, at_all};
use super::at_once::at_once;
use super::gate::{Gate, Manners, Side};
use super::guard::Guard;
use super::moved::moved;
use super::seen::Seen;
use super::skip::{Skip, foreseen};
use super::survivors::Survivors;
use super::unheard;
use super::units::{units, with_what_leads};
use crate::ask::plan::{Plan, learn, plan};
use crate::changes::Difference;
use crate::options::Options;
use cassettes::model::{Cassette, Exchange};
use cassettes::operation::{Operation, surely_reads};
use cassettes::subject::{Boxed, NoAnswer};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What depends on chance is asked so often again, everything else once.
pub(super) const LOOKS: usize = 4;

/// The same of a member that came or went where few answers could show it: half of all answers may have it.
pub(super) const LOOKS_AT_FEW: usize = 12;

/// The same where one recorded answer had it: what one answer in five has stays away so long in one run of two hundred.
pub(super) const LOOKS_AFTER_ONE: usize = 24;

/// Whom to ask, what of it, and how.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// Keys, secrets, the moment.
    pub options: Options<'a>,
    /// Who is asked, for each upstream that was recorded.
    pub sides: &'a [Side<'a>],
    /// What may be asked.
    pub guard: &'a Guard,
    /// How politely.
    pub manners: Manners<'a>,
    /// Takes out of what came what no recording may hold.
    pub clean: Clean<'a>,
    /// Hears how far it is.
    pub progress: &'a (dyn Fn(Progress<'_>) + Send + Sync),
}

/// How far the asking is.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'p> {
    /// So many exchanges are done with in this round.
    pub done: usize,
    /// Of so many.
    pub of: usize,
    /// Which round it is, counted from one: from the second on, what seems to have changed is asked again.
    pub round: usize,
    /// What was asked last.
    pub asked: &'p Exchange,
}

/// What the real side says now.
#[derive(Debug)]
pub struct Asked<'a> {
    /// What was asked again.
    pub cassettes: &'a [Cassette],
    /// For each exchange of each cassette what it was asked as.
    pub operations: Vec<Vec<Operation>>,
    /// For each exchange of each cassette the one that answers its question now, cleaned; none where nothing was
    /// asked, or what came is not to be compared.
    pub now: Vec<Vec<Option<Exchange>>>,
    /// Why.
    pub skips: Vec<Vec<Option<Skip>>>,
    /// Which of those in `now` are troubles that came each time: they are told, and nobody wants to have them recorded.
    pub troubled: Vec<BTreeSet<usize>>,
    /// Why whole parts of it could not be asked, each a sentence without a full stop: nobody can say of these that
    /// they did not change.
    pub unheard: Vec<String>,
    /// Everything that shows each time it is asked.
    pub difference: Difference,
    /// How many requests were sent.
    pub sent: usize,
}

impl Asked<'_> {
    /// What a fresh recording of each cassette may hold: the answers of now, no troubles, and nothing of a real side
    /// that answers whatever it is asked alike.
    pub fn fresh(&self) -> Vec<Vec<Option<&Exchange>>> {
        let misled: BTreeSet<At> = at_all(self).into_iter().flat_map(|all| all.exchanges).collect();
        let is_trouble =
            |number: usize, at: usize| self.troubled.get(number).is_some_and(|all| all.contains(&at));
        let mut fresh = Vec::new();
        for (number, now) in self.now.iter().enumerate() {
            let wanted = |at: usize| !is_trouble(number, at) && !misled.contains(&(number, at));
            fresh.push(now.iter().enumerate().map(|(at, now)| now.as_ref().filter(|_| wanted(at))).collect());
        }
        fresh
    }
}

/// Asks everything that may be asked. `Err` where nobody is there to be asked.
pub async fn ask_again<'a>(cassettes: &'a [Cassette], terms: &Terms<'_>) -> Result<Asked<'a>, NoAnswer> {
    let plans = plan(cassettes);
    let listings = learn(&plans);
    let gate = Gate::new(terms.sides, terms.guard, terms.manners);
    let mints = terms.options.keys.is_some();
    let skips: Vec<Vec<Option<Skip>>> = plans.iter().map(|plan| foreseen(plan, terms.guard, mints)).collect();
    let mut states: Vec<State> = skips.iter().cloned().map(State::new).collect();
    let first: Vec<Vec<Vec<usize>>> =
        plans.iter().zip(&skips).map(|(plan, skips)| units(plan, skips)).collect();
    let (mut round, mut groups) = (1, first.clone());
    let mut survivors: Option<Survivors> = None;
    let mut unheard;
    loop {
        let done = AtomicUsize::new(0);
        let of = groups.iter().flatten().map(Vec::len).sum();
        let with = With {
            gate: &gate,
            options: &terms.options,
            listings: &listings,
            clean: terms.clean,
            done: &|asked| {
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                (terms.progress)(Progress { done, of, round, asked });
            },
        };
        let before = (round > 1).then(|| states.clone());
        states = ask(&plans, with, states, &groups, terms.manners.concurrency).await?;
        if let Some(before) = &before {
            states.iter_mut().zip(before).for_each(|(state, before)| state.keep(before));
        }
        unheard = unheard::skip(&plans, &mut states, mints, &gate);
        let seen = Seen::of(&plans, &states);
        survivors = Some(match (survivors, before) {
            (Some(known), Some(before)) => {
                let between = Seen::between(&plans, &before, &states);
                known.after(seen, &between, &moved(&plans, &states, &listings))
            }
            _ => Survivors::of(seen, repeated(&plans, &skips)),
        });
        let Some(survivors) = &survivors else { break };
        let mut wanted = survivors.to_ask_again(&plans, &states, round);
        for (wanted, state) in wanted.iter_mut().zip(&states) {
            wanted.retain(|at| state.looked(*at) != Some(false));
        }
        if wanted.iter().all(BTreeSet::is_empty) || round > LOOKS_AFTER_ONE {
            break;
        }
        groups = plans
            .iter()
            .zip(&first)
            .zip(wanted.iter().zip(&states))
            .map(|((plan, units), (wanted, state))| {
                // What was asked another time at once need not be led to.
                let (known, wanted) = wanted.iter().copied().partition(|at| state.looked(*at).is_some());
                let mut all = with_what_leads(plan, &wanted);
                all.extend::<BTreeSet<usize>>(known);
                part(units, &all)
            })
            .collect();
        if survivors.takes_time(round) {
            gate.second_look().await;
        }
        round += 1;
    }
    for (plan, state) in plans.iter().zip(&mut states) {
        let tells = |at: usize| survivors.as_ref().is_some_and(|known| known.tells_of(plan, at));
        state.skip_troubles(tells);
    }
    let operations = plans.iter().map(|plan| plan.operations.clone()).collect();
    let troubled = states.iter().map(State::troubles).collect();
    let (now, skips) = states.into_iter().map(|state| (state.now, state.skips)).unzip();
    let difference = survivors.map(Survivors::difference).unwrap_or_default();
    Ok(Asked { cassettes, operations, now, skips, troubled, unheard, difference, sent: gate.sent() })
}

/// The operations that are asked after a write, which would be asked another time with them.
fn repeated(plans: &[Plan<'_>], skips: &[Vec<Option<Skip>>]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (plan, skips) in plans.iter().zip(skips) {
        let asked = |at: &usize| skips[*at].is_none();
        let writes = |at: &usize| !surely_reads(&plan.cassette.exchanges[*at].request);
        let Some(first) = (0..skips.len()).filter(asked).find(writes) else { continue };
        all.extend((first..skips.len()).filter(asked).map(|at| plan.operations[at].to_string()));
    }
    all
}

/// The part of the groups that is wanted, in their order.
fn part(units: &[Vec<usize>], wanted: &BTreeSet<usize>) -> Vec<Vec<usize>> {
    let part =
        |unit: &Vec<usize>| -> Vec<usize> { unit.iter().copied().filter(|at| wanted.contains(at)).collect() };
    units.iter().map(part).filter(|unit| !unit.is_empty()).collect()
}

/// Asks these groups of each cassette.
async fn ask(
    plans: &[Plan<'_>],
    with: With<'_>,
    mut states: Vec<State>,
    groups: &[Vec<Vec<usize>>],
    concurrency: usize,
) -> Result<Vec<State>, NoAnswer> {
    for (state, groups) in states.iter_mut().zip(groups) {
        groups.iter().for_each(|group| state.forget(group));
    }
    let asking: Vec<Asking<'_, '_>> =
        plans.iter().zip(states).map(|(plan, state)| Asking::new(plan, with, state)).collect();
    let all = asking.iter().zip(groups).flat_map(|(asking, groups)| {
        groups.iter().map(move |group| -> Boxed<'_, _> { Box::pin(asking.all(group)) })
    });
    at_once(concurrency, all).await?;
    Ok(asking.into_iter().map(Asking::finish).collect())
}
