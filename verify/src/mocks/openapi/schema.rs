//! Schemas, as far as a request's being wrong can be told from them (JSON Schema 2020-12, OpenAPI 3.0's own).

use super::library::{Library, Place};
use crate::mocks::conditions::{Dialect, Fit, JsonTest, Pattern};
use crate::mocks::placed::Placed;
use cassettes::json::Json;
use std::collections::HashMap;

/// How deep a value is checked.
const DEEPEST: usize = 64;
/// How many schemas one request is held against.
const MOST: usize = 50_000;

/// Schemas that lead to one another by their numbers.
#[derive(Debug, Default)]
pub(super) struct Schemas {
    list: Vec<Schema>,
}

#[derive(Debug, Clone, Default)]
struct Schema {
    kinds: Vec<String>,
    values: Option<Vec<Json>>,
    required: Vec<String>,
    properties: Vec<(String, usize)>,
    closed: bool,
    additional: Option<usize>,
    items: Option<usize>,
    /// Of a number, a text or a list, each with whether the limit itself is too much.
    limits: Vec<Limit>,
    pattern: Option<Pattern>,
    all: Vec<usize>,
    any: Vec<usize>,
    one: Vec<usize>,
    not: Option<usize>,
    /// It says more than is understood here.
    unsure: bool,
}

#[derive(Debug, Clone, Copy)]
struct Limit {
    of: Size,
    least: bool,
    open: bool,
    value: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Size {
    Number,
    Text,
    List,
}

/// Words that narrow a value in ways that are not looked at.
const UNSURE: [&str; 12] = [
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "patternProperties",
    "propertyNames",
    "unevaluatedProperties",
    "prefixItems",
    "contains",
    "multipleOf",
];

/// Reads schemas for one operation.
pub(super) struct Compiler<'l, 'f> {
    library: &'l Library<'f>,
    schemas: Schemas,
    /// By where they stand in memory: a schema may lead back to itself.
    known: HashMap<usize, usize>,
}

impl<'l, 'f> Compiler<'l, 'f> {
    pub(super) fn new(library: &'l Library<'f>) -> Self {
        Compiler { library, schemas: Schemas::default(), known: HashMap::new() }
    }

    pub(super) fn done(self) -> Schemas {
        self.schemas
    }

    /// Reads a schema; gives its number.
    pub(super) fn add(&mut self, place: Place<'_>) -> usize {
        let Ok(place) = self.library.resolve(place) else {
            return self.push(Schema { unsure: true, ..Schema::default() });
        };
        let key = std::ptr::from_ref(place.node) as usize;
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let number = self.push(Schema::default());
        self.known.insert(key, number);
        if self.schemas.list.len() < MOST {
            self.schemas.list[number] = self.read(place);
        } else {
            self.schemas.list[number].unsure = true;
        }
        number
    }

    fn push(&mut self, schema: Schema) -> usize {
        self.schemas.list.push(schema);
        self.schemas.list.len() - 1
    }

    fn read(&mut self, place: Place<'_>) -> Schema {
        let node = place.node;
        let mut schema = Schema { kinds: kinds(node), ..Schema::default() };
        schema.unsure = UNSURE.iter().any(|word| node.get(word).is_some());
        let texts = |name: &str| node.get(name).map(Placed::items).unwrap_or_default();
        schema.values = node.get("enum").map(|list| list.items().iter().map(Placed::to_json).collect());
        if let Some(value) = node.get("const") {
            schema.values = Some(vec![value.to_json()]);
        }
        if let (Some(values), true) = (&mut schema.values, node.is_true("nullable")) {
            values.push(Json::Null);
        }
        let properties = node.get("properties").map(Placed::members).unwrap_or_default();
        // What only the server writes no request must hold.
        let read_only = |name: &str| properties.iter().any(|p| p.name == name && p.value.is_true("readOnly"));
        let required = texts("required").iter().filter_map(Placed::as_str).filter(|name| !read_only(name));
        schema.required = required.map(str::to_owned).collect();
        for property in properties {
            let number = self.add(place.with(&property.value));
            schema.properties.push((property.name.clone(), number));
        }
        match node.get("additionalProperties") {
            Some(more) if more.is_map() => schema.additional = Some(self.add(place.with(more))),
            Some(more) => schema.closed = more.scalar() == Some(&Json::Bool(false)),
            None => {}
        }
        schema.items =
            node.get("items").filter(|items| items.is_map()).map(|items| self.add(place.with(items)));
        schema.limits = limits(node);
        match node.get("pattern").and_then(Placed::as_str) {
            Some(source) => match Pattern::within(source, "", Dialect::JavaScript) {
                Ok(pattern) => schema.pattern = Some(pattern),
                Err(_) => schema.unsure = true,
            },
            None => schema.pattern = node.get("format").and_then(Placed::as_str).and_then(format),
        }
        let mut list =
            |name: &str| -> Vec<usize> { texts(name).iter().map(|one| self.add(place.with(one))).collect() };
        schema.all = list("allOf");
        schema.any = list("anyOf");
        schema.one = list("oneOf");
        schema.not = node.get("not").map(|not| self.add(place.with(not)));
        schema
    }
}

fn kinds(node: &Placed) -> Vec<String> {
    let Some(kind) = node.get("type") else { return Vec::new() };
    let mut kinds: Vec<String> = match kind.as_str() {
        Some(kind) => vec![kind.to_owned()],
        None => kind.items().iter().filter_map(Placed::as_str).map(str::to_owned).collect(),
    };
    if node.is_true("nullable") {
        kinds.push("null".to_owned());
    }
    kinds
}

fn limits(node: &Placed) -> Vec<Limit> {
    let number = |name: &str| node.get(name).and_then(Placed::text).and_then(|text| text.parse::<f64>().ok());
    let words = [
        ("minimum", Size::Number, true, "exclusiveMinimum"),
        ("maximum", Size::Number, false, "exclusiveMaximum"),
        ("minLength", Size::Text, true, ""),
        ("maxLength", Size::Text, false, ""),
        ("minItems", Size::List, true, ""),
        ("maxItems", Size::List, false, ""),
    ];
    let mut found = Vec::new();
    for (word, of, least, beyond) in words {
        // Version 3.0 says with a boolean that the limit itself is too much, later ones with a number.
        let open = !beyond.is_empty() && node.is_true(beyond);
        found.extend(number(word).map(|value| Limit { of, least, open, value }));
        if !beyond.is_empty() {
            found.extend(number(beyond).map(|value| Limit { of, least, open: true, value }));
        }
    }
    found
}

fn format(name: &str) -> Option<Pattern> {
    let source = match name {
        "date-time" => r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:?(\d{2})?)$",
        "date" => r"^\d{4}-\d{2}-\d{2}$",
        "uuid" => r"^(urn:uuid:)?[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$",
        "email" => r"^[^@\s]+@[^@\s]+$",
        _ => return None,
    };
    Pattern::within(source, "", Dialect::JavaScript).ok()
}

