//! Which of what seems to have changed shows each time it is asked.

use super::asking::State;
use super::seen::Seen;
use crate::ask::plan::Plan;
use crate::changes::{Change, Difference, Kind, Weight};
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// So many answers that show a member, or lack it, are no matter of luck.
const ENOUGH: usize = 12;

/// The same where one recorded answer is all that had a member: it may be one that one answer in five has.
const ENOUGH_AFTER_ONE: usize = super::again::LOOKS_AFTER_ONE;

/// The changes that have shown each time so far.
pub(super) struct Survivors {
    difference: Difference,
    /// What shows between two askings now: noise, whichever way it went.
    unsteady: BTreeSet<Key>,
    /// Operations that a write goes before, which would be asked another time with them.
    repeated: BTreeSet<String>,
}

/// What a change is known by from one time to the next.
type Key = (Operation, Kind, String);

fn key(change: &Change) -> Key {
    (change.operation.clone(), change.kind, change.place.clone())
}

impl Survivors {
    /// What was seen first. `repeated` are the operations that are asked after a write.
    pub(super) fn of(seen: Seen, repeated: BTreeSet<String>) -> Survivors {
        Survivors { difference: seen.difference, unsteady: BTreeSet::new(), repeated }
    }

    /// Those that show again, and not between two askings now. `moved` are listings whose pages the writes of the run
    /// itself have moved.
    pub(super) fn after(mut self, seen: Seen, between: &Seen, moved: &BTreeSet<String>) -> Survivors {
        self.unsteady.extend(between.difference.telling().map(key));
        let again: BTreeMap<Key, Change> =
            seen.difference.changes.iter().map(|change| (key(change), change.clone())).collect();
        let (unsteady, repeated) = (&self.unsteady, &self.repeated);
        for change in &mut self.difference.changes {
            // Asked another time after another write it can be another answer, and that refutes nothing.
            if is_moved(repeated, change) {
                continue;
            }
            let answered = matches!(change.kind, Kind::Class | Kind::Status | Kind::Token)
                || matches!(change.rule, "page-end-wrong" | "limit-changes-result");
            if answered && !again.contains_key(&key(change)) && moved.contains(&change.operation.to_string())
            {
                continue;
            }
            // What is made another time is another thing, and may have a value where the first had none.
            let made = change.rule == "absence-confused"
                && is_write(&change.operation)
                && repeated.contains(&change.operation.to_string());
            let shows = again.get(&key(change)).is_some_and(|now| now.rule == change.rule);
            if made && !shows && !unsteady.contains(&key(change)) {
                continue;
            }
            match again.get(&key(change)) {
                Some(now) if !unsteady.contains(&key(change)) => {
                    change.weight = change.weight.max(now.weight);
                }
                // It was seen once, and is not to be relied upon.
                _ => change.weight = Weight::Noise,
            }
        }
        self.difference.checks = seen.difference.checks;
        self
    }

    /// For each cassette the positions to ask another time: everything of the operations with changes; from the
    /// second time on only of those that chance could explain.
    pub(super) fn to_ask_again(
        &self,
        plans: &[Plan<'_>],
        states: &[State],
        round: usize,
    ) -> Vec<BTreeSet<usize>> {
        let mut answers: BTreeMap<String, usize> = BTreeMap::new();
        for (plan, state) in plans.iter().zip(states) {
            for (operation, _) in plan.operations.iter().zip(&state.now).filter(|(_, now)| now.is_some()) {
                *answers.entry(operation.to_string()).or_default() += 1;
            }
        }
        let few = |change: &Change| {
            let count = answers.get(&change.operation.to_string()).copied().unwrap_or_default();
            let went = matches!(change.kind, Kind::FieldGone | Kind::FieldOptional);
            let enough = if went && count == 1 { ENOUGH_AFTER_ONE } else { ENOUGH };
            is_about_presence(change) && count * round < enough
        };
        let wanted: BTreeSet<String> = self
            .difference
            .telling()
            .filter(|change| !is_moved(&self.repeated, change))
            .filter(|change| {
                round == 1 || round <= super::again::LOOKS && is_by_chance(change) || few(change)
            })
            .map(|change| change.operation.to_string())
            .collect();
        let of = |(plan, state): (&Plan<'_>, &State)| -> BTreeSet<usize> {
            let asked = (0..plan.operations.len()).filter(|at| state.now[*at].is_some());
            asked.filter(|at| wanted.contains(&plan.operations[*at].to_string())).collect()
        };
        plans.iter().zip(states).map(of).collect()
    }

    /// Whether a moment is to pass before the next time: what is there at times is drawn anew for each answer.
    pub(super) fn takes_time(&self, round: usize) -> bool {
        let waits = |change: &Change| is_by_chance(change) && change.kind != Kind::FieldOptional;
        round == 1 || round <= super::again::LOOKS && self.difference.telling().any(waits)
    }

    /// Whether a change is told of how this exchange is answered.
    pub(super) fn tells_of(&self, plan: &Plan<'_>, at: usize) -> bool {
        let exchange = &plan.cassette.exchanges[at];
        let target = format!("{} ", exchange.request.target);
        self.difference.telling().any(|change| {
            matches!(change.kind, Kind::Class | Kind::Status | Kind::Token)
                && change.operation == plan.operations[at]
                && change.place.starts_with(&target)
        })
    }

    /// What is left.
    pub(super) fn difference(mut self) -> Difference {
        self.difference
            .changes
            .sort_by_cached_key(|c| (c.weight, c.operation.clone(), c.kind, c.place.clone()));
        self.difference
    }
}

/// Whether the writes that would be asked again move what the change is about: what there is, and what became of it.
fn is_moved(repeated: &BTreeSet<String>, change: &Change) -> bool {
    let of_state = matches!(
        change.kind,
        Kind::Class | Kind::Status | Kind::Token | Kind::Miss | Kind::Pages | Kind::Effect
    );
    of_state && repeated.contains(&change.operation.to_string())
}

fn is_write(operation: &Operation) -> bool {
    !matches!(operation.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "QUERY")
}

/// Whether it is a matter of luck what one asking shows: what is there at times, an order, how busy the vendor is.
fn is_by_chance(change: &Change) -> bool {
    match change.kind {
        Kind::FieldOptional | Kind::Order | Kind::Word | Kind::Timing | Kind::Pages | Kind::Effect => true,
        Kind::ValueKind => matches!(change.rule, "null-never" | "absence-confused"),
        Kind::FieldGone | Kind::FieldNew => change.message.contains("at times"),
        _ => false,
    }
}

fn is_about_presence(change: &Change) -> bool {
    matches!(change.kind, Kind::FieldGone | Kind::FieldNew | Kind::FieldOptional)
        || change.rule == "absence-confused" && change.message.contains("absent")
}
