//! Values as JavaScript holds them, as far as they can be read without running anything.

use crate::mocks::conditions::{Dialect, Fit, Pattern};
use crate::mocks::javascript::{self, number_text};
use crate::mocks::placed::{Placed, Value};
use cassettes::json::Json;

/// A value of JavaScript.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Js {
    Undefined,
    Null,
    Bool(bool),
    /// Every number is a double.
    Number(f64),
    Text(String),
    List(Vec<Js>),
    /// In order; the last of a name counts.
    Map(Vec<(String, Js)>),
    Regex(Pattern),
    /// A text with holes that only a run would fill, and how the file writes it.
    Holes(Vec<Option<String>>, String),
    /// Something that only a run would tell, in the file's own words.
    Unknown(String),
}

impl Js {
    /// A value out of JSON.
    pub(super) fn of(placed: &Placed) -> Js {
        match &placed.value {
            Value::Scalar(json) => Js::of_json(json),
            Value::List(items) => Js::List(items.iter().map(Js::of).collect()),
            Value::Map(members) => {
                Js::Map(members.iter().map(|m| (m.name.clone(), Js::of(&m.value))).collect())
            }
        }
    }

    /// A value out of JSON.
    pub(super) fn of_json(json: &Json) -> Js {
        match json {
            Json::Null => Js::Null,
            Json::Bool(value) => Js::Bool(*value),
            Json::Number(text) => Js::Number(text.parse().unwrap_or(f64::NAN)),
            Json::String(text) => Js::Text(text.clone()),
            Json::Array(items) => Js::List(items.iter().map(Js::of_json).collect()),
            Json::Object(members) => {
                Js::Map(members.iter().map(|(name, value)| (name.clone(), Js::of_json(value))).collect())
            }
        }
    }

    /// The last member of that name.
    pub(super) fn get(&self, name: &str) -> Option<&Js> {
        self.members().iter().rev().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// An object's members; empty for anything else.
    pub(super) fn members(&self) -> &[(String, Js)] {
        match self {
            Js::Map(members) => members,
            _ => &[],
        }
    }

    /// As `String(value)` gives it; none for what is no scalar.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Js::Text(text) => Some(text.clone()),
            Js::Number(number) => Some(number_text(*number)),
            Js::Bool(value) => Some(value.to_string()),
            Js::Null => Some("null".to_owned()),
            Js::List(items) => {
                let texts: Option<Vec<String>> = items.iter().map(Js::text).collect();
                texts.map(|texts| texts.join(","))
            }
            Js::Undefined | Js::Map(_) | Js::Regex(_) | Js::Holes(..) | Js::Unknown(_) => None,
        }
    }

    /// What stands in it that only a run would tell.
    pub(super) fn unknown(&self) -> Option<&str> {
        match self {
            Js::Unknown(what) | Js::Holes(_, what) => Some(what),
            Js::List(items) => items.iter().find_map(Js::unknown),
            Js::Map(members) => members.iter().find_map(|(_, value)| value.unknown()),
            _ => None,
        }
    }

    /// What `JSON.stringify` writes; none for what it leaves out.
    pub(super) fn stringify(&self) -> Option<Json> {
        Some(match self {
            Js::Undefined | Js::Unknown(_) | Js::Holes(..) => return None,
            Js::Null => Json::Null,
            Js::Bool(value) => Json::Bool(*value),
            Js::Number(number) => javascript::number(*number),
            Js::Text(text) => Json::String(text.clone()),
            Js::Regex(_) => Json::Object(Vec::new()),
            Js::List(items) => {
                Json::Array(items.iter().map(|item| item.stringify().unwrap_or(Json::Null)).collect())
            }
            Js::Map(members) => {
                let told =
                    members.iter().filter_map(|(name, value)| Some((name.clone(), value.stringify()?)));
                Json::Object(javascript::ordered(told))
            }
        })
    }

    /// Whether a value of a request is this one: expressions take texts, everything else is compared strictly.
    pub(super) fn fit(&self, found: &Js) -> Fit {
        match (self, found) {
            (Js::Unknown(_), _) => Fit::Unsure,
            (Js::Holes(parts, _), found) => match (holes(parts), found.text()) {
                // Where the holes are filled well it may be this one.
                (Some(pattern), Some(text)) if pattern.fit(&text) == Fit::Unmet => Fit::Unmet,
                (_, None) => Fit::Unmet,
                _ => Fit::Unsure,
            },
            (Js::Regex(pattern), found) => found.text().map_or(Fit::Unmet, |text| pattern.fit(&text)),
            (Js::List(a), Js::List(b)) if a.len() == b.len() => {
                Fit::all(a.iter().zip(b).map(|(a, b)| a.fit(b)))
            }
            (Js::Map(a), Js::Map(b)) => {
                let names = a.iter().chain(b).map(|(name, _)| name);
                let absent = Js::Undefined;
                Fit::all(
                    names.map(|name| {
                        self.get(name).unwrap_or(&absent).fit(found.get(name).unwrap_or(&absent))
                    }),
                )
            }
            (a, b) => Fit::of(a == b),
        }
    }
}

