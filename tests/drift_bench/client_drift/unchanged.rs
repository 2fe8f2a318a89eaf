//! A client that did not change is told nothing of, whatever chance decides in it.

use super::changed::at_once;
use super::habits::Habits;
use super::kinds::{KINDS, Kind};
use super::replayed::Evidence;
use super::told::told;
use cassettes::journal::Journal;

#[test]
fn a_client_that_runs_twenty_times_is_told_nothing_of() {
    let evidence = Evidence::new();
    let baselines: Vec<Journal> = (1..=2).map(|n| evidence.journal(&Habits::usual(), n)).collect();
    assert!(baselines.iter().all(|j| j.served().count() == 13), "{:?}", baselines[0].served().count());
    assert_eq!(baselines[0].served().filter(|s| s.miss.is_some()).count(), 0);
    let faults = faults(&evidence, "", &Habits::usual(), &baselines);
    assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn nor_is_one_of_another_kind() {
    let evidence = Evidence::new();
    let baselines: Vec<[Journal; 2]> =
        at_once(KINDS, |_, kind| [1, 2].map(|n| evidence.journal(&(kind.habits)(), n)));
    let of =
        |(kind, baselines): (&Kind, &[Journal; 2])| faults(&evidence, kind.name, &(kind.habits)(), baselines);
    let all: Vec<String> = KINDS.iter().zip(&baselines).flat_map(of).collect();
    assert!(all.is_empty(), "{}\n{}", all.len(), all.join("\n"));
}

/// What is told of twenty more runs, beside both earlier ones and beside one.
fn faults(evidence: &Evidence, kind: &str, habits: &Habits, baselines: &[Journal]) -> Vec<String> {
    let runs: Vec<u64> = (1..=20).collect();
    let lines = at_once(&runs, |_, n| {
        let after = evidence.journal(habits, 1_000 + n);
        let beside = |baselines: &[Journal]| {
            let seen = told(evidence, baselines, &after);
            seen.into_iter().map(move |s| format!("{kind} run {n}: {}", s.line)).collect::<Vec<_>>()
        };
        [beside(baselines), beside(&baselines[..1])].concat()
    });
    lines.into_iter().flatten().collect()
}
