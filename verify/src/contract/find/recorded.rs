//! What was recorded, across cassettes and services: whose each exchange is, and of which operation.

use super::asked::Asked;
use super::ids::{Key, kind_of, references};
use cassettes::codec;
use cassettes::json::Json;
use cassettes::model::{Cassette, Exchange, Request, Timestamp};
use cassettes::operation::{Effect, Operation, Operations, effect};
use std::collections::{BTreeMap, HashMap, HashSet};

/// One exchange.
#[derive(Debug)]
pub(super) struct One<'a> {
    pub(super) exchange: &'a Exchange,
    cassette: &'a Cassette,
    /// Whose, and which of the operations.
    pub(super) route: (usize, usize),
}

/// All that was recorded.
#[derive(Debug)]
pub(super) struct Recorded<'a> {
    /// In the order in which they were asked.
    pub(super) ones: Vec<One<'a>>,
    pub(super) upstreams: Vec<&'a str>,
    operations: Vec<Operation>,
    /// The operations that several services have.
    shared: HashSet<usize>,
    /// How many exchanges were edited by hand, and are left out.
    pub(super) edited: usize,
}

impl<'a> Recorded<'a> {
    /// Learns the operations of each service from all the cassettes that hold some of it.
    pub(super) fn of(cassettes: &'a [Cassette]) -> Recorded<'a> {
        let mut upstreams: Vec<&str> = Vec::new();
        let mut by_upstream: HashMap<&str, Vec<(&'a Cassette, &'a Exchange)>> = HashMap::new();
        for cassette in cassettes {
            // What was edited by hand is no evidence.
            for exchange in cassette.exchanges.iter().filter(|exchange| !exchange.edited) {
                // What is of no service by name is of the cassette's.
                let whose = if exchange.upstream.is_empty() { &cassette.name } else { &exchange.upstream };
                if !by_upstream.contains_key(whose.as_str()) {
                    upstreams.push(whose);
                }
                by_upstream.entry(whose).or_default().push((cassette, exchange));
            }
        }
        let mut ones = Vec::new();
        let mut operations: Vec<Operation> = Vec::new();
        let mut known: BTreeMap<Operation, usize> = BTreeMap::new();
        for (whose, upstream) in upstreams.iter().enumerate() {
            let exchanges = by_upstream.remove(upstream).unwrap_or_default();
            let learned = Operations::learn(exchanges.iter().map(|(_, exchange)| *exchange));
            for (cassette, exchange) in exchanges {
                let operation = learned.of(&exchange.request);
                let which = *known.entry(operation.clone()).or_insert_with(|| {
                    operations.push(operation);
                    operations.len() - 1
                });
                ones.push(One { exchange, cassette, route: (whose, which) });
            }
        }
        ones.sort_by_key(|one| one.exchange.at);
        let routes: HashSet<(usize, usize)> = ones.iter().map(|one| one.route).collect();
        let mut services: HashMap<usize, usize> = HashMap::new();
        routes.iter().for_each(|(_, which)| *services.entry(*which).or_default() += 1);
        let shared = services.into_iter().filter(|(_, count)| *count > 1).map(|(which, _)| which).collect();
        let edited = cassettes.iter().flat_map(|one| &one.exchanges).filter(|one| one.edited).count();
        Recorded { ones, upstreams, operations, shared, edited }
    }

    pub(super) fn operation(&self, one: &One<'_>) -> &Operation {
        &self.operations[one.route.1]
    }

    /// The operation, and whose it is where several services have it.
    pub(super) fn route(&self, (whose, which): (usize, usize)) -> String {
        let operation = &self.operations[which];
        match self.shared.contains(&which) {
            true => format!("{operation} at {}", host(self.upstreams[whose])),
            false => operation.to_string(),
        }
    }

    pub(super) fn operation_of(&self, route: (usize, usize)) -> &Operation {
        &self.operations[route.1]
    }
}

impl One<'_> {
    /// As people cite it.
    pub(super) fn cite(&self) -> String {
        self.cassette.cite(self.exchange.id)
    }

    /// The cassette that holds it.
    pub(super) fn cassette(&self) -> &str {
        &self.cassette.name
    }

    pub(super) fn at(&self) -> Timestamp {
        self.exchange.at
    }

    /// Whether it changes something whatever it is called: by its method, by its status, or by its document.
    pub(super) fn surely_writes(&self) -> bool {
        let request = &self.exchange.request;
        let made = self.exchange.answer.reply().is_some_and(|reply| matches!(reply.status, 201 | 202));
        request.method != "POST" || made || query(request).is_some_and(|query| query.starts_with("mutation"))
    }
}

/// Every write that went well, by the things that it names, in the order of time.
pub(super) fn writes(recorded: &Recorded<'_>) -> HashMap<Key, Vec<usize>> {
    let mut writes: HashMap<Key, Vec<usize>> = HashMap::new();
    for (number, one) in recorded.ones.iter().enumerate() {
        let Some(reply) = one.exchange.answer.reply() else { continue };
        let request = &one.exchange.request;
        // A query by a name or a digest is a query still.
        let asks = || !one.surely_writes() && query(request).is_some();
        if reply.status >= 400 || effect(request) == Effect::Reads || asks() {
            continue;
        }
        let kinds: HashSet<String> = Asked::kinds(request, recorded.operation(one)).into_iter().collect();
        let asked = Asked::of(request, recorded.operation(one), &kinds);
        let mut keys: HashSet<Key> = asked.variables.into_iter().chain(asked.query).collect();
        let documents =
            [codec::json_of(&request.headers, &request.body), codec::json_of(&reply.headers, &reply.body)];
        for document in documents.iter().flatten() {
            named(document, asked.collection.as_deref(), &mut keys);
        }
        for key in keys {
            if let Some(alone) = key.alone() {
                writes.entry(alone).or_default().push(number);
            }
            writes.entry(key).or_default().push(number);
        }
    }
    writes
}

/// What a request's body asks for in a language of queries.
fn query(request: &Request) -> Option<String> {
    let body = codec::json_of(&request.headers, &request.body)?;
    Some(body.get("query")?.as_str()?.trim_start().to_owned())
}

/// The things that a document names, whatever it does with them.
fn named(json: &Json, kind: Option<&str>, keys: &mut HashSet<Key>) {
    // Whatever a member is called, what stands there may be an id: too many are no harm here.
    let all: HashSet<String> = json.members().iter().map(|(name, _)| kind_of(name)).collect();
    keys.extend(references(json, &all));
    if let (Some(kind), Some(id)) = (kind, json.get("id").and_then(super::ids::id_of)) {
        keys.insert(Key::new(kind, id));
    }
    for (name, value) in json.members() {
        named(value, Some(&kind_of(name)), keys);
    }
    json.items().iter().for_each(|item| named(item, kind, keys));
}

/// The authority of a base URL, and the path that goes with it.
fn host(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest)
}
