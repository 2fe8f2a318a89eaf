//! Members that are there at times, and nulls: news only where chance hardly explains that one recording
//! shows what the other never does.

use super::difference::{Change, Kind, Weight};
use super::very_same::{self, Same, same};
use crate::case::Said;
use crate::excerpt;
use crate::finding::Evidence;
use crate::run::Run;
use crate::run::shape::{Group, Node, Presence, Shape, is_plain, kin};
use cassettes::json::{Json, Pointer, Step};
use std::collections::BTreeMap;

/// What is told is explained by chance no more often than this.
const BY_CHANCE: f64 = 0.002;

/// The same where it is so in every instance of the one recording and in none of the other.
const WHOLLY: f64 = 0.02;

/// Members that can be absent or null and never were, or were and no longer are; `run` has the older recording
/// in the place of the real side.
pub(super) fn changes(run: &Run<'_>) -> Vec<Change> {
    let mut changes = Vec::new();
    for group in run.shapes() {
        for place in group.real.nodes.keys() {
            changes.extend(nulls(run, group, place));
            changes.extend(absence(run, group, place));
        }
    }
    changes
}

/// In how many of how many instances something is so, then and now.
struct Seen {
    then: (u32, u32),
    now: (u32, u32),
}

impl Seen {
    /// Whether it came to be so.
    fn is_new(&self) -> bool {
        self.then.0 == 0 && self.is_telling(self.now, self.then.1)
    }

    /// Whether it came to be no longer so.
    fn is_over(&self) -> bool {
        self.now.0 == 0 && self.is_telling(self.then, self.now.1)
    }

    /// The chance that all that are so fall into the one recording, were they dealt out to both.
    fn is_telling(&self, (so, of): (u32, u32), others: u32) -> bool {
        if so == 0 || others == 0 {
            return false;
        }
        let dealt = |n: u32| f64::from(of - n.min(of)) / f64::from((of + others).saturating_sub(n).max(1));
        let chance: f64 = (0..so.min(of)).map(dealt).product();
        chance <= if so >= of { WHOLLY } else { BY_CHANCE }
    }
}

fn nulls(run: &Run<'_>, group: &Group, place: &Pointer) -> Option<Change> {
    let (old, new) = (&group.real.nodes[place], group.other.nodes.get(place)?);
    let of = |node: &Node| (count(node.null_within.len()), count(node.within.len()));
    let seen = Seen { then: of(old), now: of(new) };
    let (came, was) = (seen.now.0 > 0 && seen.then.0 == 0, seen.now.0 == 0 && seen.then.0 > 0);
    if !came && !was {
        return None;
    }
    let null = |node: &Node| node.kinds.contains_key("null");
    let elsewhere =
        |of: fn(&Group) -> &Shape| kin(run.shapes(), group, place, of).iter().any(|(n, _)| null(n));
    let value = |node: &Node| {
        node.kinds.iter().find(|(kind, _)| **kind != "null").map(|(_, (_, sample))| sample.evidence.clone())
    };
    let nothing = |node: &Node| node.kinds.get("null").map(|(_, sample)| sample.evidence.clone());
    let (message, weight, before, after) = if came {
        let telling = seen.is_new() || turned(run, group, place).0 > 0;
        let telling = telling && !elsewhere(|g| &g.real);
        let weight = if telling { Weight::Breaking } else { Weight::Noise };
        let always = seen.now.0 == seen.now.1 && seen.now.1 > 1;
        let words = if always { "is always null now" } else { "can be null" };
        (format!("`{place}` {words}, which it never was"), weight, value(old)?, nothing(new)?)
    } else {
        // That one thing has a value now is its life.
        let telling = (seen.is_over() || turned(run, group, place).1 > 1) && !elsewhere(|g| &g.other);
        let weight = if telling { Weight::Compatible } else { Weight::Noise };
        (format!("`{place}` was null at times, and never is"), weight, nothing(old)?, value(new)?)
    };
    let operation = group.operation.clone();
    Some(Change {
        kind: Kind::ValueKind,
        rule: "null-never",
        weight,
        operation,
        message,
        place: place.to_string(),
        before,
        after,
    })
}

