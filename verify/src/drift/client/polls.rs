//! Requests that are repeated until something has happened: how often that takes is a matter of time.

use super::runs::Run;
use cassettes::model::Micros;
use cassettes::operation::{Effect, effect};

/// Who asks again sooner than this does not wait for anything to happen.
const PAUSE: Micros = 10_000;

/// Whether these requests of one slot are polls: they change nothing, and most come a while after the one before,
/// with nothing else asked on the way.
pub(super) fn is_polled(run: &Run<'_>, calls: &[usize]) -> bool {
    let all = &run.conduct.calls;
    if calls.len() < 2 || calls.iter().any(|&call| effect(&all[call].request()) == Effect::Writes) {
        return false;
    }
    let waits = |two: &&[usize]| {
        let (a, b) = (all[two[0]].served, all[two[1]].served);
        let between = || all[two[0] + 1..two[1]].iter().map(|call| call.served);
        let alone = !between().any(|c| c.session == a.session && c.connection.id == b.connection.id);
        a.session == b.session && alone && b.at.saturating_sub(a.end) >= PAUSE
    };
    calls.windows(2).filter(waits).count() * 2 >= calls.len() - 1
}
