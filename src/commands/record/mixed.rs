//! What cannot work where a part is replayed and a part is recorded: a value that a replayed answer gave, carried
//! to a real side that never gave it.

use super::session::Recorded;
use crate::{
    exit::Stop,
    ui::{self, Flags},
};
use cassettes::{links, store};
use std::collections::BTreeSet;

/// So many are named.
const MOST: usize = 10;

/// Names each new request that carries what the cassette alone had given, where the real side made nothing of it.
pub(super) fn notes(recorded: &Recorded, ui: &Flags) -> Result<(), Stop> {
    let (Some(file), true) = (&recorded.file, recorded.summary.known > 0) else { return Ok(()) };
    let cassette = store::load(file)?.cassette;
    let exchanges = &cassette.exchanges;
    let is_new = |at: usize| recorded.is_new(exchanges[at].id);
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for link in links::discover(exchanges) {
        let given_anew = is_new(link.from) || link.others.iter().any(|(from, _)| is_new(*from));
        let fine = exchanges[link.to].answer.reply().is_some_and(|reply| reply.status < 400);
        if is_new(link.to) && !given_anew && !fine && told.insert(link.to) {
            found.push(link);
        }
    }
    for link in found.iter().take(MOST) {
        let (to, from) = (&exchanges[link.to], &exchanges[link.from]);
        ui.say(format!(
            "{yellow}note:{yellow:#} {} {} {} carries `{}` ({}), which the cassette gave in {} and the real side never did: it answered {}",
            to.id,
            to.request.method,
            to.request.path(),
            link.value,
            link.target,
            from.id,
            to.answer.label(),
            yellow = ui::YELLOW
        ));
    }
    if found.len() > MOST {
        ui.say(format!("      and {} more", found.len() - MOST));
    }
    if !found.is_empty() {
        ui.say(format!(
            "{cyan}hint:{cyan:#} what begins with a replayed answer cannot go on at the real side: record all of it anew with --mode all",
            cyan = ui::CYAN
        ));
    }
    Ok(())
}
