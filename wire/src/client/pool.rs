//! Idle connections to one upstream.

use super::stream::Stream;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

pub(super) struct Idle {
    pub(super) stream: Stream,
    pub(super) id: u32,
}

/// One idle connection for each client connection that has one: the upstream sees the connections that the
/// client makes, neither more nor fewer. Sharing them would lend one client's dead connection to another,
/// and the upstream's orderly close would be recorded as an answer that never came.
#[derive(Default)]
pub(super) struct Pool(Mutex<HashMap<u64, Idle>>);

impl Pool {
    /// This client connection's own, if it is still good.
    pub(super) fn take(&self, client: u64) -> Option<Idle> {
        let idle = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&client)?;
        idle.stream.is_quiet().then_some(idle)
    }

    pub(super) fn put(&self, client: u64, stream: Stream, id: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(client, Idle { stream, id });
    }

    /// The client connection has ended, and its upstream connection with it.
    pub(super) fn forget(&self, client: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&client);
    }
}
