//! Numbers of two reporters that are one in all that they say, but for a unit that no name tells, or for rounding.

use super::agreement::Compared;
use super::amount::{Amount, Likeness};
use super::series::Verdict;
use super::sightings::Seen;
use std::collections::{BTreeMap, BTreeSet};

/// So many values of which each is the other one rounded are no chance.
const LEAST: usize = 3;

/// What two reporters say of one thing, and which of the comparisons it is.
struct Pair<'s> {
    at: usize,
    a: &'s Amount,
    b: &'s Amount,
}

/// Looks at each two reporters as a whole: what one thing alone does not tell, all of them do.
pub(super) fn settle(seen: &Seen, compared: &mut [Compared]) {
    let mut by_reporters: BTreeMap<(usize, usize), Vec<Pair<'_>>> = BTreeMap::new();
    for (at, one) in compared.iter().enumerate() {
        let (x, y) = one.sightings;
        let (x, y) = if seen.sightings[x].reporter == one.reporters.0 { (x, y) } else { (y, x) };
        let (a, b) = (&seen.sightings[x].amount, &seen.sightings[y].amount);
        by_reporters.entry(one.reporters).or_default().push(Pair { at, a, b });
    }
    for pairs in by_reporters.into_values() {
        let turned: Vec<Pair<'_>> =
            pairs.iter().map(|pair| Pair { at: pair.at, a: pair.b, b: pair.a }).collect();
        let settled =
            [&pairs, &turned].into_iter().find_map(|pairs| scaled(pairs).or_else(|| rounded(pairs)));
        for (at, likeness) in settled.into_iter().flatten() {
            compared[at].verdict = Verdict::Agree(likeness);
        }
    }
}

/// The comparisons in which one is so many times the other, where that is their rule.
fn scaled(pairs: &[Pair<'_>]) -> Option<Vec<(usize, Likeness)>> {
    [(2, Likeness::Hundredfold), (3, Likeness::Thousandfold)].into_iter().find_map(|(places, likeness)| {
        // Nothing is nothing in every unit.
        let telling = pairs.iter().filter(|pair| !(pair.a.is_zero() && pair.b.is_zero()));
        let (fit, rest): (Vec<&Pair<'_>>, Vec<&Pair<'_>>) =
            telling.partition(|pair| pair.a.is_shifted(pair.b, places));
        let values: BTreeSet<&str> = fit.iter().map(|pair| pair.a.value()).collect();
        let fraction = fit.iter().any(|pair| !pair.b.is_whole());
        let enough = values.len() >= if fraction { 2 } else { LEAST };
        // Where nearly all are so, the others disagree in that unit, too.
        let nearly = rest.is_empty() || (fit.len() > LEAST && fit.len() >= rest.len() * LEAST);
        (enough && nearly).then(|| fit.iter().map(|pair| (pair.at, likeness)).collect())
    })
}

/// The comparisons that differ, where one is always the whole number that the other one is rounded to, in one way.
fn rounded(pairs: &[Pair<'_>]) -> Option<Vec<(usize, Likeness)>> {
    let mut far = Vec::new();
    for pair in pairs {
        far.push(pair.b.number()? - pair.a.number()?);
    }
    let cut: BTreeSet<&str> =
        pairs.iter().filter(|pair| !pair.b.is_whole()).map(|pair| pair.b.value()).collect();
    let whole: BTreeSet<&str> = pairs.iter().map(|pair| pair.a.value()).collect();
    let nearest = far.iter().all(|far| far.abs() <= 0.5);
    let down = far.iter().all(|far| (0.0..1.0).contains(far));
    let up = far.iter().all(|far| *far <= 0.0 && *far > -1.0);
    let all = pairs.iter().all(|pair| pair.a.is_whole());
    (all && cut.len() >= LEAST && whole.len() > 1 && (nearest || down || up)).then(|| {
        let differ = pairs.iter().filter(|pair| pair.a.value() != pair.b.value());
        differ.map(|pair| (pair.at, Likeness::Rounded)).collect()
    })
}
