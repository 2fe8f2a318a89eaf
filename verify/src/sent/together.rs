//! Which requests a client had under way together, whether or not their answers took any time.

use crate::conduct::Conduct;
use cassettes::model::Micros;
use std::collections::HashMap;

/// So many requests that were under way with one are told of it.
const MOST: usize = 64;

/// So many are kept while others begin.
const OPEN: usize = 512;

/// A connection is opened for a request that is to be sent at once; one that was opened longer before was in
/// reserve.
const FRESH: Micros = 2_000_000;

/// A client that does one thing at a time takes up the connection that it has just used: where another one
/// carries a request so soon, there were two at work.
const SOON: Micros = 5_000;

/// The requests that were under way with each one. An answer from a cassette takes no time, so what the client
/// had begun counts, too: a request was under way since its connection was opened for it, and one on a
/// connection that had been used since shortly before it came.
pub(crate) fn together(conduct: &Conduct<'_>) -> Vec<Vec<usize>> {
    let mut last: HashMap<u64, Micros> = HashMap::new();
    let mut begun: Vec<(Micros, usize)> = Vec::with_capacity(conduct.calls.len());
    for (number, call) in conduct.calls.iter().enumerate() {
        let (at, carrier) = (call.served.at, &call.served.connection);
        let before = last.insert(carrier.id, call.served.end);
        let from = match before {
            _ if carrier.version.is_some() => at,
            None if carrier.request > 1 => at,
            None if at.saturating_sub(carrier.opened) > FRESH => at,
            None => carrier.opened,
            Some(over) => over.max(at.saturating_sub(SOON)),
        };
        begun.push((from.min(at), number));
    }
    begun.sort_unstable();
    let mut found: Vec<Vec<usize>> = vec![Vec::new(); conduct.calls.len()];
    let mut open: Vec<usize> = Vec::new();
    for (from, number) in begun {
        open.retain(|&other| conduct.calls[other].served.end > from);
        for &other in open.iter().rev() {
            let is_shared = |n: usize| conduct.calls[n].served.connection.version.is_some();
            let id = |n: usize| conduct.calls[n].served.connection.id;
            // Two requests on one connection stand in a line, but where it carries many at once.
            if id(other) == id(number) && !is_shared(number) {
                continue;
            }
            if found[number].len() < MOST {
                found[number].push(other);
            }
            if found[other].len() < MOST {
                found[other].push(number);
            }
        }
        if open.len() >= OPEN {
            open.remove(0);
        }
        open.push(number);
    }
    found
}
