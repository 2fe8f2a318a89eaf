//! Things of two services that are one, though each calls them otherwise: their ids are the same, and most of their
//! numbers are.

use super::agreement::{Compared, about_one};
use super::amount::{Amount, Likeness};
use super::ids::Key;
use super::name::Name;
use super::recorded::Recorded;
use super::same::Same;
use super::series::Verdict;
use super::sightings::Seen;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// So many ids must be known to both.
const LEAST: usize = 3;
/// So many of two reporters' numbers are held against those of other things.
const MOST: usize = 100;
/// Chance that gives as many equal numbers as seldom as this may be passed over where three things are compared; where
/// there is more to go by, it must be less.
const SELDOM: f64 = 0.1;
/// Chance that does it as seldom as this need not be thought of.
const NEVER: f64 = 0.001;

/// Two kinds of things that are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Join {
    pub(super) kinds: (String, String),
    /// Of how many things both give the same number.
    same: usize,
    /// Of how many both give a number.
    of: usize,
    /// Of how many ids both say that there is no such thing.
    unknown: usize,
    /// Whether chance would hardly do it.
    pub(super) is_sure: bool,
}

impl Join {
    /// `` `item` and `stock` are one: 2 of 3 ids give the same number ``
    pub(super) fn told(&self) -> String {
        let Join { kinds: (one, other), same, of, unknown, .. } = self;
        let unknown = match unknown {
            0 => String::new(),
            n => format!(", and neither knows {n} more"),
        };
        let verb = if self.is_sure { "are one" } else { "seem to be one" };
        format!("`{one}` and `{other}` {verb}: {same} of {of} ids give the same number{unknown}")
    }
}

/// What one service says of its things of one kind.
#[derive(Debug, Default)]
struct Side<'s> {
    /// By their ids.
    numbers: BTreeMap<&'s str, Vec<usize>>,
    /// Ids of which it says that there is no such thing.
    absent: BTreeSet<&'s str>,
    /// Whether they are the keys of a map, which says nothing of what they are.
    is_map: bool,
}

/// A service, and what it calls its things.
type Who<'s> = (usize, &'s str);

/// A pair of sides that may be one.
struct Candidate<'s> {
    who: (Who<'s>, Who<'s>),
    join: Join,
    compared: Vec<Compared>,
}

/// Finds kinds that are one, and what came of holding their reporters against each other.
pub(super) fn join(
    seen: &Seen,
    recorded: &Recorded<'_>,
    name: &Name,
    writes: &HashMap<Key, Vec<usize>>,
    same: &Same,
) -> (Vec<Join>, Vec<Compared>) {
    // Amounts and counts are alike by chance, and are of many things; numbers of other names are others.
    if name.is_generic() || name.is_identity() || name.is_like() {
        return Default::default();
    }
    let sides = sides(seen, recorded);
    let all: Vec<(&Who<'_>, &Side<'_>)> = sides.iter().collect();
    let mut candidates = Vec::new();
    for (at, (who, one)) in all.iter().enumerate() {
        for (other_who, other) in &all[at + 1..] {
            let both = ((**who, *one), (**other_who, *other));
            // Who has a word for these things does not call others so.
            let known =
                sides.contains_key(&(who.0, other_who.1)) || sides.contains_key(&(other_who.0, who.1));
            let said = who.1 == other_who.1 || same.says(who.1, other_who.1);
            if said || (known && who.0 != other_who.0) {
                continue;
            }
            candidates.extend(candidate(seen, recorded, name, writes, both));
        }
    }
    let rank = |one: &Candidate<'_>| (one.join.is_sure, one.join.same);
    let stands = |one: &&Candidate<'_>| {
        // One kind of a service is one kind of another: the likeliest, if it is likelier than all others.
        let rival = |other: &&Candidate<'_>| {
            let conflict =
                |a: Who<'_>, b: Who<'_>, c: Who<'_>, d: Who<'_>| a == c && b.0 == d.0 && b.1 != d.1;
            let ((a, b), (c, d)) = (one.who, other.who);
            conflict(a, b, c, d) || conflict(a, b, d, c) || conflict(b, a, c, d) || conflict(b, a, d, c)
        };
        let tie = |other: &Candidate<'_>| rank(other) == rank(one) && !one.join.is_sure;
        !candidates.iter().filter(rival).any(|other| rank(other) > rank(one) || tie(other))
    };
    let (mut joins, mut compared) = (Vec::new(), Vec::new());
    for one in candidates.iter().filter(stands) {
        let held = one.compared.iter().cloned();
        compared.extend(held.map(|held| Compared { join: Some(joins.len()), ..held }));
        joins.push(one.join.clone());
    }
    (joins, compared)
}

