//! Things that belong to another one by the word of one reporter alone: event 3 of tenant 9 may be no other's event 3.

use super::agreement::Compared;
use super::disagreements::Told;
use super::ids::Key;
use super::series::Verdict;
use super::sightings::Seen;
use std::collections::BTreeMap;

/// Takes out the disagreements about what may be two things, unless the two reporters agree about as many others.
pub(super) fn part(seen: &Seen, compared: &mut Vec<Compared>) -> Vec<Compared> {
    let mut balance: BTreeMap<(usize, usize), i64> = BTreeMap::new();
    for one in compared.iter() {
        let agreed = matches!(one.verdict, Verdict::Agree(_));
        *balance.entry(one.reporters).or_default() += if agreed { 1 } else { -1 };
    }
    let doubtful = |one: &Compared| {
        !matches!(one.verdict, Verdict::Agree(_))
            && balance[&one.reporters] < 0
            && parent(seen, one).is_some()
    };
    let (apart, kept) = std::mem::take(compared).into_iter().partition(doubtful);
    *compared = kept;
    apart
}

/// What the thing belongs to by one of the two, where the other one does not say that it belongs to any such.
fn parent<'s>(seen: &'s Seen, one: &Compared) -> Option<(&'s Key, usize)> {
    if one.key.kind.is_empty() || one.key.alone().is_some() {
        return None;
    }
    let scope = |number: usize| seen.sightings[number].entity.iter().flat_map(|entity| &entity.scope);
    let (x, y) = one.sightings;
    [(x, y), (y, x)].into_iter().find_map(|(x, y)| {
        let only = scope(x).find(|key| scope(y).all(|other| other.kind != key.kind))?;
        Some((only, x))
    })
}

/// What was taken out, told once for each two reporters.
pub(super) fn told(told: &Told<'_, '_>, apart: &[Compared]) -> Vec<String> {
    let mut by_reporters: BTreeMap<(usize, usize), Vec<&Compared>> = BTreeMap::new();
    for one in apart {
        by_reporters.entry(one.reporters).or_default().push(one);
    }
    let note = |held: Vec<&Compared>| {
        let first = *held.first()?;
        let (parent, of) = parent(told.seen, first)?;
        let (x, y) = first.sightings;
        let other = if of == x { y } else { x };
        let more = if held.len() > 1 { format!("; so are {} more", held.len() - 1) } else { String::new() };
        Some(format!(
            "may be two things, and not compared: {} of {parent}, {} at {}, and {}, {} at {}{more}",
            first.key,
            told.text(of),
            told.reporter(told.seen.sightings[of].reporter),
            first.key,
            told.text(other),
            told.reporter(told.seen.sightings[other].reporter),
        ))
    };
    by_reporters.into_values().filter_map(note).collect()
}