fn absence(run: &Run<'_>, group: &Group, place: &Pointer) -> Option<Change> {
    let groups = run.shapes();
    let parent =
        Pointer(place.0.split_last().filter(|(step, _)| matches!(step, Step::Member(_)))?.1.to_vec());
    let (then, now) = (group.real.presence(place)?, group.other.presence(place)?);
    let of = |shape: &Shape| {
        let (with, things) =
            (shape.nodes.get(place).map_or(0, |node| count(node.within.len())), shape.things(&parent));
        (things.saturating_sub(with), things)
    };
    let lacking = Seen { then: of(&group.real), now: of(&group.other) };
    let sometimes = |of: fn(&Group) -> &Shape| {
        kin(groups, group, place, of).iter().any(|(_, p)| matches!(p, Some(Presence::Sometimes(_))))
    };
    let (old, new) = (&group.real.nodes[place], group.other.nodes.get(place));
    let first = |node: &Node| node.kinds.values().next().map(|(_, sample)| sample.evidence.clone());
    let absent = |evidence: &Evidence| Evidence {
        excerpt: excerpt::bounded(&format!("absent from {}", evidence.excerpt)),
        ..evidence.clone()
    };
    let (kind, message, weight, before, after) = match (then, now) {
        (Presence::Always, Presence::Sometimes(_)) => {
            let (lost, kept) = lost(run, group, place);
            // Several of the very things that had it: that is no luck.
            let telling = (lacking.is_new() || lost > 1 && lost * 3 >= kept) && !sometimes(|g| &g.real);
            let weight = if telling { Weight::Breaking } else { Weight::Noise };
            let message = format!("`{place}` can be absent, which it never was");
            (Kind::FieldOptional, message, weight, first(old)?, absent(new?.absent.as_ref()?))
        }
        (Presence::Sometimes(_), Presence::Always) => {
            let telling = lacking.is_over() && !sometimes(|g| &g.other);
            let weight = if telling { Weight::Compatible } else { Weight::Noise };
            let message = format!("`{place}` was absent at times, and is always there");
            (Kind::FieldOptional, message, weight, absent(old.absent.as_ref()?), first(new?)?)
        }
        // The very same things had it, and none of them has: others that never had it do not matter.
        (_, Presence::Never) if very_gone(run, group, place) => {
            let message = format!("`{place}` is no longer there");
            (Kind::FieldGone, message, Weight::Breaking, first(old)?, absent(group.other.object(&parent)?))
        }
        (Presence::Sometimes(_), _) if asked_for(run, group, place) => {
            let message = format!("`{place}` is no longer there where it always was for such a question");
            let missing = absent(group.other.object(&parent)?);
            (Kind::FieldGone, message, Weight::Breaking, first(old)?, missing)
        }
        (Presence::Sometimes(_), Presence::Never) => {
            let ((a, n), (b, m)) = (lacking.then, lacking.now);
            let having = Seen { then: (n - a, n), now: (m - b, m) };
            let weight = if having.is_over() && kin(groups, group, place, |g| &g.other).is_empty() {
                Weight::Breaking
            } else {
                Weight::Noise
            };
            let message = format!("`{place}` was there at times, and never is");
            (Kind::FieldGone, message, weight, first(old)?, absent(group.other.object(&parent)?))
        }
        _ => return None,
    };
    let operation = group.operation.clone();
    let rule = if kind == Kind::FieldGone { "field-missing" } else { "optional-always-present" };
    Some(Change { kind, rule, weight, operation, message, place: place.to_string(), before, after })
}

