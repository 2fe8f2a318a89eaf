//! Requests that were sent again after a failure: tries of one thing.

use super::runs::{Run, Runs};
use super::slots::Slot;
use crate::conduct::Call;
use cassettes::model::Micros;

/// So late may the server notice that a client has left, or has read an answer.
const NOTICED: Micros = 60_000;

/// What one thing took: its requests in time order.
pub(super) type Try = Vec<usize>;

/// How a request failed, if whoever sent it may well send it again.
pub(super) fn failure(call: &Call<'_>) -> Option<String> {
    if call.served.miss.is_some() || call.served.waiting {
        return None;
    }
    if call.left_after().is_some() {
        return Some("an answer that it did not wait for".to_owned());
    }
    match call.status() {
        Some(status @ (408 | 409 | 423 | 425 | 429 | 500..)) => Some(status.to_string()),
        Some(_) => None,
        None => Some(call.served.answer.clone()).filter(|label| !label.is_empty() && label != "none"),
    }
}

/// Whether nothing that was recorded answers a request: it is not what was recorded. One that came too often is.
pub(super) fn is_missed(call: &Call<'_>) -> bool {
    call.served.miss.as_ref().is_some_and(|miss| miss.reason == "unknown")
}

/// The requests of one slot of a run, as tries.
pub(super) fn tries(run: &Run<'_>, calls: &[usize]) -> Vec<Try> {
    let mut all: Vec<Try> = Vec::new();
    for &number in calls {
        let call = &run.conduct.calls[number];
        let follows = |one: &Try| {
            let last = &run.conduct.calls[*one.last()?];
            let over = last.served.end.saturating_sub(NOTICED).max(last.served.at);
            let next = failure(last).is_some()
                && over <= call.served.at
                && last.served.session == call.served.session;
            next.then_some((last.header("user-agent") != call.header("user-agent"), last.served.end))
        };
        let open = (0..all.len()).rev().take(64).filter_map(|at| Some((follows(&all[at])?, at))).min();
        match open {
            Some((_, at)) => all[at].push(number),
            None => all.push(vec![number]),
        }
    }
    all
}

/// How often one thing was tried in a slot, where that changed.
#[derive(Debug, Clone)]
pub(super) struct Retried {
    /// What failed.
    pub(super) failure: String,
    /// The longest try of each run.
    pub(super) before: Try,
    pub(super) after: Try,
}

/// Whether the number of requests of a slot changed because things are tried more or less often.
pub(super) fn retried(runs: &Runs<'_>, slot: &Slot) -> Option<Retried> {
    let counts = || slot.before.iter().map(Vec::len);
    let (least, most) = (counts().min()?, counts().max()?);
    if least != most || most == slot.after.len() || least == 0 || slot.after.is_empty() {
        return None;
    }
    // How often somebody tries who is told that nobody knows says nothing.
    if slot.after.iter().any(|&call| is_missed(&runs.after.conduct.calls[call])) {
        return None;
    }
    let longest = |run: &Run<'_>, calls: &[usize]| tries(run, calls).into_iter().max_by_key(Vec::len);
    let before = longest(runs.first(), &slot.before[0])?;
    let after = longest(&runs.after, &slot.after)?;
    let fails = |run: &Run<'_>, one: &Try| one.first().and_then(|&call| failure(&run.conduct.calls[call]));
    let left =
        |run: &Run<'_>, one: &Try| one.iter().any(|&call| run.conduct.calls[call].left_after().is_some());
    // Another patience makes other tries: that is what changed.
    if before.len() == after.len() || left(runs.first(), &before) != left(&runs.after, &after) {
        return None;
    }
    let failure =
        if before.len() > after.len() { fails(runs.first(), &before) } else { fails(&runs.after, &after) }?;
    Some(Retried { failure, before, after })
}