impl Schemas {
    /// Whether a value is one of a schema's.
    pub(super) fn fit(&self, number: usize, value: &Json) -> Fit {
        self.check(number, value, &mut Budget { depth: 0, left: MOST })
    }

    /// The kinds of value that a schema takes; empty where it does not say.
    pub(super) fn kinds(&self, number: usize) -> &[String] {
        self.list.get(number).map_or(&[], |schema| &schema.kinds)
    }

    fn check(&self, number: usize, value: &Json, budget: &mut Budget) -> Fit {
        budget.left = budget.left.saturating_sub(1);
        let Some(schema) = self.list.get(number).filter(|_| budget.left > 0 && budget.depth < DEEPEST) else {
            return Fit::Unsure;
        };
        budget.depth += 1;
        let fit = self.holds(schema, value, budget);
        budget.depth -= 1;
        if schema.unsure && fit == Fit::Met { Fit::Unsure } else { fit }
    }

    fn holds(&self, schema: &Schema, value: &Json, budget: &mut Budget) -> Fit {
        let kind = schema.kinds.is_empty() || schema.kinds.iter().any(|kind| is(value, kind));
        let listed = schema.values.as_ref().is_none_or(|values| {
            values.iter().any(|wanted| JsonTest::strict(wanted.clone()).fit(value) == Fit::Met)
        });
        if !kind || !listed || !schema.limits.iter().all(|limit| limit.allows(value)) {
            return Fit::Unmet;
        }
        let mut fits = Vec::new();
        if let (Some(pattern), Json::String(text)) = (&schema.pattern, value) {
            fits.push(pattern.fit(text));
        }
        if let Json::Object(members) = value {
            if schema.required.iter().any(|name| value.get(name).is_none()) {
                return Fit::Unmet;
            }
            for (name, member) in members {
                match schema.properties.iter().find(|(n, _)| n == name) {
                    Some((_, number)) => fits.push(self.check(*number, member, budget)),
                    None if schema.closed => return Fit::Unmet,
                    None => fits.extend(schema.additional.map(|number| self.check(number, member, budget))),
                }
            }
        }
        if let (Some(number), Json::Array(items)) = (schema.items, value) {
            fits.extend(items.iter().map(|item| self.check(number, item, budget)));
        }
        fits.extend(schema.all.iter().map(|number| self.check(*number, value, budget)));
        if !schema.any.is_empty() {
            fits.push(Fit::any(schema.any.iter().map(|number| self.check(*number, value, budget))));
        }
        if !schema.one.is_empty() {
            let each: Vec<Fit> = schema.one.iter().map(|number| self.check(*number, value, budget)).collect();
            let met = each.iter().filter(|fit| **fit == Fit::Met).count();
            fits.push(match each.contains(&Fit::Unsure) {
                true => Fit::Unsure,
                false => Fit::of(met == 1),
            });
        }
        fits.extend(schema.not.map(|number| !self.check(number, value, budget)));
        Fit::all(fits)
    }
}

struct Budget {
    depth: usize,
    left: usize,
}

fn is(value: &Json, kind: &str) -> bool {
    match (value, kind) {
        (Json::Number(text), "integer") => text.parse::<f64>().is_ok_and(|number| number.fract() == 0.0),
        (value, kind) => value.kind() == kind,
    }
}

impl Limit {
    fn allows(self, value: &Json) -> bool {
        let size = match (self.of, value) {
            (Size::Number, Json::Number(text)) => text.parse::<f64>().unwrap_or(f64::NAN),
            (Size::Text, Json::String(text)) => text.chars().count() as f64,
            (Size::List, Json::Array(items)) => items.len() as f64,
            _ => return true,
        };
        match (self.least, self.open) {
            (true, false) => size >= self.value,
            (true, true) => size > self.value,
            (false, false) => size <= self.value,
            (false, true) => size < self.value,
        }
    }
}
