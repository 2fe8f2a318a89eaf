//! Machine words: which are new in a set that looks closed, and which nobody says any more. What the rules see of one
//! place is one change; sets whose names say nothing of a choice are known by their use.

use super::difference::{Change, Kind, Weight};
use crate::finding::Evidence;
use crate::run::Run;
use crate::run::shape::{Group, Node, expected, is_telling, kin};
use cassettes::facets::words::words as parts;
use cassettes::json::{Json, Pointer, Step};
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

/// So many things, and of each word so many, make a set of words.
const THINGS: usize = 10;

/// A set has no more words than this.
const WORDS: usize = 8;

/// So many words are named in a sentence.
const NAMED: usize = 4;

/// Members that people fill in: what stands there twice by chance is no set.
const PEOPLES: [&str; 14] = [
    "name",
    "title",
    "label",
    "city",
    "town",
    "author",
    "note",
    "text",
    "tag",
    "description",
    "owner",
    "host",
    "color",
    "user",
];

/// One change for each place whose words changed; `seen` is what the rules say of words.
pub(super) fn changes(run: &Run<'_>, seen: Vec<Change>) -> Vec<Change> {
    let mut by: BTreeMap<(Operation, String), Vec<Change>> = BTreeMap::new();
    for change in seen {
        by.entry((change.operation.clone(), member(&change.place))).or_default().push(change);
    }
    let mut all = Vec::new();
    for group in run.shapes() {
        for (place, real) in &group.real.nodes {
            let Some(other) = group.other.nodes.get(place) else { continue };
            let known = by.remove(&(group.operation.clone(), place.to_string()));
            let set = Set::of(run, group, place, (real, other));
            match known {
                Some(known) => all.push(set.told(known)),
                None if set.is_used_as_one() => all.extend(set.news()),
                None => {}
            }
        }
    }
    // What stands in no document that has a shape.
    all.extend(by.into_values().filter_map(|changes| changes.into_iter().next()));
    all
}

/// The member that a change of words is about: `/items/* type reminder` is about `/items/*/type`.
fn member(place: &str) -> String {
    let mut parts = place.splitn(3, ' ');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(at), Some(tag), Some(_)) => format!("{at}/{tag}"),
        _ => place.to_owned(),
    }
}

/// Who says which word: the things, each once.
type Sayers = BTreeMap<String, BTreeSet<String>>;

/// The words of one place, then and now.
struct Set<'n> {
    operation: &'n Operation,
    place: &'n Pointer,
    real: &'n Node,
    other: &'n Node,
    then: Sayers,
    now: Sayers,
    /// What such things said in other answers.
    then_elsewhere: BTreeSet<&'n str>,
    now_elsewhere: BTreeSet<&'n str>,
}

