//! The examples of one media type, wherever the document keeps them.

use super::library::{Gap, Library, Place};
use crate::mocks::placed::{Placed, Value};
use cassettes::json::Json;
use cassettes::subject::Lines;

/// How deep a schema may be followed for the examples of its properties.
const DEEPEST: usize = 40;
/// How many schemas may be followed for one example.
const MOST: usize = 20_000;

/// One example.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Example {
    /// As `examples` names it.
    pub(super) name: Option<String>,
    pub(super) file: String,
    pub(super) line: u32,
    /// Of what it says, where that takes several.
    pub(super) lines: Option<Lines>,
    /// What it says, or why nobody can tell.
    pub(super) content: Result<Content, Gap>,
}

/// What an example says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    /// A value, to be written as its media type has it.
    Value(Json),
    /// A file's bytes.
    Bytes(Vec<u8>),
}

impl Content {
    /// The value, if it is one.
    pub(super) fn value(&self) -> Option<&Json> {
        match self {
            Content::Value(json) => Some(json),
            Content::Bytes(_) => None,
        }
    }

    /// As a body of that media type; none where that type cannot hold it.
    pub(super) fn bytes(&self, media: &str) -> Option<Vec<u8>> {
        let json = match self {
            Content::Bytes(bytes) => return Some(bytes.clone()),
            Content::Value(json) => json,
        };
        match json {
            // A document in a string is how many write an example in YAML.
            Json::String(text) if !is_json(media) || is_container(text) => Some(text.clone().into_bytes()),
            json if is_json(media) => Some(json.to_string().into_bytes()),
            Json::Null => Some(Vec::new()),
            json => json.scalar_text().map(|text| text.as_bytes().to_vec()),
        }
    }
}

fn is_container(text: &str) -> bool {
    matches!(Json::parse(text.as_bytes()), Ok(Json::Object(_) | Json::Array(_)))
}

/// Whether bodies of a media type are JSON. A range that leaves it open is.
pub(super) fn is_json(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    media.ends_with("/json") || media.ends_with("+json") || media == "*/*" || media == "application/*"
}

/// The examples of a media type object, a parameter or a header, in order.
pub(super) fn examples(library: &Library<'_>, holder: Place<'_>) -> Vec<Example> {
    let mut found = Vec::new();
    if let Some(example) = holder.get("example") {
        found.push(plain(example, None));
    }
    for member in holder.get("examples").map(|e| e.node.members()).unwrap_or_default() {
        found.push(named(library, holder.with(&member.value), &member.name, member.line));
    }
    if found.is_empty()
        && let Some(schema) = holder.get("schema")
    {
        let content = sample(library, schema, &mut Budget { depth: 0, left: MOST });
        found.extend(Some(Example {
            name: None,
            file: schema.file.to_owned(),
            line: schema.node.line,
            lines: None,
            content: content.map(Content::Value),
        }));
    }
    found
}

fn plain(place: Place<'_>, name: Option<String>) -> Example {
    let content = Ok(Content::Value(place.node.to_json()));
    let lines = place.node.lines();
    Example { name, file: place.file.to_owned(), line: place.node.line, lines, content }
}

fn named(library: &Library<'_>, place: Place<'_>, name: &str, line: u32) -> Example {
    let open = |gap: Gap| Example {
        name: Some(name.to_owned()),
        file: place.file.to_owned(),
        line,
        lines: None,
        content: Err(gap),
    };
    let place = match library.resolve(place) {
        Ok(place) => place,
        Err(gap) => return open(gap),
    };
    if let Some(value) = place.get("value").or_else(|| place.get("dataValue")) {
        return plain(value, Some(name.to_owned()));
    }
    let Some(outside) = place.node.str_of("externalValue").or_else(|| place.node.str_of("serializedValue"))
    else {
        return open(place.gap(format!("the example `{name}`, which has no value")));
    };
    if place.node.get("externalValue").is_none() {
        let content = Ok(Content::Bytes(outside.as_bytes().to_vec()));
        return Example {
            name: Some(name.to_owned()),
            file: place.file.to_owned(),
            line: place.node.line,
            lines: None,
            content,
        };
    }
    match library.bytes(place.file, outside) {
        Some((file, bytes)) => Example {
            name: Some(name.to_owned()),
            file: file.to_owned(),
            line: 1,
            lines: Placed::json(bytes).ok().and_then(|root| root.lines()),
            content: Ok(Content::Bytes(bytes.to_vec())),
        },
        None => open(place.gap(format!("externalValue {outside}"))),
    }
}

