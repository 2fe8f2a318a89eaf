//! What became of each question: the class of its answer, the status, the verdict on its credential.

use super::difference::{Change, Kind, Weight};
use crate::case::{Case, Said};
use crate::run::Run;
use cassettes::facets::credential::credentials;
use cassettes::facets::error_class::Class;
use cassettes::model::Request;
use std::collections::{BTreeMap, BTreeSet};

/// What an answer comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Means {
    Success,
    /// There is nothing for a question that may well be asked.
    Missing,
    Error(Class),
    /// 304, or the way to somewhere else.
    Elsewhere,
    Failed,
}

impl Means {
    fn of(said: &Said<'_>, asked: &Request) -> Means {
        let Some(reply) = said.reply() else { return Means::Failed };
        let Some(meant) = said.meant(asked) else { return Means::Failed };
        match &meant.error {
            Some(error) => Means::Error(error.class),
            None if (300..400).contains(&reply.status) => Means::Elsewhere,
            None if meant.miss.is_some() && !reply.is_success() => Means::Missing,
            None => Means::Success,
        }
    }

    /// What passes by itself: the vendor was busy, or the way there was.
    fn passes(self) -> bool {
        matches!(self, Means::Failed | Means::Error(Class::RateLimit | Class::Retryable | Class::Server))
    }

    fn is_about_credentials(self) -> bool {
        matches!(self, Means::Error(Class::Auth | Class::Forbidden))
    }

    fn words(self, said: &Said<'_>) -> String {
        let label = said.answer.label();
        match self {
            Means::Success => format!("a success ({label})"),
            Means::Missing => format!("a miss ({label})"),
            Means::Error(class) => format!("an error of the class {} ({label})", class.as_str()),
            Means::Elsewhere => format!("a redirection ({label})"),
            Means::Failed => format!("a transport failure ({label})"),
        }
    }
}

/// What an answer comes to, with its status.
type Came = (Means, Option<u16>);

fn came(said: &Said<'_>, asked: &Request) -> Came {
    (Means::of(said, asked), said.status())
}

/// Every question whose answers mean something else than they did.
pub(super) fn changes(run: &Run<'_>) -> Vec<Change> {
    let mut questions: BTreeMap<_, Vec<&Case<'_>>> = BTreeMap::new();
    for case in &run.cases {
        let request = &case.exchange.request;
        let question = (&case.operation, &request.target, request.body.digest().0);
        questions.entry(question).or_default().push(case);
    }
    let mut changes = Vec::new();
    for cases in questions.into_values() {
        let then: BTreeSet<Came> = cases.iter().map(|c| came(&c.real, &c.exchange.request)).collect();
        let now: BTreeSet<Came> = cases.iter().map(|c| came(&c.other, &c.asked)).collect();
        for case in cases {
            let (old, new) = (came(&case.real, &case.exchange.request), came(&case.other, &case.asked));
            // The same answers in another order, or fewer of several: a race, a poll, a limit.
            if old == new || (then.contains(&new) && (now.contains(&old) || then.len() > 1)) {
                continue;
            }
            let settled = now.iter().any(|(means, _)| !means.passes());
            changes.push(change(case, old, new, settled));
        }
    }
    changes
}

fn change(case: &Case<'_>, (old, was): Came, (new, is): Came, settled: bool) -> Change {
    let weight = match (old.passes(), new.passes()) {
        // What passes was there or is there; the vendor's mind has not changed. Where nothing else came, it has.
        (true, _) => Weight::Noise,
        (false, true) if settled => Weight::Noise,
        _ => Weight::Breaking,
    };
    let asks = !case.exchange.tokens.is_empty() || !credentials(&case.exchange.request).is_empty();
    let verdict = old.is_about_credentials() != new.is_about_credentials()
        || (old.is_about_credentials() && old != new);
    let kind = match old == new {
        true => Kind::Status,
        false if verdict && (asks || old.is_about_credentials()) => Kind::Token,
        false => Kind::Class,
    };
    let message = match kind {
        Kind::Status => format!("was answered {} and is answered {}", text(was), text(is)),
        Kind::Token if new.is_about_credentials() => {
            format!(
                "a credential that was let in is refused: {} is {}",
                old.words(&case.real),
                new.words(&case.other)
            )
        }
        Kind::Token => {
            format!(
                "a credential that was refused is let in: {} is {}",
                old.words(&case.real),
                new.words(&case.other)
            )
        }
        _ => format!("{} is {} now", old.words(&case.real), new.words(&case.other)),
    };
    Change {
        kind,
        weight,
        operation: case.operation.clone(),
        message,
        place: format!("{} {} {}", case.exchange.request.target, text(was), text(is)),
        before: case.real.whole(),
        after: case.other.whole(),
    }
}

fn text(status: Option<u16>) -> String {
    status.map_or_else(|| "with a failure".to_owned(), |status| status.to_string())
}
