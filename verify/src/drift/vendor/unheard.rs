//! Who could not be asked at all: a real side that only has troubles, a credential that opens nothing any more, a
//! secret that is not at hand.

use super::asking::State;
use super::gate::Gate;
use super::skip::Skip;
use crate::ask::plan::Plan;
use crate::case::Reason;
use cassettes::facets::credential::credentials;
use cassettes::model::{Exchange, Response};
use std::collections::BTreeMap;

/// From so many on, answers that all refuse one credential speak of the credential.
const ALL: usize = 2;

/// Takes out of what came what says nothing of the vendor's mind, and says why, for each part a sentence.
/// `mints` says whether tokens are made afresh, `gate` who is asked.
pub(super) fn skip(plans: &[Plan<'_>], states: &mut [State], mints: bool, gate: &Gate<'_>) -> Vec<String> {
    let mut told = silent(plans, states, gate);
    if mints {
        told.extend(strange_key(plans, states, gate));
    }
    told.extend(refused(plans, states, gate));
    told.extend(without_secrets(states));
    told
}

/// What was not asked for want of a secret would have been asked where the job is set up as it was meant.
fn without_secrets(states: &[State]) -> Vec<String> {
    let mut lacking: BTreeMap<&str, usize> = BTreeMap::new();
    for skip in states.iter().flat_map(|state| &state.skips).flatten() {
        if let Skip::Unjudged(Reason::Secret(name)) = skip {
            *lacking.entry(name).or_default() += 1;
        }
    }
    let told = lacking.into_iter().map(|(name, count)| {
        let exchanges = if count == 1 { "exchange needs" } else { "exchanges need" };
        format!("the secret `{name}` has no value here, and {count} {exchanges} it")
    });
    told.collect()
}

/// Whoever answered nothing but troubles was not there.
fn silent(plans: &[Plan<'_>], states: &mut [State], gate: &Gate<'_>) -> Vec<String> {
    let mut upstreams: BTreeMap<&str, (bool, Option<String>)> = BTreeMap::new();
    for (plan, state) in plans.iter().zip(&*states) {
        for (at, exchange) in plan.cassette.exchanges.iter().enumerate() {
            let (there, trouble) = upstreams.entry(exchange.upstream.as_str()).or_default();
            *there |= state.has_answer(at);
            let what = state.troubled[at].as_ref().or(state.skips[at].as_ref());
            if let (None, Some(Skip::Trouble(what))) = (&trouble, what) {
                *trouble = Some(what.clone());
            }
        }
    }
    for (plan, state) in plans.iter().zip(states) {
        let there = |at: usize| {
            upstreams.get(plan.cassette.exchanges[at].upstream.as_str()).is_some_and(|(there, _)| *there)
        };
        state.skip_troubles(there);
    }
    let away = upstreams.into_iter().filter(|(_, (there, _))| !there);
    away.filter_map(|(upstream, (_, what))| Some(format!("{}: {}", gate.named(upstream), what?))).collect()
}

/// A key with which no token is made that is let in: it is another one, and what tokens are refused for says nothing.
fn strange_key(plans: &[Plan<'_>], states: &mut [State], gate: &Gate<'_>) -> Vec<String> {
    let status = |exchange: &Exchange| exchange.answer.reply().map(|reply| reply.status);
    let minted =
        |exchange: &Exchange| exchange.tokens.iter().any(|facts| facts.place.0.starts_with("request "));
    let mut shown: BTreeMap<String, Vec<Option<u16>>> = BTreeMap::new();
    for (plan, state) in plans.iter().zip(&*states) {
        for (at, then) in plan.cassette.exchanges.iter().enumerate() {
            let Some(now) = state.now[at].as_ref().filter(|_| state.has_answer(at)) else { continue };
            if minted(then) && then.answer.reply().is_some_and(Response::is_success) {
                let refusal = status(now).filter(|status| matches!(status, 401 | 403));
                shown.entry(then.upstream.clone()).or_default().push(refusal);
            }
        }
    }
    let mut told = Vec::new();
    for (upstream, all) in shown {
        let refusal = all.iter().flatten().next().filter(|_| all.len() >= ALL && !all.contains(&None));
        let Some(status) = refusal else { continue };
        let who = gate.named(&upstream);
        let why = format!(
            "no token made with the key is let in by {who} ({status}): is it the key that tokens are checked with?"
        );
        for (plan, state) in plans.iter().zip(&mut *states) {
            for (at, then) in plan.cassette.exchanges.iter().enumerate() {
                if then.upstream == upstream && minted(then) && state.now[at].is_some() {
                    (state.now[at], state.skips[at]) = (None, Some(Skip::NotSent(why.clone())));
                }
            }
        }
        told.push(why);
    }
    told
}

/// Where a credential was shown, as plan and position, and whether it was refused.
type Shown = (usize, usize, bool);

/// A credential with which nothing is let in any more, where it was each time: it is old, or was withdrawn.
fn refused(plans: &[Plan<'_>], states: &mut [State], gate: &Gate<'_>) -> Vec<String> {
    let status = |exchange: &Exchange| exchange.answer.reply().map(|reply| reply.status);
    let mut shown: BTreeMap<(String, String, String), Vec<Shown>> = BTreeMap::new();
    for (number, (plan, state)) in plans.iter().zip(&*states).enumerate() {
        for (at, then) in plan.cassette.exchanges.iter().enumerate() {
            let Some(now) = state.now[at].as_ref().filter(|_| state.has_answer(at)) else { continue };
            // A token for one question says nothing of others; who was refused before is not let in now, either.
            let credential = credentials(&then.request).into_iter().next().filter(|one| one.jwt.is_none());
            let Some(one) = credential.filter(|_| !matches!(status(then), Some(401))) else { continue };
            let key = (then.upstream.clone(), one.place.0, one.text);
            shown.entry(key).or_default().push((number, at, status(now) == Some(401)));
        }
    }
    let mut told = Vec::new();
    for ((upstream, place, _), all) in shown {
        if all.len() < ALL || all.iter().any(|(_, _, refused)| !refused) {
            continue;
        }
        let who = gate.named(&upstream);
        let why = format!("the credential in {place} is refused by {who} each time (401): is it still good?");
        for (number, at, _) in all {
            (states[number].now[at], states[number].skips[at]) = (None, Some(Skip::NotSent(why.clone())));
        }
        told.push(why);
    }
    told
}