/// What a text with holes may be.
pub(super) fn holes(parts: &[Option<String>]) -> Option<Pattern> {
    let mut expression = String::from("^");
    for part in parts {
        match part {
            None => expression.push_str("[^/?&]*"),
            Some(text) => {
                for c in text.chars() {
                    if c.is_ascii_punctuation() {
                        expression.push('\\');
                    }
                    expression.push(c);
                }
            }
        }
    }
    Pattern::within(&format!("{expression}$"), "", Dialect::JavaScript).ok()
}

/// Names and values as `querystring` gives them, flattened: `a[0]` for the first of two.
pub(super) fn flat_pairs(pairs: &[(String, String)]) -> Vec<(String, Js)> {
    let mut flat = Vec::new();
    for (at, (name, value)) in pairs.iter().enumerate() {
        let count = pairs.iter().filter(|(n, _)| n == name).count();
        let before = pairs[..at].iter().filter(|(n, _)| n == name).count();
        let own = if count > 1 { format!("{name}[{before}]") } else { name.clone() };
        flat.push((own, Js::Text(value.clone())));
    }
    flat
}

/// An object flattened likewise, its scalars as texts.
pub(super) fn flat(prefix: &str, value: &Js, out: &mut Vec<(String, Js)>) {
    let below = |name: &str| if prefix.is_empty() { name.to_owned() } else { format!("{prefix}[{name}]") };
    match value {
        Js::Map(members) => members.iter().for_each(|(name, value)| flat(&below(name), value, out)),
        Js::List(items) => {
            items.iter().enumerate().for_each(|(at, item)| flat(&below(&at.to_string()), item, out));
        }
        Js::Regex(_) | Js::Unknown(_) | Js::Holes(..) | Js::Text(_) => {
            out.push((prefix.to_owned(), value.clone()));
        }
        Js::Null | Js::Undefined => out.push((prefix.to_owned(), Js::Text(String::new()))),
        scalar => out.push((prefix.to_owned(), Js::Text(scalar.text().unwrap_or_default()))),
    }
}

/// Whether flattened pairs are those that are wanted, in any order, and no others.
pub(super) fn fit_flat(wanted: &[(String, Js)], found: &[(String, Js)]) -> Fit {
    // Dots and brackets are two ways to write one place.
    let place = |name: &str| name.replace('[', ".").replace(']', "");
    if wanted.len() != found.len() {
        return Fit::Unmet;
    }
    Fit::all(wanted.iter().map(|(name, value)| {
        let other = found.iter().find(|(n, _)| place(n) == place(name));
        other.map_or(Fit::Unmet, |(_, other)| value.fit(other))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flattened_names_meet() {
        let mut wanted = Vec::new();
        let json = Json::parse(br#"{"a":{"b":1},"c":["x","y"]}"#).expect("json");
        flat("", &Js::of_json(&json), &mut wanted);
        let pairs = [("c", "x"), ("a[b]", "1"), ("c", "y")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(fit_flat(&wanted, &flat_pairs(&pairs)), Fit::Met);
        assert_eq!(fit_flat(&wanted, &flat_pairs(&pairs[1..])), Fit::Unmet);
    }
}
