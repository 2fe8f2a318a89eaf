//! How often each thing is asked for, then and now.

use super::polls::is_polled;
use super::runs::{Run, Runs};
use super::slots::Slot;
use super::tries::{is_missed, retried, tries};
use crate::conduct::Call;
use cassettes::model::Answer;
use cassettes::operation::Operation;
use std::collections::BTreeMap;

/// What is asked for more or less often, by operation.
#[derive(Debug, Clone, Default)]
pub(super) struct Counted {
    /// How often it is asked less, or more.
    pub(super) by: usize,
    /// How often the operation was asked in all, and is.
    pub(super) was: usize,
    pub(super) is: usize,
    /// Requests that show it: of the earlier run where some are lost, else of the judged one.
    pub(super) shown: Vec<usize>,
    /// Requests of the other run for the same.
    pub(super) others: Vec<usize>,
    /// It was, or is, asked because an answer sent the client there.
    pub(super) redirected: Option<(u16, String)>,
}

/// So many times as often may somebody ask who waits for something, on a machine that is as many times as slow.
const MOST_POLLS: usize = 3;

/// What was asked for and is not (`lost`), or is and was not.
pub(super) fn counted(runs: &Runs<'_>, lost: bool) -> BTreeMap<Operation, Counted> {
    let mut by: BTreeMap<Operation, Counted> = BTreeMap::new();
    for slot in &runs.slots {
        let Some(n) = difference(runs, slot, lost) else { continue };
        let (run, own) = if lost { (runs.first(), &slot.before[0]) } else { (&runs.after, &slot.after) };
        let other = if lost { &slot.after } else { &slot.before[0] };
        let one = by.entry(slot.operation.clone()).or_default();
        one.by += n;
        one.shown.extend(own.iter().rev().take(n).rev());
        one.others.extend(other);
        let redirected = own.iter().find_map(|&call| redirected(run, call));
        // Where nothing sends the client there any more, that is no redirect that it does not follow.
        let redirected = redirected
            .filter(|(_, from)| !lost || runs.after.conduct.calls.iter().any(|call| *from == asked(call)));
        one.redirected = one.redirected.take().or(redirected);
    }
    by.retain(|operation, _| !is_any(runs, operation));
    for slot in &runs.slots {
        if let Some(one) = by.get_mut(&slot.operation) {
            one.was += slot.before[0].len();
            one.is += slot.after.len();
        }
    }
    by
}

/// Whether what is asked of an operation varies by itself, and it is asked as often as it was.
fn is_any(runs: &Runs<'_>, operation: &Operation) -> bool {
    let own = || runs.slots.iter().filter(|slot| slot.operation == *operation);
    let varies = own().any(|slot| {
        slot.before.iter().any(Vec::is_empty) && slot.before.iter().any(|calls| !calls.is_empty())
    });
    let total =
        |run: usize| own().map(|slot| slot.before.get(run).unwrap_or(&slot.after).len()).sum::<usize>();
    let before: Vec<usize> = (0..runs.before.len()).map(total).collect();
    let (least, most) = (before.iter().min(), before.iter().max());
    let now = total(runs.before.len());
    varies && least.is_some_and(|least| *least <= now) && most.is_some_and(|most| now <= *most)
}

/// By how many requests a slot is asked less, or more.
fn difference(runs: &Runs<'_>, slot: &Slot, lost: bool) -> Option<usize> {
    let counts = || slot.before.iter().map(Vec::len);
    let (least, most) = (counts().min()?, counts().max()?);
    let now = slot.after.len();
    // What varies by itself is not judged, and how often something is asked that finds no answer is no matter.
    if least != most
        || (least > 0 && slot.after.iter().any(|&call| is_missed(&runs.after.conduct.calls[call])))
    {
        return None;
    }
    let n = if lost { least.checked_sub(now) } else { now.checked_sub(most) }.filter(|n| *n > 0)?;
    if now > 0 && least > 0 {
        let all = |run: &Run<'_>, calls: &[usize]| tries(run, calls).len();
        // Tried more or less often: the same things are asked.
        if retried(runs, slot).is_some()
            || all(runs.first(), &slot.before[0]) == all(&runs.after, &slot.after)
        {
            return None;
        }
        // Who asks until something has happened asks as often as it takes.
        let polls = is_polled(runs.first(), &slot.before[0]) && is_polled(&runs.after, &slot.after);
        if polls && now.max(least) <= MOST_POLLS * now.min(least) {
            return None;
        }
    }
    Some(n)
}

/// The status of the answer that sent a client to where this request went, and what that answered.
fn redirected(run: &Run<'_>, number: usize) -> Option<(u16, String)> {
    let call = &run.conduct.calls[number];
    let leads = |before: &Call<'_>| {
        let Answer::Reply(reply) = &run.conduct.answer(before)?.exchange.answer else { return None };
        let location = reply.headers.get("location").filter(|_| (300..400).contains(&reply.status))?;
        let there = path(&location);
        (!there.is_empty() && there == path(&call.served.target)).then(|| (reply.status, asked(before)))
    };
    run.conduct.calls[..number].iter().rev().take(32).find_map(leads)
}

/// `GET /v1/old`
fn asked(call: &Call<'_>) -> String {
    format!("{} {}", call.served.method, path(&call.served.target))
}

fn path(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
    rest.split('?').next().unwrap_or_default()
}
