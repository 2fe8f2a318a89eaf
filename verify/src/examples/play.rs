//! Playing an example: its cassettes against its mock.

use super::Example;
use crate::budget::Budget;
use crate::compare::compare;
use crate::options::Options;
use crate::report::Report;
use crate::rules::Rule;
use cassettes::jwt::HmacKey;
use cassettes::model::{Micros, Request, Timestamp};
use cassettes::subject::{Boxed, NoAnswer, Observed, Repertoire, Route, Subject};
use std::future::Future;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

/// The examples' evidence may be so old: a year.
const MAX_AGE: Micros = 365 * 24 * 3_600 * 1_000_000;

/// The example's mock against the example's cassettes.
pub fn play(example: &Example, rules: &[&'static Rule]) -> Result<Report, NoAnswer> {
    run(example, example.answers.clone(), example.forever, Some(&Budget::of_all(MAX_AGE)), rules)
}

/// The real side against itself.
pub fn play_identity(example: &Example, rules: &[&'static Rule]) -> Result<Report, NoAnswer> {
    let answers =
        example.cassettes.iter().flat_map(|c| &c.exchanges).map(|e| Observed::of(e.answer.clone())).collect();
    // A recording is as old as itself, and knows nothing else.
    let itself = Example { routes: Vec::new(), ..example.clone() };
    run(&itself, answers, false, None, rules)
}

fn run(
    example: &Example,
    mut answers: Vec<Observed>,
    forever: bool,
    max_age: Option<&Budget>,
    rules: &[&'static Rule],
) -> Result<Report, NoAnswer> {
    answers.reverse();
    let mock = Positional { answers: Mutex::new(answers), forever, routes: example.routes.clone() };
    let key = HmacKey(b"the examples' key".to_vec());
    let options = Options {
        command: "verify",
        now: Timestamp(1_767_400_000_000_000),
        keys: Some(&key),
        max_age,
        reveal: &|_| Vec::new(),
    };
    ready(compare(&example.cassettes, &mock, rules, &options))
}

/// Answers in the order of the example, whatever is asked.
struct Positional {
    answers: Mutex<Vec<Observed>>,
    forever: bool,
    routes: Vec<Route>,
}

impl Subject for Positional {
    fn name(&self) -> &str {
        "the example's mock"
    }

    fn repertoire(&self) -> Option<Repertoire> {
        let routes = self.routes.clone();
        (!routes.is_empty()).then(|| Repertoire { routes, not_understood: Vec::new() })
    }

    fn answer<'a>(&'a self, _: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        let mut answers = self.answers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let last = answers.len() == 1 && self.forever;
        let answer = if last { answers.last().cloned() } else { answers.pop() };
        let none = NoAnswer { reason: "the example has no more answers".to_owned(), fatal: false };
        Box::pin(std::future::ready(answer.ok_or(none)))
    }
}

/// The value of a future that never waits, as those over subjects in memory.
///
/// # Panics
/// If it waits after all.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a subject in memory waited"),
    }
}
