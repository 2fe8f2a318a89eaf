//! How long answers take: a change of an order of magnitude is one, anything less is the weather.

use super::difference::{Change, Kind, Weight};
use crate::case::{Case, Said};
use crate::run::Run;
use cassettes::model::Micros;

/// So many times as long, or as short.
const TIMES: u64 = 10;

/// What is faster than this, in microseconds, nobody waits for.
const FELT: u64 = 250_000;

/// Operations that take ten times as long as they did, or a tenth.
pub(super) fn changes(run: &Run<'_>) -> Vec<Change> {
    run.operations().into_values().filter_map(|cases| change(&cases)).collect()
}

fn change(cases: &[&Case<'_>]) -> Option<Change> {
    let alike = |case: &&&Case<'_>| case.real.is_success() && case.other.is_success();
    let both: Vec<(&Case<'_>, u64, u64)> = cases
        .iter()
        .filter(alike)
        .filter_map(|case| Some((*case, wait(&case.real)?, wait(&case.other)?)))
        .collect();
    let (then, now) = (middle(both.iter().map(|b| b.1))?, middle(both.iter().map(|b| b.2))?);
    let (long, short) = (then.max(now), then.min(now).max(1));
    if long < FELT || long / short < TIMES {
        return None;
    }
    let (case, ..) = both.first()?;
    let evidence = |said: &Said<'_>, micros: u64| said.evidence("timing".to_owned(), seconds(micros));
    Some(Change {
        kind: Kind::Timing,
        rule: "latency-changed",
        weight: Weight::Compatible,
        operation: case.operation.clone(),
        message: format!(
            "took {} and takes {} to the first byte, in the middle",
            seconds(then),
            seconds(now)
        ),
        place: "timing".to_owned(),
        before: evidence(&case.real, then),
        after: evidence(&case.other, now),
    })
}

fn wait(said: &Said<'_>) -> Option<Micros> {
    said.timing.first_byte.or(said.timing.end)
}

fn middle(values: impl Iterator<Item = u64>) -> Option<u64> {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

fn seconds(micros: u64) -> String {
    format!("{:.3} s", micros as f64 / 1e6)
}
