//! Whether a request's body is like the contract's: its kind, then its values under the rules.

use super::matcher::{Matcher, same};
use super::path::Step;
use super::rules::{RuleSet, Rules};
use super::xml;
use crate::mocks::conditions::{Asked, Fit};
use cassettes::json::Json;
use cassettes::model::Request;

/// The body that a contract expects.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    /// Nobody cares.
    Anything,
    /// None, or an empty one.
    Nothing,
    /// A JSON document.
    Json(Json),
    /// An XML document.
    Xml(String),
    /// A form.
    Form(String),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Wanted {
    /// Whether a question's body is like this.
    pub(super) fn fit(&self, rules: &Rules, asked: &Asked<'_>) -> Fit {
        let text = asked.body();
        let fit = match (self, text) {
            (Wanted::Anything, _) => return Fit::Met,
            (Wanted::Nothing, body) => return Fit::of(body.is_none_or(|body| body.text.trim() == "null")),
            (Wanted::Bytes(bytes), _) => return Fit::of(bytes == asked.bytes()),
            (_, None) => return Fit::Unmet,
            (Wanted::Json(wanted), Some(body)) => match body.json() {
                Some(found) => values(rules, &mut Vec::new(), wanted, found),
                None => Fit::Unmet,
            },
            (Wanted::Xml(wanted), Some(body)) => xml::fit(rules, wanted, &body.text),
            (Wanted::Form(wanted), Some(body)) => pairs(rules, &read_pairs(wanted), &read_pairs(&body.text)),
            (Wanted::Text(wanted), Some(body)) => match rules.whole() {
                Some(set) => set.fit_text(wanted, &body.text),
                None => Fit::of(*wanted == body.text),
            },
        };
        if rules.is_unsure() && fit == Fit::Unmet { Fit::Unsure } else { fit }
    }
}

/// Whether a value is like the example under the rules.
pub(super) fn values(rules: &Rules, place: &mut Vec<Step>, example: &Json, found: &Json) -> Fit {
    let best = rules.best(place);
    match (example, found) {
        (Json::Object(wanted), Json::Object(_)) => members(rules, place, best, wanted, found),
        (Json::Array(wanted), Json::Array(items)) => lists(rules, place, best, wanted, items),
        (example, found) => match best {
            Some((set, _)) => set.fit_value(example, found),
            None => Fit::of(same(example, found)),
        },
    }
}

fn members(
    rules: &Rules,
    place: &mut Vec<Step>,
    best: Option<(&RuleSet, bool)>,
    wanted: &[(String, Json)],
    found: &Json,
) -> Fit {
    let own: &[Matcher] = best.filter(|(_, exact)| *exact).map_or(&[], |(set, _)| set.matchers());
    let mut fits = Vec::new();
    let mut open = false;
    for matcher in own {
        match matcher {
            Matcher::Values | Matcher::EachValue(_) => open = true,
            Matcher::EachKey(set) => {
                open = true;
                let name = |name: &String| Json::String(name.clone());
                let example = wanted.first().map(|(n, _)| name(n)).unwrap_or(Json::Null);
                fits.extend(found.members().iter().map(|(n, _)| set.fit_value(&example, &name(n))));
            }
            Matcher::Unknown(_) => fits.push(Fit::Unsure),
            Matcher::NotEmpty => fits.push(Fit::of(!found.members().is_empty())),
            Matcher::Equality => return Fit::of(same(&Json::Object(wanted.to_vec()), found)),
            Matcher::Regex(_) | Matcher::Include(_) | Matcher::Null | Matcher::Boolean => return Fit::Unmet,
            Matcher::Integer | Matcher::Decimal | Matcher::Number => return Fit::Unmet,
            Matcher::ArrayContains(_) => return Fit::Unmet,
            Matcher::Type { .. } => {}
        }
    }
    for (name, value) in found.members() {
        let example = wanted.iter().find(|(n, _)| n == name);
        // Where the names are free, a new one's value looks like the first.
        let Some((_, example)) = example.or(if open { wanted.first() } else { None }) else {
            if open {
                continue;
            }
            return Fit::Unmet;
        };
        place.push(Step::Field(name.clone()));
        fits.push(match each_value(own) {
            Some(set) => set.fit_value(example, value),
            None => values(rules, place, example, value),
        });
        place.pop();
    }
    let missing = || wanted.iter().any(|(name, _)| found.get(name).is_none());
    if !open && missing() {
        return Fit::Unmet;
    }
    Fit::all(fits)
}

