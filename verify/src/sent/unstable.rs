//! Answers that give the same things in another order each time, and requests that follow it.

use crate::conduct::Conduct;
use cassettes::codec;
use cassettes::json::{Json, Pointer};
use cassettes::model::Request;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// So many things are put in order.
const MOST: usize = 1000;

/// An answer whose things have no order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unstable {
    /// Two exchanges that show it, as people cite them.
    pub(crate) first: String,
    pub(crate) second: String,
    /// The things: members by name, items by what they are, and the values of both.
    pub(crate) things: BTreeSet<String>,
}

/// By recorded exchange: the answers to equal requests that differ in their order alone, somewhere.
pub(crate) fn unstable(conduct: &Conduct<'_>) -> BTreeMap<usize, Unstable> {
    let mut groups: HashMap<(usize, &str, &str, &[u8]), Vec<usize>> = HashMap::new();
    for (number, one) in conduct.recorded.iter().enumerate().filter(|(_, one)| one.is_success()) {
        let request = one.request();
        let key = (one.cassette, request.method.as_str(), request.target.as_str(), request.essence());
        groups.entry(key).or_default().push(number);
    }
    let mut found = BTreeMap::new();
    for group in groups.values().filter(|group| group.len() > 1) {
        let cite = |number: usize| conduct.recorded[number].cite.clone();
        let orders: Vec<(usize, Vec<String>)> =
            group.iter().filter_map(|&n| Some((n, order(conduct.recorded[n].said().tree()?)))).collect();
        let Some((first, kept)) = orders.first() else { continue };
        let other = orders.iter().find(|(_, order)| order != kept && sorted(order) == sorted(kept));
        let Some((second, _)) = other else { continue };
        for (number, order) in &orders {
            let things = order.iter().cloned().collect();
            found.insert(*number, Unstable { first: cite(*first), second: cite(*second), things });
        }
    }
    found
}

fn sorted(order: &[String]) -> Vec<&String> {
    let mut sorted: Vec<&String> = order.iter().collect();
    sorted.sort();
    sorted
}

/// Everything that stands in an order: names of members, and scalars.
fn order(tree: &Json) -> Vec<String> {
    let mut order = Vec::new();
    Pointer::walk(tree, &mut |_, value| {
        order.extend(value.members().iter().map(|(name, _)| name.clone()));
        order.extend(value.scalar_text().map(str::to_owned));
    });
    order.truncate(MOST);
    order
}

/// Where a request holds the same things as the recorded one in another order, all of them such as were
/// served: the place, the things as sent, and as recorded.
pub(crate) fn in_order(
    sent: &Request,
    recorded: &Request,
    things: &BTreeSet<String>,
) -> Option<(String, Vec<String>, Vec<String>)> {
    let known = lists(recorded);
    lists(sent).into_iter().find_map(|(place, now)| {
        let before = known.get(&place)?;
        let is_served = now.len() > 1 && now.iter().all(|thing| things.contains(thing));
        (is_served && now != *before && sorted(&now) == sorted(before)).then(|| (place, now, before.clone()))
    })
}

/// Every sequence of a request's body and query, by its place.
fn lists(request: &Request) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if let Some(json) = codec::json_of(&request.headers, &request.body) {
        Pointer::walk(&json, &mut |at, value| match value {
            Json::Array(items) => {
                let texts: Option<Vec<String>> =
                    items.iter().map(|item| item.scalar_text().map(str::to_owned)).collect();
                found.extend(texts.map(|texts| (format!("json {at}"), texts)));
            }
            Json::String(text) => found.extend(split(text).map(|texts| (format!("json {at}"), texts))),
            _ => {}
        });
    }
    for (name, value) in request.query_pairs() {
        found.extend(split(&value).map(|texts| (format!("query {name}"), texts)));
    }
    found
}

/// The things in a text such as `a,b,c`; of `a=1&b=2` the names.
fn split(text: &str) -> Option<Vec<String>> {
    let mark = [',', '&', ';', '|'].into_iter().find(|mark| text.contains(*mark))?;
    let name = |piece: &str| piece.split(['=', ':']).next().unwrap_or_default().trim().to_owned();
    Some(text.split(mark).filter(|piece| !piece.is_empty()).map(name).collect())
}