/// How many of the very things that had a value have null now, and the other way round.
fn turned(run: &Run<'_>, group: &Group, place: &Pointer) -> (u32, u32) {
    let all = same(run, group, place);
    let null = |value: Option<&Json>| value.map(|value| *value == Json::Null);
    let from = |was: bool| {
        let turned =
            |one: &&Same<'_>| one.stays && (null(one.then), null(one.now)) == (Some(was), Some(!was));
        very_same::count(all.iter().filter(turned))
    };
    (from(false), from(true))
}

/// Whether several of the very things that had a member lack it, and none has it.
fn very_gone(run: &Run<'_>, group: &Group, place: &Pointer) -> bool {
    let (gone, there) = lost(run, group, place);
    gone > 1 && there == 0
}

/// Whether a member is gone that was there by what was asked for: in all of several answers to questions of one form,
/// in none to those of another, and now in none to the first either.
fn asked_for(run: &Run<'_>, group: &Group, place: &Pointer) -> bool {
    let Some((Step::Member(name), parent)) = place.0.split_last() else { return false };
    let parent = Pointer(parent.to_vec());
    if parent.0.contains(&Step::Every) {
        return false;
    }
    let has = |said: &Said<'_>| Some(parent.find(said.tree()?)?.get(name).is_some());
    let mut forms: BTreeMap<Vec<String>, Vec<(bool, bool)>> = BTreeMap::new();
    for case in run.of(&group.operation) {
        let plain = is_plain(&case.real, &case.exchange.request) && is_plain(&case.other, &case.asked);
        let (Some(then), Some(now), true) = (has(&case.real), has(&case.other), plain) else { continue };
        let mut names: Vec<String> =
            case.exchange.request.query_pairs().into_iter().map(|(name, _)| name).collect();
        names.sort();
        forms.entry(names).or_default().push((then, now));
    }
    let by_form = forms.values().all(|all| all.iter().all(|one| one.0 == all[0].0));
    let gone = |all: &&Vec<(bool, bool)>| all.len() > 1 && all.iter().all(|one| *one == (true, false));
    by_form && forms.len() > 1 && forms.values().any(|all| gone(&all))
}

/// How many of the very things that had a member have it no longer, and how many have it still.
fn lost(run: &Run<'_>, group: &Group, place: &Pointer) -> (u32, u32) {
    let all = same(run, group, place);
    let had = || all.iter().filter(|one| one.then.is_some());
    let gone = very_same::count(had().filter(|one| one.now.is_none() && one.stays));
    (gone, very_same::count(had().filter(|one| one.now.is_some())))
}

fn count(all: usize) -> u32 {
    u32::try_from(all).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Seen;
    use crate::changes::between;
    use crate::examples;

    #[test]
    fn chance_is_no_news() {
        let new = |then, now| Seen { then, now }.is_new();
        assert!(!new((0, 1), (1, 1)), "a coin");
        assert!(!new((0, 3), (1, 9)));
        assert!(!new((0, 10), (2, 10)));
        assert!(new((0, 4), (4, 4)));
        assert!(new((0, 20), (8, 20)));
        assert!(!new((0, 0), (9, 9)), "nobody had looked");
        assert!(Seen { then: (6, 10), now: (0, 20) }.is_over());
    }
    #[test]
    fn what_was_asked_for_is_gone() {
        let page = |n: u32, with: &str| {
            format!("> GET /v1/things?page={n}&include=who\n< 200 {{\"data\":[{{\"id\":{n}}}]{with}}}\n")
        };
        let plain = "> GET /v1/things?page=1\n< 200 {\"data\":[{\"id\":1}]}\n> GET /v1/things?page=2\n< 200 {\"data\":[{\"id\":2}]}\n";
        let with = r#","included":[{"id":9}]"#;
        let all = |with: &str| format!("{}{}{}{plain}", page(1, with), page(2, with), page(3, with));
        let example =
            examples::parse(&format!("{}--- new.yaml\n{}", all(with), all(""))).expect("an example");
        let difference = between(&example.cassettes[0], &example.cassettes[1]);
        let told: Vec<&str> = difference.telling().map(|change| change.place.as_str()).collect();
        assert_eq!(told, ["/included"]);
    }
}
