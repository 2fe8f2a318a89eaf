//! Which requests of several runs ask for the same thing.

use super::normal::{Normal, normal};
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
    for run in 1..=before.len() {
        lead_back(&mut slots, before, after, run);
    }
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

impl Slot {
    /// The requests of one run; the judged one comes last.
    fn of(&self, run: usize) -> &[usize] {
        self.before.get(run).unwrap_or(&self.after)
    }

    fn of_mut(&mut self, run: usize) -> &mut Vec<usize> {
        match self.before.get_mut(run) {
            Some(calls) => calls,
            None => &mut self.after,
        }
    }

    /// How many requests of the first run have none in this one to stand beside.
    fn open(&self, run: usize) -> usize {
        self.before[0].len().saturating_sub(self.of(run).len())
    }
}

/// Requests that only one run has may be those that only the first has, sent otherwise.
fn lead_back<'a>(slots: &mut [Slot], before: &[Run<'a>], after: &Run<'a>, run: usize) {
    let own = before.get(run).unwrap_or(after);
    let mut left: BTreeMap<Operation, Vec<usize>> = BTreeMap::new();
    let mut fresh: Vec<usize> = Vec::new();
    for (number, slot) in slots.iter().enumerate() {
        if (0..run).all(|earlier| slot.of(earlier).is_empty()) {
            fresh.push(number);
        } else if slot.open(run) > 0 {
            left.entry(slot.operation.clone()).or_default().push(number);
        }
    }
    // The earliest first, so that what is like two goes to the one that comes first.
    fresh.sort_by_key(|&number| slots[number].of(run).first().copied());
    let told = |run: &Run<'_>, call: usize| -> BTreeMap<Target, Normal> {
        let call = &run.conduct.calls[call];
        let plain = |text: String| normal(&text, run.moment(call), false);
        values(&call.request()).into_iter().map(|(target, text)| (target, plain(text))).collect()
    };
    let mut known: HashMap<usize, BTreeMap<Target, Normal>> = HashMap::new();
    for number in fresh {
        let Some(&call) = slots[number].of(run).first() else { continue };
        let Some(candidates) = left.get_mut(&slots[number].operation) else { continue };
        candidates.retain(|&candidate| slots[candidate].open(run) > 0);
        let sent = told(own, call);
        let nearest = own.conduct.calls[call].served.miss.as_ref().and_then(|miss| miss.nearest.as_deref());
        let weighed = candidates.iter().take(CANDIDATES).filter_map(|&candidate| {
            let slot = &slots[candidate];
            let &first = slot.before[0].first()?;
            let recorded = before[0].conduct.calls[first].served.exchange.as_deref();
            let was = known.entry(candidate).or_insert_with(|| told(&before[0], first));
            let cost = distance(was, &sent)?;
            // Where two are as like, the one that the replay took for the nearest.
            Some((cost, nearest != recorded, usize::MAX - slot.open(run), candidate))
        });
        let mut weighed: Vec<_> = weighed.collect();
        weighed.sort_unstable();
        let Some(&(.., best)) = weighed.first() else { continue };
        let mut things = things(own, std::mem::take(slots[number].of_mut(run))).into_iter();
        // What is asked with another id each time is one thing each time.
        let place = |slots: &mut [Slot], candidate: usize, calls: Vec<usize>| {
            slots[candidate].of_mut(run).extend(calls);
            slots[candidate].of_mut(run).sort_unstable();
            slots[candidate].moved |= run == before.len();
        };
        for (.., candidate) in weighed {
            while slots[candidate].open(run) > 0
                && let Some(calls) = things.next()
            {
                place(slots, candidate, calls);
            }
        }
        things.for_each(|calls| place(slots, best, calls));
    }
}

/// The requests of a slot, those together that say the very same: tries of one thing.
fn things(run: &Run<'_>, calls: Vec<usize>) -> Vec<Vec<usize>> {
    let mut things: Vec<Vec<usize>> = Vec::new();
    let mut known: HashMap<(&str, Option<&str>), usize> = HashMap::new();
    for call in calls {
        let served = run.conduct.calls[call].served;
        let says = (served.target.as_str(), served.body.as_ref().map(|body| body.sha256.as_str()));
        let at = *known.entry(says).or_insert(things.len());
        match things.get_mut(at) {
            Some(thing) => thing.push(call),
            None => things.push(vec![call]),
        }
    }
    things
}

/// How much of two requests differs; none where too much does for one to be the other. What stands in the path
/// says what is meant.
fn distance(before: &BTreeMap<Target, Normal>, after: &BTreeMap<Target, Normal>) -> Option<usize> {
    let mut cost = 0;
    for (target, text) in before {
        let same = after.get(target).is_some_and(|now| now.text == text.text || now.is_same(text));
        if !same && matches!(target, Target::Segment(_)) {
            return None;
        }
        cost += usize::from(!same);
    }
    cost += after.keys().filter(|target| !before.contains_key(target)).count();
    Some(cost)
}
