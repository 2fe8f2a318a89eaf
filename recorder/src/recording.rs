//! What all proxies of one recording share: the policy, the sink, the clock and the numbers.

use crate::{Sink, Summary, Unsaved, summary::Book};
use cassettes::{
    model::{Exchange, ExchangeId, Timestamp},
    redact::Policy,
};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicU32, Ordering},
};

/// What all proxies of one recording share.
pub struct Recording {
    policy: Arc<Policy>,
    sink: Box<dyn Sink>,
    clock: fn() -> Timestamp,
    last: AtomicU32,
    connections: Arc<AtomicU32>,
    book: Mutex<Book>,
}

impl Recording {
    /// Exchanges are numbered from `first`; `clock` tells the time of day.
    pub fn new(
        policy: Arc<Policy>,
        sink: Box<dyn Sink>,
        clock: fn() -> Timestamp,
        first: ExchangeId,
    ) -> Self {
        Recording {
            policy,
            sink,
            clock,
            last: AtomicU32::new(first.0.saturating_sub(1)),
            connections: Arc::default(),
            book: Mutex::default(),
        }
    }

    /// Counts the connections of every upstream of this recording.
    pub fn connections(&self) -> Arc<AtomicU32> {
        Arc::clone(&self.connections)
    }

    /// What was recorded so far.
    pub fn summary(&self) -> Summary {
        self.book().summary()
    }

    /// Exchanges that could not be kept, the first one first. Any means that the recording is not whole.
    pub fn unsaved(&self) -> Vec<Unsaved> {
        self.book().unsaved.clone()
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The number of an exchange that begins now.
    pub(crate) fn number(&self) -> ExchangeId {
        ExchangeId(self.last.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Cleans an exchange and hands it to the sink. An error is remembered: the client still gets its answer.
    pub(crate) fn keep(&self, exchange: Exchange) {
        let id = exchange.id;
        let clean = self.policy.clean(exchange);
        let request = &clean.exchange().request;
        let shown = format!("{} {}", request.method, request.path());
        let line = Book::line(clean.exchange());
        match self.sink.save(clean) {
            Ok(()) => self.book().lines.push(line),
            Err(error) => self.book().unsaved.push(Unsaved { id, request: shown, reason: error.to_string() }),
        }
    }

    /// Remembers an exchange that cannot even be handed over.
    pub(crate) fn lose(&self, id: ExchangeId, request: String, reason: impl Into<String>) {
        self.book().unsaved.push(Unsaved { id, request, reason: reason.into() });
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
