//! Every place in the cassettes where a number of the name stands, read in one pass over the answers.

use super::amount::{Amount, Form, Written};
use super::asked::Asked;
use super::beside::Beside;
use super::documents::{self, Document};
use super::entity::{Entity, Frame, entity, in_map};
use super::ids::{Key, Naming, naming};
use super::name::{Name, Unit};
use super::recorded::{One, Recorded};
use cassettes::codec;
use cassettes::facets::not_found::{MissStyle, miss_of};
use cassettes::json::{Json, Pointer, Step};
use cassettes::model::Response;
use cassettes::operation::is_id;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Larger answers are not asked whether they say that there is nothing.
const SMALL: usize = 2048;
/// Documents in strings in documents, so deep.
const MOST_NESTED: usize = 3;
/// Members that hold the number where the name holds an object: `{"price": {"value": 7, "currency": "EUR"}}`.
const HOLDERS: &[&str] = &["value", "amount", "#text", "$", "_", "@value"];

/// One number in one answer.
#[derive(Debug)]
pub(super) struct Sighting {
    /// Which of the reporters.
    pub(super) reporter: usize,
    /// Which of the recorded exchanges.
    pub(super) one: usize,
    pub(super) pointer: String,
    pub(super) amount: Amount,
    pub(super) entity: Option<Entity>,
    /// What the request says that may change the number.
    pub(super) conditions: String,
}

/// A place of an operation where the number stands.
#[derive(Debug)]
pub(super) struct Place {
    /// Whose, as an index of the upstreams, and which operation.
    pub(super) route: (usize, usize),
    /// With every item and every id left open.
    pub(super) pointer: String,
    pub(super) forms: BTreeSet<Form>,
    pub(super) exchanges: usize,
    last: Option<usize>,
    pub(super) sightings: Vec<usize>,
}

/// What the cassettes tell of the number.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) places: Vec<Place>,
    pub(super) sightings: Vec<Sighting>,
    /// Exchanges that say that there is no such thing, with its names.
    pub(super) absent: Vec<(usize, Vec<Key>)>,
    /// Places of an operation where null stands for the number, and in which exchanges.
    pub(super) nulls: BTreeMap<((usize, usize), String), BTreeSet<usize>>,
    /// Numbers whose names only contain the words, and which exchanges have each.
    pub(super) like: BTreeMap<String, BTreeSet<usize>>,
}

/// Reads all that was recorded.
pub(super) fn read(recorded: &Recorded<'_>, name: &Name) -> Seen {
    let documents = candidates(recorded, name);
    let mut known: HashSet<String> = recorded
        .ones
        .iter()
        .flat_map(|one| Asked::kinds(&one.exchange.request, recorded.operation(one)))
        .collect();
    documents.iter().for_each(|(_, document)| kinds(&document.tree, &mut known));
    known.retain(|kind| !kind.is_empty() && *kind != name.words().concat());
    let mut reader = Reader {
        recorded,
        name,
        known,
        beside: Beside::learn(recorded, &documents),
        names: HashMap::new(),
        index: BTreeMap::new(),
        seen: Seen::default(),
    };
    let mut documents = documents.into_iter().peekable();
    for (number, one) in recorded.ones.iter().enumerate() {
        let document = documents.next_if(|(of, _)| *of == number).map(|(_, document)| document);
        reader.exchange(number, one, document.as_ref());
    }
    reader.seen
}

/// The documents in which the name can stand.
fn candidates(recorded: &Recorded<'_>, name: &Name) -> Vec<(usize, Document)> {
    let mut found = Vec::new();
    for (number, one) in recorded.ones.iter().enumerate() {
        let Some(reply) = one.exchange.answer.reply() else { continue };
        let bytes = codec::decoded(&reply.headers, &reply.body);
        let may = name.needle().is_none_or(|needle| {
            bytes.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle.as_bytes()))
        });
        if may && let Some(mut document) = documents::of(&one.exchange.request, reply) {
            open(&mut document.tree, MOST_NESTED);
            found.push((number, document));
        }
    }
    found
}

