//! The shape of an operation's answers: which places there are, how often, and what stands there; the
//! union over every recording on one side, over every answer on the other.

use crate::case::Said;
use crate::excerpt;
use crate::finding::Evidence;
use crate::run::Run;
use cassettes::facets::number_form::{NumberForm, number_form};
use cassettes::facets::pagination as pages;
use cassettes::facets::time_form::{TimeForm, epoch_form, is_time_name, time_form};
use cassettes::json::{Json, Pointer, Step};
use cassettes::model::Request;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

mod gone;
mod kin;
mod lists;
mod maps;
mod sure;

pub(crate) use gone::is_remains;
pub(crate) use kin::{Of, kin};
use lists::Lists;
use maps::Maps;
pub use sure::{expected, is_telling};

/// How many different texts are kept of one place.
const MOST_TEXTS: usize = 200;

/// One value and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The text of a string or a number; the kind of anything else.
    pub text: String,
    /// For findings.
    pub evidence: Evidence,
}

/// What stands at one place, over every answer of one side.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// In how many it did.
    pub present: u32,
    /// The first of each kind; strings that are empty are a kind of their own, `empty`.
    pub kinds: BTreeMap<&'static str, (u32, Sample)>,
    /// The things in which it did: one that was read five times is one.
    pub within: BTreeSet<u64>,
    /// The first list with nothing in it.
    pub hollow: Option<Evidence>,
    /// Those in which it was null.
    pub null_within: BTreeSet<u64>,
    /// The things that stood here, where objects did.
    pub things: BTreeSet<u64>,
    /// The first object that lacks it.
    pub absent: Option<Evidence>,
    /// Different strings and numbers, as far as they were kept, each with its kind.
    pub texts: BTreeMap<(&'static str, String), Evidence>,
}

/// The shape of every answer of one side.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// By place, with every index a `*`, and every name of a map, too.
    pub nodes: BTreeMap<Pointer, Node>,
    /// How many answers were read.
    pub answers: u32,
}

/// The answers of one operation that succeeded, on both sides.
#[derive(Debug, Clone)]
pub struct Group {
    /// What was asked.
    pub operation: Operation,
    /// The recorded ones.
    pub real: Shape,
    /// The subject's.
    pub other: Shape,
}

/// Which names are data, and which places are lists even where one item stands there.
struct Names {
    maps: Maps,
    lists: Lists,
}

/// Groups the successful JSON answers of a run. Only operations that both sides answered with JSON are there.
pub(crate) fn groups(run: &Run<'_>) -> Vec<Group> {
    let operations: BTreeSet<&Operation> = run.cases.iter().map(|c| &c.operation).collect();
    operations
        .into_iter()
        .flat_map(|operation| [(operation, false), (operation, true)])
        .filter_map(|(operation, gone)| {
            // What is left of a thing has another shape than those that live.
            let meant = |said: &Said<'_>| is_remains(said) == gone;
            let unjudged = run.unjudged_of(operation).filter(|u| u.is_evidence());
            let judged = run.of(operation).map(|c| (&c.exchange.request, &c.real));
            let real = judged.chain(unjudged.map(|u| (&u.exchange.request, &u.real)));
            let real: Vec<&Said<'_>> =
                real.filter(|(asked, said)| is_plain(said, asked) && meant(said)).map(|(_, s)| s).collect();
            // Content where the real side had none to give is another rule's finding, whatever its shape.
            let judged = run.of(operation).filter(|c| is_plain(&c.real, &c.exchange.request));
            let extras = run.extras_of(operation);
            let other = judged.map(|c| (&c.asked, &c.other)).chain(extras.map(|e| (&e.asked, &e.other)));
            // An object that has lost all of its members is one, too.
            let emptied = |said: &Said<'_>| said.is_success() && said.json == Some(Json::Object(Vec::new()));
            let other: Vec<&Said<'_>> = other
                .filter(|(asked, said)| is_plain(said, asked) && meant(said) || emptied(said) && !gone)
                .map(|(_, s)| s)
                .collect();
            if real.is_empty() || other.is_empty() {
                return None;
            }
            let trees = || real.iter().chain(&other).filter_map(|s| s.tree());
            let names = Names { maps: Maps::find(trees()), lists: Lists::find(real.iter().chain(&other)) };
            let signals: Vec<Pointer> = match run.listings.0.get(operation) {
                Some(listing) => listing.json_places().map(Pointer::generic).collect(),
                None => Vec::new(),
            };
            let shape = |said: &[&Said<'_>]| {
                let mut shape = Shape::default();
                for said in said {
                    shape.add(said, &names);
                }
                for said in said {
                    shape.find_absent(said, &names.maps);
                }
                // What says that a listing goes on is judged with its pages.
                shape.nodes.retain(|place, _| !signals.iter().any(|s| place.0.starts_with(&s.0)));
                shape
            };
            Some(Group { operation: operation.clone(), real: shape(&real), other: shape(&other) })
        })
        .collect()
}

