//! Implementations that are recordings: each case is looked up by itself, so that the order of cases is no matter.

use crate::{commands::forms::Forms, env};
use cassettes::{
    matching::{self, Index},
    model::{Answer, Cassette, Request},
    plan::nearest,
    redact::Policy,
};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// A cassette to look into.
pub(super) struct Recording {
    index: Index,
    policy: Arc<Policy>,
    /// The questions by the forms of their secrets, where the key of the pseudonyms is missing.
    forms: Forms,
    /// What tells the questions apart, where the key is missing.
    keys: Vec<Vec<u8>>,
    /// What was recorded, without what somebody edited, and how each is cited.
    answers: Vec<(String, Answer)>,
    /// What was asked, each once.
    asked: BTreeSet<String>,
    /// How many questions found nothing.
    missed: AtomicUsize,
}

/// For so many questions the nearest is looked for, among so many: a slip shows in the first.
const SOUGHT: usize = 3;
const MOST: usize = 2000;
const LONGEST: usize = 200;

/// Why nothing is found.
pub(super) enum NotFound {
    /// It was not recorded.
    Unknown,
    /// It may be any of several questions, which differ in secrets of one form; the key tells them apart.
    Several,
}

impl Recording {
    pub(super) fn new(cassette: &Cassette, policy: Arc<Policy>) -> Recording {
        let exchanges: Vec<_> = cassette.exchanges.iter().filter(|exchange| !exchange.edited).collect();
        let names = policy.names();
        let index = Index::build(exchanges.iter().map(|exchange| &exchange.request), names.clone());
        let (mut forms, mut keys) = (Forms::default(), Vec::new());
        if policy.is_keyless() {
            for (number, exchange) in exchanges.iter().enumerate() {
                forms.add(&exchange.request, &exchange.redactions, names, number);
                keys.push(matching::key(&exchange.request, names));
            }
        }
        let answers = exchanges
            .iter()
            .map(|exchange| (format!("{}{}", cassette.name, exchange.id), exchange.answer.clone()))
            .collect();
        let asked = exchanges
            .iter()
            .map(|exchange| format!("{} {}", exchange.request.method, exchange.request.target))
            .filter(|asked| asked.len() < LONGEST);
        let asked = asked.collect();
        Recording { index, policy, forms, keys, answers, asked, missed: AtomicUsize::new(0) }
    }

    /// What was asked that is most like a question that found nothing.
    pub(super) fn nearest(&self, request: &Request) -> Option<&str> {
        let known: Vec<&str> = self.asked.iter().take(MOST).map(String::as_str).collect();
        let wanted = format!("{} {}", request.method, request.target);
        let sought = self.missed.fetch_add(1, Ordering::Relaxed) < SOUGHT && wanted.len() < LONGEST;
        sought.then(|| nearest(&wanted, &known)).flatten()
    }

    /// What was answered last to a question, and the exchange.
    pub(super) fn find(&self, request: &Request) -> Result<&(String, Answer), NotFound> {
        let asked = self.policy.clean_request(request, env::now());
        let exactly = self.index.find(&asked).or_else(|| self.index.find(request));
        let found = match exactly.and_then(<[u32]>::last) {
            Some(found) => *found as usize,
            None => self.by_form(&asked)?,
        };
        self.answers.get(found).ok_or(NotFound::Unknown)
    }

    fn by_form(&self, asked: &Request) -> Result<usize, NotFound> {
        let found = self.forms.find(asked, self.policy.names());
        let last = *found.last().ok_or(NotFound::Unknown)?;
        let one = found.iter().all(|number| self.keys.get(*number) == self.keys.get(last));
        one.then_some(last).ok_or(NotFound::Several)
    }
}