/// Puts the documents that strings hold into their places.
fn open(tree: &mut Json, nested: usize) {
    match tree {
        Json::String(text) if nested > 0 && text.trim_start().starts_with(['{', '[']) => {
            if let Ok(mut inner) = Json::parse(text.trim().as_bytes()) {
                open(&mut inner, nested - 1);
                *tree = inner;
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| open(item, nested)),
        Json::Object(members) => members.iter_mut().for_each(|(_, value)| open(value, nested)),
        _ => {}
    }
}

/// The kinds of things that a document names by their ids.
fn kinds(tree: &Json, known: &mut HashSet<String>) {
    for (name, value) in tree.members() {
        if (name.ends_with(['d', 'D']))
            && let Some(Naming::Of(kind)) = naming(name)
        {
            known.insert(kind);
        }
        kinds(value, known);
    }
    tree.items().iter().for_each(|item| kinds(item, known));
}

/// What a member's name is to the one that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Same,
    /// It contains its words.
    Like,
    Other,
}

struct Reader<'r, 'a> {
    recorded: &'r Recorded<'a>,
    name: &'r Name,
    known: HashSet<String>,
    beside: Beside,
    /// What each member's name is to the one that is looked for, asked once.
    names: HashMap<String, Fit>,
    index: BTreeMap<((usize, usize), String), usize>,
    seen: Seen,
}

/// The way to what is looked at.
struct Way<'j> {
    frames: Vec<Frame<'j>>,
    steps: Pointer,
    is_text: bool,
}

impl Reader<'_, '_> {
    fn exchange(&mut self, number: usize, one: &One<'_>, document: Option<&Document>) {
        let Some(reply) = one.exchange.answer.reply() else { return };
        let request = &one.exchange.request;
        let mut asked = Asked::of(request, self.recorded.operation(one), &self.known);
        asked.beside =
            document.map(|document| self.beside.of(one.route, &asked, document)).unwrap_or_default();
        if let Some(miss) = missing(one, reply).filter(|miss| miss.is_certain()) {
            let named =
                if asked.ends { asked.variables.last().cloned() } else { Key::all(asked.query.clone()) };
            if let Some(key) = named.filter(|_| miss != MissStyle::NoContent) {
                let alone = key.alone();
                self.seen.absent.push((number, [Some(key), alone].into_iter().flatten().collect()));
            }
            return;
        }
        if reply.status >= 500 {
            return;
        }
        self.headers(number, one, reply, &asked);
        if let Some(document) = document {
            let mut way = Way {
                frames: vec![Frame { name: None, value: &document.tree }],
                steps: Pointer::root(),
                is_text: document.is_text,
            };
            self.walk(number, one, &asked, &mut way);
        }
    }

    fn headers(&mut self, number: usize, one: &One<'_>, reply: &Response, asked: &Asked) {
        for (header, value) in reply.headers.iter() {
            let bare = header.strip_prefix("X-").or(header.strip_prefix("x-")).unwrap_or(header);
            let Some(unit) = self.name.takes(&[bare]) else { continue };
            let Ok(text) = std::str::from_utf8(value) else { continue };
            let Some(amount) = Amount::read(text, Written::Text, unit) else { continue };
            let nothing = Json::Null;
            let frames =
                [Frame { name: None, value: &nothing }, Frame { name: Some(header), value: &nothing }];
            let entity = entity(&frames, asked, &self.known);
            let pointer = format!("header {}", header.to_ascii_lowercase());
            self.keep((number, one), (pointer.clone(), pointer), amount, entity, asked);
        }
    }

