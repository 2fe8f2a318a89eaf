//! Implementations that are recordings: each case is looked up by itself, so that the order of cases is no matter.

use crate::env;
use cassettes::{
    matching::Index,
    model::{Answer, Cassette, Request},
    redact::Policy,
};
use std::sync::Arc;

/// A cassette to look into.
pub(super) struct Recording {
    index: Index,
    policy: Arc<Policy>,
    /// What was recorded, without what somebody edited, and how each is cited.
    answers: Vec<(String, Answer)>,
}

impl Recording {
    pub(super) fn new(cassette: &Cassette, policy: Arc<Policy>) -> Recording {
        let exchanges: Vec<_> = cassette.exchanges.iter().filter(|exchange| !exchange.edited).collect();
        let index = Index::build(exchanges.iter().map(|exchange| &exchange.request), policy.names().clone());
        let answers = exchanges
            .iter()
            .map(|exchange| (format!("{}{}", cassette.name, exchange.id), exchange.answer.clone()))
            .collect();
        Recording { index, policy, answers }
    }

    /// What was answered last to a question, and the exchange.
    pub(super) fn find(&self, request: &Request) -> Option<&(String, Answer)> {
        let asked = self.policy.clean_request(request, env::now());
        let found = self.index.find(&asked)?.last()?;
        self.answers.get(*found as usize)
    }
}
