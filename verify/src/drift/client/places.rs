//! What stands in one place of the requests of a slot, in each run, and how that changed.

use super::normal::{Normal, distances, normal};
use super::over::{Over, spread};
use super::runs::{Run, Runs};
use super::slots::Slot;
use crate::conduct::Call;
use crate::finding::{Complaint, Findings, Severity};
use std::collections::BTreeMap;

/// What the requests of one run have in a place.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Those that have nothing there.
    pub(super) absent: Vec<usize>,
    /// Those that have something there.
    pub(super) present: Vec<usize>,
    /// Of which kind each of these is, as far as they are told apart.
    of: Vec<usize>,
    /// What they have, each with the first that has it and its text as it was sent.
    pub(super) kinds: Vec<(Normal, usize, String)>,
}

impl Values {
    /// Looks at one place. `fixed`: dates in it stand for versions.
    pub(super) fn of(
        run: &Run<'_>,
        calls: &[usize],
        fixed: bool,
        get: impl Fn(usize, &Call<'_>) -> Option<String>,
    ) -> Values {
        let mut values = Values::default();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for &number in calls {
            let call = &run.conduct.calls[number];
            let Some(text) = get(number, call) else {
                values.absent.push(number);
                continue;
            };
            values.present.push(number);
            if known.len() > MOST_KINDS || known.contains_key(&text) {
                values.of.push(known.get(&text).copied().unwrap_or(usize::MAX));
                continue;
            }
            let plain = normal(&text, run.moment(call), fixed);
            let at = values.kinds.iter().position(|(kind, ..)| kind.is_same(&plain));
            let at = at.unwrap_or(values.kinds.len());
            values.of.push(at);
            known.insert(text.clone(), at);
            if at == values.kinds.len() {
                values.kinds.push((plain, number, text));
            }
        }
        values
    }

    fn has(&self, kind: &Normal) -> bool {
        self.kinds.iter().any(|(known, ..)| known.is_same(kind))
    }

    fn is_alike(&self, other: &Values) -> bool {
        self.kinds.iter().all(|(kind, ..)| other.has(kind))
            && other.kinds.iter().all(|(kind, ..)| self.has(kind))
    }
}

/// What has so many values in one slot has any.
const MOST_KINDS: usize = 64;

/// How a place changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Way {
    /// Something stands there that did not.
    Added,
    /// Nothing stands there any more.
    Gone,
    /// Something else stands there.
    Other,
}

/// A place that changed in the requests of a slot.
#[derive(Debug, Clone)]
pub(super) struct Moved {
    pub(super) way: Way,
    /// The request that shows how it was, of the first earlier run; and how it is.
    pub(super) before: usize,
    pub(super) after: usize,
    /// What stood there, and what stands there; empty for nothing.
    pub(super) was: String,
    pub(super) is: String,
    /// How far the moment that it is lay from the sending, and lies.
    pub(super) apart: Option<(String, String)>,
    /// How many requests show it.
    pub(super) calls: usize,
    /// The requests that show it.
    pub(super) which: Vec<usize>,
}

/// What two earlier runs, or one by itself, teach of a place: whether its value or its presence varies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Varies {
    pub(super) value: bool,
    pub(super) presence: bool,
}