fn each_value(matchers: &[Matcher]) -> Option<&RuleSet> {
    matchers.iter().find_map(|matcher| match matcher {
        // Rules that only say "like the example" leave the work to the rules below.
        Matcher::EachValue(set) if !set.matchers().iter().all(Matcher::loosens) => Some(set),
        _ => None,
    })
}

fn lists(
    rules: &Rules,
    place: &mut Vec<Step>,
    best: Option<(&RuleSet, bool)>,
    wanted: &[Json],
    found: &[Json],
) -> Fit {
    let pair = |place: &mut Vec<Step>, at: usize, example: &Json, value: &Json| {
        place.push(Step::Index(at));
        let fit = values(rules, place, example, value);
        place.pop();
        fit
    };
    let matchers = best.map_or(&[][..], |(set, _)| set.matchers());
    let exact = best.is_some_and(|(_, exact)| exact);
    let mut fits = Vec::new();
    for matcher in matchers {
        match matcher {
            Matcher::Type { min, max } if exact => {
                let count = found.len() as u64;
                fits.push(Fit::of(min.is_none_or(|min| count >= min) && max.is_none_or(|max| count <= max)));
            }
            Matcher::ArrayContains(variants) if exact => return contains(variants, wanted, found),
            Matcher::Unknown(_) => fits.push(Fit::Unsure),
            Matcher::NotEmpty if exact => fits.push(Fit::of(!found.is_empty())),
            Matcher::Regex(_) | Matcher::Include(_) | Matcher::Null | Matcher::Boolean if exact => {
                return Fit::Unmet;
            }
            _ => {}
        }
    }
    let loose = matchers.iter().any(Matcher::loosens);
    if !loose && wanted.len() != found.len() {
        return Fit::Unmet;
    }
    for (at, value) in found.iter().enumerate() {
        // A list of other length repeats the first example.
        if let Some(example) = wanted.get(at).or_else(|| wanted.first()) {
            fits.push(match each_value(matchers).filter(|_| exact) {
                Some(set) => set.fit_value(example, value),
                None => pair(place, at, example, value),
            });
        }
    }
    Fit::all(fits)
}

fn contains(variants: &[(usize, Rules)], wanted: &[Json], found: &[Json]) -> Fit {
    Fit::all(variants.iter().map(|(index, rules)| match wanted.get(*index) {
        Some(example) => Fit::any(found.iter().map(|value| values(rules, &mut Vec::new(), example, value))),
        None => Fit::Unsure,
    }))
}

/// Names and values of a query or a form.
pub(super) fn read_pairs(text: &str) -> Vec<(String, String)> {
    Request::new("GET", format!("/?{}", text.trim().replace('#', "%23"))).query_pairs()
}

/// Whether names and values are those of the example: the order counts within a name only.
pub(super) fn pairs(rules: &Rules, wanted: &[(String, String)], found: &[(String, String)]) -> Fit {
    let under = |pairs: &[(String, String)], name: &str| -> Vec<String> {
        pairs.iter().filter(|(n, _)| n == name).map(|(_, value)| value.clone()).collect()
    };
    if found.iter().any(|(name, _)| !wanted.iter().any(|(n, _)| n == name)) {
        return if rules.is_unsure() { Fit::Unsure } else { Fit::Unmet };
    }
    Fit::all(wanted.iter().map(|(name, _)| {
        let (examples, values) = (under(wanted, name), under(found, name));
        if values.is_empty() {
            return Fit::Unmet;
        }
        let Some(set) = rules.named(name, false) else { return Fit::of(examples == values) };
        if examples.len() != values.len() && !set.matchers().iter().any(Matcher::loosens) {
            return Fit::Unmet;
        }
        let example = |at: usize| examples.get(at).or_else(|| examples.first()).map_or("", String::as_str);
        Fit::all(values.iter().enumerate().map(|(at, value)| set.fit_text(example(at), value)))
    }))
}
