//! What a contract wants of a single value, instead of its example.

use super::java_time;
use super::rules::{RuleSet, Rules};
use crate::mocks::conditions::{Dialect, Fit, Pattern, same_number};
use crate::mocks::placed::Placed;
use cassettes::json::Json;

/// One matcher.
#[derive(Debug, Clone)]
pub(super) enum Matcher {
    /// The example itself.
    Equality,
    /// Of the example's kind; lists may have other lengths, between these.
    Type { min: Option<u64>, max: Option<u64> },
    /// An expression found somewhere in it.
    Regex(Pattern),
    /// This text somewhere in it.
    Include(String),
    /// A number without a fraction.
    Integer,
    /// A number with a fraction.
    Decimal,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Nothing.
    Null,
    /// Something that is not empty.
    NotEmpty,
    /// Any members, whose values look like the example's.
    Values,
    /// Members whose names are like this.
    EachKey(RuleSet),
    /// Values that are like this.
    EachValue(RuleSet),
    /// Items of these kinds: the example's item at the index, under rules of its own.
    ArrayContains(Vec<(usize, Rules)>),
    /// Something else, in the file's own words.
    Unknown(String),
}

impl Matcher {
    /// Reads `{"match": "regex", "regex": "\\d+"}`, and what earlier versions write.
    pub(super) fn read(node: &Placed) -> Self {
        let text = |name: &str| node.get(name).and_then(Placed::text);
        let limit = |name: &str| node.get(name).and_then(Placed::number);
        let kind = text("match").or_else(|| text("pact:matcher:type"));
        let regex = |source: &str| match Pattern::within(source, "", Dialect::JavaScript) {
            Ok(pattern) => Matcher::Regex(pattern),
            Err(why) => Matcher::Unknown(format!("regex {source}: {why}")),
        };
        let moment = |names: [&str; 2], usual: &str| {
            let format = names.iter().find_map(|name| text(name)).unwrap_or(usual);
            java_time::pattern(format)
                .map_or_else(|| Matcher::Unknown(format!("the time format {format}")), Matcher::Regex)
        };
        let types = || Matcher::Type { min: limit("min"), max: limit("max") };
        match kind {
            None if text("regex").is_some() => regex(text("regex").unwrap_or_default()),
            None if limit("min").is_some() || limit("max").is_some() => types(),
            Some("type" | "min" | "max") => types(),
            Some("equality") => Matcher::Equality,
            Some("regex") => regex(text("regex").unwrap_or_default()),
            Some("include") => Matcher::Include(text("value").unwrap_or_default().to_owned()),
            Some("integer") => Matcher::Integer,
            Some("decimal" | "real") => Matcher::Decimal,
            Some("number") => Matcher::Number,
            Some("boolean") => Matcher::Boolean,
            Some("null") => Matcher::Null,
            Some("notEmpty") => Matcher::NotEmpty,
            Some("values") => Matcher::Values,
            Some("semver") => regex(r"^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$"),
            Some("date") => moment(["format", "date"], "yyyy-MM-dd"),
            Some("time") => moment(["format", "time"], "HH:mm:ss"),
            Some("timestamp" | "datetime") => moment(["format", "timestamp"], "yyyy-MM-dd'T'HH:mm:ssXXX"),
            Some("eachKey") => Matcher::EachKey(RuleSet::of(node.get("rules").map(Placed::items))),
            Some("eachValue") => Matcher::EachValue(RuleSet::of(node.get("rules").map(Placed::items))),
            Some("arrayContains") => Matcher::ArrayContains(variants(node)),
            Some(other) => Matcher::Unknown(format!("the matcher {other}")),
            None => Matcher::Unknown("a matcher without a kind".to_owned()),
        }
    }

    /// Whether a single value is what is wanted in the place of the example.
    pub(super) fn fit(&self, example: &Json, found: &Json) -> Fit {
        let text = found.scalar_text();
        let is = |yes: bool| Fit::of(yes);
        match self {
            Matcher::Equality => is(same(example, found)),
            Matcher::Type { .. } | Matcher::Values | Matcher::EachKey(_) | Matcher::EachValue(_) => {
                is(example.kind() == found.kind())
            }
            Matcher::Regex(pattern) => text.map_or(Fit::Unmet, |text| pattern.fit(text)),
            Matcher::Include(part) => is(text.is_some_and(|text| text.contains(part.as_str()))),
            Matcher::Integer => is(number(found).is_some_and(|n| !n.contains(['.', 'e', 'E']))),
            Matcher::Decimal => is(number(found).is_some_and(|n| n.contains(['.', 'e', 'E']))),
            Matcher::Number => is(number(found).is_some()),
            Matcher::Boolean => is(matches!(found, Json::Bool(_))),
            Matcher::Null => is(*found == Json::Null),
            Matcher::NotEmpty => is(match found {
                Json::String(text) => !text.is_empty(),
                Json::Array(items) => !items.is_empty(),
                Json::Object(members) => !members.is_empty(),
                Json::Null => false,
                Json::Bool(_) | Json::Number(_) => true,
            }),
            Matcher::ArrayContains(_) => Fit::Unmet,
            Matcher::Unknown(_) => Fit::Unsure,
        }
    }

    /// Whether a text outside a body, where everything is text, is what is wanted.
    pub(super) fn fit_text(&self, example: &str, found: &str) -> Fit {
        let value = |text: &str| match Json::parse(text.as_bytes()) {
            Ok(json @ (Json::Number(_) | Json::Bool(_))) => json,
            _ => Json::String(text.to_owned()),
        };
        match self {
            Matcher::Type { .. } => Fit::Met,
            Matcher::Equality => Fit::of(example == found),
            Matcher::Null => Fit::of(found.is_empty()),
            other => other.fit(&value(example), &value(found)),
        }
    }

    /// Whether a place that has it may hold lists of other lengths than the example's.
    pub(super) fn loosens(&self) -> bool {
        matches!(self, Matcher::Type { .. } | Matcher::EachValue(_) | Matcher::Values)
    }
}

/// Whether two values are one: numbers by value, members in any order.
pub(super) fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => same_number(a, b),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(c)) => {
            a.len() == c.len()
                && a.iter().all(|(name, value)| b.get(name).is_some_and(|other| same(value, other)))
        }
        (a, b) => a == b,
    }
}

fn number(json: &Json) -> Option<&str> {
    match json {
        Json::Number(text) => Some(text),
        _ => None,
    }
}

fn variants(node: &Placed) -> Vec<(usize, Rules)> {
    let items = node.get("variants").map(Placed::items).unwrap_or_default().iter();
    items
        .filter_map(|variant| {
            let index = usize::try_from(variant.get("index").and_then(Placed::number)?).ok()?;
            Some((index, Rules::of_category(variant.get("rules"))))
        })
        .collect()
}
