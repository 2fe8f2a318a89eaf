//! Where values stand in the documents of a route, on both sides.

use super::survey::Survey;
use crate::kit::data::Rng;
use cassettes::json::{Json, Pointer};
use std::collections::{BTreeMap, BTreeSet};

/// One member of one kind of object: what stood there, and how often it could have.
#[derive(Debug, Clone, Default)]
pub(crate) struct Place {
    pub(crate) parents: usize,
    pub(crate) values: Vec<Json>,
}

impl Place {
    pub(crate) fn is_required(&self) -> bool {
        self.values.len() == self.parents
    }

    /// Values of one kind that are not null, if there are only such.
    pub(crate) fn texts(&self) -> Option<Vec<&str>> {
        let all: Option<Vec<&str>> = self.some().map(Json::as_str).collect();
        all.filter(|texts| !texts.is_empty())
    }

    /// The texts of numbers, if there are only such.
    pub(crate) fn numbers(&self) -> Option<Vec<&str>> {
        let all: Option<Vec<&str>> =
            self.some().map(|v| v.scalar_text().filter(|_| matches!(v, Json::Number(_)))).collect();
        all.filter(|texts| !texts.is_empty())
    }

    pub(crate) fn some(&self) -> impl Iterator<Item = &Json> {
        self.values.iter().filter(|v| **v != Json::Null)
    }

    pub(crate) fn nulls(&self) -> usize {
        self.values.iter().filter(|v| **v == Json::Null).count()
    }
}

/// One place on the real side and on the honest mock.
pub(crate) struct Pair {
    pub(crate) route: &'static str,
    pub(crate) at: Pointer,
    pub(crate) real: Place,
    pub(crate) mock: Place,
}

/// Every place that both sides showed, but for those that turn pages.
pub(crate) fn pairs(survey: &Survey) -> Vec<Pair> {
    let mut all = Vec::new();
    for (route, (real, mock)) in survey.documents() {
        let (real, mut mock) = (places(&real), places(&mock));
        for (at, place) in real {
            if let Some(other) = mock.remove(&at).filter(|_| !is_signal(&at)) {
                all.push(Pair { route, at, real: place, mock: other });
            }
        }
    }
    all
}

/// At most `most` for each route, by a draw that is always the same.
pub(crate) fn some(pairs: Vec<&Pair>, operator: &str, most: usize) -> Vec<(&'static str, Pointer)> {
    let mut by_route: BTreeMap<&'static str, Vec<&Pair>> = BTreeMap::new();
    for pair in pairs {
        by_route.entry(pair.route).or_default().push(pair);
    }
    let mut drawn = Vec::new();
    for (route, mut pairs) in by_route {
        Rng::new(7, &format!("{operator} {route}")).shuffle(&mut pairs);
        drawn.extend(pairs.iter().take(most).map(|pair| (route, pair.at.clone())));
    }
    drawn
}

fn places(documents: &[Json]) -> BTreeMap<Pointer, Place> {
    let mut objects: BTreeMap<Pointer, Vec<&Json>> = BTreeMap::new();
    for document in documents {
        Pointer::walk(document, &mut |at, value| {
            if matches!(value, Json::Object(_)) {
                objects.entry(at.generic()).or_default().push(value);
            }
        });
    }
    let mut places: BTreeMap<Pointer, Place> = BTreeMap::new();
    for (at, objects) in objects {
        let names: BTreeSet<&str> =
            objects.iter().flat_map(|o| o.members()).map(|(name, _)| name.as_str()).collect();
        for name in names {
            let values = objects.iter().filter_map(|o| o.get(name)).cloned().collect();
            places.insert(at.member(name), Place { parents: objects.len(), values });
        }
    }
    places
}

/// Members of an envelope that say where the next page is, or how many there are.
fn is_signal(at: &Pointer) -> bool {
    const WORDS: [&str; 9] =
        ["next", "more", "token", "cursor", "total", "page", "truncated", "offset", "count"];
    let outside_items = !at.0.iter().any(|s| matches!(s, cassettes::json::Step::Every));
    outside_items
        && at.0.iter().any(|step| match step {
            cassettes::json::Step::Member(name) => WORDS.iter().any(|w| name.to_lowercase().contains(w)),
            _ => false,
        })
}
