//! # time-frozen
//!
//! Every time at a place is the same on the mock, where on the real side each is another.
//!
//! Group: numbers and times
//!
//! ## Why it matters
//!
//! Sorting by time, asking for what is newer than the last, and expiry are never exercised.
//!
//! ## Fires
//!
//! ```
//! > GET /v1/events
//! < 200 [{"at":"2026-01-02T03:04:05Z"},{"at":"2026-01-02T03:05:09Z"},{"at":"2026-01-03T13:04:55Z"}]
//! ~ 200 [{"at":"2020-01-01T00:00:00Z"},{"at":"2020-01-01T00:00:00Z"},{"at":"2020-01-01T00:00:00Z"}]
//! ```
//!
//! Things that were read more than once:
//!
//! ```
//! > GET /v1/events
//! < 200 [{"id":1,"at":"2026-01-02T03:04:05Z"},{"id":2,"at":"2026-01-02T03:05:09Z"},{"id":3,"at":"2026-01-03T13:04:55Z"}]
//! ~ 200 [{"id":1,"at":"2020-01-01T00:00:00Z"},{"id":2,"at":"2020-01-01T00:00:00Z"},{"id":3,"at":"2020-01-01T00:00:00Z"}]
//! > GET /v1/events
//! < 200 [{"id":1,"at":"2026-01-02T03:04:05Z"},{"id":2,"at":"2026-01-02T03:05:09Z"},{"id":3,"at":"2026-01-03T13:04:55Z"}]
//! ~ 200 [{"id":1,"at":"2020-01-01T00:00:00Z"},{"id":2,"at":"2020-01-01T00:00:00Z"},{"id":3,"at":"2020-01-01T00:00:00Z"}]
//! ```
//!
//! A clock that stands:
//!
//! ```
//! > GET /v1/clock
//! < 200 {"now":"2026-01-02T03:04:05.1Z"}
//! ~ 200 {"now":"2020-01-01T00:00:00.0Z"}
//! > GET /v1/clock
//! < 200 {"now":"2026-01-02T03:04:05.3Z"}
//! ~ 200 {"now":"2020-01-01T00:00:00.0Z"}
//! > GET /v1/clock
//! < 200 {"now":"2026-01-02T03:04:05.7Z"}
//! ~ 200 {"now":"2020-01-01T00:00:00.0Z"}
//! ```
//!
//! ## Quiet
//!
//! ```
//! > GET /v1/events
//! < 200 [{"at":"2026-01-02T03:04:05Z"},{"at":"2026-01-02T03:05:09Z"},{"at":"2026-01-03T13:04:55Z"}]
//! ~ 200 [{"at":"2020-01-01T00:00:00Z"},{"at":"2020-01-01T00:00:00Z"},{"at":"2020-01-02T00:00:00Z"}]
//! ```
//!
//! Too few to tell:
//!
//! ```
//! > GET /v1/events
//! < 200 [{"at":"2026-01-02T03:04:05Z"},{"at":"2026-01-02T03:05:09Z"}]
//! ~ 200 [{"at":"2020-01-01T00:00:00Z"},{"at":"2020-01-01T00:00:00Z"}]
//! ```

use super::Rule;
use crate::case::Case;
use crate::finding::{Complaint, Findings, Severity};
use crate::run::Run;
use crate::run::shape::Node;
use cassettes::facets::time_form::{TimeForm, TimeKind, epoch_form, time_form};
use cassettes::json::Pointer;
use cassettes::meta::Meta;
use cassettes::model::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

pub(super) static RULE: Rule =
    Rule { meta: Meta::new("time-frozen", include_str!("time_frozen.rs")), case: None, run: Some(judge) };

/// Fewer times than this prove nothing.
const ENOUGH: u32 = 3;

/// A moment so near to another, in microseconds, belongs to it: ten minutes.
const AROUND: i64 = 600_000_000;

/// The microseconds of a written moment, where it says which one it is.
fn moment(text: &str) -> Option<i64> {
    let scale = |form: TimeForm| match form.kind {
        TimeKind::Seconds => Some(1e6),
        TimeKind::Millis => Some(1e3),
        TimeKind::Micros => Some(1.0),
        _ => None,
    };
    match epoch_form(text).and_then(scale) {
        Some(scale) => Some((text.parse::<f64>().ok()? * scale) as i64),
        None => Timestamp::parse(text).map(|t| t.0),
    }
}

/// When the first and the last exchange were recorded, with some room.
fn recording(run: &Run<'_>) -> Option<(i64, i64)> {
    let times = || run.cases.iter().map(|case| case.exchange.at.0);
    Some((times().min()? - AROUND, times().max()? + AROUND))
}