    fn walk<'j>(&mut self, number: usize, one: &One<'_>, asked: &Asked, way: &mut Way<'j>) {
        let Some(here) = way.frames.last().map(|frame| frame.value) else { return };
        for (name, value) in here.members() {
            way.frames.push(Frame { name: Some(name), value });
            way.steps.0.push(Step::Member(name.clone()));
            if let Some(unit) = self.unit(&way.frames) {
                self.number((number, one), asked, way, value, unit);
            } else if self.fit(name) == Fit::Like && is_number(value) {
                self.seen.like.entry(name.clone()).or_default().insert(number);
            }
            self.walk(number, one, asked, way);
            way.frames.pop();
            way.steps.0.pop();
        }
        for (at, value) in here.items().iter().enumerate() {
            way.frames.push(Frame { name: None, value });
            way.steps.0.push(Step::Index(at));
            self.walk(number, one, asked, way);
            way.frames.pop();
            way.steps.0.pop();
        }
    }

    /// What the name of the last frame says of the unit, if it is the name that is looked for.
    fn unit(&mut self, frames: &[Frame<'_>]) -> Option<Unit> {
        let last = frames.last()?.name?;
        if self.fit(last) != Fit::Same {
            return None;
        }
        let path: Vec<&str> = frames.iter().filter_map(|frame| frame.name).collect();
        self.name.takes(&path)
    }

    fn fit(&mut self, name: &str) -> Fit {
        if let Some(fit) = self.names.get(name) {
            return *fit;
        }
        let fit = match (self.name.may_be(name), self.name.is_part_of(name)) {
            (true, _) => Fit::Same,
            (false, true) => Fit::Like,
            (false, false) => Fit::Other,
        };
        self.names.insert(name.to_owned(), fit);
        fit
    }

    fn number(&mut self, at: (usize, &One<'_>), asked: &Asked, way: &Way<'_>, value: &Json, unit: Unit) {
        let (holder, leaf) = match value {
            Json::Object(members) => {
                let held = |holder: &&&str| members.iter().any(|(name, _)| name == **holder);
                let Some(holder) = HOLDERS.iter().find(held) else {
                    return self.map(at, asked, way, members, unit);
                };
                (Some(*holder), value.get(holder))
            }
            other => (None, Some(other)),
        };
        let (text, written) = match leaf {
            Some(Json::Number(text)) => (text, Written::Number),
            Some(Json::String(text)) if way.is_text => (text, Written::Text),
            Some(Json::String(text)) => (text, Written::String),
            Some(Json::Null) => {
                let place = (at.1.route, general(&way.steps).to_string());
                self.seen.nulls.entry(place).or_default().insert(at.0);
                return;
            }
            _ => return,
        };
        let Some(amount) = Amount::read(text, written, unit) else { return };
        let steps = holder.map_or_else(|| way.steps.clone(), |holder| way.steps.member(holder));
        let entity = entity(&way.frames, asked, &self.known);
        self.keep(at, (general(&steps).to_string(), steps.to_string()), amount, entity, asked);
    }

    /// A map from ids to numbers, where the whole answer is about nothing else.
    fn map(
        &mut self,
        at: (usize, &One<'_>),
        asked: &Asked,
        way: &Way<'_>,
        members: &[(String, Json)],
        unit: Unit,
    ) {
        let read = |value: &Json| match value {
            Json::Number(text) => Amount::read(text, Written::Number, unit),
            _ => None,
        };
        let numbers: Vec<(&str, Amount)> = members
            .iter()
            .filter(|(id, _)| is_id(id))
            .filter_map(|(id, value)| Some((id.as_str(), read(value)?)))
            .collect();
        let in_list = way.frames.iter().any(|frame| matches!(frame.value, Json::Array(_)));
        if numbers.len() < 2 || numbers.len() < members.len() || in_list {
            return;
        }
        let general = way.steps.generic().member("{id}").to_string();
        for (id, amount) in numbers {
            let entity = in_map(self.name.words(), id, asked);
            let pointer = way.steps.member(id).to_string();
            self.keep(at, (general.clone(), pointer), amount, Some(entity), asked);
        }
    }

    fn keep(
        &mut self,
        (number, one): (usize, &One<'_>),
        (general, pointer): (String, String),
        amount: Amount,
        entity: Option<Entity>,
        asked: &Asked,
    ) {
        let places = &mut self.seen.places;
        let reporter = *self.index.entry((one.route, general.clone())).or_insert_with(|| {
            places.push(Place {
                route: one.route,
                pointer: general,
                forms: BTreeSet::new(),
                exchanges: 0,
                last: None,
                sightings: Vec::new(),
            });
            places.len() - 1
        });
        let place = &mut places[reporter];
        place.forms.insert(amount.form);
        place.exchanges += usize::from(place.last != Some(number));
        place.last = Some(number);
        place.sightings.push(self.seen.sightings.len());
        let counts = entity.as_ref().is_some_and(|entity| entity.is_asked);
        let conditions = if counts { &asked.conditions } else { &asked.spans }.join("&");
        self.seen.sightings.push(Sighting { reporter, one: number, pointer, amount, entity, conditions });
    }
}

/// A place with every item and every id left open.
fn general(steps: &Pointer) -> Pointer {
    let open = |step: Step| match step {
        Step::Member(name) if is_id(&name) => Step::Member("{id}".to_owned()),
        other => other,
    };
    Pointer(steps.generic().0.into_iter().map(open).collect())
}

fn is_number(value: &Json) -> bool {
    let (Json::Number(text) | Json::String(text)) = value else { return false };
    Amount::read(text, Written::Text, Unit::Plain).is_some()
}

/// How an answer says that there is no such thing, where it is short enough to say only that.
fn missing(one: &One<'_>, reply: &Response) -> Option<MissStyle> {
    let may = matches!(reply.status, 404 | 410) || reply.body.len() <= SMALL;
    if may { miss_of(&one.exchange.request, reply) } else { None }
}
