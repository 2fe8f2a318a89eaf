//! Where exchanges go.

use cassettes::{
    model::{Blob, ExchangeId, Headers},
    redact::Clean,
};
use std::io;

/// Where exchanges go, each before its client has the end of its answer.
pub trait Sink: Send + Sync {
    /// Keeps one exchange. Once this has returned, nothing short of a broken disk may lose it.
    fn save(&self, clean: &Clean) -> io::Result<()>;

    /// Keeps what has come of an exchange that goes on, if it can: whatever is kept later under the same
    /// number takes its place.
    fn part(&self, clean: &Clean) -> io::Result<()> {
        let _ = clean;
        Ok(())
    }

    /// A place for a body with these fields that is too large to be held; none where all are held.
    fn spill(&self, headers: &Headers) -> io::Result<Option<Box<dyn Spill>>> {
        let _ = headers;
        Ok(None)
    }

    /// The exchange that said this body is not kept, so neither is the body.
    fn forget(&self, blob: &Blob) {
        let _ = blob;
    }
}

/// A body that is too large to be held, on its way to where it is kept.
pub trait Spill: Send {
    /// Takes the next bytes.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// It is whole, or as whole as it will be. An error also where it must not be kept. What was kept is forgotten
    /// unless an exchange that names it is saved.
    fn finish(self: Box<Self>) -> io::Result<Blob>;
}

/// An exchange that could not be kept although its client got its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsaved {
    /// Its number.
    pub id: ExchangeId,
    /// Method and path, without the query.
    pub request: String,
    /// Why, as a lower-case fragment.
    pub reason: String,
}
