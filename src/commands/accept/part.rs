//! Which part of a re-recording was named.

use super::shown::Compared;
use crate::{
    commands::{chosen, chosen::Chosen},
    exit::Stop,
};
use cassettes::{
    model::{Cassette, Exchange, ExchangeId},
    operation::Operations,
};
use std::collections::BTreeSet;
use verify::changes::{Difference, Pair};

/// The pairs that are accepted.
pub(super) type Part = Vec<Pair>;

/// What of a difference was chosen; none: all of it.
pub(super) fn part(chosen: &Chosen, one: &Compared) -> Result<Option<Part>, Stop> {
    if chosen.is_empty() {
        return Ok(None);
    }
    let mut taken: Part = Vec::new();
    let Difference { pairs, .. } = &one.difference;
    // Several may stand in one flag: 3,7.
    for text in chosen.exchange.iter().flat_map(|text| text.split(',')).filter(|text| !text.trim().is_empty())
    {
        // A number is one of the old cassette, unless it is named as one of the new.
        let of_new = text.trim().split('#').next().is_some_and(|name| name == one.after.name);
        let pair = if of_new {
            let id = chosen::exchange(text, &one.after)?;
            pairs.iter().find(|pair| pair.after == Some(id))
        } else {
            let id = chosen::exchange(text, &one.before)?;
            pairs.iter().find(|pair| pair.before == Some(id))
        };
        taken.extend(pair.cloned());
    }
    if !chosen.operation.is_empty() {
        // An operation is the same one in both, and may stand in one alone.
        let both = Cassette {
            name: one.before.name.clone(),
            exchanges: renumbered(one.before.exchanges.iter().chain(&one.after.exchanges)),
            ..Cassette::default()
        };
        let operations = Chosen { exchange: Vec::new(), operation: chosen.operation.clone() };
        let known = Operations::learn(&both.exchanges);
        let meant = operations.of(&both)?;
        let meant: BTreeSet<String> = both
            .exchanges
            .iter()
            .filter(|e| meant.contains(&e.id))
            .map(|e| known.of(&e.request).to_string())
            .collect();
        taken.extend(pairs.iter().filter(|pair| meant.contains(&pair.operation.to_string())).cloned());
    }
    Ok(Some(taken))
}

fn renumbered<'e>(exchanges: impl Iterator<Item = &'e Exchange>) -> Vec<Exchange> {
    (1..).zip(exchanges).map(|(id, exchange)| Exchange { id: ExchangeId(id), ..exchange.clone() }).collect()
}
