//! The documents then and now of the operations that changed.

use super::again::Asked;
use super::renamed::pointer;
use crate::case::Said;
use crate::changes::{Change, Kind};
use cassettes::codec;
use cassettes::json::{Json, Pointer, Step};
use cassettes::model::Exchange;
use cassettes::operation::Operation;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The documents then and now of the operations that changed.
pub(super) struct Answers<'a> {
    pairs: BTreeMap<Operation, Vec<Pair<'a>>>,
}

/// One exchange then and now.
struct Pair<'a> {
    cite: String,
    then: &'a Exchange,
    now: &'a Exchange,
    /// Where both are documents.
    documents: Option<(Json, Json)>,
}

impl<'a> Answers<'a> {
    pub(super) fn of_changes(asked: &'a Asked<'_>, changes: &[Change]) -> Self {
        let wanted: BTreeSet<&Operation> = changes.iter().map(|change| &change.operation).collect();
        let mut answers = Answers { pairs: BTreeMap::new() };
        for (number, cassette) in asked.cassettes.iter().enumerate() {
            for (at, then) in cassette.exchanges.iter().enumerate() {
                let operation = &asked.operations[number][at];
                let Some(now) = asked.now[number][at].as_ref().filter(|_| wanted.contains(operation)) else {
                    continue;
                };
                let documents = document(then).zip(document(now));
                let cite = cassette.cite(then.id);
                answers.pairs.entry(operation.clone()).or_default().push(Pair { cite, then, now, documents });
            }
        }
        answers
    }

    /// Every pair of documents of an operation.
    pub(super) fn of(&self, operation: &Operation) -> impl Iterator<Item = (&Json, &Json)> {
        let pairs = self.pairs.get(operation).into_iter().flatten();
        pairs.filter_map(|pair| pair.documents.as_ref()).map(|(then, now)| (then, now))
    }

    /// The answers in which a change shows, by their numbers within the operation.
    pub(super) fn places(&self, change: &Change) -> BTreeSet<usize> {
        let pairs = self.pairs.get(&change.operation).map(Vec::as_slice).unwrap_or_default();
        let shows = |pair: &Pair<'_>| match (change.kind, pointer(&change.place)) {
            (Kind::FieldGone | Kind::FieldOptional | Kind::FieldNew, Some(place)) => {
                pair.documents.as_ref().is_some_and(|(then, now)| lacks(then, &place) != lacks(now, &place))
            }
            // Whoever asks the same of the operation and is answered so shows it as well.
            (Kind::Class | Kind::Token | Kind::Status, _) => {
                let mut said = change.place.rsplit(' ');
                let (is, was) = (said.next().unwrap_or_default(), said.next().unwrap_or_default());
                let status = |e: &Exchange| e.answer.reply().map(|reply| reply.status.to_string());
                let fits = |e: &Exchange, said: &str| status(e).as_deref() == Some(said);
                let cited = change.before.exchange.as_deref() == Some(pair.cite.as_str());
                cited || fits(pair.then, was) && fits(pair.now, is)
            }
            (_, Some(place)) => {
                let there = |json: &Json| !place.find_all(json).is_empty();
                pair.documents.as_ref().is_some_and(|(then, now)| there(then) && there(now))
            }
            (Kind::Header | Kind::MediaType, None) => {
                let at = [&change.before.pointer, &change.after.pointer];
                let name = at.into_iter().find_map(|at| at.strip_prefix("header "));
                name.is_some_and(|name| pair.differs_in(name))
            }
            _ => change.before.exchange.as_deref() == Some(pair.cite.as_str()),
        };
        let mut places: BTreeSet<usize> =
            pairs.iter().enumerate().filter(|(_, pair)| shows(pair)).map(|(at, _)| at).collect();
        if places.is_empty() {
            places.insert(usize::MAX);
        }
        places
    }
}

impl Pair<'_> {
    fn differs_in(&self, name: &str) -> bool {
        let field = |exchange: &Exchange| -> Option<String> {
            exchange.answer.reply()?.headers.get(name).map(Cow::into_owned)
        };
        let (then, now) = (field(self.then), field(self.now));
        then.is_some() != now.is_some() || name == "content-type" && then != now
    }
}

/// The document of an answer.
fn document(exchange: &Exchange) -> Option<Json> {
    let reply = exchange.answer.reply()?;
    codec::json_of(&reply.headers, &reply.body).or_else(|| Said::recorded(exchange, String::new()).table)
}

/// Whether a member is absent from something that could have it.
fn lacks(json: &Json, place: &Pointer) -> bool {
    let Some((Step::Member(name), parent)) = place.0.split_last() else { return false };
    let holders = Pointer(parent.to_vec()).find_all(json);
    holders.iter().any(|(_, holder)| matches!(holder, Json::Object(_)) && holder.get(name).is_none())
}
