//! What has to be accepted together: a list's page and the page its cursor leads to, a thing and what is asked
//! about it by its id.

use super::{part::Part, shown::Compared};
use cassettes::{
    links::{self, Link},
    model::{Answer, Exchange, ExchangeId},
};
use std::collections::BTreeMap;
use verify::changes::{Pair, dependants};

/// A pair that was drawn in by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Drawn {
    pub(super) pair: Pair,
    /// What it carries or gives, as people are told.
    pub(super) because: String,
}

/// Adds to a part what it cannot be without: exchanges that carry what the old answers gave and the new ones give no
/// longer, and exchanges that give what the new requests carry.
pub(super) fn complete(one: &Compared, part: &mut Part) -> Vec<Drawn> {
    let links = links::discover(&one.after.exchanges);
    let mut all = Vec::new();
    loop {
        let mut drawn = carriers(one, part);
        drawn.extend(givers(one, part, &links));
        drawn.retain(|drawn| !part.contains(&drawn.pair));
        drawn.dedup_by(|a, b| a.pair == b.pair);
        if drawn.is_empty() {
            return all;
        }
        for one in drawn {
            // One may be drawn in for two reasons.
            if !part.contains(&one.pair) {
                part.push(one.pair.clone());
                all.push(one);
            }
        }
    }
}

/// Old exchanges whose requests carry what is given no longer, and that were asked again.
fn carriers(one: &Compared, part: &Part) -> Vec<Drawn> {
    let now = now(one, part);
    let drawn = dependants(&one.before.exchanges, &now).into_iter().filter_map(|dependant| {
        let pair = one.difference.pairs.iter().find(|pair| pair.before == Some(dependant.exchange))?;
        let because =
            format!("carries `{}` ({}), which {} gave", dependant.value, dependant.place, dependant.from);
        pair.after.map(|_| Drawn { pair: pair.clone(), because })
    });
    drawn.collect()
}

/// New exchanges that gave what those carry that are taken; not where the old ones give the same.
fn givers(one: &Compared, part: &Part, links: &[Link]) -> Vec<Drawn> {
    let pairs = &one.difference.pairs;
    let of = |at: usize| pairs.iter().find(|pair| pair.after == Some(one.after.exchanges[at].id));
    let mut drawn = Vec::new();
    for link in links {
        let (Some(to), Some(from)) = (of(link.to), of(link.from)) else { continue };
        if !part.contains(to) || part.contains(from) {
            continue;
        }
        let old =
            |id: Option<ExchangeId>| one.before.exchanges.iter().find(|exchange| Some(exchange.id) == id);
        let asked = &one.after.exchanges[link.to].request;
        if old(to.before).is_some_and(|old| old.request == *asked) {
            continue;
        }
        let because = format!(
            "gives `{}`, which {} carries",
            link.value,
            one.after.cite(one.after.exchanges[link.to].id)
        );
        drawn.push(Drawn { pair: from.clone(), because });
    }
    drawn
}

/// For each old exchange the answer that replaces its own, if one does.
pub(super) fn now(one: &Compared, part: &Part) -> Vec<Option<Answer>> {
    let by_id: BTreeMap<ExchangeId, &Exchange> = one.after.exchanges.iter().map(|e| (e.id, e)).collect();
    let taken: BTreeMap<ExchangeId, ExchangeId> =
        part.iter().filter_map(|pair| Some((pair.before?, pair.after?))).collect();
    let answer = |old: &Exchange| Some(by_id.get(taken.get(&old.id)?)?.answer.clone());
    one.before.exchanges.iter().map(answer).collect()
}
