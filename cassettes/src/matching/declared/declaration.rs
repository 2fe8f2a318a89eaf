//! Declarations as people write them: in truetape.yaml, in the admin API, in Rust.

use super::{
    Area, GraphQl, InParts, Kind, Name, Pattern, Places, Rpc, Scope, Several,
    places::{Place, Segment},
    rules::{Rule, What},
};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// So many things may be declared for one session.
pub const MOST_RULES: usize = 64;

/// Everything that is declared to make no difference. Exact matching goes first; only what it does not find is
/// looked for like this.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Declared {
    list: Vec<Declaration>,
    pub(super) rules: Vec<Rule>,
}

/// One declaration.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Declaration {
    /// For which requests it holds; for all if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<Scope>,
    /// What makes no difference, whether it is there or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore: Option<Places>,
    /// Headers that make a difference, which by themselves make none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require: Option<Headers>,
    /// Values of one type are the same, at the places of `at`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub any: Option<Kind>,
    /// Where values are of that type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Places>,
    /// Texts that a regular expression matches are the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// Where the pattern is looked for; everywhere if not said.
    #[serde(rename = "in", skip_serializing_if = "Several::is_empty")]
    pub areas: Several<Area>,
    /// Lists whose order makes no difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unordered: Option<Places>,
    /// Texts whose case makes no difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caseless: Option<Places>,
    /// Numbers whose value counts and not their form: 1, 1.0, 1e0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numeric: Option<Places>,
    /// By what GraphQL requests are told apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graphql: Option<GraphQl>,
    /// What makes no difference between calls of JSON-RPC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json_rpc: Option<Rpc>,
    /// What makes no difference between multipart bodies.
    #[serde(skip_serializing_if = "Several::is_empty")]
    pub multipart: Several<InParts>,
}

/// Headers by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headers {
    /// In any case.
    pub header: Several<Name>,
}

impl Declared {
    /// From declarations made in Rust; the error says what is wrong with one.
    pub fn new(list: Vec<Declaration>) -> Result<Self, String> {
        let mut rules = Vec::new();
        for declaration in &list {
            rules.extend(declaration.rules()?);
        }
        Declared::of(list, rules)
    }

