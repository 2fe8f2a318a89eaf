//! Connections by the client that opened them, as far as the journal tells clients apart.

use super::repeats::{Who, who};
use super::{Conduct, Life};
use std::collections::BTreeMap;

/// The connections of one session by one kind of client.
#[derive(Debug)]
pub struct Client<'c, 'a> {
    /// The session.
    pub session: &'a str,
    /// What the client calls itself.
    pub agent: &'c str,
    /// Its connections in the order in which they were opened. One that served several sessions, as a pool's
    /// do that all tests share, belongs to none.
    pub lives: Vec<&'c Life>,
    /// The most requests that were under way together.
    pub peak: usize,
}

/// Connections by session, by what their clients call themselves and by whose credentials they show.
pub fn clients<'c, 'a>(conduct: &'c Conduct<'a>) -> Vec<Client<'c, 'a>> {
    let mut by: BTreeMap<(&'a str, &'c str, Who), Vec<&'c Life>> = BTreeMap::new();
    for life in conduct.lives.values() {
        let Some(&first) = life.calls.first() else { continue };
        let call = &conduct.calls[first];
        if life.calls.iter().any(|&n| conduct.calls[n].served.session != call.served.session) {
            continue;
        }
        let session = call.served.session.as_str();
        by.entry((session, call.header("user-agent").unwrap_or_default(), who(call))).or_default().push(life);
    }
    by.into_iter()
        .map(|((session, agent, _), mut lives)| {
            lives.sort_by_key(|life| (life.opened, life.id));
            let peak = peak(conduct, &lives);
            Client { session, agent, lives, peak }
        })
        .collect()
}

fn peak(conduct: &Conduct<'_>, lives: &[&Life]) -> usize {
    let mut edges: Vec<(u64, i32)> = lives
        .iter()
        .flat_map(|life| &life.calls)
        .flat_map(|&n| [(conduct.calls[n].served.at, 1), (conduct.calls[n].served.end, -1)])
        .collect();
    // What ends when another begins is not under way with it.
    edges.sort_unstable();
    let (mut now, mut most) = (0_i32, 0_i32);
    for (_, change) in edges {
        now += change;
        most = most.max(now);
    }
    usize::try_from(most).unwrap_or_default()
}

impl Client<'_, '_> {
    /// Whether it did one thing at a time: no connection was opened before the request on the one before was over.
    pub fn is_serial(&self, conduct: &Conduct<'_>) -> bool {
        let over = |life: &Life| life.calls.first().map_or(life.opened, |&n| conduct.calls[n].served.end);
        self.peak <= 1 && self.lives.windows(2).all(|two| two[1].opened >= over(two[0]))
    }
}