impl<'n> Set<'n> {
    fn of(
        run: &'n Run<'_>,
        group: &'n Group,
        place: &'n Pointer,
        (real, other): (&'n Node, &'n Node),
    ) -> Self {
        let (mut then, mut now) = (Sayers::new(), Sayers::new());
        let few = |node: &Node| (1..=WORDS * 2).contains(&node.texts.len());
        if few(real) && few(other) {
            for case in run.of(&group.operation) {
                sayers(case.real.tree(), place, &mut then);
                sayers(case.other.tree(), place, &mut now);
            }
        }
        let elsewhere = |of| -> BTreeSet<&'n str> {
            let alike = kin(run.shapes(), group, place, of);
            alike.iter().flat_map(|(node, _)| texts(node)).collect()
        };
        let (then_elsewhere, now_elsewhere) = (elsewhere(|g| &g.real), elsewhere(|g| &g.other));
        Set { operation: &group.operation, place, real, other, then, now, then_elsewhere, now_elsewhere }
    }

    /// Words that nobody said.
    fn fresh(&self) -> Vec<&'n str> {
        let known: BTreeSet<&str> = texts(self.real).collect();
        let new = |word: &&str| !known.contains(word) && !self.then_elsewhere.contains(word);
        texts(self.other).filter(new).collect()
    }

    /// Words that nobody says any more, where chance does not explain it.
    fn lost(&self) -> Vec<&'n str> {
        let said: BTreeSet<&str> = texts(self.other).collect();
        let count = |all: usize| u32::try_from(all).unwrap_or(u32::MAX);
        let things = |sayers: &Sayers| count(sayers.values().map(BTreeSet::len).sum());
        let (all, chances) = (things(&self.then), things(&self.now));
        let telling = |word: &&str| {
            let with = count(self.then.get(*word).map_or(0, BTreeSet::len));
            expected(with, all, chances) && is_telling(with, all, chances)
        };
        let gone = |word: &&str| !said.contains(word) && !self.now_elsewhere.contains(word);
        texts(self.real).filter(gone).filter(telling).collect()
    }

    /// Whether every word is spelt in another way, and none as it was.
    fn is_respelt(&self) -> bool {
        let (then, now): (BTreeSet<&str>, BTreeSet<&str>) =
            (texts(self.real).collect(), texts(self.other).collect());
        let plain = |word: &&str| -> String {
            word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        };
        let old: BTreeSet<String> = then.iter().map(plain).collect();
        let known = now.iter().filter(|word| old.contains(&plain(word))).count();
        then.is_disjoint(&now) && known > 0 && known * 2 >= now.len()
    }

    /// Whether things are called by another word: a type is no state, and the very things that had one have it now.
    fn is_renamed(&self, fresh: &[&str], lost: &[&str]) -> bool {
        let is_tag = self.place.name().is_some_and(|name| {
            ["type", "kind", "object", "entity", "__typename", "@type", "resourceType"].contains(&name)
        });
        let who = |sayers: &Sayers, words: &[&str]| -> BTreeSet<String> {
            words.iter().filter_map(|word| sayers.get(*word)).flatten().cloned().collect()
        };
        is_tag && fresh.len() == lost.len() && !who(&self.then, lost).is_disjoint(&who(&self.now, fresh))
    }

    /// Whether the few words of many things are a set, whatever it is called.
    fn is_used_as_one(&self) -> bool {
        let things: usize = self.then.values().map(BTreeSet::len).sum();
        let only = |node: &Node| node.kinds.keys().all(|kind| matches!(*kind, "string" | "null"));
        let Some(Step::Member(name)) = self.place.0.last() else { return false };
        let of_people = parts(name).iter().any(|part| PEOPLES.contains(&part.as_str()));
        let all = || texts(self.real).chain(texts(self.other));
        let style = |shout: bool| {
            let fits = |b: u8| {
                b"_-.:".contains(&b) || if shout { b.is_ascii_uppercase() } else { b.is_ascii_lowercase() }
            };
            all().all(|word| (2..=32).contains(&word.len()) && word.bytes().all(fits))
        };
        // The very things that said another word say the new one, or there are more things, and enough of each.
        let known: BTreeSet<&String> = self.then.values().flatten().collect();
        let fresh = self.fresh();
        let same = fresh
            .iter()
            .any(|word| self.now.get(*word).is_some_and(|who| who.iter().any(|thing| known.contains(thing))));
        let least = if same { 2 } else { 3 };
        !fresh.is_empty()
            && !of_people
            && only(self.real)
            && only(self.other)
            && (2..=WORDS).contains(&self.then.len())
            && things >= THINGS.max(self.then.len() * 3)
            && self.then.values().all(|who| who.len() >= least)
            && (style(false) || style(true))
    }

    fn at(&self, node: &'n Node, word: &str) -> Option<Evidence> {
        let mut found = node.texts.iter().filter(|((_, text), _)| text == word);
        found.next().or(node.texts.iter().next()).map(|(_, at)| at.clone())
    }

    /// What a set that is known by its use alone has to say.
    fn news(&self) -> Option<Change> {
        let fresh = self.fresh();
        let word = fresh.first()?;
        let old = self.lost().first().copied().or(texts(self.real).next())?;
        Some(self.change(&fresh, "value-unknown", (self.at(self.real, old)?, self.at(self.other, word)?)))
    }

    /// What the rules say of it, as one.
    fn told(&self, mut seen: Vec<Change>) -> Change {
        seen.sort_by_key(|change| match change.rule {
            "value-unknown" => 0,
            "variant-missing" => 1,
            _ => 2,
        });
        let fresh = self.fresh();
        let first = seen.swap_remove(0);
        if fresh.is_empty() && self.lost().is_empty() {
            return Change { place: self.place.to_string(), ..first };
        }
        let shown = (self.lost().first().copied(), fresh.first().copied());
        let before = shown.0.and_then(|word| self.at(self.real, word)).unwrap_or(first.before);
        let after = shown.1.and_then(|word| self.at(self.other, word)).unwrap_or(first.after);
        self.change(&fresh, first.rule, (before, after))
    }

    fn change(&self, fresh: &[&str], rule: &'static str, (before, after): (Evidence, Evidence)) -> Change {
        let (lost, place) = (self.lost(), format!("`{}`", self.place));
        let now: Vec<&str> = texts(self.other).collect();
        let then: Vec<&str> = texts(self.real).collect();
        let (weight, message) = if self.is_respelt() {
            let message = format!(
                "the words at {place} are spelt in another way: {}, and were {}",
                listed(&now),
                listed(&then)
            );
            (Weight::Breaking, message)
        } else if self.is_renamed(fresh, &lost) {
            let message = format!("{} is {} now at {place}", listed(&lost), listed(fresh));
            (Weight::Breaking, message)
        } else if fresh.is_empty() {
            (Weight::Compatible, format!("{} {} not said any more at {place}", listed(&lost), is_are(&lost)))
        } else if lost.is_empty() {
            (Weight::Compatible, format!("{} {} new at {place}", listed(fresh), is_are(fresh)))
        } else {
            let message = format!(
                "{} {} new at {place}, and {} {} not said any more",
                listed(fresh),
                is_are(fresh),
                listed(&lost),
                is_are(&lost)
            );
            (Weight::Compatible, message)
        };
        Change {
            kind: Kind::Word,
            rule,
            weight,
            operation: self.operation.clone(),
            message,
            place: self.place.to_string(),
            before,
            after,
        }
    }
}