/// A success that holds data: neither an error nor a miss in the clothes of one.
pub fn is_plain(said: &Said<'_>, asked: &Request) -> bool {
    let shaped = said.is_success() && matches!(said.tree(), Some(Json::Object(_) | Json::Array(_)));
    let Some(meant) = shaped.then(|| said.meant(asked)).flatten() else { return false };
    meant.error.is_none() && (meant.miss.is_none() || is_list(said))
}

/// An empty list is an answer; whether it is a miss, too, others judge.
fn is_list(said: &Said<'_>) -> bool {
    said.json.as_ref().is_some_and(|json| pages::items_at(json).is_some())
}

impl Shape {
    fn add(&mut self, said: &Said<'_>, names: &Names) {
        let Some(json) = said.tree() else { return };
        self.answers += 1;
        self.visit(said, json, (&mut Pointer::root(), &mut Pointer::root()), 0, names);
    }

    /// The two pointers are the way to the value; they come back as they were given.
    fn visit(
        &mut self,
        said: &Said<'_>,
        json: &Json,
        (exact, place): (&mut Pointer, &mut Pointer),
        within: u64,
        names: &Names,
    ) {
        let alone = names.lists.is_alone(said, place, json);
        self.value(said, json, (exact, place), within, alone);
        if alone {
            place.0.push(Step::Every);
            self.visit(said, json, (exact, place), sure::hash(&(within, 0)), names);
            place.0.pop();
            return;
        }
        let map = names.maps.is_map(place);
        let thing = sure::thing(json, within, is_member(place));
        for (name, value) in json.members() {
            exact.0.push(Step::Member(name.clone()));
            place.0.push(if map { Step::Every } else { Step::Member(name.clone()) });
            self.visit(said, value, (exact, place), thing, names);
            place.0.pop();
            exact.0.pop();
        }
        for (index, item) in json.items().iter().enumerate() {
            exact.0.push(Step::Index(index));
            place.0.push(Step::Every);
            self.visit(said, item, (exact, place), sure::hash(&(within, index)), names);
            place.0.pop();
            exact.0.pop();
        }
    }

    fn value(&mut self, said: &Said<'_>, json: &Json, at: (&Pointer, &Pointer), within: u64, alone: bool) {
        let (exact, place) = at;
        if !self.nodes.contains_key(place) {
            self.nodes.insert(place.clone(), Node::default());
        }
        let Some(node) = self.nodes.get_mut(place) else { return };
        node.present += 1;
        node.within.insert(within);
        let kind = if alone { "array" } else { kind(json) };
        match kind {
            "array" if !alone && json.items().is_empty() && node.hollow.is_none() => {
                node.hollow = Some(quoted(said, exact, json));
            }
            "null" => drop(node.null_within.insert(within)),
            "object" => drop(node.things.insert(sure::thing(json, within, is_member(place)))),
            _ => {}
        }
        let scalar = json.scalar_text().filter(|_| !alone);
        let text = scalar.map_or_else(|| kind.to_owned(), str::to_owned);
        let entry = node.kinds.entry(kind);
        let seen =
            entry.or_insert_with(|| (0, Sample { text: text.clone(), evidence: quoted(said, exact, json) }));
        seen.0 += 1;
        if scalar.is_some()
            && matches!(json, Json::String(_) | Json::Number(_))
            && node.texts.len() < MOST_TEXTS
        {
            node.texts.entry((kind, text)).or_insert_with(|| quoted(said, exact, json));
        }
    }

    /// Notes for each member that is sometimes absent the first object without it.
    fn find_absent(&mut self, said: &Said<'_>, maps: &Maps) {
        let optional: BTreeSet<Pointer> = self
            .nodes
            .iter()
            .filter(|(place, node)| {
                node.absent.is_none() && matches!(self.presence(place), Some(Presence::Sometimes(_)))
            })
            .map(|(place, _)| place.clone())
            .collect();
        let Some(json) = said.tree().filter(|_| !optional.is_empty()) else { return };
        self.lacking(said, json, &Pointer::root(), &Pointer::root(), &optional, maps);
    }

