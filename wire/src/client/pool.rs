//! Idle connections to one upstream.

use super::stream::Stream;
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long an idle connection is trusted. Below the shortest common limit of servers (5 s): one that the
/// server closes just as it is used again looks like an answer that never came.
const TRUSTED: Duration = Duration::from_secs(4);

/// How many are kept.
const MOST: usize = 64;

pub(super) struct Idle {
    pub(super) stream: Stream,
    pub(super) id: u32,
    pub(super) since: Instant,
}

#[derive(Default)]
pub(super) struct Pool(Mutex<Vec<Idle>>);

impl Pool {
    /// The connection used last that is still good.
    pub(super) fn take(&self) -> Option<Idle> {
        loop {
            let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            if idle.since.elapsed() < TRUSTED && idle.stream.is_quiet() {
                return Some(idle);
            }
        }
    }

    pub(super) fn put(&self, stream: Stream, id: u32) {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|kept| kept.since.elapsed() < TRUSTED);
        if idle.len() < MOST {
            idle.push(Idle { stream, id, since: Instant::now() });
        }
    }
}