fn texts(node: &Node) -> impl Iterator<Item = &str> {
    node.texts.keys().filter(|(kind, _)| *kind == "string").map(|(_, text)| text.as_str())
}

fn is_are(words: &[&str]) -> &'static str {
    if words.len() == 1 { "is" } else { "are" }
}

fn listed(words: &[&str]) -> String {
    let quoted = words.iter().take(NAMED).map(|word| format!("`{}`", crate::excerpt::bounded(word)));
    let shown = quoted.collect::<Vec<_>>().join(", ");
    match words.len().checked_sub(NAMED) {
        Some(more @ 1..) => format!("{shown} and {more} more"),
        _ => shown,
    }
}

/// Who says which word at a place: each thing by its id, or by all that it is.
fn sayers(json: Option<&Json>, place: &Pointer, into: &mut Sayers) {
    let (Some(json), Some((Step::Member(name), parent))) = (json, place.0.split_last()) else { return };
    for (_, holder) in Pointer(parent.to_vec()).find_all(json) {
        let Some(Json::String(word)) = holder.get(name) else { continue };
        let id = ["id", "_id", "uuid", "key"].iter().find_map(|id| holder.get(id)?.scalar_text());
        let who = id.map_or_else(|| holder.to_string(), str::to_owned);
        into.entry(word.clone()).or_default().insert(who);
    }
}

#[cfg(test)]
mod tests {
    use crate::changes::{Weight, between};
    use crate::examples;

    fn told(member: &str, then: &[&str], now: &[&str]) -> Vec<(Weight, String)> {
        let list = |words: &[&str]| {
            let item = |(n, word): (usize, &&str)| format!(r#"{{"id":"a{n}","{member}":"{word}","n":{n}}}"#);
            let items: Vec<String> = words.iter().enumerate().map(item).collect();
            format!("> GET /v1/things\n< 200 [{}]\n", items.join(","))
        };
        let text = format!("{}--- new.yaml\n{}", list(then), list(now));
        let example = examples::parse(&text).expect("an example");
        let difference = between(&example.cassettes[0], &example.cassettes[1]);
        difference.telling().map(|change| (change.weight, change.message.clone())).collect()
    }

    fn words(of: [&'static str; 3]) -> Vec<&'static str> {
        (0..12).map(|n| of[n % 3]).collect()
    }

    #[test]
    fn words_are_named() {
        let (then, now) = (words(["gold", "silver", "basic"]), words(["gold", "silver", "starter"]));
        let one = "`starter` is new at `/*/tier`, and `basic` is not said any more".to_owned();
        assert_eq!(told("tier", &then, &now), [(Weight::Compatible, one)]);
        let some = [&then[..11], &["starter"]].concat();
        assert_eq!(
            told("tier", &then, &some),
            [(Weight::Compatible, "`starter` is new at `/*/tier`".to_owned())]
        );
        assert_eq!(told("city", &then, &now), [], "a name of people's");
        assert_eq!(told("tier", &then[..6], &now[..6]), [], "too few");
    }

    #[test]
    fn a_set_that_is_spelt_anew_breaks() {
        let (then, now) = (words(["open", "paid", "void"]), words(["OPEN", "PAID", "VOID"]));
        let one = "the words at `/*/status` are spelt in another way: `OPEN`, `PAID`, `VOID`, and were `open`, \
                   `paid`, `void`";
        assert_eq!(told("status", &then, &now), [(Weight::Breaking, one.to_owned())]);
    }
}
