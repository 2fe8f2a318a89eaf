//! In which order the requests of a session came, as far as one of them must have waited for the other.

use super::runs::{Run, Runs};
use cassettes::journal::Served;
use cassettes::model::Micros;
use std::collections::{BTreeMap, BTreeSet};

/// So much later than its client knows may the journal take an answer to be over.
const WRITTEN: Micros = 1_000;

/// A request that has its place in the order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Firm {
    /// What it asks for.
    pub(super) slot: usize,
    /// As a number of its run's calls.
    pub(super) call: usize,
    /// Which request of its session it is.
    position: usize,
    /// What carried it.
    connection: u64,
}

/// What one session asked for, in order, in each run; the judged run comes last.
pub(super) struct Order {
    /// Of each run, the requests that have a place: the same ones in all, though not in the same order.
    pub(super) runs: Vec<Vec<Firm>>,
    /// Some of its requests were asked at once and have none.
    pub(super) is_windowed: bool,
}

/// The orders of every session that all runs have.
pub(super) fn orders(runs: &Runs<'_>) -> Vec<Order> {
    let all: Vec<&Run<'_>> = runs.before.iter().chain([&runs.after]).collect();
    let steps: Vec<_> = (0..all.len()).map(|number| runs.steps(number)).collect();
    let sessions = runs.after.conduct.sessions.keys().copied();
    let shared = sessions.filter(|s| all.iter().all(|run| run.conduct.sessions.contains_key(s)));
    shared.filter_map(|session| order(session, &all, &steps)).collect()
}

fn order(session: &str, all: &[&Run<'_>], steps: &[BTreeMap<usize, (usize, usize)>]) -> Option<Order> {
    let calls: Vec<&[usize]> = all.iter().map(|run| run.conduct.sessions[session].as_slice()).collect();
    let at_once: Vec<BTreeSet<(usize, usize)>> = all
        .iter()
        .zip(&calls)
        .zip(steps)
        .map(|((run, calls), steps)| {
            at_once(run, calls).iter().filter_map(|position| steps.get(&calls[*position]).copied()).collect()
        })
        .collect();
    let (now, before) = at_once.split_last()?;
    // A run that asks for most of it at once for the first time has another order anyway.
    let fresh = now.iter().filter(|step| !before.iter().any(|one| one.contains(step))).count();
    if fresh * 2 > now.len() {
        return None;
    }
    // What was asked at once in one run may have come one by one in another, by chance.
    let loose: BTreeSet<(usize, usize)> = at_once.iter().flatten().copied().collect();
    let firm = |run: &Run<'_>, calls: &[usize], steps: &BTreeMap<usize, (usize, usize)>| -> Vec<Firm> {
        let known = calls.iter().enumerate().filter_map(|(position, &call)| {
            let step = steps.get(&call).filter(|step| !loose.contains(step))?;
            let connection = run.conduct.calls[call].served.connection.id;
            Some(Firm { slot: step.0, call, position, connection })
        });
        known.collect()
    };
    let mut runs: Vec<Vec<Firm>> =
        all.iter().zip(&calls).zip(steps).map(|((run, calls), steps)| firm(run, calls, steps)).collect();
    let count = |run: &[Firm]| {
        let mut by: BTreeMap<usize, usize> = BTreeMap::new();
        run.iter().for_each(|one| *by.entry(one.slot).or_default() += 1);
        by
    };
    let counts: Vec<_> = runs.iter().map(|run| count(run)).collect();
    let everywhere = |one: &Firm| counts.iter().all(|by| by.get(&one.slot) == counts[0].get(&one.slot));
    runs.iter_mut().for_each(|run| run.retain(everywhere));
    let is_flow = calls.iter().zip(&runs).all(|(calls, firm)| {
        // Where much is asked at once, or time and again, what came one by one did so by chance.
        firm.len() * 5 >= calls.len() * 2
            && firm.len() >= LEAST_BETWEEN * windows(firm, calls.len())
            && is_one_flow(firm)
    });
    is_flow.then_some(Order { runs, is_windowed: !loose.is_empty() })
}

/// Which requests of a session were asked while another was under way, or may have been: alone on a connection
/// between two others, they may have come after each other by chance though they were asked for at once.
fn at_once(run: &Run<'_>, calls: &[usize]) -> BTreeSet<usize> {
    let served = |position: usize| run.conduct.calls[calls[position]].served;
    let carrier = |position: usize| served(position).connection.id;
    let mut found = BTreeSet::new();
    let mut open: Vec<usize> = Vec::new();
    for position in 0..calls.len() {
        let own = carrier(position);
        let began = began(served(position)).saturating_add(WRITTEN);
        open.retain(|&earlier| served(earlier).end > began);
        if !open.is_empty() {
            found.extend(open.iter().copied().chain([position]));
        }
        open.push(position);
        // Before the first and after the last there is nothing that they could have been asked with.
        let between = position > 0 && position + 1 < calls.len();
        if between && carrier(position - 1) != own && carrier(position + 1) != own {
            found.insert(position);
        }
    }
    found
}

/// When a client set about a request: it had opened a connection for it by then.
fn began(served: &Served) -> Micros {
    if served.connection.request <= 1 { served.connection.opened.min(served.at) } else { served.at }
}

/// So many requests that came one by one stand for each time that some were asked at once.
const LEAST_BETWEEN: usize = 3;

/// How often something else stands between, before or after these requests, of so many.
fn windows(firm: &[Firm], of: usize) -> usize {
    let (Some(first), Some(last)) = (firm.first(), firm.last()) else { return of };
    let between = firm.windows(2).filter(|two| two[1].position > two[0].position + 1).count();
    between + usize::from(first.position > 0) + usize::from(last.position + 1 < of)
}

/// Whether these requests came on one connection, or on another only after something that was asked at once: then a
/// pool gives any of its connections, and not that of before.
fn is_one_flow(firm: &[Firm]) -> bool {
    let mut left: BTreeSet<u64> = BTreeSet::new();
    firm.windows(2).all(|two| {
        let (from, to) = (two[0].connection, two[1].connection);
        if from == to {
            return true;
        }
        left.insert(from);
        two[1].position > two[0].position + 1 && !left.contains(&to)
    })
}

impl Order {
    /// What one run asked for, in order.
    pub(super) fn slots(&self, run: usize) -> Vec<usize> {
        self.runs[run].iter().map(|one| one.slot).collect()
    }

    /// Whether what stands at these places of the order can only have come in it: on one connection, or with so much
    /// between that it is no accident.
    pub(super) fn is_certain(&self, first: usize, last: usize) -> bool {
        self.runs.iter().all(|run| {
            let is_one_connection =
                run[first..=last].iter().all(|one| one.connection == run[first].connection);
            is_one_connection || run[last].position >= run[first].position + FAR
        })
    }
}

/// So many requests further on is no accident.
const FAR: usize = 4;
