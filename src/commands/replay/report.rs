//! What is said at the end of a replay.

use super::told;
use crate::{
    commands::reached,
    ui::{self, Flags, count},
};

/// What was asked, what was missed, what was left over.
pub(super) fn report(outcome: &replayer::Outcome, whole: bool, ui: &Flags) {
    const MOST: usize = 10;
    for session in &outcome.sessions {
        let of =
            if outcome.sessions.len() > 1 { format!("session {}: ", session.name) } else { String::new() };
        for miss in session.misses.iter().take(MOST) {
            anstream::eprintln!(
                "{yellow}miss:{yellow:#} {of}{} {} ({})",
                miss.method,
                miss.target,
                miss.reason.as_str(),
                yellow = ui::YELLOW
            );
            for near in miss.nearest.iter().take(3) {
                let differences: Vec<String> = near.differences.iter().map(ToString::to_string).collect();
                let differences = if differences.is_empty() {
                    "the same request, already answered".into()
                } else {
                    differences.join("; ")
                };
                anstream::eprintln!("        nearest {}: {differences}", near.exchange);
            }
            anstream::eprintln!("        {cyan}hint:{cyan:#} {}", miss.hint(), cyan = ui::CYAN);
        }
        if session.missed as usize > MOST {
            anstream::eprintln!("        and {} more", session.missed as usize - MOST);
        }
    }
    // While it was only served for a while, what nobody asked for means little.
    if whole {
        for unused in outcome.unused.iter().take(MOST) {
            ui.say(format!(
                "{dim}unused: {} {} {}{dim:#}",
                unused.exchange,
                unused.method,
                unused.target,
                dim = ui::DIM
            ));
        }
        if outcome.unused.len() > MOST {
            ui.say(format!("{dim}        and {} more{dim:#}", outcome.unused.len() - MOST, dim = ui::DIM));
        }
    }
    told::faults(outcome, ui);
    reached::unshaken(&outcome.unshaken, ui);
    ui.say(format!(
        "replayed {} of {}, {}",
        outcome.exchanges - outcome.unused.len(),
        count(outcome.exchanges, "exchange"),
        match outcome.missed() {
            0 => "no miss".to_owned(),
            1 => "1 miss".to_owned(),
            n => format!("{n} misses"),
        }
    ));
}