/// Compares one place of a slot. Runs are counted from the first earlier one; the judged one comes last.
pub(super) fn moved(
    runs: &Runs<'_>,
    slot: &Slot,
    fixed: bool,
    get: impl Fn(usize, usize, &Call<'_>) -> Option<String>,
) -> (Varies, Option<Moved>) {
    let of = |at: usize, run: &Run<'_>, calls: &[usize]| {
        Values::of(run, calls, fixed, |number, call| get(at, number, call))
    };
    let earlier = runs.before.iter().zip(&slot.before).enumerate();
    let before: Vec<Values> = earlier.map(|(at, (run, calls))| of(at, run, calls)).collect();
    let after = of(runs.before.len(), &runs.after, &slot.after);
    let first = &before[0];
    let mut varies = Varies::default();
    for other in &before[1..] {
        varies.value |= !first.kinds.is_empty() && !other.kinds.is_empty() && !first.is_alike(other);
        varies.presence |= first.present.is_empty() != other.present.is_empty()
            || first.absent.is_empty() != other.absent.is_empty();
    }
    // One slot holds the same request: what differs in it varies by itself.
    varies.value |= before.iter().any(|values| values.kinds.len() > 2);
    let make = |way, before, after, was: &str, is: &str, which: &[usize]| Moved {
        way,
        before,
        after,
        was: was.to_owned(),
        is: is.to_owned(),
        apart: None,
        calls: which.len(),
        which: which.to_vec(),
    };
    let nowhere = |values: &[Values]| values.iter().all(|v| v.absent.is_empty());
    if !varies.presence {
        if !after.present.is_empty() && before.iter().all(|v| v.present.is_empty()) {
            let (_, at, is) = &after.kinds[0];
            return (varies, Some(make(Way::Added, first.absent[0], *at, "", is, &after.present)));
        }
        if !after.absent.is_empty() && nowhere(&before) {
            let Some((_, at, was)) = first.kinds.first() else { return (varies, None) };
            return (varies, Some(make(Way::Gone, *at, after.absent[0], was, "", &after.absent)));
        }
    }
    if varies.value || before.iter().any(|v| v.kinds.len() > 1) && after.kinds.len() <= 1 {
        // Some of what was there is there: another order of the same, or fewer requests of it.
        let known = after.kinds.iter().all(|(kind, ..)| before.iter().any(|v| v.has(kind)));
        if varies.value || known {
            return (varies, None);
        }
    }
    let fresh: Vec<bool> = after.kinds.iter().map(|(kind, ..)| !before.iter().any(|v| v.has(kind))).collect();
    let Some(first_fresh) = fresh.iter().position(|fresh| *fresh) else { return (varies, None) };
    let (_, at, is) = &after.kinds[first_fresh];
    let which = after.present.iter().zip(&after.of);
    let which: Vec<usize> =
        which.filter(|(_, of)| fresh.get(**of).copied().unwrap_or(true)).map(|(call, _)| *call).collect();
    let gone = first.kinds.iter().find(|(kind, ..)| !after.has(kind)).or(first.kinds.first());
    let Some((then, was_at, was)) = gone else { return (varies, None) };
    let apart = distances(then, &after.kinds[first_fresh].0);
    (varies, Some(Moved { apart, ..make(Way::Other, *was_at, *at, was, is, &which) }))
}

/// Complains of changes with one cause: one finding, with as many places as requests show it.
pub(super) fn complain(
    runs: &Runs<'_>,
    findings: &mut Findings,
    changes: &[Moved],
    told: impl FnOnce(&Moved, &str) -> Told,
) {
    let Some(first) = changes.iter().min_by_key(|change| change.after) else { return };
    let over = runs.over(changes.iter().flat_map(|change| &change.which).copied());
    let calls: usize = changes.iter().map(|change| change.calls).sum();
    let mut told = told(first, &spread(&over, calls));
    if let Some((was, is)) = &first.apart {
        told.message.push_str(&format!("; that is {is} it is sent, and was {was}"));
    }
    // What was recorded is no answer to it any more: whoever replays it sees nothing else.
    let missed = |run: &Run<'_>, call: usize| run.conduct.calls[call].served.miss.is_some();
    if missed(&runs.after, first.after) && !missed(runs.first(), first.before) {
        told.message.push_str(UNANSWERED);
    }
    let pointer = told.pointer.as_str();
    let complaint = Complaint {
        severity: told.severity,
        operation: over.operation.clone(),
        message: told.message,
        place: told.place,
        real: runs.first().at(first.before, pointer, or_nothing(&first.was)),
        other: runs.after.at(first.after, pointer, or_nothing(&first.is)),
        hint: told.hint,
    };
    add(findings, complaint, &over, calls);
}

/// Adds a complaint that so many requests show.
pub(super) fn add(findings: &mut Findings, complaint: Complaint, over: &Over, places: usize) {
    for _ in 1..places.min(100_000) {
        findings.add(complaint.clone());
    }
    findings.add(complaint);
    findings.shown_by(&over.operations);
}

fn or_nothing(text: &str) -> &str {
    if text.is_empty() { "(nothing)" } else { text }
}

/// What is said where a request finds no answer any more.
pub(super) const UNANSWERED: &str = "; nothing that was recorded answers it any more";

/// What is said of a change.
pub(super) struct Told {
    pub(super) severity: Severity,
    pub(super) message: String,
    pub(super) place: String,
    pub(super) pointer: String,
    pub(super) hint: Option<String>,
}

/// Changes by their cause, in the order of names.
pub(super) type Causes = BTreeMap<String, Vec<Moved>>;
