//! # give-up-changed
//!
//! On a slow answer the client leaves sooner or later than it did.
//!
//! Group: when and how often
//!
//! ## Why it matters
//!
//! One library waits for ever, the next leaves after five seconds, and neither says so. The report that takes seven
//! and a half never arrives again. It shows only where answers take their time: with `--speed recorded`, or where a
//! fault makes one stall.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/reports/big
//! @ first-byte 7500000
//! < 200 {"rows":1}
//! - speed recorded
//! - 0.0-7.502 c1 #1
//! + speed recorded
//! + 0.0-5.003 c1 #1 left
//! ```
//!
//! It no longer leaves an answer that does not come:
//!
//! ```
//! > GET /v1/reports/big
//! < 200 {"rows":1}
//! - 0.0-2.002 c1 #1 left fault=stall
//! + 0.0-10.003 c1 #1 left fault=stall
//! ```
//!
//! ## Quiet
//!
//! As patient as before, on a slow machine; and at full speed nobody can tell:
//!
//! ```
//! > GET /v1/reports/big
//! @ first-byte 7500000
//! < 200 {"rows":1}
//! > GET /v1/reports/small
//! < 200 {"rows":1}
//! - 0.0-5.002 c1 #1 left fault=stall
//! - 6.0 c1 #2
//! + 0.0-5.240 c1 #1 left fault=stall
//! + 6.0-6.400 c1 #2 left
//! ```

use super::drift::Drift;
use super::over::Over;
use super::places::add;
use super::runs::{Run, Runs};
use super::slots::Slot;
use crate::conduct::seconds;
use crate::finding::{Complaint, Findings, Severity};
use cassettes::meta::Meta;
use cassettes::model::{Answer, Micros};
use cassettes::operation::Operation;
use std::collections::BTreeMap;

pub(super) static DRIFT: Drift =
    Drift { meta: Meta::new("give-up-changed", include_str!("give_up_changed.rs")), compare };

/// Who leaves sooner does not leave for want of patience.
const PATIENT: Micros = 100_000;

/// How long the clients of a slot waited.
#[derive(Debug, Clone, Copy, Default)]
struct Patience {
    /// The soonest and the latest leaving.
    left: Option<(Micros, Micros)>,
    /// The longest wait that was rewarded.
    waited: Micros,
    /// The request that shows it.
    leaver: usize,
    waiter: usize,
}

struct Changed {
    operation: Operation,
    before: usize,
    after: usize,
    told: String,
    sooner: bool,
    breaks: Option<String>,
}

fn compare(runs: &Runs<'_>, findings: &mut Findings) {
    let mut causes: BTreeMap<bool, Vec<Changed>> = BTreeMap::new();
    for slot in runs.shared() {
        if let Some(changed) = changed(runs, slot, findings) {
            causes.entry(changed.sooner).or_default().push(changed);
        }
    }
    for (sooner, all) in causes {
        let breaking = all.iter().find(|one| one.breaks.is_some());
        let Some(first) = breaking.or(all.first()) else { continue };
        let severity = if first.breaks.is_some() { Severity::Error } else { Severity::Warning };
        let lost =
            first.breaks.as_ref().map(|took| format!("; the real side took {took}")).unwrap_or_default();
        let over = Over::some(all.iter().map(|one| &one.operation));
        let complaint = Complaint {
            severity,
            operation: over.operation.clone(),
            message: format!("{}{lost}", first.told),
            place: if sooner { "sooner".to_owned() } else { "later".to_owned() },
            real: runs.first().quote(&[first.before]),
            other: runs.after.quote(&[first.after]),
            hint: Some("set the client's timeout instead of taking the default".to_owned()),
        };
        add(findings, complaint, &over, all.len());
    }
}

