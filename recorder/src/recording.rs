//! What all proxies of one recording share: the policy, the sink, the clock and the numbers.

use crate::{
    Sink, Spill, Summary, Unsaved,
    summary::{Book, Kept},
};
use cassettes::{
    model::{Answer, Blob, Exchange, ExchangeId, Headers, Request, Timestamp},
    redact::{Clean, Policy},
    scan::{Leak, Scanner},
};
use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::AtomicU32},
};
use wire::serve::{ConnectionFacts, TlsRefusal};

/// So many secrets of one exchange are told.
const MOST_TOLD: usize = 3;

/// What all proxies of one recording share.
pub struct Recording {
    policy: Arc<Policy>,
    scanner: Scanner,
    /// Hears at once of what is refused.
    tell: fn(&Unsaved),
    sink: Box<dyn Sink>,
    spills_text: bool,
    clock: fn() -> Timestamp,
    last: Mutex<u32>,
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
            scanner: Scanner::default(),
            tell: |_| {},
            sink,
            spills_text: false,
            clock,
            last: Mutex::new(first.0.saturating_sub(1)),
            connections: Arc::default(),
            book: Mutex::default(),
        }
    }

    /// With a scanner of the project's own, and somebody who hears at once of each exchange that it refuses.
    #[must_use]
    pub fn guarded(mut self, scanner: Scanner, tell: fn(&Unsaved)) -> Self {
        self.scanner = scanner;
        self.tell = tell;
        self
    }

    /// Keeps text that is too large to be cleaned as it is, unless a secret is found in it.
    #[must_use]
    pub fn spilling_text(mut self, yes: bool) -> Self {
        self.spills_text = yes;
        self
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

    /// How many exchanges were kept so far.
    pub fn kept(&self) -> usize {
        self.book().kept.len()
    }

    /// What was kept after the first `count`: the exchanges' numbers and their answers, without bodies.
    pub fn kept_since(&self, count: usize) -> Vec<(ExchangeId, Answer)> {
        let book = self.book();
        book.kept.iter().skip(count).map(|(id, kept)| (*id, kept.answer())).collect()
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The number of an exchange that begins now, and when that is: numbers are in order of start.
    pub(crate) fn begin(&self) -> (ExchangeId, Timestamp) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        *last += 1;
        (ExchangeId(*last), self.now())
    }

    /// Cleans an exchange and hands it to the sink. An error is remembered: the client still gets its answer.
    pub(crate) fn keep(&self, exchange: Exchange) {
        let id = exchange.id;
        let clean = self.policy.clean(exchange);
        let exchange = clean.exchange();
        if let Some(reason) = self.refusal(&clean) {
            let unsaved = Unsaved { id, request: shown(&exchange.request), reason };
            (self.tell)(&unsaved);
            return self.give_up(exchange, unsaved);
        }
        match self.sink.save(&clean) {
            Ok(()) => self.book().kept.push((id, Kept::of(&exchange.answer))),
            Err(error) => {
                let (request, reason) = (shown(&exchange.request), error.to_string());
                self.give_up(exchange, Unsaved { id, request, reason });
            }
        }
    }

    /// An exchange is not kept, and neither are its bodies.
    fn give_up(&self, exchange: &Exchange, unsaved: Unsaved) {
        self.forget(exchange.blobs());
        self.book().unsaved.push(unsaved);
    }

    /// Remembers that a client's TLS with us came to nothing.
    pub(crate) fn unshaken(&self, facts: &ConnectionFacts, refusal: &TlsRefusal) {
        let whom = facts.tunnel.as_deref().unwrap_or("the listener");
        self.book().unshaken(format!("{whom}: {refusal}"));
    }

    /// Keeps what has come of an exchange that goes on. That it could not be kept is told at its end.
    pub(crate) fn keep_part(&self, exchange: Exchange) {
        let clean = self.policy.clean(exchange);
        // What is refused at its end is refused on its way.
        if self.refusal(&clean).is_none() {
            let _ = self.sink.part(&clean);
        }
    }

    /// A place for a body with these fields that is too large to be held; none where all are held.
    pub(crate) fn spill(&self, headers: &Headers) -> io::Result<Option<Box<dyn Spill>>> {
        self.sink.spill(headers)
    }

    /// Whether text that is too large to be cleaned is kept as it is.
    pub(crate) fn spills_text(&self) -> bool {
        self.spills_text
    }

    /// Bodies of an exchange that is not kept.
    pub(crate) fn forget<'b>(&self, blobs: impl IntoIterator<Item = &'b Blob>) {
        blobs.into_iter().for_each(|blob| self.sink.forget(blob));
    }

    /// Why an exchange must not be written: a secret stands where redaction could not take it out.
    fn refusal(&self, clean: &Clean) -> Option<String> {
        let leaks = self.scanner.refuses(clean);
        let first = leaks.first()?;
        let say = |leak: &Leak| {
            let place = leak.place.as_ref().map(ToString::to_string).unwrap_or_default();
            let within = match leak.chain.as_slice() {
                [] => String::new(),
                chain => format!(" within {}", chain.join(" in ")),
            };
            format!("{} ({}) at {place}{within}: {}", leak.kind.what, leak.kind.name, leak.excerpt)
        };
        let all: Vec<String> = leaks.iter().take(MOST_TOLD).map(say).collect();
        let more = leaks.len().saturating_sub(all.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let kind = &first.kind.name;
        Some(format!(
            "it holds {}{more} (hint: name it under `secrets:`, take its place out under `redact:`, or let the kind \
             pass by `--allow-secret {kind}` or `scan: {{allow: [{kind}]}}`)",
            all.join(", ")
        ))
    }

    /// Remembers an exchange that cannot even be handed over.
    pub(crate) fn lose(&self, id: ExchangeId, request: String, reason: impl Into<String>) {
        self.book().unsaved.push(Unsaved { id, request, reason: reason.into() });
    }

    pub(crate) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request as people are told of it.
fn shown(request: &Request) -> String {
    format!("{} {}", request.method, request.path())
}
