//! The shape of an operation's answers: which places there are, how often, and what stands there; the
//! union over every recording on one side, over every answer on the other.

use crate::case::Said;
use crate::excerpt;
use crate::finding::Evidence;
use crate::run::Run;
use cassettes::facets::error_class::error_of;
use cassettes::facets::not_found::miss_of;
use cassettes::facets::number_form::{NumberForm, number_form};
use cassettes::facets::pagination as pages;
use cassettes::facets::time_form::{TimeForm, epoch_form, is_time_name, time_form};
use cassettes::json::{Json, Pointer, Step};
use cassettes::model::Request;
use cassettes::operation::Operation;
use std::collections::{BTreeMap, BTreeSet};

mod maps;

use maps::Maps;

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

/// Groups the successful JSON answers of a run. Only operations that both sides answered with JSON are there.
pub(crate) fn groups(run: &Run<'_>) -> Vec<Group> {
    let operations: BTreeSet<&Operation> = run.cases.iter().map(|c| &c.operation).collect();
    operations
        .into_iter()
        .filter_map(|operation| {
            let unjudged = run.unjudged_of(operation).filter(|u| u.is_evidence());
            let judged = run.of(operation).map(|c| (&c.exchange.request, &c.real));
            let real = judged.chain(unjudged.map(|u| (&u.exchange.request, &u.real)));
            let real: Vec<&Said<'_>> =
                real.filter(|(asked, said)| is_plain(said, asked)).map(|(_, s)| s).collect();
            // Content where the real side had none to give is another rule's finding, whatever its shape.
            let judged = run.of(operation).filter(|c| is_plain(&c.real, &c.exchange.request));
            let extras = run.extras_of(operation);
            let other = judged.map(|c| (&c.asked, &c.other)).chain(extras.map(|e| (&e.asked, &e.other)));
            let other: Vec<&Said<'_>> =
                other.filter(|(asked, said)| is_plain(said, asked)).map(|(_, s)| s).collect();
            if real.is_empty() || other.is_empty() {
                return None;
            }
            let maps = Maps::find(real.iter().chain(&other).filter_map(|s| s.tree()));
            let signals: Vec<Pointer> = match run.listings.0.get(operation) {
                Some(listing) => listing.json_places().map(Pointer::generic).collect(),
                None => Vec::new(),
            };
            let shape = |said: &[&Said<'_>]| {
                let mut shape = Shape::default();
                for said in said {
                    shape.add(said, &maps);
                }
                for said in said {
                    shape.find_absent(said, &maps);
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
    let Some(reply) = said.reply().filter(|_| shaped) else { return false };
    error_of(reply, Some(asked)).is_none() && (miss_of(asked, reply).is_none() || is_list(said))
}

/// An empty list is an answer; whether it is a miss, too, others judge.
fn is_list(said: &Said<'_>) -> bool {
    said.json.as_ref().is_some_and(|json| pages::items_at(json).is_some())
}

impl Shape {
    fn add(&mut self, said: &Said<'_>, maps: &Maps) {
        let Some(json) = said.tree() else { return };
        self.answers += 1;
        self.visit(said, json, &Pointer::root(), &Pointer::root(), maps);
    }

    fn visit(&mut self, said: &Said<'_>, json: &Json, exact: &Pointer, place: &Pointer, maps: &Maps) {
        self.value(said, json, exact, place);
        let inside =
            |name: &str| if maps.is_map(place) { Step::Every } else { Step::Member(name.to_owned()) };
        for (name, value) in json.members() {
            let here = place.with(inside(name));
            self.visit(said, value, &exact.member(name), &here, maps);
        }
        for (index, item) in json.items().iter().enumerate() {
            let here = place.with(Step::Every);
            self.visit(said, item, &exact.index(index), &here, maps);
        }
    }

    fn value(&mut self, said: &Said<'_>, json: &Json, exact: &Pointer, place: &Pointer) {
        let node = self.nodes.entry(place.clone()).or_default();
        node.present += 1;
        let kind = kind(json);
        let text = json.scalar_text().map_or_else(|| kind.to_owned(), str::to_owned);
        let entry = node.kinds.entry(kind);
        let seen =
            entry.or_insert_with(|| (0, Sample { text: text.clone(), evidence: quoted(said, exact, json) }));
        seen.0 += 1;
        if matches!(json, Json::String(_) | Json::Number(_)) && node.texts.len() < MOST_TEXTS {
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
        let named = place.name().is_some_and(is_time_name);
        let read = |kind: &str, text: &str| match kind {
            "number" => epoch_form(text).filter(|_| named),
            _ => time_form(text),
        };
        let all =
            self.texts.iter().map(|((kind, text), at)| Some((*kind, text.as_str(), read(kind, text)?, at)));
        all.collect::<Option<Vec<_>>>().unwrap_or_default()
    }
}

/// Whether something that the real side does in `seen` of `of` cases should have shown among `chances`
/// of the subject, had it done the same. With as many chances as the real side had, once is enough;
/// fixtures are smaller as a rule, and there it must be expected twice.
pub fn expected(seen: u32, of: u32, chances: u32) -> bool {
    let wanted = if chances >= of { 1 } else { 2 };
    seen > 0 && u64::from(seen) * u64::from(chances) >= wanted * u64::from(of)
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

/// `empty` for an empty string, else as [`Json::kind`].
pub fn kind(json: &Json) -> &'static str {
    match json {
        Json::String(text) if text.is_empty() => "empty",
        other => other.kind(),
    }
}
