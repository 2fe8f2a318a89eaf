//! How often each thing is asked for, then and now.

use super::runs::{Run, Runs};
use super::slots::Slot;
use super::tries::{retried, tries};
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
        one.redirected = one.redirected.take().or(redirected);
    }
    for slot in &runs.slots {
        if let Some(one) = by.get_mut(&slot.operation) {
            one.was += slot.before[0].len();
            one.is += slot.after.len();
        }
    }
    by
}

/// By how many requests a slot is asked less, or more.
fn difference(runs: &Runs<'_>, slot: &Slot, lost: bool) -> Option<usize> {
    let counts = || slot.before.iter().map(Vec::len);
    let (least, most) = (counts().min()?, counts().max()?);
    let now = slot.after.len();
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
        let again =
            |run: &Run<'_>, calls: &[usize]| calls.iter().any(|&call| run.conduct.calls[call].served.again);
        let polls = again(runs.first(), &slot.before[0]) || again(&runs.after, &slot.after);
        if polls && now.min(least) > 2 && n * 2 <= now.min(least) {
            return None;
        }
    }
    Some(n)
}

/// The status of the answer that sent a client to where this request went, and what that answered.
fn redirected(run: &Run<'_>, number: usize) -> Option<(u16, String)> {
    let call = &run.conduct.calls[number];
    let path = |text: &str| {
        let rest =
            text.split_once("://").map_or(text, |(_, rest)| rest.find('/').map_or("", |at| &rest[at..]));
        rest.split('?').next().unwrap_or_default().to_owned()
    };
    let leads = |before: &Call<'_>| {
        let Answer::Reply(reply) = &run.conduct.answer(before)?.exchange.answer else { return None };
        let location = reply.headers.get("location").filter(|_| (300..400).contains(&reply.status))?;
        let there = path(&location);
        (!there.is_empty() && there == path(&call.served.target))
            .then(|| (reply.status, format!("{} {}", before.served.method, path(&before.served.target))))
    };
    run.conduct.calls[..number].iter().rev().take(32).find_map(leads)
}