/// What each service says, by what it calls its things.
fn sides<'s>(seen: &'s Seen, recorded: &Recorded<'_>) -> BTreeMap<Who<'s>, Side<'s>> {
    let mut sides: BTreeMap<Who<'s>, Side<'s>> = BTreeMap::new();
    // Ids that nothing else has are joined already, and what belongs to another thing is not told by its id.
    let plain = |key: &&Key| !key.kind.is_empty() && !key.kind.contains('+') && key.alone().is_none();
    for (number, sighting) in seen.sightings.iter().enumerate() {
        let Some(entity) = sighting.entity.as_ref().filter(|entity| entity.scope.is_empty()) else {
            continue;
        };
        for key in entity.keys.iter().filter(plain) {
            let service = seen.places[sighting.reporter].route.0;
            let side = sides.entry((service, &key.kind)).or_default();
            side.numbers.entry(&key.value).or_default().push(number);
            side.is_map |= entity.is_map;
        }
    }
    let reporters: BTreeSet<(usize, usize)> = seen.places.iter().map(|place| place.route).collect();
    for (one, keys) in &seen.absent {
        let route = recorded.ones[*one].route;
        for key in keys.iter().filter(plain).filter(|_| reporters.contains(&route)) {
            if let Some(side) = sides.get_mut(&(route.0, key.kind.as_str())) {
                side.absent.insert(&key.value);
            }
        }
    }
    sides
}

impl Side<'_> {
    fn ids(&self) -> BTreeSet<&str> {
        self.numbers.keys().chain(&self.absent).copied().collect()
    }
}

/// Whether two sides speak of the same things, by what they say of them.
fn candidate<'s>(
    seen: &Seen,
    recorded: &Recorded<'_>,
    name: &Name,
    writes: &HashMap<Key, Vec<usize>>,
    ((who, one), (other_who, other)): ((Who<'s>, &Side<'_>), (Who<'s>, &Side<'_>)),
) -> Option<Candidate<'s>> {
    let (ids, other_ids) = (one.ids(), other.ids());
    let shared: BTreeSet<&str> = ids.intersection(&other_ids).copied().collect();
    if shared.len() < LEAST || shared.len() < ids.len().min(other_ids.len()) {
        return None;
    }
    let unknown = one.absent.intersection(&other.absent).filter(|id| {
        // What was made or removed meanwhile is known to somebody.
        !one.numbers.contains_key(**id) && !other.numbers.contains_key(**id)
    });
    let unknown = unknown.count();
    let mut by_pair: BTreeMap<(usize, usize), Vec<Compared>> = BTreeMap::new();
    for (id, numbers) in &one.numbers {
        let Some(others) = other.numbers.get(id) else { continue };
        let mut both: Vec<usize> = numbers.iter().chain(others).copied().collect();
        both.sort_unstable();
        both.dedup();
        let written: Vec<usize> = [who.1, other_who.1]
            .into_iter()
            .filter_map(|kind| writes.get(&Key::new(kind, id)))
            .flatten()
            .copied()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let key = Key::new(who.1, id);
        for held in about_one(seen, recorded, name, (&key, &both), Some(&written)) {
            let (x, y) = held.sightings;
            let across = (numbers.contains(&x) && others.contains(&y))
                || (numbers.contains(&y) && others.contains(&x));
            if across {
                by_pair.entry(held.reporters).or_default().push(held);
            }
        }
    }
    let free = who.0 != other_who.0 || one.is_map || other.is_map;
    let mut best: Option<Join> = None;
    let mut compared = Vec::new();
    for held in by_pair.into_values() {
        let Some(evidence) = evidence(seen, &held, unknown).filter(|one| free || one.is_sure) else {
            continue;
        };
        compared.extend(held);
        let join = Join { kinds: (who.1.to_owned(), other_who.1.to_owned()), ..evidence };
        if best.as_ref().is_none_or(|best| (best.is_sure, best.same) < (join.is_sure, join.same)) {
            best = Some(join);
        }
    }
    Some(Candidate { who: (who, other_who), join: best?, compared })
}

