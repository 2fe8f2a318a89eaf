//! Numbers with decimals that are whole numbers now: another unit, or less of it.

use super::difference::{Change, Kind, Weight};
use super::very_same::{Same, same};
use crate::run::Run;
use crate::run::shape::{Group, Node, kin};
use cassettes::json::{Json, Pointer};

/// So many different numbers on either side say what numbers there are.
const NUMBERS: usize = 3;

/// Chance explains what is told no more often than this.
const BY_CHANCE: f64 = 0.002;

/// So many decimals nobody writes by chance as none.
const DECIMALS: usize = 3;

/// Places where most numbers had decimals and none has, or where the very same number has lost or got them.
pub(super) fn changes(run: &Run<'_>) -> Vec<Change> {
    let of = |group| {
        Group::places(group)
            .filter_map(move |place| change(run, group, place).or_else(|| cut(run, group, place)))
    };
    run.shapes().iter().flat_map(of).collect()
}

/// The very same number, cut off at its point: one instance says it.
fn cut(run: &Run<'_>, group: &Group, place: &Pointer) -> Option<Change> {
    let (old, new) = (decimals(&group.real.nodes[place])?, decimals(&group.other.nodes[place])?);
    let words = match (old.0 > 0, new.0 > 0) {
        (true, false) => "had decimals, and are whole now",
        (false, true) => "were whole, and have decimals now",
        _ => return None,
    };
    let number = |value: Option<&Json>| match value {
        Some(Json::Number(text)) if !text.contains(['e', 'E']) => {
            Some((text.clone(), text.parse::<f64>().ok()?))
        }
        _ => None,
    };
    let places = |text: &str| text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let is_cut = |one: &&Same<'_>| {
        let (Some((was, a)), Some((is, b))) = (number(one.then), number(one.now)) else { return false };
        let (more, less) = (places(&was).max(places(&is)), places(&was).min(places(&is)));
        one.stays && more >= DECIMALS && less == 0 && (a - b).abs() < 1.0
    };
    let all = same(run, group, place);
    let first = all.iter().find(is_cut)?;
    Some(Change {
        kind: Kind::NumberForm,
        rule: "number-text-changed",
        weight: Weight::Breaking,
        operation: group.operation.clone(),
        message: format!("the numbers at `{place}` {words}"),
        place: place.to_string(),
        before: first.before(),
        after: first.after(),
    })
}

impl Group {
    /// The places that both sides have.
    pub(super) fn places(&self) -> impl Iterator<Item = &Pointer> {
        self.real.nodes.keys().filter(|place| self.other.nodes.contains_key(place))
    }
}

/// Numbers that are no texts: how many have decimals, and how many there are.
fn decimals(node: &Node) -> Option<(usize, usize)> {
    let only = node.kinds.keys().all(|kind| matches!(*kind, "number" | "null"));
    let all = || node.texts.keys().filter(|(kind, _)| *kind == "number");
    only.then(|| (all().filter(|(_, text)| text.contains('.')).count(), all().count()))
}

fn change(run: &Run<'_>, group: &Group, place: &Pointer) -> Option<Change> {
    let (old, new) = (&group.real.nodes[place], &group.other.nodes[place]);
    let ((with, then), (still, now)) = (decimals(old)?, decimals(new)?);
    let whole = 1.0 - with as f64 / then.max(1) as f64;
    if still > 0 || then < NUMBERS || now < NUMBERS || whole.powf(now as f64) > BY_CHANCE {
        return None;
    }
    // What such things have in other answers, they may have here.
    let elsewhere = kin(run.shapes(), group, place, |g| &g.other);
    if elsewhere.iter().any(|(node, _)| decimals(node).is_some_and(|(with, _)| with > 0)) {
        return None;
    }
    let (_, before) = old.texts.iter().find(|((_, text), _)| text.contains('.'))?;
    let (_, after) = new.texts.iter().next()?;
    Some(Change {
        kind: Kind::NumberForm,
        rule: "number-form-narrowed",
        weight: Weight::Breaking,
        operation: group.operation.clone(),
        message: format!("the numbers at `{place}` had decimals, and are whole now"),
        place: place.to_string(),
        before: before.clone(),
        after: after.clone(),
    })
}

#[cfg(test)]
mod tests {
    use crate::changes::between;
    use crate::examples;

    #[test]
    fn another_unit_is_told() {
        let told = |then: &str, now: &str| -> Vec<String> {
            let text =
                format!("> GET /v1/things\n< 200 {then}\n--- new.yaml\n> GET /v1/things\n< 200 {now}\n");
            let example = examples::parse(&text).expect("an example");
            let difference = between(&example.cassettes[0], &example.cassettes[1]);
            difference.telling().map(|change| change.message.clone()).collect()
        };
        let then = r#"[{"id":"a","v":25.5},{"id":"b","v":3.25},{"id":"c","v":8.1}]"#;
        let now = r#"[{"id":"a","v":2550},{"id":"b","v":325},{"id":"c","v":810}]"#;
        assert_eq!(told(then, now), ["the numbers at `/*/v` had decimals, and are whole now"]);
        let mixed = r#"[{"id":"a","v":25.5},{"id":"b","v":3},{"id":"c","v":8}]"#;
        let then = r#"{"lat":48.137154,"city":"Oldtown"}"#;
        assert_eq!(
            told(then, r#"{"lat":48,"city":"Oldtown"}"#),
            ["the numbers at `/lat` had decimals, and are whole now"]
        );
        assert_eq!(told(then, r#"{"lat":52,"city":"Newtown"}"#), [""; 0], "another place");
        assert_eq!(told(mixed, r#"[{"id":"a","v":26},{"id":"b","v":4},{"id":"c","v":9}]"#), [""; 0]);
    }
}
