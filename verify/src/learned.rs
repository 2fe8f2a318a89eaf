//! What cassettes show by themselves: the behaviours in them, and what nobody ever provoked.

use crate::ask::ask;
use crate::budget::Budget;
use crate::compare::compare;
use crate::examples::ready;
use crate::options::Options;
use crate::report::Report;
use crate::rules::{RULES, Rule};
use crate::run::Run;
use cassettes::model::{Cassette, Timestamp};
use cassettes::subject::{Boxed, NoAnswer, Observed, Subject};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// The coverage of some cassettes with nobody asked, and the findings of the rules that judge evidence alone.
/// `now` and `max_age` say which evidence is too old; without an age none is.
pub fn learned(cassettes: &[Cassette], now: Timestamp, max_age: Option<&Budget>) -> Report {
    let rules: Vec<&'static Rule> =
        RULES.iter().copied().filter(|rule| rule.meta.name.starts_with("evidence-")).collect();
    let options = Options { command: "inspect", now, keys: None, max_age, reveal: &|_| Vec::new() };
    let answers = cassettes.iter().flat_map(|c| &c.exchanges).map(|e| Observed::of(e.answer.clone()));
    let itself = Itself(Mutex::new(answers.collect()));
    // Nobody is asked, so nobody can be unreachable.
    let mut report =
        ready(compare(cassettes, &itself, &rules, &options)).unwrap_or_else(|_| Report::empty("inspect"));
    // What the real side repeats after itself is not reproduced by anybody.
    report.coverage.reproduced = 0;
    for behaviour in report.coverage.operations.iter_mut().flat_map(|o| &mut o.behaviours) {
        behaviour.reproduced = None;
        behaviour.because = None;
    }
    report
}

/// What cassettes hold, read as a run in which nobody was asked; none where they hold nothing that can be.
pub(crate) fn recorded(cassettes: &[Cassette], now: Timestamp) -> Option<Run<'_>> {
    let options = Options { command: "learn", now, keys: None, max_age: None, reveal: &|_| Vec::new() };
    let answers = cassettes.iter().flat_map(|c| &c.exchanges).map(|e| Observed::of(e.answer.clone()));
    let itself = Itself(Mutex::new(answers.collect()));
    ready(ask(cassettes, &itself, &options)).ok()
}

/// Gives the recorded answers in their order: what shows only where two answers are compared shows, too.
struct Itself(Mutex<VecDeque<Observed>>);

impl Subject for Itself {
    fn name(&self) -> &str {
        ""
    }

    fn answer<'a>(&'a self, _: &'a cassettes::model::Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let none = NoAnswer { reason: "nobody is asked".to_owned(), fatal: false };
        Box::pin(std::future::ready(next.ok_or(none)))
    }
}