/// What two reporters' numbers tell; none where chance may well have made them alike.
fn evidence(seen: &Seen, held: &[Compared], unknown: usize) -> Option<Join> {
    let equal = |one: &&Compared| one.verdict == Verdict::Agree(Likeness::Equal);
    let alike: Vec<&Compared> = held.iter().filter(equal).collect();
    let (same, of) = (alike.len(), held.len());
    if same < 2 || same * 2 < of || of + unknown < LEAST {
        return None;
    }
    let amount = |number: usize| -> &Amount { &seen.sightings[number].amount };
    let is_equal = |one: usize, other: usize| amount(one).likeness(amount(other)) == Likeness::Equal;
    if distinct(alike.iter().map(|one| amount(one.sightings.0))) < 2 {
        return None;
    }
    // Numbers of other things must not be as alike: stars from one to five are alike whatever they are of.
    let some: Vec<&Compared> = held.iter().take(MOST).collect();
    let mut crossed = 0;
    for (at, one) in some.iter().enumerate() {
        let others = some.iter().enumerate().filter(|(other, _)| *other != at);
        crossed += others
            .filter(|(_, other)| {
                let (mine, theirs) = (side(seen, one, false), side(seen, other, true));
                is_equal(mine, theirs)
            })
            .count();
    }
    let straight = some.iter().copied().filter(equal).count();
    let pairs = some.len() * (some.len() - 1);
    let seldom = SELDOM / some.len().saturating_sub(2).max(1) as f64;
    if distinct(some.iter().flat_map(|one| [one.sightings.0, one.sightings.1]).map(amount)) < LEAST
        || chance(straight, some.len(), crossed as f64 / pairs as f64) > seldom
    {
        return None;
    }
    // That no numbers of others were alike may be chance itself.
    let hardly = chance(straight, some.len(), (crossed + 1) as f64 / (pairs + 1) as f64) <= NEVER;
    let telling = alike.iter().all(|one| is_telling(&one.key.value));
    let is_sure = same * 3 >= of * 2 && (hardly || (telling && of >= LEAST));
    Some(Join { kinds: Default::default(), same, of, unknown, is_sure })
}

/// How many values there are among some numbers; a few more than there are makes no difference.
fn distinct<'a>(amounts: impl Iterator<Item = &'a Amount>) -> usize {
    let mut values: Vec<&Amount> = Vec::new();
    for amount in amounts {
        if values.len() < LEAST && values.iter().all(|known| known.likeness(amount) != Likeness::Equal) {
            values.push(amount);
        }
    }
    values.len()
}

/// How likely at least so many of all are equal, where each is so with the probability of two numbers of different
/// things.
fn chance(equal: usize, of: usize, each: f64) -> f64 {
    // Pascal's triangle row by row: the distribution after each number.
    let mut row = vec![0.0; of + 2];
    row[0] = 1.0;
    for _ in 0..of {
        for at in (0..=of).rev() {
            let before = if at == 0 { 0.0 } else { row[at - 1] };
            row[at] = row[at] * (1.0 - each) + before * each;
        }
    }
    row[equal..].iter().sum()
}

/// The number of one of the two reporters, whichever was seen first of this thing.
fn side(seen: &Seen, held: &Compared, second: bool) -> usize {
    let (x, y) = held.sightings;
    let wanted = if second { held.reporters.1 } else { held.reporters.0 };
    if seen.sightings[x].reporter == wanted { x } else { y }
}

/// Whether an id is one that is not given to the first things of every kind.
fn is_telling(id: &str) -> bool {
    id.len() >= 4 && id.bytes().any(|b| b.is_ascii_digit())
}
