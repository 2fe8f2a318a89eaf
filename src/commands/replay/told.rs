//! What is said of a replay that is not as it was recorded: orders that are drawn anew, faults that were declared.

use crate::ui::{self, Flags, count};
use replayer::{Outcome, Playback, Struck};

/// What `--shuffle` can do with these cassettes.
pub(super) fn orders(playback: &Playback, ui: &Flags) {
    match playback.unstable() {
        None => {}
        Some((_, 0, 0)) => ui.say(format!(
            "{yellow}note:{yellow:#} --shuffle has nothing to shuffle: no request was recorded twice with the same things in another order",
            yellow = ui::YELLOW
        )),
        Some((seed, lists, objects)) => ui.say(format!(
            "shuffling {} and the members of {}, which the cassettes show to have no order, with seed {seed}",
            count(lists, "list"),
            count(objects, "object"),
        )),
    }
}

/// Which faults struck how often, and which never did; and what could not follow the clock.
pub(super) fn faults(outcome: &Outcome, ui: &Flags) {
    const MOST: usize = 10;
    let mut all: Vec<Struck> = Vec::new();
    for one in outcome.sessions.iter().flat_map(|session| &session.faults) {
        match all.iter_mut().find(|s| s.operation == one.operation && s.fault == one.fault) {
            Some(same) => same.times += one.times,
            None => all.push(one.clone()),
        }
    }
    for Struck { operation, fault, times } in &all {
        match times {
            0 => ui.say(format!(
                "{yellow}note:{yellow:#} the fault `{fault}` for `{operation}` never struck: no request was its",
                yellow = ui::YELLOW
            )),
            1 => ui.say(format!("fault: `{fault}` for `{operation}` struck once")),
            times => ui.say(format!("fault: `{fault}` for `{operation}` struck {times} times")),
        }
    }
    let mut left: Vec<&(String, String)> = outcome.sessions.iter().flat_map(|s| &s.left_behind).collect();
    left.sort();
    left.dedup();
    for (exchange, why) in left.iter().take(MOST) {
        ui.say(format!(
            "{yellow}note:{yellow:#} times in the body of {exchange} did not follow the clock: {why}",
            yellow = ui::YELLOW
        ));
    }
    if left.len() > MOST {
        ui.say(format!("        and {} more", left.len() - MOST));
    }
}
