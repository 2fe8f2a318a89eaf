//! A client that did not change is told nothing of, whatever chance decides in it.

use super::changed::at_once;
use super::habits::Habits;
use super::replayed::Evidence;
use super::told::told;
use cassettes::journal::Journal;

#[test]
fn a_client_that_runs_twenty_times_is_told_nothing_of() {
    let evidence = Evidence::new();
    let baselines: Vec<Journal> = (1..=2).map(|n| evidence.journal(&Habits::usual(), n)).collect();
    assert!(baselines.iter().all(|j| j.served().count() == 13), "{:?}", baselines[0].served().count());
    assert_eq!(baselines[0].served().filter(|s| s.miss.is_some()).count(), 0);
    let runs: Vec<u64> = (1..=20).collect();
    let lines = at_once(&runs, |_, n| {
        let seen = told(&evidence, &baselines, &evidence.journal(&Habits::usual(), 1_000 + n));
        seen.into_iter().map(|s| format!("run {n}: {}", s.line)).collect::<Vec<_>>()
    });
    let faults: Vec<String> = lines.into_iter().flatten().collect();
    assert!(faults.is_empty(), "{}\n{}", faults.len(), faults.join("\n"));
}
