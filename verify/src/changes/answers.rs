//! What became of each question: the class of its answer, the status, the verdict on its credential.

use super::difference::{Change, Kind, Weight};
use crate::case::{Case, Said};
use crate::run::Run;
use crate::run::fates::is_failure_in_success;
use cassettes::facets::credential::credentials;
use cassettes::facets::error_class::Class;
use cassettes::facets::not_found::MissStyle;
use cassettes::matching::credential;
use cassettes::model::{Digest, Exchange, Request, Timestamp};
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// What an answer comes to, in words: `an error of the class auth (401)`.
pub(crate) fn meaning(said: &Said<'_>, asked: &Request) -> String {
    Means::of(said, asked).words(said)
}

/// Fields with which the same question is another one.
const CONDITIONS: [&str; 6] =
    ["range", "if-none-match", "if-match", "if-modified-since", "if-unmodified-since", "if-range"];

/// What an answer comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Means {
    Success,
    /// There is nothing for a question that may well be asked.
    Missing,
    Error(Class),
    /// What was asked for is what the client has already (RFC 9110 §15.4.5).
    Unchanged,
    /// The way to somewhere else.
    Elsewhere,
    Failed,
}

impl Means {
    fn of(said: &Said<'_>, asked: &Request) -> Means {
        let Some(reply) = said.reply() else { return Means::Failed };
        let Some(meant) = said.meant(asked) else { return Means::Failed };
        match &meant.error {
            Some(error) => Means::Error(error.class),
            None if reply.status == 304 => Means::Unchanged,
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
            Means::Unchanged => format!("a success ({label})"),
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

/// One question: what is asked, by whom and on which conditions.
type Question<'r> = (&'r Operation, &'r str, [u8; 32], Vec<u8>, Vec<bool>);

fn question<'r>(operation: &'r Operation, exchange: &'r Exchange) -> Question<'r> {
    let request = &exchange.request;
    let conditions = CONDITIONS.iter().map(|name| request.headers.get(name).is_some()).collect();
    let who = credential(request, exchange.at);
    (operation, &request.target, Digest::of(request.essence()).0, who, conditions)
}

/// Every question whose answers mean something else than they did.
pub(super) fn changes(run: &Run<'_>) -> Vec<Change> {
    let mut questions: BTreeMap<Question<'_>, Vec<&Case<'_>>> = BTreeMap::new();
    for case in &run.cases {
        questions.entry(question(&case.operation, case.exchange)).or_default().push(case);
    }
    let fewer: BTreeSet<Question<'_>> =
        run.unjudged.iter().map(|lost| question(&lost.operation, lost.exchange)).collect();
    let mut changes = Vec::new();
    for (question, cases) in questions {
        let then: BTreeSet<Came> = cases.iter().map(|c| came(&c.real, &c.exchange.request)).collect();
        let now = cases.iter().map(|c| came(&c.other, &c.asked));
        let now: BTreeSet<Came> = now.chain(more(run, &cases)).collect();
        for case in cases {
            let (old, new) = (came(&case.real, &case.exchange.request), came(&case.other, &case.asked));
            // The same answers in another order, or fewer of several: a race, a poll, a limit.
            let known = then.contains(&new) && (now.contains(&old) || fewer.contains(&question));
            // Sent again, or not: clients that ask so know both, and the rule of ETags tells it.
            let sent_again = [old.0, new.0].iter().all(|m| matches!(m, Means::Unchanged | Means::Success))
                && [old.0, new.0].contains(&Means::Unchanged);
            if old != new && !known && !sent_again {
                changes.push(change(case, old, new, weight(old, new, &then, &now)));
            }
        }
    }
    changes
}

/// What passes was there or is there, and the vendor's mind has not changed; where nothing else comes, or
/// where something came that no trouble hid before, it has.
fn weight(old: Came, new: Came, then: &BTreeSet<Came>, now: &BTreeSet<Came>) -> Weight {
    let failed = |came: Came| came.0 == Means::Failed;
    let passes_as = |came: Came| came.1.is_some_and(|status| status == 429 || status >= 500);
    match (old.0.passes(), new.0.passes()) {
        (true, true) if failed(old) || failed(new) => Weight::Noise,
        // The same trouble under another status: a client that goes by it no longer tries again, or does now.
        (true, true) if old.0 == new.0 && passes_as(old) != passes_as(new) => Weight::Breaking,
        // One trouble in the place of another, or of itself: both are over soon, and say nothing of each other.
        (true, true) => Weight::Noise,
        (true, false) if new.0 == Means::Success || then.iter().any(|came| came.0 == new.0) => Weight::Noise,
        (false, true) if now.contains(&old) => Weight::Noise,
        _ => Weight::Breaking,
    }
}

/// What was asked of the newer recording and has no fellow in the older one.
fn more(run: &Run<'_>, cases: &[&Case<'_>]) -> Vec<Came> {
    let like = |asked: &Request| {
        let who = credential(asked, Timestamp(0));
        (asked.method.clone(), asked.target.clone(), asked.body.digest(), who)
    };
    let asked: BTreeSet<_> = cases.iter().map(|case| like(&case.asked)).collect();
    let Some(case) = cases.first() else { return Vec::new() };
    let extras = run.extras_of(&case.operation).filter(|extra| asked.contains(&like(&extra.asked)));
    extras.map(|extra| came(&extra.other, &extra.asked)).collect()
}

fn change(case: &Case<'_>, (old, was): Came, (new, is): Came, weight: Weight) -> Change {
    let asks = !case.exchange.tokens.is_empty() || !credentials(&case.exchange.request).is_empty();
    let verdict = old.is_about_credentials() != new.is_about_credentials()
        || (old.is_about_credentials() && old != new);
    let kind = match old == new {
        true => Kind::Status,
        false if verdict && (asks || old.is_about_credentials()) => Kind::Token,
        false => Kind::Class,
    };
    let missed = |said: &Said<'_>, asked: &Request| said.meant(asked).is_some_and(|m| m.miss.is_some());
    let restyled = missed(&case.real, &case.exchange.request) && missed(&case.other, &case.asked);
    // A failure that comes as a success by its status alone.
    let hidden = matches!(old, Means::Error(_)) && new == Means::Success && is_failure_in_success(case);
    // Nothing was there, said inside of a success, and the very same question is an error.
    let shown = said_nothing(case) && matches!(new, Means::Error(_));
    let rule = match kind {
        Kind::Class if restyled || shown => "not-found-restyled",
        Kind::Class | Kind::Token if hidden => "success-shaped-failure",
        _ => rule(kind, (old, was), (new, is)),
    };
    let message = match kind {
        Kind::Class | Kind::Token if hidden => {
            format!("{} is told inside of a success ({}) now", old.words(&case.real), text(is))
        }
        Kind::Class if shown && !restyled => {
            let now = new.words(&case.other);
            format!("that there is no such thing was said by {}, and is {now} now", text(was))
        }
        // It was refused before as well.
        Kind::Token if old.is_about_credentials() && new.is_about_credentials() => {
            let told = |means: Means, status| match means {
                Means::Error(class) => format!("{} ({})", text(status), class.as_str()),
                _ => text(status),
            };
            format!(
                "a refused credential is refused in another way: {} is {} now",
                told(old, was),
                told(new, is)
            )
        }
        // Not for its own sake: the question was another error.
        Kind::Token if is_reordered((old, was), (new, is)) => {
            let checked = if new.is_about_credentials() { "before" } else { "after" };
            format!(
                "the credential is checked {checked} something else: {} is {} now",
                old.words(&case.real),
                new.words(&case.other)
            )
        }
        Kind::Status => format!("was answered {} and is answered {}", text(was), text(is)),
        Kind::Token if new.is_about_credentials() && matches!(old, Means::Success | Means::Unchanged) => {
            format!(
                "a credential that was let in is refused: {} is {}",
                old.words(&case.real),
                new.words(&case.other)
            )
        }
        Kind::Token if new == Means::Success => {
            format!(
                "a credential that was refused is let in: {} is {}",
                old.words(&case.real),
                new.words(&case.other)
            )
        }
        _ if restyled => {
            format!("that there is no such thing was said by {}, and is said by {} now", text(was), text(is))
        }
        _ => format!("{} is {} now", old.words(&case.real), new.words(&case.other)),
    };
    Change {
        kind,
        rule,
        weight,
        operation: case.operation.clone(),
        message,
        place: format!("{} {} {}", case.exchange.request.target, text(was), text(is)),
        before: case.real.whole(),
        after: case.other.whole(),
    }
}

/// The rule that says so: a mock that answered as the newer side does would break it, or one that answered as the
/// older side did would break it now.
fn rule(kind: Kind, old: Came, new: Came) -> &'static str {
    match (kind, old.0, new.0) {
        (Kind::Status, ..) => "status-changed",
        (_, Means::Failed, _) | (_, _, Means::Failed) => "transport-failure-never",
        (_, Means::Elsewhere, _) | (_, _, Means::Elsewhere) => "redirect-hidden",
        (Kind::Token, _, Means::Success) => "token-accepted",
        (_, Means::Missing | Means::Error(Class::NotFound | Class::Gone), Means::Success) => {
            "not-found-invented"
        }
        (_, Means::Error(_), Means::Success) => "error-accepted",
        (_, Means::Success, _) => "success-refused",
        (_, Means::Error(a), Means::Error(b)) if retryable(a) != retryable(b) => "retryability-swapped",
        (Kind::Token, ..) if is_reordered(old, new) => "check-order-changed",
        _ => "error-class-changed",
    }
}

/// Whether the answer was a success that holds null in the place of the thing.
fn said_nothing(case: &Case<'_>) -> bool {
    let meant = case.real.meant(&case.exchange.request);
    let miss = meant.filter(|_| case.real.is_success()).and_then(|meant| meant.miss);
    matches!(miss, Some(MissStyle::Null | MissStyle::GraphQlNull))
}

/// Whether one side refuses the credential where the other finds fault with what servers look at after it. Of a thing
/// that is hidden from whoever may not see it the class alone is told.
fn is_reordered(old: Came, new: Came) -> bool {
    use Class::{Auth, Conflict, Forbidden, Gone, NotFound, Validation};
    let refuses = |(means, status): Came, class| {
        means == Means::Error(class) && matches!(status, Some(401 | 403 | 407))
    };
    let later = |(means, _): Came| matches!(means, Means::Error(Gone | Validation | Conflict));
    let missing = |(means, _): Came| matches!(means, Means::Missing | Means::Error(NotFound));
    let before = |one, other| {
        refuses(one, Auth) && (later(other) || missing(other)) || refuses(one, Forbidden) && later(other)
    };
    before(old, new) || before(new, old)
}

fn retryable(class: Class) -> bool {
    matches!(class, Class::RateLimit | Class::Retryable)
}

fn text(status: Option<u16>) -> String {
    status.map_or_else(|| "with a failure".to_owned(), |status| status.to_string())
}
