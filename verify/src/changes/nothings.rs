//! Where there is no value: the very same things say so in another way.

use super::difference::{Change, Kind, Weight};
use super::said::sentence;
use super::very_same::{Same, count, same};
use crate::run::Run;
use crate::run::shape::{Group, Presence, Shape};
use cassettes::json::{Json, Pointer, Step};
use std::collections::BTreeSet;

/// How it is said that there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Nothing {
    Absent,
    Null,
    Text,
    List,
}

/// Members for whose absence things have another word than they had, whatever is said of like things elsewhere.
pub(super) fn changes(run: &Run<'_>) -> Vec<Change> {
    let of = |group: &Group| -> Vec<Change> {
        // What never was there is new.
        group.real.nodes.keys().filter_map(|place| change(run, group, place)).collect()
    };
    run.shapes().iter().flat_map(of).collect()
}

fn change(run: &Run<'_>, group: &Group, place: &Pointer) -> Option<Change> {
    let (then, now) = (ways(&group.real, place), ways(&group.other, place));
    if then.is_empty() || now.is_empty() || then == now {
        return None;
    }
    let all = same(run, group, place);
    let way = |same: &Same<'_>| Some((nothing(same.then)?, nothing(same.now)?));
    let turned = || all.iter().filter(|one| one.stays && way(one).is_some_and(|(was, is)| was != is));
    let kept = count(all.iter().filter(|one| way(one).is_some_and(|(was, is)| was == is)));
    let (first, times) = (turned().next()?, count(turned()));
    // Where values are gone or have come as well, that is what is told.
    let is_none = |one: &Same<'_>| (nothing(one.then).is_none(), nothing(one.now).is_none());
    let lost = count(all.iter().filter(|one| one.stays && is_none(one) == (true, false)));
    let got = count(all.iter().filter(|one| one.stays && is_none(one) == (false, true)));
    if lost.max(got) >= times {
        return None;
    }
    // One alone may have been edited, where either way is known.
    let is_enough = times > 1 || then.is_disjoint(&now);
    if !is_enough || kept * 3 > times {
        return None;
    }
    let (before, after) = (first.before(), first.after());
    Some(Change {
        kind: Kind::ValueKind,
        rule: "absence-confused",
        weight: Weight::Breaking,
        operation: group.operation.clone(),
        message: sentence("absence-confused", &format!("`{place}`"), &before, &after)?,
        place: place.to_string(),
        before,
        after,
    })
}

fn nothing(value: Option<&Json>) -> Option<Nothing> {
    match value {
        None => Some(Nothing::Absent),
        Some(Json::Null) => Some(Nothing::Null),
        Some(Json::String(text)) if text.is_empty() => Some(Nothing::Text),
        Some(Json::Array(items)) if items.is_empty() => Some(Nothing::List),
        Some(_) => None,
    }
}

/// The ways in which one side says so at a place.
fn ways(shape: &Shape, place: &Pointer) -> BTreeSet<Nothing> {
    let mut ways = BTreeSet::new();
    if !matches!(place.0.last(), Some(Step::Member(_))) {
        return ways;
    }
    if matches!(shape.presence(place), Some(Presence::Sometimes(_) | Presence::Never)) {
        ways.insert(Nothing::Absent);
    }
    if let Some(node) = shape.nodes.get(place) {
        for (kind, nothing) in [("null", Nothing::Null), ("empty", Nothing::Text)] {
            ways.extend(node.kinds.contains_key(kind).then_some(nothing));
        }
        ways.extend(node.hollow.is_some().then_some(Nothing::List));
    }
    ways
}

#[cfg(test)]
mod tests {
    use crate::changes::between;
    use crate::examples;

    fn told(then: &[&str], now: &[&str]) -> Vec<String> {
        let ask = |all: &[&str]| -> String {
            all.iter().enumerate().map(|(n, text)| format!("> GET /v1/things/{n}\n< 200 {text}\n")).collect()
        };
        let text = format!("{}--- new.yaml\n{}", ask(then), ask(now));
        let example = examples::parse(&text).expect("an example");
        let difference = between(&example.cassettes[0], &example.cassettes[1]);
        difference.telling().map(|change| change.message.clone()).collect()
    }

    /// Like things elsewhere have either way.
    const LIKE: &str = r#"[{"id":7,"name":"x","size":1,"note":""},{"id":8,"name":"y","size":2,"note":null}]"#;

    #[test]
    fn the_very_same_thing_says_so_in_another_way() {
        let then = [r#"{"id":1,"name":"a","size":3,"note":""}"#, LIKE];
        let now = [r#"{"id":1,"name":"a","size":3,"note":null}"#, LIKE];
        assert_eq!(
            told(&then, &now),
            ["where there is no value, `/note` was an empty text, and is null now"]
        );
        let edited = [r#"{"id":1,"name":"b","size":4,"note":null}"#, LIKE];
        assert_eq!(told(&then, &edited), [""; 0], "another thing");
    }
}
