//! What the subject has in place of its answer: which of its things is gone, taken or too much its own data
//! decide, and it says so to another question of the kind.

use super::plan::Plan;
use cassettes::facets::error_class::error_of;
use cassettes::model::{Answer, Exchange, Request, Response};
use cassettes::subject::{NoAnswer, Observed, Subject, Wanted};
use std::collections::BTreeSet;

/// What the subject answered, or the answer that it has in its place. Errs where that is told for another reason.
pub(super) fn instead(
    subject: &dyn Subject,
    plan: &Plan<'_>,
    position: usize,
    request: &Request,
    heard: Observed,
) -> Result<Observed, NoAnswer> {
    let exchanges = &plan.cassette.exchanges;
    let Some(status) = status(&exchanges[position].answer).filter(|status| *status >= 400) else {
        return Ok(heard);
    };
    // Whoever is not let in is told nothing of what there is.
    let refused = matches!(status_of(&heard), Some(401 | 403 | 407)) && !heard.untaken;
    if refused || status_of(&heard) == Some(status) && !heard.untaken {
        return Ok(heard);
    }
    let path = exchanges[position].request.path();
    let was_there = exchanges[..position]
        .iter()
        .any(|e| e.request.path() == path && e.answer.reply().is_some_and(Response::is_success));
    let operation = &plan.operations[position];
    let wanted = Wanted { request, operation, status, was_there, given: heard.spot.as_ref() };
    let Some(found) = subject.instead(&wanted) else { return Ok(heard) };
    let found = found?;
    match other_code(exchanges, position, &found.answer) {
        Some(code) => {
            let place = found.spot.map(|spot| format!("{}:{}: ", spot.file, spot.line)).unwrap_or_default();
            let reason = format!("{place}its {status} says {code}, as the real side does to other questions");
            Err(NoAnswer { reason, fatal: false })
        }
        None => Ok(found),
    }
}

/// The code of an answer that is none of the recorded one's, where the real side has it under the same status.
fn other_code(exchanges: &[Exchange], position: usize, answer: &Answer) -> Option<String> {
    let own = &exchanges[position];
    let found = codes(&own.request, answer);
    if found.is_empty() || found == codes(&own.request, &own.answer) {
        return None;
    }
    let alike = |e: &&Exchange| status(&e.answer) == status(&own.answer);
    let known = exchanges.iter().filter(alike).any(|e| codes(&e.request, &e.answer) == found);
    known.then(|| found.into_iter().collect::<Vec<_>>().join(", "))
}

fn codes(request: &Request, answer: &Answer) -> BTreeSet<String> {
    let error = answer.reply().and_then(|reply| error_of(reply, Some(request)));
    error.map(|error| error.codes.iter().map(|code| code.key().to_owned()).collect()).unwrap_or_default()
}

fn status(answer: &Answer) -> Option<u16> {
    answer.reply().map(|reply| reply.status)
}

fn status_of(heard: &Observed) -> Option<u16> {
    status(&heard.answer)
}
