//! One recorded exchange, read when an audit first looks at it.

use crate::case::Said;
use cassettes::facets::error_class::{Class, ErrorFacts};
use cassettes::model::{Cassette, Exchange, Request};
use cassettes::operation::{Operation, Operations};
use std::sync::OnceLock;

/// One recorded exchange, its answer read when an audit first looks at it.
#[derive(Debug)]
pub struct Recorded<'a> {
    /// Which of the cassettes given.
    pub cassette: usize,
    /// Which of its exchanges, counted from zero.
    pub position: usize,
    /// What was recorded: request, tokens, times.
    pub exchange: &'a Exchange,
    /// As people cite it: `billing.yaml#3`.
    pub cite: String,
    /// What was asked, as a kind of question.
    pub operation: Operation,
    said: OnceLock<Said<'a>>,
}

impl<'a> Recorded<'a> {
    pub(super) fn all(cassettes: &'a [Cassette], operations: &Operations) -> Vec<Recorded<'a>> {
        let mut all = Vec::new();
        for (number, cassette) in cassettes.iter().enumerate() {
            for (position, exchange) in cassette.exchanges.iter().enumerate() {
                all.push(Recorded {
                    cassette: number,
                    position,
                    exchange,
                    cite: cassette.cite(exchange.id),
                    operation: operations.of(&exchange.request),
                    said: OnceLock::new(),
                });
            }
        }
        all
    }

    /// What the client asked when it was recorded.
    pub fn request(&self) -> &'a Request {
        &self.exchange.request
    }

    /// What the real side answered.
    pub fn said(&self) -> &Said<'a> {
        self.said.get_or_init(|| Said::recorded(self.exchange, self.cite.clone()))
    }

    /// What the answer says, if it is an error.
    pub fn error(&self) -> Option<ErrorFacts> {
        self.said().meant(self.request())?.error.clone()
    }

    /// What a client can do about the error that the answer is.
    pub fn class(&self) -> Option<Class> {
        Some(self.said().meant(self.request())?.error.as_ref()?.class)
    }

    /// Whether the answer is a success, in its status and in what it says.
    pub fn is_success(&self) -> bool {
        self.said().is_success() && self.class().is_none()
    }
}
