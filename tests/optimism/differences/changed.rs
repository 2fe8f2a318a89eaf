//! Telling of a vendor that changed in one respect: the real side's own data, later, with one change of the
//! fakes that the verifier is measured by.

use super::recorded::{later, recorded, shown, telling};
use crate::kit::data::Rng;
use crate::kit::stage::Cast;
use crate::kit::world::{ASKED, REAL, World};
use crate::operators::{Mutant, Survey, mutants};
use crate::vendors::VENDORS;
use cassettes::model::Cassette;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Changes that say nothing of what a vendor may do: a trouble that does not come again is over, so is one in the
/// place of another, and what nobody provoked did not change.
const SILENT: [&str; 7] = [
    "at-once",
    "broken-accepted",
    "failed-accepted",
    "limited-accepted",
    "limited-as-retryable",
    "retryable-accepted",
    "retryable-as-broken",
];

/// The least that is told, in percent of the sample without those.
const FLOOR: usize = 90;

/// So many fakes of each operator are looked at, of as many vendors; TRUETAPE_WHOLE=1 takes all.
const EACH: usize = 2;

struct Task<'s> {
    survey: &'s Survey,
    before: &'s [Cassette],
    same: &'s [Cassette],
    mutant: Mutant,
}

impl Task<'_> {
    /// What is told of the change; none where no answer shows it.
    fn told(&self) -> Option<Vec<String>> {
        let mut world = World::new(REAL, ASKED);
        world.lie = self.mutant.cast.world.lie;
        let after = later(self.survey.vendor, &Cast { world, ..self.mutant.cast.clone() });
        let shows = after.iter().zip(self.same).any(|(a, b)| a.exchanges != b.exchanges);
        shows.then(|| telling(self.before, &after).iter().map(shown).collect())
    }
}

/// A draw that is always the same: each operator with as many vendors as it may have, once each.
fn sample(surveys: &[Survey]) -> Vec<(usize, Mutant)> {
    let made = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(survey) = surveys.get(at) else { break };
            let all = mutants(survey);
            made.lock().unwrap_or_else(PoisonError::into_inner).extend(all.into_iter().map(|m| (at, m)));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    let mut all = made.into_inner().unwrap_or_else(PoisonError::into_inner);
    all.sort_by(|(a, one), (b, other)| (a, &one.operator, &one.at).cmp(&(b, &other.operator, &other.at)));
    Rng::new(5, "a sample").shuffle(&mut all);
    if std::env::var("TRUETAPE_WHOLE").is_err() {
        let mut taken: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        all.retain(|(vendor, mutant)| {
            let of_this = taken.entry(mutant.operator.clone()).or_default();
            of_this.len() < EACH && of_this.insert(*vendor)
        });
    }
    all
}

#[test]
fn a_vendor_that_changed_has_a_difference() {
    let only = std::env::var("TRUETAPE_VENDOR").ok();
    let meant = VENDORS.iter().filter(|v| only.as_deref().is_none_or(|only| only == v.name));
    let surveys: Vec<Survey> = meant.map(|vendor| Survey::of(vendor)).collect();
    let then: Vec<Vec<Cassette>> = surveys.iter().map(|s| recorded("then", &s.real)).collect();
    let honest = |s: &Survey| Cast { world: World::new(REAL, ASKED), ..Cast::real(s.vendor.make) };
    let same: Vec<Vec<Cassette>> = surveys.iter().map(|s| later(s.vendor, &honest(s))).collect();
    let task = |(vendor, mutant): (usize, Mutant)| {
        let (survey, before, same) = (&surveys[vendor], &then[vendor], &same[vendor]);
        Task { survey, before, same, mutant }
    };
    let tasks: Vec<Task<'_>> = sample(&surveys).into_iter().map(task).collect();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = tasks.get(at) else { break };
            let told = task.told();
            done.lock().unwrap_or_else(PoisonError::into_inner).push((at, told));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    let mut by: BTreeMap<&str, (usize, Vec<String>)> = BTreeMap::new();
    let (mut all, mut missed) = (0, 0);
    for (at, told) in done.into_inner().unwrap_or_else(PoisonError::into_inner) {
        let (task, Some(told)) = (&tasks[at], told) else { continue };
        let (count, lacking) = by.entry(&task.mutant.operator).or_default();
        let silent = SILENT.contains(&task.mutant.operator.as_str());
        *count += 1;
        all += usize::from(!silent);
        if told.is_empty() {
            lacking.push(format!("{}: {}", task.survey.vendor.name, task.mutant.at));
            missed += usize::from(!silent);
        }
        if std::env::var("TRUETAPE_SHOW").is_ok() {
            println!(
                "TOLD {} {} {}\n    {}",
                task.mutant.operator,
                task.survey.vendor.name,
                task.mutant.at,
                told.join("\n    ")
            );
        }
    }
    for (operator, (count, lacking)) in &by {
        println!("{operator}: {} of {count}; not {lacking:?}", count - lacking.len());
    }
    let told = (all - missed) * 100 / all.max(1);
    println!("{told} % of {all}");
    let known: BTreeSet<&str> = by.keys().copied().collect();
    assert!(only.is_some() || SILENT.iter().all(|name| known.contains(name)), "{SILENT:?}");
    assert!(
        only.is_some() || told >= FLOOR,
        "{told} % of {all} changes are told, at least {FLOOR} % must be"
    );
}
