//! Which orders two answers to one request show to be unstable.

use super::shape::Shape;
use crate::facets::pagination::{identities, identity_member};
use crate::json::Json;
use std::collections::{BTreeMap, BTreeSet};

/// Orders that some answers to one request show to be unstable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unstable {
    /// Lists.
    pub(super) lists: BTreeSet<Shape>,
    /// Members of objects.
    pub(super) members: BTreeSet<Shape>,
}

/// Longer lists are compared only as far as they are equal text for text.
const LONGEST: usize = 20_000;

impl Unstable {
    /// Compares answers to one request, each with its successor.
    pub fn of(answers: &[Json]) -> Unstable {
        let mut found = Unstable::default();
        for pair in answers.windows(2) {
            found.compare(&Shape::default(), &pair[0], &pair[1]);
        }
        // The first and the last have not met yet.
        if let [first, _, .., last] = answers {
            found.compare(&Shape::default(), first, last);
        }
        found
    }

    /// How many orders it names.
    pub fn len(&self) -> usize {
        self.lists.len() + self.members.len()
    }

    /// Whether every order was always the same.
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty() && self.members.is_empty()
    }

    /// The two numbers by themselves: of lists, and of objects.
    pub fn counts(&self) -> (usize, usize) {
        (self.lists.len(), self.members.len())
    }

    fn compare(&mut self, at: &Shape, one: &Json, other: &Json) {
        match (one, other) {
            (Json::Array(one), Json::Array(other)) => self.lists(at, one, other),
            (Json::Object(one), Json::Object(other)) => self.objects(at, one, other),
            _ => {}
        }
    }

    /// Only another order of the same things is instability; other things are another state.
    fn lists(&mut self, at: &Shape, one: &[Json], other: &[Json]) {
        if one.len() != other.len() || one.len() > LONGEST {
            return;
        }
        let inner = at.item();
        let (Some(who), Some(whom)) = (names(one, one), names(other, one)) else {
            for (one, other) in one.iter().zip(other) {
                self.compare(&inner, one, other);
            }
            return;
        };
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, name) in whom.iter().enumerate().rev() {
            places.entry(name).or_default().push(place);
        }
        // Each of the one finds itself among the other, or they are not the same things.
        let pairs: Option<Vec<usize>> =
            who.iter().map(|name| places.get_mut(name.as_str()).and_then(Vec::pop)).collect();
        let Some(pairs) = pairs else { return };
        if pairs.iter().enumerate().any(|(place, other)| who[place] != whom[place] && place != *other) {
            self.lists.insert(at.clone());
        }
        for (one, place) in one.iter().zip(pairs) {
            self.compare(&inner, one, &other[place]);
        }
    }

    fn objects(&mut self, at: &Shape, one: &[(String, Json)], other: &[(String, Json)]) {
        let twice = |members: &[(String, Json)]| {
            members.iter().map(|(name, _)| name).collect::<BTreeSet<_>>().len() < members.len()
        };
        // Which of two members of one name is meant, nobody can say.
        if twice(one) || twice(other) {
            return;
        }
        // What one of them lacks has no place that could be compared.
        let order = |members: &'_ [(String, Json)], others: &[(String, Json)]| -> Vec<String> {
            let shared = members.iter().filter(|(name, _)| others.iter().any(|(n, _)| n == name));
            shared.map(|(name, _)| name.clone()).collect()
        };
        if order(one, other) != order(other, one) {
            self.members.insert(at.clone());
        }
        for (name, value) in one {
            if let Some((_, other)) = other.iter().find(|(n, _)| n == name) {
                self.compare(&at.member(name), value, other);
            }
        }
    }
}

/// Who the items are: by the member that tells those of the `model` apart, else by all that they say.
fn names(items: &[Json], model: &[Json]) -> Option<Vec<String>> {
    let member = identity_member(&model.iter().collect::<Vec<_>>());
    if member.is_none() {
        let whole = |item: &Json| {
            let mut text = String::new();
            item.write(&mut text, true);
            text
        };
        return Some(items.iter().map(whole).collect());
    }
    let all = items.iter().all(|item| member.as_deref().is_some_and(|m| item.get(m).is_some()));
    all.then(|| identities(items, member.as_deref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(answers: &[&str]) -> (Vec<String>, Vec<String>) {
        let answers: Vec<Json> = answers.iter().filter_map(|a| Json::parse(a.as_bytes()).ok()).collect();
        let unstable = Unstable::of(&answers);
        let show = |shapes: &BTreeSet<Shape>| {
            shapes.iter().map(|s| crate::json::Pointer(s.0.clone()).to_string()).collect::<Vec<_>>()
        };
        (show(&unstable.lists), show(&unstable.members))
    }

    #[test]
    fn only_another_order_of_the_same_things_is_instability() {
        let none = (vec![], vec![]);
        assert_eq!(learned(&[r#"["a","b"]"#, r#"["a","b"]"#]), none);
        assert_eq!(learned(&[r#"["a","b"]"#, r#"["c","a"]"#]), none, "another state");
        assert_eq!(learned(&[r#"["a","b"]"#, r#"["b","a"]"#]).0, [""]);
        assert_eq!(learned(&[r#"["a","b"]"#, r#"["a","b"]"#, r#"["b","a"]"#]).0, [""]);
        let one = r#"{"data":[{"id":1,"n":5,"tags":["x","y"]},{"id":2,"n":6,"tags":["z","w"]}]}"#;
        let other = r#"{"data":[{"id":2,"tags":["z","w"],"n":7},{"id":1,"n":5,"tags":["y","x"]}]}"#;
        let (lists, members) = learned(&[one, other]);
        assert_eq!((lists.len(), members.len()), (2, 1), "{lists:?} {members:?}");
        assert_eq!(learned(&[r#"{"a":1,"b":2}"#, r#"{"b":2,"c":3,"a":1}"#]).1, [""]);
        assert_eq!(learned(&[r#"{"a":1,"b":2}"#, r#"{"c":3,"a":1,"b":2}"#]), none);
        assert_eq!(learned(&[r#"{"a":1,"a":2,"b":1}"#, r#"{"b":2,"a":3,"a":1}"#]), none);
        assert_eq!(learned(&["[1,1,2]", "[1,2,1]"]).0, [""]);
        assert_eq!(learned(&["[1,1]", "[1,1]"]), none);
    }
}
