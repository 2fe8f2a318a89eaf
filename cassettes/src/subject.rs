//! The one port of the house: anything that can be asked an HTTP question.
//!
//! A live mock, the vendor's sandbox, a cassette's own replay and a set of stubs are all subjects, so
//! verifying, vendor drift and contracts are one engine.

use crate::model::{Answer, Request, Timing};
use std::{future::Future, pin::Pin};

/// A boxed future, so that the port stays usable behind `dyn`.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where in a user's file an answer comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// The path as the user gave it.
    pub file: String,
    /// Counted from one.
    pub line: u32,
}

/// What a subject said to one request, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Observed {
    /// A reply or a transport failure.
    pub answer: Answer,
    /// As measured by whoever asked; empty for subjects that answer out of a file.
    pub timing: Timing,
    /// The stub that gave the answer, where the subject is a file.
    pub spot: Option<Spot>,
}

impl Observed {
    /// An answer without timings or a place.
    pub fn of(answer: Answer) -> Self {
        Observed { answer, timing: Timing::default(), spot: None }
    }
}

/// The subject could not be asked at all: it was down, or it cannot express the question.
/// Not an answer, and never counted as one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NoAnswer {
    /// A fragment fit for "could not ask NAME: …".
    pub reason: String,
    /// The whole run is pointless: nobody is there. Otherwise only this question failed.
    pub fatal: bool,
}

/// Anything that can be asked an HTTP question.
pub trait Subject: Send + Sync {
    /// As the user named it, for reports.
    fn name(&self) -> &str;

    /// Asks one question. `Err` means it could not be asked.
    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>>;

    /// Puts the subject back into its first state, between cassettes. `false`: it has no way to.
    fn reset(&self) -> Boxed<'_, Result<bool, NoAnswer>> {
        Box::pin(async { Ok(false) })
    }
}
