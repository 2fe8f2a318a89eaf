//! Which reporters speak of one thing, and whether they say the same of it.

use super::amount::Likeness;
use super::ids::Key;
use super::name::Name;
use super::recorded::Recorded;
use super::series::{Series, Verdict, judge};
use super::sightings::{Seen, Sighting};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What came of holding two reporters against each other about one thing.
#[derive(Debug, Clone)]
pub(super) struct Compared {
    /// The reporters, the one that was seen first before the other.
    pub(super) reporters: (usize, usize),
    /// The numbers nearest in time, in the same order.
    pub(super) sightings: (usize, usize),
    /// By which name both speak of it.
    pub(super) key: Key,
    /// Which of the joins says that both speak of one thing; none where they call it the same.
    pub(super) join: Option<usize>,
    pub(super) verdict: Verdict,
}

/// Holds every reporter against every other about each thing that both speak of.
pub(super) fn compare(
    seen: &Seen,
    recorded: &Recorded<'_>,
    name: &Name,
    writes: &HashMap<Key, Vec<usize>>,
) -> Vec<Compared> {
    if name.is_identity() {
        return Vec::new();
    }
    let mut by_key: BTreeMap<&Key, Vec<usize>> = BTreeMap::new();
    for (number, sighting) in seen.sightings.iter().enumerate() {
        for key in sighting.entity.iter().flat_map(|entity| &entity.keys) {
            by_key.entry(key).or_default().push(number);
        }
    }
    let mut all = Vec::new();
    // Two names of one thing would tell everything twice.
    let mut told: HashSet<(usize, usize)> = HashSet::new();
    for (key, numbers) in by_key {
        let held = about_one(seen, recorded, name, (key, &numbers), writes.get(key));
        all.extend(held.into_iter().filter(|one| told.insert(one.sightings)));
    }
    all
}

/// Holds the reporters of one thing against each other.
pub(super) fn about_one(
    seen: &Seen,
    recorded: &Recorded<'_>,
    name: &Name,
    (key, numbers): (&Key, &[usize]),
    writes: Option<&Vec<usize>>,
) -> Vec<Compared> {
    let mut all = Vec::new();
    for part in parts(seen, numbers) {
        let series = by_reporter(seen, recorded, &part);
        for (one, other) in pairs(seen, &series, name) {
            let (a, b) = (&series[&one], &series[&other]);
            let Some(judged) = judge(seen, recorded, a, b, writes, &part) else { continue };
            let two = [judged.pair.0, judged.pair.1].map(|at| seen.sightings[at].entity.as_ref());
            if !contradict(two) {
                all.push(Compared {
                    reporters: (one, other),
                    sightings: judged.pair,
                    key: key.clone(),
                    join: None,
                    verdict: judged.verdict,
                });
            }
        }
    }
    all
}

/// The numbers of one thing, by what it belongs to and by what else was asked.
fn parts(seen: &Seen, numbers: &[usize]) -> Vec<Vec<usize>> {
    if numbers.len() < 2 {
        return Vec::new();
    }
    // What things of this name belong to tells them apart only where there are several such.
    let mut scopes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for &number in numbers {
        for scope in seen.sightings[number].entity.iter().flat_map(|entity| &entity.scope) {
            scopes.entry(&scope.kind).or_default().insert(&scope.value);
        }
    }
    let telling: Vec<&str> =
        scopes.iter().filter(|(_, values)| values.len() > 1).map(|(kind, _)| *kind).collect();
    let mut parts: BTreeMap<(Vec<Option<&str>>, &str), Vec<usize>> = BTreeMap::new();
    for &number in numbers {
        let sighting = &seen.sightings[number];
        let scope = |kind: &&str| {
            let mut all = sighting.entity.iter().flat_map(|entity| &entity.scope);
            all.find(|key| key.kind == **kind).map(|key| key.value.as_str())
        };
        let place = telling.iter().map(scope).collect();
        parts.entry((place, &sighting.conditions)).or_default().push(number);
    }
    parts.into_values().filter(|part| part.len() > 1).collect()
}