    fn of(list: Vec<Declaration>, mut rules: Vec<Rule>) -> Result<Self, String> {
        if rules.len() > MOST_RULES {
            return Err(format!(
                "expected at most {MOST_RULES} places in all declarations, found {}",
                rules.len()
            ));
        }
        for rule in &rules {
            let What::Require(name) = &rule.what else { continue };
            let ignored = |other: &What| match other {
                What::Ignore(Place::Header(other)) => other.is_in_any_case(&name.to_string()),
                _ => false,
            };
            if let Some(other) = rules.iter().find(|other| other.scope == rule.scope && ignored(&other.what))
            {
                return Err(format!(
                    "expected a header to be required or ignored, found header {name} as both for {}",
                    other.scope
                ));
            }
        }
        rules.sort_by_key(|rule| rule.what.turn());
        Ok(Declared { list, rules })
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The declarations, as they were made.
    pub fn list(&self) -> &[Declaration] {
        &self.list
    }

    /// These declarations and others besides.
    pub fn and(&self, more: &Declared) -> Result<Declared, String> {
        Declared::new(self.list.iter().chain(&more.list).cloned().collect())
    }
}

impl Declaration {
    fn rules(&self) -> Result<Vec<Rule>, String> {
        let mut all: Vec<What> = Vec::new();
        if let Some(places) = &self.ignore {
            let each = some(places, "ignore")?;
            all.extend(each.into_iter().map(What::Ignore));
        }
        if let Some(headers) = &self.require {
            all.extend(headers.header.0.iter().cloned().map(What::Require));
        }
        match (self.any, &self.at) {
            (None, None) => {}
            (Some(_), None) => {
                return Err("expected `at:` beside `any:`, such as at: {json: $.id}".to_owned());
            }
            (None, Some(_)) => return Err("expected `any:` beside `at:`, such as any: uuid".to_owned()),
            (Some(kind), Some(places)) => {
                let each = held(places, "at", |place| !matches!(place, Place::Header(_) | Place::Body))?;
                all.extend(each.into_iter().map(|place| What::Any(kind, place)));
            }
        }
        match &self.pattern {
            None if !self.areas.is_empty() => return Err("expected `pattern:` beside `in:`".to_owned()),
            None => {}
            Some(pattern) => {
                let everywhere = [Area::Path, Area::Query, Area::Body];
                let areas = if self.areas.is_empty() { &everywhere[..] } else { &self.areas.0 };
                all.extend(areas.iter().map(|area| What::Pattern(pattern.clone(), *area)));
            }
        }
        if let Some(places) = &self.unordered {
            let each = held(places, "unordered", |place| {
                matches!(place, Place::Json(_) | Place::Query(_) | Place::Form(_))
            })?;
            all.extend(each.into_iter().map(What::Unordered));
        }
        let valued = |place: &Place| !matches!(place, Place::Header(_) | Place::Body);
        if let Some(places) = &self.caseless {
            all.extend(held(places, "caseless", valued)?.into_iter().map(What::Caseless));
        }
        if let Some(places) = &self.numeric {
            all.extend(held(places, "numeric", valued)?.into_iter().map(What::Numeric));
        }
        all.extend(self.graphql.map(What::GraphQl));
        all.extend(self.json_rpc.map(What::Rpc));
        all.extend(self.multipart.0.iter().copied().map(What::Parts));
        if all.is_empty() {
            return Err("expected a declaration such as ignore: {json: $.nonce}, any: uuid with at: {json: $.id}, or pattern: run-\\d+, found none".to_owned());
        }
        let scope = self.operation.clone().unwrap_or_default();
        all.into_iter().map(|what| Rule { scope: scope.clone(), what }.located()).collect()
    }
}

impl Rule {
    /// With segments counted that are named.
    fn located(mut self) -> Result<Rule, String> {
        if let What::Ignore(place) | What::Any(_, place) | What::Numeric(place) | What::Caseless(place) =
            &mut self.what
            && let Place::Segment(segment) = place
            && let Segment::Variable(name) = segment
        {
            let number = self.scope.variable(name).ok_or_else(|| {
                format!("expected `operation:` with a path that has {{{name}}}, found {}", self.scope)
            })?;
            *segment = Segment::Number(number);
        }
        Ok(self)
    }
}

fn some(places: &Places, under: &str) -> Result<Vec<Place>, String> {
    match places.each() {
        each if each.is_empty() => {
            Err(format!("expected places under `{under}:`, such as {{json: $.nonce}}, found none"))
        }
        each => Ok(each),
    }
}

/// The places, if all are of those that the declaration can speak of.
fn held(places: &Places, under: &str, can: impl Fn(&Place) -> bool) -> Result<Vec<Place>, String> {
    let each = some(places, under)?;
    match each.iter().find(|place| !can(place)) {
        Some(place) => Err(format!("expected places under `{under}:` that hold such values, found {place}")),
        None => Ok(each),
    }
}

/// From YAML or JSON, the same as in the settings.
impl FromStr for Declared {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        serde_yaml::from_str(text).map_err(|error| error.to_string())
    }
}

impl Serialize for Declared {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.list.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Declared {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadAll)
    }
}

struct ReadAll;

impl<'de> Visitor<'de> for ReadAll {
    type Value = Declared;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of declarations")
    }

    fn visit_unit<E: Error>(self) -> Result<Declared, E> {
        Ok(Declared::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Declared, A::Error> {
        let (mut list, mut rules) = (Vec::new(), Vec::new());
        while let Some(Checked(declaration, own)) = seq.next_element()? {
            list.push(declaration);
            rules.extend(own);
        }
        Declared::of(list, rules).map_err(A::Error::custom)
    }
}

/// A declaration that was looked at where it stands, so that an error names its place.
struct Checked(Declaration, Vec<Rule>);

impl<'de> Deserialize<'de> for Checked {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;

        impl<'de> Visitor<'de> for Read {
            type Value = Checked;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a declaration such as ignore: {json: $.nonce}")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Checked, A::Error> {
                let declaration = Declaration::deserialize(MapAccessDeserializer::new(map))?;
                let rules = declaration.rules().map_err(A::Error::custom)?;
                Ok(Checked(declaration, rules))
            }
        }

        deserializer.deserialize_any(Read)
    }
}
