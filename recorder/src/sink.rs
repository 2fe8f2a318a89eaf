//! Where exchanges go.

use cassettes::{model::ExchangeId, redact::Clean};
use std::io;

/// Where exchanges go, each before its client has the end of its answer.
pub trait Sink: Send + Sync {
    /// Keeps one exchange. Once this has returned, nothing short of a broken disk may lose it.
    fn save(&self, clean: Clean) -> io::Result<()>;
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