/// The numbers of each reporter in the order of time. Who says several at once speaks of something else.
fn by_reporter(seen: &Seen, recorded: &Recorded<'_>, numbers: &[usize]) -> BTreeMap<usize, Series> {
    let mut series: BTreeMap<usize, Series> = BTreeMap::new();
    for &number in numbers {
        let sighting = &seen.sightings[number];
        series.entry(sighting.reporter).or_default().push(recorded.ones[sighting.one].at(), number);
    }
    series.retain(|_, series| {
        let all: Vec<&Sighting> = series.numbers().map(|number| &seen.sightings[number]).collect();
        !all.windows(2)
            .any(|two| two[0].one == two[1].one && two[0].amount.likeness(&two[1].amount) != Likeness::Equal)
    });
    series
}

/// Which reporters are held against each other: those of different operations, and of the several numbers that one
/// operation gives of a thing those that stand in the same place.
fn pairs(seen: &Seen, series: &BTreeMap<usize, Series>, name: &Name) -> Vec<(usize, usize)> {
    let mut by_route: BTreeMap<(usize, usize), Vec<(usize, &str)>> = BTreeMap::new();
    for (&reporter, series) in series {
        let Some(first) = series.numbers().next() else { continue };
        let context = seen.sightings[first].entity.as_ref().map_or("", |entity| entity.context.as_str());
        by_route.entry(seen.places[reporter].route).or_default().push((reporter, context));
    }
    let routes: Vec<&Vec<(usize, &str)>> = by_route.values().collect();
    let mut all = Vec::new();
    for (at, one) in routes.iter().enumerate() {
        for other in &routes[at + 1..] {
            let both = one.iter().flat_map(|a| other.iter().map(move |b| (a, b)));
            let same: Vec<(usize, usize)> =
                both.filter(|(a, b)| a.1 == b.1).map(|(a, b)| (a.0.min(b.0), a.0.max(b.0))).collect();
            let all_alike =
                !name.is_generic() && [one, other].iter().all(|route| says_one(seen, series, route));
            if all_alike {
                let both = one.iter().flat_map(|a| other.iter().map(move |b| (a.0, b.0)));
                all.extend(both.map(|(a, b)| (a.min(b), a.max(b))));
            } else if !same.is_empty() {
                all.extend(same);
            } else if !name.is_generic()
                && let (Some(a), Some(b)) = (outermost(one), outermost(other))
            {
                all.push((a.min(b), a.max(b)));
            }
        }
    }
    all
}

/// Whether an operation says the same wherever it tells the number of the thing.
fn says_one(seen: &Seen, series: &BTreeMap<usize, Series>, route: &[(usize, &str)]) -> bool {
    let mut numbers = route.iter().flat_map(|(reporter, _)| series[reporter].numbers());
    let Some(first) = numbers.next() else { return true };
    let amount = &seen.sightings[first].amount;
    route.len() == 1
        || numbers.all(|number| seen.sightings[number].amount.likeness(amount) == Likeness::Equal)
}

/// The only number of a thing, or the one that stands nearest to it.
fn outermost(reporters: &[(usize, &str)]) -> Option<usize> {
    let depth = |context: &str| if context.is_empty() { 0 } else { context.split('/').count() };
    let least = reporters.iter().map(|(_, context)| depth(context)).min()?;
    let mut all = reporters.iter().filter(|(_, context)| depth(context) == least);
    let (reporter, _) = all.next()?;
    all.next().is_none().then_some(*reporter)
}

/// Whether both have a name of one kind, and not the same.
fn contradict(two: [Option<&super::entity::Entity>; 2]) -> bool {
    let [Some(a), Some(b)] = two else { return true };
    let named = |key: &&Key| !key.kind.is_empty();
    a.keys.iter().filter(named).any(|one| {
        let same: Vec<&Key> = b.keys.iter().filter(|other| other.kind == one.kind).collect();
        !same.is_empty() && !same.contains(&one)
    })
}
