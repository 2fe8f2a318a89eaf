//! Which requests of several runs ask for the same thing.

use super::normal::normal;
use super::runs::Run;
use crate::conduct::{Call, Conduct};
use crate::sent::values;
use cassettes::links::Target;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, HashMap};

/// The requests of every run that ask for the same thing, in time order.
#[derive(Debug, Clone)]
pub struct Slot {
    /// What is asked, as a kind of question.
    pub operation: Operation,
    /// Of each earlier run, as numbers of its calls.
    pub before: Vec<Vec<usize>>,
    /// Of the run that is judged.
    pub after: Vec<usize>,
    /// Its requests found other answers than before, or none: what was sent was not what was recorded.
    pub moved: bool,
}

/// By what a request is known in every run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// The first recorded exchange that was asked the same.
    Recorded(usize),
    /// Nothing recorded answers it: method, target and body without what varies.
    Unknown(String),
}

/// So many slots are looked at for the one that a request left.
const CANDIDATES: usize = 200;

/// Sorts the requests of all runs.
pub(super) fn slots<'a>(before: &[Run<'a>], after: &Run<'a>) -> Vec<Slot> {
    let mut by: BTreeMap<(Operation, Key), Slot> = BTreeMap::new();
    for (number, run) in before.iter().chain([after]).enumerate() {
        let canonical = canonical(&run.conduct);
        for (index, call) in run.conduct.calls.iter().enumerate() {
            if call.served.broken.is_some() {
                continue;
            }
            let key = key(run, &canonical, call);
            let operation = match &key {
                Key::Recorded(at) => run.conduct.recorded[*at].operation.clone(),
                Key::Unknown(_) => call.operation.clone(),
            };
            let slot = by.entry((operation.clone(), key)).or_insert_with(|| Slot {
                operation,
                before: vec![Vec::new(); before.len()],
                after: Vec::new(),
                moved: false,
            });
            match slot.before.get_mut(number) {
                Some(own) => own.push(index),
                None => slot.after.push(index),
            }
        }
    }
    let mut slots: Vec<Slot> = by.into_values().collect();
    lead_back(&mut slots, before, after);
    slots.retain(|slot| !slot.after.is_empty() || slot.before.iter().any(|calls| !calls.is_empty()));
    slots
}

/// For each recorded exchange the first that asked the same.
fn canonical(conduct: &Conduct<'_>) -> Vec<usize> {
    let mut first: HashMap<(&str, &str, &[u8]), usize> = HashMap::new();
    let all = conduct.recorded.iter().enumerate().map(|(number, one)| {
        let asked = one.request();
        *first.entry((&asked.method, &asked.target, asked.essence())).or_insert(number)
    });
    all.collect()
}

fn key(run: &Run<'_>, canonical: &[usize], call: &Call<'_>) -> Key {
    // A request that came once too often is nearest to what it had asked before.
    let exhausted = || {
        let miss = call.served.miss.as_ref().filter(|miss| miss.differences.is_empty())?;
        run.conduct.find(miss.nearest.as_deref()?)
    };
    if let Some(at) = call.exchange.or_else(exhausted) {
        return Key::Recorded(canonical[at]);
    }
    let body = match &call.served.body {
        None => String::new(),
        Some(body) => match &body.text {
            Some(text) => normal(text, run.moment(call), false).text,
            None => body.sha256.clone(),
        },
    };
    let target = normal(&call.served.target, run.moment(call), false).text;
    Key::Unknown(format!("{} {target}\n{body}", call.served.method))
}

/// Requests that only the judged run has may be those that only the earlier ones have, sent otherwise.
fn lead_back(slots: &mut [Slot], before: &[Run<'_>], after: &Run<'_>) {
    let mut left: BTreeMap<&Operation, Vec<usize>> = BTreeMap::new();
    let mut fresh = Vec::new();
    let copy = slots.to_vec();
    for (number, slot) in copy.iter().enumerate() {
        let asked = slot.before.iter().map(Vec::len).min().unwrap_or(0);
        if slot.before.iter().all(Vec::is_empty) {
            fresh.push(number);
        } else if slot.after.len() < asked {
            left.entry(&slot.operation).or_default().push(number);
        }
    }
    // The earliest first, so that what is like two goes to the one that comes first.
    fresh.sort_by_key(|&number| copy[number].after.first().copied());
    let told = |run: &Run<'_>, call: usize| -> BTreeMap<Target, String> {
        let call = &run.conduct.calls[call];
        let plain = |text: String| normal(&text, run.moment(call), false).text;
        values(&call.request()).into_iter().map(|(target, text)| (target, plain(text))).collect()
    };
    for number in fresh {
        let Some(&call) = copy[number].after.first() else { continue };
        let Some(candidates) = left.get(&copy[number].operation) else { continue };
        let sent = told(after, call);
        let nearest = after.conduct.calls[call].served.miss.as_ref().and_then(|miss| miss.nearest.as_deref());
        let weighed = candidates.iter().take(CANDIDATES).filter_map(|&candidate| {
            let slot = &slots[candidate];
            let open = slot.before[0].len().checked_sub(slot.after.len()).filter(|n| *n > 0)?;
            let &known = slot.before[0].first()?;
            let recorded = before[0].conduct.calls[known].served.exchange.as_deref();
            let cost = distance(&told(&before[0], known), &sent)?;
            // Where two are as like, the one that the replay took for the nearest.
            Some((cost, nearest != recorded, usize::MAX - open, candidate))
        });
        if let Some((.., candidate)) = weighed.min() {
            let moved = std::mem::take(&mut slots[number].after);
            slots[candidate].after.extend(moved);
            slots[candidate].after.sort_unstable();
            slots[candidate].moved = true;
        }
    }
}

/// How much of two requests differs; none where too much does for one to be the other. What stands in the path
/// says what is meant.
fn distance(before: &BTreeMap<Target, String>, after: &BTreeMap<Target, String>) -> Option<usize> {
    let mut cost = 0;
    for (target, text) in before {
        let same = after.get(target) == Some(text);
        if !same && matches!(target, Target::Segment(_)) {
            return None;
        }
        cost += usize::from(!same);
    }
    cost += after.keys().filter(|target| !before.contains_key(target)).count();
    Some(cost)
}
