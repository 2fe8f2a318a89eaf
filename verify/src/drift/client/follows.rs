//! What a run no longer asks for because something before it found no answer.

use super::runs::Runs;
use super::tries::is_missed;
use std::collections::{BTreeMap, BTreeSet};

/// By request of the first earlier run that the judged one does not send: the request that found no answer, and that
/// came before it at that time, on its connection or in its session, with nothing between that is still asked.
pub(super) fn follows(runs: &Runs<'_>) -> BTreeMap<usize, usize> {
    let mut missed: BTreeMap<usize, usize> = BTreeMap::new();
    let mut lost: BTreeSet<usize> = BTreeSet::new();
    for slot in &runs.slots {
        let miss = slot.after.iter().find(|&&call| is_missed(&runs.after.conduct.calls[call]));
        if let Some(&miss) = miss {
            missed.extend(slot.before[0].iter().map(|&call| (call, miss)));
        } else {
            lost.extend(slot.before[0].iter().skip(slot.after.len()));
        }
    }
    let mut found = BTreeMap::new();
    let mut of_session: BTreeMap<&str, usize> = BTreeMap::new();
    let mut of_connection: BTreeMap<u64, usize> = BTreeMap::new();
    if missed.is_empty() {
        return found;
    }
    for (number, call) in runs.first().conduct.calls.iter().enumerate() {
        let (session, connection) = (call.served.session.as_str(), call.served.connection.id);
        let cause = match missed.get(&number) {
            Some(&miss) => Some(miss),
            None if lost.contains(&number) => {
                let cause = of_connection.get(&connection).or(of_session.get(session)).copied();
                found.extend(cause.map(|cause| (number, cause)));
                cause
            }
            None => None,
        };
        match cause {
            Some(cause) => {
                of_session.insert(session, cause);
                of_connection.insert(connection, cause);
            }
            None => {
                of_session.remove(session);
                of_connection.remove(&connection);
            }
        }
    }
    found
}