    fn lacking(
        &mut self,
        said: &Said<'_>,
        json: &Json,
        exact: &Pointer,
        place: &Pointer,
        optional: &BTreeSet<Pointer>,
        maps: &Maps,
    ) {
        if matches!(json, Json::Object(_)) && !maps.is_map(place) {
            for member in
                optional.iter().filter(|o| o.0.len() == place.0.len() + 1 && o.0.starts_with(&place.0))
            {
                let absent = matches!(member.0.last(), Some(Step::Member(name)) if json.get(name).is_none());
                if let Some(node) = self.nodes.get_mut(member).filter(|n| absent && n.absent.is_none()) {
                    node.absent = Some(quoted(said, exact, json));
                }
            }
        }
        for (name, value) in json.members() {
            let step = if maps.is_map(place) { Step::Every } else { Step::Member(name.clone()) };
            self.lacking(said, value, &exact.member(name), &place.with(step), optional, maps);
        }
        for (index, item) in json.items().iter().enumerate() {
            self.lacking(said, item, &exact.index(index), &place.with(Step::Every), optional, maps);
        }
    }

    /// In how many objects a member could stand; for items of lists and members of maps, how many there are.
    pub fn slots(&self, place: &Pointer) -> u32 {
        match place.0.split_last() {
            Some((Step::Member(_), before)) => self.objects(&Pointer(before.to_vec())),
            _ => self.nodes.get(place).map_or(0, |n| n.present),
        }
    }

    /// How many objects stand at a place.
    pub fn objects(&self, place: &Pointer) -> u32 {
        self.nodes.get(place).and_then(|n| n.kinds.get("object")).map_or(0, |(count, _)| *count)
    }

    /// How many things stand at a place: one that was read five times is one.
    pub fn things(&self, place: &Pointer) -> u32 {
        self.nodes.get(place).map_or(0, |n| sure::count(n.things.len()))
    }

    /// Whether a member of a place is there in every object that could have it. None where there is no object.
    pub fn presence(&self, place: &Pointer) -> Option<Presence> {
        let (Step::Member(_), before) = place.0.split_last()? else { return None };
        let objects = self.objects(&Pointer(before.to_vec()));
        let present = self.nodes.get(place).map_or(0, |n| n.present);
        if objects == 0 {
            return None;
        }
        Some(match present {
            0 => Presence::Never,
            n if n >= objects => Presence::Always,
            n => Presence::Sometimes(f64::from(n) / f64::from(objects)),
        })
    }

    /// The kind and evidence of the first object at a place.
    pub fn object(&self, place: &Pointer) -> Option<&Evidence> {
        Some(&self.nodes.get(place)?.kinds.get("object")?.1.evidence)
    }
}

/// One number or moment of a node: its kind, its text, and where it was first seen.
pub type Written<'n, F> = (&'static str, &'n str, F, &'n Evidence);

impl Node {
    /// How many values of these kinds stood there.
    pub fn count(&self, kinds: &[&str]) -> u32 {
        self.kinds.iter().filter(|(kind, _)| kinds.contains(kind)).map(|(_, (count, _))| count).sum()
    }

    /// The numbers written there. Empty where any text is no number: then none of them is one.
    pub fn numbers(&self) -> Vec<Written<'_, NumberForm>> {
        let read =
            self.texts.iter().map(|((kind, text), at)| Some((*kind, text.as_str(), number_form(text)?, at)));
        read.collect::<Option<Vec<_>>>().unwrap_or_default()
    }

    /// The moments written there. Empty where any value is none; numbers count only under a name that
    /// speaks of time.
    pub fn times(&self, place: &Pointer) -> Vec<Written<'_, TimeForm>> {
        self.moments(place.name().is_some_and(is_time_name))
    }

    /// The same where it is known that moments stand there: numbers count under any name.
    pub fn moments(&self, named: bool) -> Vec<Written<'_, TimeForm>> {
        let read = |kind: &str, text: &str| match kind {
            "number" => epoch_form(text).filter(|_| named),
            _ => time_form(text).or_else(|| epoch_form(text).filter(|_| named)),
        };
        let all =
            self.texts.iter().map(|((kind, text), at)| Some((*kind, text.as_str(), read(kind, text)?, at)));
        all.collect::<Option<Vec<_>>>().unwrap_or_default()
    }
}

/// How often a member is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Presence {
    /// In every object.
    Always,
    /// In so many of one.
    Sometimes(f64),
    /// In none.
    Never,
}

/// The value as compact JSON. Looking up its own spelling would cost the length of the document each
/// time, for thousands of values that no finding ever shows.
fn quoted(said: &Said<'_>, exact: &Pointer, value: &Json) -> Evidence {
    said.evidence(exact.to_string(), excerpt::bounded(&value.to_string()))
}

fn is_member(place: &Pointer) -> bool {
    matches!(place.0.last(), Some(Step::Member(_)))
}

/// `empty` for an empty string, else as [`Json::kind`].
pub fn kind(json: &Json) -> &'static str {
    match json {
        Json::String(text) if text.is_empty() => "empty",
        other => other.kind(),
    }
}
