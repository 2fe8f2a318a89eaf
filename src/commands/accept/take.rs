//! Replaces a part of a cassette by what was recorded anew.

use super::{
    linked::{complete, now},
    part::Part,
    shown::Compared,
};
use crate::{
    exit::Stop,
    ui::{self, Flags, count},
};
use cassettes::{
    model::ExchangeId,
    store::{self, Taken},
};
use verify::changes::{Pair, dependants};

/// Replaces a part, with what it cannot be without: exchanges that answer the same question take the old one's
/// place and number, what was added follows with numbers of its own, what was lost goes. The proposal stays for the
/// rest.
pub(super) fn take(one: &Compared, mut part: Part, ui: &Flags) -> Result<(), Stop> {
    for drawn in complete(one, &mut part) {
        let cited = match (drawn.pair.before, drawn.pair.after) {
            (Some(id), _) => one.before.cite(id),
            (None, Some(id)) => one.after.cite(id),
            (None, None) => continue,
        };
        ui.say(format!("with it {cited}: it {}", drawn.because));
    }
    let chosen = |pair: &Pair| part.contains(pair);
    let mut next = one.before.exchanges.iter().map(|e| e.id.0).max().unwrap_or(0);
    let (mut taken, mut lost, mut replaced, mut renumbered) = (Vec::new(), 0, 0, Vec::new());
    for pair in &one.difference.pairs {
        match (pair.before, pair.after) {
            (Some(before), Some(after)) if chosen(pair) => {
                replaced += 1;
                taken.push(Taken { newer: true, exchange: after, id: before });
            }
            (Some(_), None) if chosen(pair) => lost += 1,
            (Some(before), _) => taken.push(Taken { newer: false, exchange: before, id: before }),
            (None, Some(after)) if chosen(pair) => {
                next += 1;
                renumbered.push(format!("{} as #{next}", one.after.cite(after)));
                taken.push(Taken { newer: true, exchange: after, id: ExchangeId(next) });
            }
            (None, _) => {}
        }
    }
    if taken.is_empty() {
        return Err(Stop::usage(
            format!("{}: nothing would be left", one.path.display()),
            "delete the cassette, or accept less",
        ));
    }
    if one.path.exists() {
        let composed = store::compose(&one.path, [&one.path, &one.proposal], &taken)?;
        say_removed(composed.removed, ui);
    }
    let mut said = format!("{}: replaced {}", one.path.display(), count(replaced, "exchange"));
    if !renumbered.is_empty() {
        said.push_str(&format!(", added {}", renumbered.join(", ")));
    }
    if lost > 0 {
        said.push_str(&format!(", removed {lost}"));
    }
    ui.say(said);
    // What was not asked again cannot be taken along.
    for dependant in dependants(&one.before.exchanges, &now(one, &part)) {
        let id = dependant.exchange;
        ui.say(format!(
            "{yellow}note:{yellow:#} {id} carries `{}` ({}), which {} gave and gives no longer: {id} was not asked again",
            dependant.value,
            dependant.place,
            dependant.from,
            yellow = ui::YELLOW
        ));
    }
    Ok(())
}

/// Says how many blobs went with what named them.
pub(super) fn say_removed(removed: usize, ui: &Flags) {
    if removed > 0 {
        ui.say(format!("removed {} that nothing names any more", count(removed, "blob")));
    }
}
