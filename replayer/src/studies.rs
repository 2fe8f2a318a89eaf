//! What is learned of a tape once somebody needs it: where its moments stand, which of its orders are unstable,
//! how long its operations take.

use crate::pace::Took;
use crate::tape::Tape;
use cassettes::codec;
use cassettes::json::Json;
use cassettes::model::Exchange;
use cassettes::operation::Operations;
use cassettes::orders::Unstable;
use cassettes::times::Spots;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

/// What is learned of a tape once somebody needs it.
#[derive(Debug, Default)]
pub(crate) struct Studies {
    spots: OnceLock<Box<[OnceLock<Box<Spots>>]>>,
    orders: OnceLock<Orders>,
    times: OnceLock<Times>,
}

/// The orders that a tape shows to be unstable, by the entries that have them.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    of: HashMap<u32, Arc<Unstable>, foldhash::fast::RandomState>,
    lists: usize,
    objects: usize,
}

/// How long the answers of each operation took.
#[derive(Debug, Default)]
struct Times {
    /// The operation of each entry.
    of: Vec<u32>,
    took: Vec<Vec<Took>>,
}

impl Studies {
    /// Where the moments of an entry's answer stand.
    pub(crate) fn spots(&self, tape: &Tape, entry: u32) -> &Spots {
        let all = self.spots.get_or_init(|| (0..tape.len()).map(|_| OnceLock::new()).collect());
        all[entry as usize].get_or_init(|| Box::new(Spots::of(&tape.entries[entry as usize].restored())))
    }

    /// Which orders are unstable.
    pub(crate) fn orders(&self, tape: &Tape) -> &Orders {
        self.orders.get_or_init(|| Orders::learn(tape))
    }

    /// How long the entry's answer took, and how long another of its operation did, `below` drawing one of so
    /// many. None where nobody knows.
    pub(crate) fn sample(
        &self,
        tape: &Tape,
        entry: u32,
        below: &mut dyn FnMut(usize) -> usize,
    ) -> Option<(Took, Took)> {
        let times = self.times.get_or_init(|| Times::learn(tape));
        let took = times.took.get(*times.of.get(entry as usize)? as usize)?;
        let own = Took::of(&tape.entries[entry as usize].exchange().timing)?;
        Some((own, *took.get(below(took.len()))?))
    }
}

impl Orders {
    fn learn(tape: &Tape) -> Orders {
        let mut orders = Orders::default();
        for family in tape.families.iter() {
            let entries = tape.families.entries(family);
            if entries.len() < 2 {
                continue;
            }
            // Two upstreams may well order otherwise, each always in its way.
            let mut by_upstream: BTreeMap<u16, Vec<(u32, Json)>> = BTreeMap::new();
            for number in entries {
                let entry = &tape.entries[*number as usize];
                let exchange = entry.restored();
                let Some(reply) = exchange.answer.reply().filter(|reply| reply.is_success()) else {
                    continue;
                };
                if let Some(json) = codec::json_of(&reply.headers, &reply.body) {
                    by_upstream.entry(entry.upstream).or_default().push((*number, json));
                }
            }
            for answers in by_upstream.into_values().filter(|answers| answers.len() > 1) {
                let (numbers, answers): (Vec<u32>, Vec<Json>) = answers.into_iter().unzip();
                let unstable = Unstable::of(&answers);
                if unstable.is_empty() {
                    continue;
                }
                let (lists, objects) = unstable.counts();
                (orders.lists, orders.objects) = (orders.lists + lists, orders.objects + objects);
                let unstable = Arc::new(unstable);
                orders.of.extend(numbers.into_iter().map(|number| (number, Arc::clone(&unstable))));
            }
        }
        orders
    }

    /// The unstable orders in an entry's answer.
    pub(crate) fn of(&self, entry: u32) -> Option<&Unstable> {
        self.of.get(&entry).map(|unstable| &**unstable)
    }

    /// How many lists, and how many objects, have no order.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.lists, self.objects)
    }
}

impl Times {
    fn learn(tape: &Tape) -> Times {
        let exchanges: Vec<Exchange> = tape.entries.iter().map(|entry| entry.exchange().alone()).collect();
        let operations = Operations::learn(&exchanges);
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let mut times = Times::default();
        for exchange in &exchanges {
            let next = numbers.len() as u32;
            let number = *numbers.entry(operations.of(&exchange.request).to_string()).or_insert(next);
            if number as usize == times.took.len() {
                times.took.push(Vec::new());
            }
            times.of.push(number);
            times.took[number as usize].extend(Took::of(&exchange.timing));
        }
        times
    }
}
