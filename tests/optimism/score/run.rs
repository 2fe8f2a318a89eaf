//! Every fake of every vendor, judged.

use super::judge::{cassettes, judge, rules};
use super::outcome::{Outcome, Score};
use crate::honest::honest;
use crate::kit::client::policy;
use crate::kit::stage::Cast;
use crate::operators::{Survey, mutants};
use crate::vendors::VENDORS;
use cassettes::model::Cassette;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use verify::Rule;

/// One fake to be judged.
struct Task<'s> {
    vendor: &'static str,
    name: String,
    at: String,
    /// None: it is honest.
    expected: Option<Vec<&'static str>>,
    cast: Cast,
    cassettes: &'s [Cassette],
}

/// Every fake of every vendor.
pub(crate) fn everything() -> Score {
    let policy = policy();
    let rules = rules();
    let only = std::env::var("TRUETAPE_VENDOR").ok();
    let meant = VENDORS.iter().filter(|v| only.as_deref().is_none_or(|only| only == v.name));
    let surveys: Vec<Survey> = meant.map(|vendor| Survey::of(vendor)).collect();
    let recorded: Vec<Vec<Cassette>> = surveys.iter().map(|survey| cassettes(survey, &policy)).collect();
    let mut tasks: Vec<Task<'_>> = Vec::new();
    for (survey, cassettes) in surveys.iter().zip(&recorded) {
        let vendor = survey.vendor.name;
        for fake in honest(survey) {
            tasks.push(Task {
                vendor,
                name: fake.name,
                at: String::new(),
                expected: None,
                cast: fake.cast,
                cassettes,
            });
        }
        for fake in mutants(survey) {
            let expected = Some(fake.rules);
            tasks.push(Task {
                vendor,
                name: fake.operator,
                at: fake.at,
                expected,
                cast: fake.cast,
                cassettes,
            });
        }
    }
    let judged = |task: &Task<'_>, rules: &[&'static Rule]| {
        let report = judge(task.cassettes, &task.cast, &policy, rules);
        Outcome::of(task.vendor, &task.name, &task.at, task.expected.clone(), &report)
    };
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = tasks.get(i) else { break };
            let outcome = judged(task, &rules);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((i, outcome));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
    let mut outcomes = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by_key(|(i, _)| *i);
    let outcomes: Vec<Outcome> = outcomes.into_iter().map(|(_, outcome)| outcome).collect();
    let sole = Score::sole(&outcomes);
    // Taken away for real, once for each rule.
    let idle = sole.iter().filter(|(rule, fakes)| {
        let rest: Vec<&'static Rule> = rules.iter().copied().filter(|r| r.meta.name != **rule).collect();
        fakes.first().is_some_and(|&i| judged(&tasks[i], &rest).is_named())
    });
    let idle = idle.map(|(rule, _)| *rule).collect();
    let none = rules.iter().map(|rule| (rule.meta.name, Vec::new()));
    let mut needed: BTreeMap<&'static str, Vec<String>> = none.collect();
    for (rule, fakes) in sole {
        needed.insert(rule, fakes.into_iter().map(|i| outcomes[i].label()).collect());
    }
    Score { outcomes, needed, idle }
}