/// A clock: asked again and again it says another time on the real side, and always one on the mock.
fn clocks(run: &Run<'_>, findings: &mut Findings) {
    let mut asked: BTreeMap<(usize, &str, &str), Vec<&Case<'_>>> = BTreeMap::new();
    for case in run.cases.iter().filter(|c| c.exchange.request.method == "GET") {
        let request = &case.exchange.request;
        asked.entry((case.cassette, &request.target, &request.method)).or_default().push(case);
    }
    for cases in asked.into_values().filter(|cases| cases.len() >= ENOUGH as usize) {
        let (Some(first), Some(said)) = (cases[0].real.json.as_ref(), cases[0].other.json.as_ref()) else {
            continue;
        };
        for (name, value) in first.members().iter().filter(|(name, _)| said.get(name).is_some()) {
            let at = Pointer::root().member(name);
            let texts = |real: bool| -> Option<BTreeSet<String>> {
                let text = |case: &&Case<'_>| {
                    let text = at
                        .find((if real { &case.real } else { &case.other }).json.as_ref()?)?
                        .scalar_text()?;
                    (time_form(text).is_some() || epoch_form(text).is_some()).then(|| text.to_owned())
                };
                cases.iter().map(text).collect()
            };
            let (Some(real), Some(other)) = (texts(true), texts(false)) else {
                continue;
            };
            findings.check();
            let live = other.iter().all(|text| moment(text).is_some_and(|m| (m - run.now.0).abs() < AROUND));
            // Two ticks of a live clock went by while it was asked.
            let stood = asking(run, &cases) >= 2 * tick(&real, &other);
            if real.len() < cases.len() || other.len() > 1 || (live && !stood) {
                continue;
            }
            findings.add(Complaint {
                severity: Severity::Warning,
                operation: cases[0].operation.clone(),
                message: format!(
                    "asked again, the real side says another time at `{at}`, as {value}; the mock never does"
                ),
                place: at.to_string(),
                real: cases[0].real.at(&at),
                other: cases[0].other.at(&at),
                hint: Some(format!("let the mock's `{at}` move on")),
            });
        }
    }
}

/// In microseconds, how long the subject answered from the first to the last of these.
fn asking(run: &Run<'_>, cases: &[&Case<'_>]) -> i64 {
    let (Some(first), Some(last)) = (cases.first(), cases.last()) else { return 0 };
    let between = run
        .cases
        .iter()
        .filter(|c| c.cassette == first.cassette && (first.position..last.position).contains(&c.position));
    let spent = between.filter_map(|c| c.other.timing.end).sum::<u64>();
    i64::try_from(spent).unwrap_or(i64::MAX)
}

/// In microseconds, how often the clock moves: each second where either side has nothing finer.
fn tick(real: &BTreeSet<String>, other: &BTreeSet<String>) -> i64 {
    const SECOND: i64 = 1_000_000;
    let parts = |texts: &BTreeSet<String>| -> BTreeSet<i64> {
        texts.iter().filter_map(|text| Some(moment(text)?.rem_euclid(SECOND))).collect()
    };
    let whole = parts(other).into_iter().all(|part| part == 0);
    if whole || parts(real).len() < 2 { SECOND } else { 1_000 }
}

fn judge(run: &Run<'_>, findings: &mut Findings) {
    clocks(run, findings);
    for group in run.shapes() {
        for (place, node) in &group.real.nodes {
            let Some(other_node) = group.other.nodes.get(place) else { continue };
            let (real, other) = (node.times(place), other_node.times(place));
            let count = |all: usize| u32::try_from(all).unwrap_or(u32::MAX);
            // A thing that was read twice has its time twice.
            let things = |node: &Node| count(node.within.difference(&node.null_within).count());
            let values = things(node);
            let distinct = values >= ENOUGH && count(real.len()) >= values;
            if !distinct || other.is_empty() || things(other_node) < ENOUGH {
                continue;
            }
            findings.check();
            let (&[(_, written, _, written_at)], Some((_, text, _, at))) = (other.as_slice(), real.first())
            else {
                continue;
            };
            // Made at the moment of asking, as the recorded ones were: asked fast enough, all are the same.
            let recorded = |m: i64| recording(run).is_some_and(|(first, last)| (first..=last).contains(&m));
            let live = moment(written).is_some_and(|m| (m - run.now.0).abs() < AROUND)
                && real.iter().all(|(_, text, ..)| moment(text).is_some_and(recorded));
            if live {
                continue;
            }
            findings.add(Complaint {
                severity: Severity::Warning,
                operation: group.operation.clone(),
                message: format!(
                    "each `{place}` is another time on the real side, as {text}; the mock's are all {written}"
                ),
                place: place.to_string(),
                real: (*at).clone(),
                other: written_at.clone(),
                hint: Some(format!("let the mock's `{place}` differ from one to the next")),
            });
        }
    }
}