struct Budget {
    depth: usize,
    left: usize,
}

/// An example put together from the examples of a schema's properties. One property without any makes the
/// whole unknown: what a server would put there nobody wrote down.
fn sample(library: &Library<'_>, place: Place<'_>, budget: &mut Budget) -> Result<Json, Gap> {
    budget.left = budget.left.saturating_sub(1);
    if budget.left == 0 || budget.depth > DEEPEST {
        return Err(place.gap("a schema that is too deep to follow for examples"));
    }
    budget.depth += 1;
    let found = below(library, place, budget);
    budget.depth -= 1;
    found
}

fn below(library: &Library<'_>, place: Place<'_>, budget: &mut Budget) -> Result<Json, Gap> {
    if let Some(own) = stated(place.node) {
        return Ok(own);
    }
    let resolved = library.resolve(place)?;
    let node = resolved.node;
    if let Some(own) = stated(node) {
        return Ok(own);
    }
    if let Some(parts) = resolved.get("allOf") {
        let mut members: Vec<(String, Json)> = Vec::new();
        let own = resolved.get("properties").map(|_| properties(library, resolved, budget)).transpose()?;
        let parts = parts.node.items().iter().map(|part| sample(library, resolved.with(part), budget));
        for part in parts.chain(own.map(Ok)) {
            let Json::Object(more) = part? else { return Err(place.gap("allOf of something but objects")) };
            for (name, value) in more {
                match members.iter_mut().find(|(n, _)| *n == name) {
                    Some(member) => member.1 = value,
                    None => members.push((name, value)),
                }
            }
        }
        return Ok(Json::Object(members));
    }
    for word in ["oneOf", "anyOf"] {
        if let Some(first) = node.get(word).and_then(|list| list.items().first()) {
            return sample(library, resolved.with(first), budget);
        }
    }
    if node.get("properties").is_some() {
        return properties(library, resolved, budget);
    }
    if let Some(items) = resolved.get("items") {
        return Ok(Json::Array(vec![sample(library, items, budget)?]));
    }
    Err(place.gap("no example"))
}

fn properties(library: &Library<'_>, place: Place<'_>, budget: &mut Budget) -> Result<Json, Gap> {
    let mut members = Vec::new();
    for member in place.node.get("properties").map(Placed::members).unwrap_or_default() {
        if member.value.is_true("writeOnly") {
            continue;
        }
        let value = sample(library, place.with(&member.value), budget).map_err(|gap| Gap {
            what: match gap.what.as_str() {
                "no example" => format!("no example for the property `{}`", member.name),
                _ => gap.what,
            },
            ..gap
        })?;
        members.push((member.name.clone(), value));
    }
    Ok(Json::Object(members))
}

/// What a schema itself says that its values look like.
fn stated(schema: &Placed) -> Option<Json> {
    let first = |name: &str| schema.get(name).filter(|l| l.is_list()).and_then(|l| l.items().first());
    let value = schema
        .get("example")
        .or_else(|| first("examples"))
        .or_else(|| schema.get("const"))
        .or_else(|| schema.get("default"))
        .or_else(|| first("enum"))?;
    Some(match &value.value {
        Value::Scalar(json) => json.clone(),
        Value::List(_) | Value::Map(_) => value.to_json(),
    })
}
