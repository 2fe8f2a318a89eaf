//! Numbers that are moments by their size alone: seconds, thousandths or millionths since 1970, whatever they are called.

use super::difference::{Change, Kind, Weight};
use super::said::sentence;
use crate::run::Run;
use crate::run::shape::{Group, Node};
use cassettes::json::Pointer;
use cassettes::model::Timestamp;

/// Moments that things tell of lie within so many seconds of when they tell it: three years.
const NEAR: i64 = 3 * 365 * 86_400;

/// Places where every number was such a moment in one unit, and every number is one in another.
pub(super) fn changes(run: &Run<'_>) -> Vec<Change> {
    let of = |group| Group::places(group).filter_map(move |place| change(run, group, place));
    run.shapes().iter().flat_map(of).collect()
}

fn change(run: &Run<'_>, group: &Group, place: &Pointer) -> Option<Change> {
    let (old, new) = (&group.real.nodes[place], &group.other.nodes[place]);
    let digits = |node: &Node| node.texts.keys().next().map(|(_, text)| text.len());
    if digits(old) == digits(new) {
        return None;
    }
    let moment = run.of(&group.operation).map(|case| case.exchange.at).find(|at| at.0 > 0)?;
    if unit(old, moment)? == unit(new, moment)? {
        return None;
    }
    let (before, after) = (old.texts.values().next()?.clone(), new.texts.values().next()?.clone());
    Some(Change {
        kind: Kind::TimeForm,
        rule: "time-kind-changed",
        weight: Weight::Breaking,
        operation: group.operation.clone(),
        message: sentence("time-kind-changed", &format!("`{place}`"), &before, &after)?,
        place: place.to_string(),
        before,
        after,
    })
}

/// How many of it make a second, where all of them are whole numbers near a moment.
fn unit(node: &Node, moment: Timestamp) -> Option<i64> {
    let units = [1, 1_000, 1_000_000];
    let is_near = |unit: i64, text: &str| {
        let number: Option<i64> = text.parse().ok();
        number.is_some_and(|number| (number / unit).abs_diff(moment.0 / 1_000_000) < NEAR.unsigned_abs())
    };
    let mut all = node.texts.keys().peekable();
    all.peek()?;
    let all: Vec<&str> = all.map(|(kind, text)| if *kind == "number" { text.as_str() } else { "" }).collect();
    units.into_iter().find(|unit| all.iter().all(|text| is_near(*unit, text)))
}
