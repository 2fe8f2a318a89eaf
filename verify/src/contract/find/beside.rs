//! Things that answers name beside their numbers: `/box/3` tells `{"event": {"id": 3}, "stats": {"sold": 7}}`.

use super::asked::Asked;
use super::documents::Document;
use super::ids::{Key, Naming, id_of, kind_of, naming};
use super::recorded::Recorded;
use cassettes::json::Json;
use cassettes::operation::is_id;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Names of members that hold the whole answer.
const HOLDERS: &[&str] = &["data", "result", "response", "body", "payload"];

/// The kinds of things that each route's answers name by the id that its path has.
#[derive(Debug, Default)]
pub(super) struct Beside(HashMap<(usize, usize), BTreeSet<String>>);

impl Beside {
    /// Learns them: whose id is once another one is something else, and of two kinds neither is told.
    pub(super) fn learn(recorded: &Recorded<'_>, documents: &[(usize, Document)]) -> Beside {
        let mut kinds: HashMap<(usize, usize), (BTreeSet<String>, BTreeSet<String>)> = HashMap::new();
        for (number, document) in documents {
            let one = &recorded.ones[*number];
            let asked = Asked::of(&one.exchange.request, recorded.operation(one), &HashSet::new());
            let Some(key) = asked.variables.last().filter(|_| asked.ends) else { continue };
            for (kind, id) in named(&document.tree) {
                let (same, others) = kinds.entry(one.route).or_default();
                if Key::new(&kind, id).value == key.value { same } else { others }.insert(kind);
            }
        }
        let alone = kinds.into_iter().filter_map(|(route, (same, others))| {
            let left: BTreeSet<String> = same.difference(&others).cloned().collect();
            (left.len() == 1).then_some((route, left))
        });
        Beside(alone.collect())
    }

    /// What an answer of a route calls the thing that was asked for.
    pub(super) fn of(&self, route: (usize, usize), asked: &Asked, document: &Document) -> Vec<Key> {
        let (Some(kinds), Some(key)) = (self.0.get(&route), asked.variables.last()) else {
            return Vec::new();
        };
        let keys = named(&document.tree).into_iter().filter(|(kind, _)| kinds.contains(kind));
        let keys = keys.map(|(kind, id)| Key::new(&kind, id));
        keys.filter(|named| named.value == key.value && named.kind != key.kind).collect()
    }
}

/// The objects of an answer that have an id, by their names.
fn named(tree: &Json) -> Vec<(String, &str)> {
    let held = HOLDERS.iter().filter_map(|holder| tree.get(holder));
    let members = std::iter::once(tree).chain(held).flat_map(Json::members);
    members.filter(|(name, _)| !is_id(name) && !HOLDERS.contains(&name.as_str())).filter_map(own).collect()
}

fn own((name, value): &(String, Json)) -> Option<(String, &str)> {
    let id = value.members().iter().find(|(name, _)| naming(name) == Some(Naming::Own));
    Some((kind_of(name), id_of(&id?.1)?))
}
