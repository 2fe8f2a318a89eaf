//! Which exchange of a newer recording answers the question of which exchange of an older one: the same
//! question once the cursors and ids that the newer answers gave stand in it.

use crate::ask::plan::Plan;
use cassettes::json::Json;
use cassettes::links;
use cassettes::links::Link;
use cassettes::matching::{affinity, credential, key};
use cassettes::model::{Answer, Exchange, Request};
use cassettes::redact::Names;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Each round can only begin where the one before gave new answers to bind with.
const ROUNDS: usize = 6;

/// Which belongs to which, as positions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pairs {
    /// For each exchange of the older recording the one of the newer.
    pub(super) after: Vec<Option<usize>>,
    /// For each exchange of the newer recording the one of the older.
    pub(super) before: Vec<Option<usize>>,
}

/// Pairs the exchanges of two recordings.
pub(super) fn pair(before: &Plan<'_>, after: &Plan<'_>) -> Pairs {
    let names = Names::new(&before.cassette.header.redact).or_else(|_| Names::new(&Default::default()));
    let Ok(names) = names else {
        return Pairs {
            after: vec![None; before.operations.len()],
            before: vec![None; after.operations.len()],
        };
    };
    let mut search = Search {
        after,
        before,
        links: before.links.iter().flatten().cloned().collect(),
        bound: vec![None; before.operations.len()],
        keys: keys(after, &names),
        names,
        pairs: Pairs {
            after: vec![None; before.operations.len()],
            before: vec![None; after.operations.len()],
        },
    };
    for _ in 0..ROUNDS {
        search.exactly();
        if !search.alike() {
            break;
        }
    }
    search.pairs
}

/// The unpaired exchanges of the newer recording by upstream and key, in their order.
fn keys(after: &Plan<'_>, names: &Names) -> HashMap<(usize, Vec<u8>), Vec<usize>> {
    let mut keys: HashMap<(usize, Vec<u8>), Vec<usize>> = HashMap::new();
    for (position, exchange) in after.cassette.exchanges.iter().enumerate() {
        keys.entry((upstream(after, exchange), key(&exchange.request, names))).or_default().push(position);
    }
    keys
}

/// A real side may have moved: which one of the cassette's it is counts.
fn upstream(plan: &Plan<'_>, exchange: &Exchange) -> usize {
    plan.cassette.header.upstreams.iter().position(|u| *u == exchange.upstream).unwrap_or_default()
}

struct Search<'p, 'a> {
    before: &'p Plan<'a>,
    after: &'p Plan<'a>,
    links: Vec<Link>,
    names: Names,
    keys: HashMap<(usize, Vec<u8>), Vec<usize>>,
    /// For each exchange of the older recording the answer to bind with.
    bound: Vec<Option<Answer>>,
    pairs: Pairs,
}

impl Search<'_, '_> {
    fn join(&mut self, old: usize, new: usize) {
        self.pairs.after[old] = Some(new);
        self.pairs.before[new] = Some(old);
        self.bound[old] = Some(self.after.cassette.exchanges[new].answer.clone());
    }

    /// Pairs what is the same question, in recorded order.
    fn exactly(&mut self) {
        let exchanges = &self.before.cassette.exchanges;
        for (old, exchange) in exchanges.iter().enumerate() {
            if self.pairs.after[old].is_some() {
                continue;
            }
            let request = links::bind(old, exchanges, &self.links, &self.bound).request;
            let place = upstream(self.before, exchange);
            let mut found = None;
            // The recorded spelling counts, too: what the newer recording gave may be what it was.
            for request in [&request, &exchange.request] {
                let Some(queue) = self.keys.get(&(place, key(request, &self.names))) else { continue };
                let free = queue.iter().copied().filter(|new| self.pairs.before[*new].is_none());
                // Of several that stand in one queue the one with the like credential is meant.
                let own = credential(&exchange.request, exchange.at);
                let likeness = |new: &usize| {
                    let other = &self.after.cassette.exchanges[*new];
                    (affinity(&own, &credential(&other.request, other.at)), like_fields(exchange, other))
                };
                found = free.min_by_key(|new| (std::cmp::Reverse(likeness(new)), *new));
                if found.is_some() {
                    break;
                }
            }
            if let Some(new) = found {
                self.join(old, new);
            }
        }
    }

    /// Pairs what is the same question but for values of the client's own: random keys, moments. Whether
    /// any were paired.
    fn alike(&mut self) -> bool {
        let mut any = false;
        for like in [Likeness::Answered, Likeness::Asked, Likeness::OfItsKind] {
            let mut waiting: BTreeMap<Form, Vec<usize>> = BTreeMap::new();
            for (new, exchange) in self.after.cassette.exchanges.iter().enumerate().rev() {
                if self.pairs.before[new].is_none() {
                    waiting.entry(self.form(self.after, new, exchange, like)).or_default().push(new);
                }
            }
            for (old, exchange) in self.before.cassette.exchanges.iter().enumerate() {
                if self.pairs.after[old].is_none() {
                    let form = self.form(self.before, old, exchange, like);
                    if let Some(new) = waiting.get_mut(&form).and_then(Vec::pop) {
                        self.join(old, new);
                        any = true;
                    }
                }
            }
            if any {
                break;
            }
        }
        any
    }

    /// What a question looks like apart from its values.
    fn form(&self, plan: &Plan<'_>, position: usize, exchange: &Exchange, like: Likeness) -> Form {
        let request = &exchange.request;
        let mut names: BTreeSet<String> = request.query_pairs().into_iter().map(|(name, _)| name).collect();
        if let Some(json) = Json::parse(request.body.bytes()).ok().filter(|_| !request.body.is_empty()) {
            names.extend(json.members().iter().map(|(name, value)| format!("{name}:{}", value.kind())));
        }
        let own = plan.links[position].iter().any(|link| link.target.is_in_url());
        // What the client asked for by a name of its own is another question under another name.
        let any = own || like == Likeness::OfItsKind;
        let path = if any { String::new() } else { request.path().to_owned() };
        Form {
            upstream: upstream(plan, exchange),
            operation: plan.operations[position].to_string(),
            path,
            names,
            label: if like == Likeness::Asked { String::new() } else { exchange.answer.label() },
        }
    }
}

/// How like two questions must be: each step is weaker than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// The same path, but for what the vendor gave, and answered alike.
    Answered,
    /// The same path, however it was answered.
    Asked,
    /// The same operation, of things that the client named in another way, and answered alike.
    OfItsKind,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Form {
    upstream: usize,
    operation: String,
    path: String,
    names: BTreeSet<String>,
    label: String,
}

/// Header fields that change what is asked for, and how alike two requests are in them.
fn like_fields(old: &Exchange, new: &Exchange) -> usize {
    let fields =
        ["accept", "range", "if-none-match", "if-match", "if-modified-since", "prefer", "content-type"];
    let same = |name: &&&str| {
        let of = |request: &Request| request.headers.get(name).map(std::borrow::Cow::into_owned);
        let (old, new) = (of(&old.request), of(&new.request));
        // The values of conditions are the vendor's and change; whether there is one does not.
        if name.starts_with("if-") { old.is_some() == new.is_some() } else { old == new }
    };
    fields.iter().filter(same).count()
}
