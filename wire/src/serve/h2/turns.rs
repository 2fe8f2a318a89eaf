//! Knowing that what was given to a connection has been written as far as the client takes it.

use std::{
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};
use tokio::{
    sync::{Notify, watch},
    time::timeout_at,
};

/// How long is waited for a connection to come to it.
const PATIENCE: Duration = Duration::from_secs(1);

/// Counts the beginnings and ends of a connection's turns: a turn writes all that was there when it began.
/// Resetting a stream throws away what was not written, so a reset waits for its turn.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Counts>);

#[derive(Default)]
struct Counts {
    count: watch::Sender<u64>,
    wanted: Notify,
}

impl Turns {
    /// One turn.
    pub(super) fn turn<T>(&self, work: impl FnOnce() -> Poll<T>) -> Poll<T> {
        self.0.count.send_modify(|count| *count += 1);
        let done = work();
        self.0.count.send_modify(|count| *count += 1);
        done
    }

    /// Resolves when a turn is wanted that would not come by itself.
    pub(super) async fn wanted(&self) {
        self.0.wanted.notified().await;
    }

    /// Resolves when a turn has ended that began after this was called, or never will.
    pub(super) async fn settled(&self) {
        let mut seen = self.0.count.subscribe();
        let now = *seen.borrow_and_update();
        self.0.wanted.notify_one();
        // One that is under way may have passed the stream already.
        let wanted = now + 2 + now % 2;
        let end = Instant::now() + PATIENCE;
        let _ = timeout_at(end.into(), seen.wait_for(|count| *count >= wanted)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_turn_under_way_does_not_count() {
        let turns = Turns::default();
        let waiting = tokio::spawn({
            let turns = turns.clone();
            let began = std::future::poll_fn(move |_| turns.turn(|| Poll::Ready(turns.clone())));
            async move { began.await.settled().await }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        let _ = turns.turn(|| Poll::Ready(()));
        tokio::time::timeout(PATIENCE / 2, waiting).await.unwrap().unwrap();
    }
}