fn changed(runs: &Runs<'_>, slot: &Slot, findings: &mut Findings) -> Option<Changed> {
    let mut before = patience(runs.first(), &slot.before[0]);
    for (run, calls) in runs.before.iter().zip(&slot.before).skip(1) {
        let other = patience(run, calls);
        if before.left.is_some() != other.left.is_some() {
            // Whether it leaves varies by itself.
            return None;
        }
        let range = before.left.zip(other.left).map(|((a, b), (c, d))| (a.min(c), b.max(d)));
        before.left = range;
        before.waited = before.waited.max(other.waited);
    }
    let after = patience(&runs.after, &slot.after);
    if before.left.is_none() && after.left.is_none() && before.waited.max(after.waited) < PATIENT {
        return None;
    }
    findings.check();
    let make = |was: usize, is: usize, sooner: bool, told: String, breaks: Option<String>| {
        Some(Changed { operation: slot.operation.clone(), before: was, after: is, told, sooner, breaks })
    };
    match (before.left, after.left) {
        (None, Some((soonest, _))) if beyond(soonest, before.waited) => {
            let told = format!(
                "the client leaves after {}, and waited for {} before",
                seconds(soonest),
                seconds(before.waited)
            );
            make(before.waiter, after.leaver, true, told, taken(runs, after.leaver, soonest))
        }
        (Some((_, latest)), Some((soonest, _))) if beyond(latest, soonest) => {
            let told = format!(
                "the client leaves after {}, and left after {} before",
                seconds(soonest),
                seconds(latest)
            );
            make(before.leaver, after.leaver, false, told, None)
        }
        (Some((soonest, _)), Some((_, latest))) if beyond(latest, soonest) => {
            let told = format!(
                "the client leaves after {}, and left after {} before",
                seconds(latest),
                seconds(soonest)
            );
            make(before.leaver, after.leaver, true, told, taken(runs, after.leaver, latest))
        }
        (Some((_, latest)), None) if beyond(latest, after.waited) => {
            let told = format!(
                "the client waits for {}, and left after {} before",
                seconds(after.waited),
                seconds(latest)
            );
            make(before.leaver, after.waiter, false, told, None)
        }
        _ => None,
    }
}

/// Whether the second is longer than a slow machine makes the first.
fn beyond(first: Micros, second: Micros) -> bool {
    second > first + (first / 6).max(400_000)
}

/// How long the real side took for what the client left, if it answered at all.
fn taken(runs: &Runs<'_>, call: usize, left: Micros) -> Option<String> {
    let call = &runs.after.conduct.calls[call];
    let recorded = runs.after.conduct.answer(call).filter(|_| call.served.fault.is_none())?;
    let Answer::Reply(_) = recorded.exchange.answer else { return None };
    let timing = &recorded.exchange.timing;
    let end = timing.end.or(timing.first_byte)?;
    let begun = call.served.first.is_some() || call.served.written > 0;
    let (what, took) = match timing.first_byte {
        Some(first) if !begun => ("its first byte", first),
        _ => ("the end of its answer", end),
    };
    let speed = runs.after.conduct.speed(call)?;
    let shown = (took as f64 / speed) as Micros;
    let replayed = match speed {
        1.0 => String::new(),
        _ => format!(" ({} at {})", seconds(shown), runs.after.conduct.pace(call)),
    };
    (shown > left).then(|| format!("{}{replayed} to {what}", seconds(took)))
}

fn patience(run: &Run<'_>, calls: &[usize]) -> Patience {
    let mut found = Patience::default();
    for &number in calls {
        let call = &run.conduct.calls[number];
        if call.served.waiting {
            continue;
        }
        match call.left_after() {
            Some(after) if after >= PATIENT => {
                if found.left.is_none_or(|(soonest, _)| after < soonest) {
                    found.leaver = number;
                }
                let (soonest, latest) = found.left.unwrap_or((after, after));
                found.left = Some((soonest.min(after), latest.max(after)));
            }
            Some(_) => {}
            None => {
                if call.took() >= found.waited {
                    (found.waited, found.waiter) = (call.took(), number);
                }
            }
        }
    }
    found
}
