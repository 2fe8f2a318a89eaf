//! The bodies of requests by what they hold.

use super::runs::Runs;
use super::slots::Slot;
use crate::conduct::Call;
use cassettes::codec;
use cassettes::json::{Json, Pointer};
use cassettes::model::Request;
use std::collections::{BTreeMap, HashMap};

/// A body, taken apart as far as it can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// None was sent.
    Nothing,
    /// A JSON document: its members and its spelling.
    Json(Parts, String),
    /// A form: its fields, and its spelling.
    Form(Parts, String),
    /// Parts, each by its name.
    Multipart(Parts),
    /// Any other text.
    Text(String),
    /// Bytes that the journal does not hold.
    Bytes(u64, String),
}

/// By place: what kind of thing stands there, and its text. A place in a list stands for all its items.
pub(super) type Parts = BTreeMap<String, (&'static str, String)>;

impl Shape {
    /// As people call it.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Shape::Nothing => "no body",
            Shape::Json(..) => "JSON",
            Shape::Form(..) => "a form",
            Shape::Multipart(_) => "multipart",
            Shape::Text(_) => "text",
            Shape::Bytes(..) => "bytes",
        }
    }

    pub(super) fn parts(&self) -> Option<&Parts> {
        match self {
            Shape::Json(parts, _) | Shape::Form(parts, _) | Shape::Multipart(parts) => Some(parts),
            Shape::Nothing | Shape::Text(_) | Shape::Bytes(..) => None,
        }
    }
}

/// The body of a request.
pub(super) fn shape(call: &Call<'_>) -> Shape {
    let Some(body) = call.served.body.as_ref().filter(|body| body.len > 0) else { return Shape::Nothing };
    let Some(text) = &body.text else { return Shape::Bytes(body.len, body.sha256.clone()) };
    let request = call.request();
    if let Some(json) = codec::json_of(&request.headers, &request.body) {
        let mut parts: BTreeMap<String, Vec<(&'static str, String)>> = BTreeMap::new();
        Pointer::walk(&json, &mut |at, value| {
            let text = match value {
                Json::Object(members) if members.is_empty() => "{}".to_owned(),
                Json::Array(items) if items.is_empty() => "[]".to_owned(),
                Json::Object(_) | Json::Array(_) => String::new(),
                value => value.scalar_text().map_or_else(|| value.kind().to_owned(), str::to_owned),
            };
            parts.entry(at.generic().to_string()).or_default().push((value.kind(), text));
        });
        return Shape::Json(joined(parts), text.clone());
    }
    match request.headers.media_type().as_deref() {
        Some("application/x-www-form-urlencoded") => {
            // A form is spelt as a query is.
            let mut parts: BTreeMap<String, Vec<(&'static str, String)>> = BTreeMap::new();
            for (name, value) in Request::new("POST", format!("/?{text}")).query_pairs() {
                parts.entry(name).or_default().push(("field", value));
            }
            Shape::Form(joined(parts), text.clone())
        }
        Some(kind) if kind.starts_with("multipart/") => multipart(&request, text),
        _ => Shape::Text(text.clone()),
    }
}

fn joined(parts: BTreeMap<String, Vec<(&'static str, String)>>) -> Parts {
    let join = |all: Vec<(&'static str, String)>| {
        let kind = all.iter().map(|(kind, _)| *kind).find(|kind| *kind != "null").unwrap_or("null");
        let texts: Vec<String> = all.into_iter().map(|(_, text)| text).collect();
        (kind, texts.join(", "))
    };
    parts.into_iter().map(|(at, all)| (at, join(all))).collect()
}

/// Parts by their names (RFC 7578 §4.2); the boundary is drawn anew each time.
fn multipart(request: &Request, text: &str) -> Shape {
    let kind = request.headers.get("content-type").unwrap_or_default().into_owned();
    let boundary = kind.split("boundary=").nth(1).map(|rest| rest.split(';').next().unwrap_or_default());
    let Some(boundary) = boundary.map(|text| text.trim().trim_matches('"')).filter(|text| !text.is_empty())
    else {
        return Shape::Text(text.to_owned());
    };
    let mut parts: BTreeMap<String, Vec<(&'static str, String)>> = BTreeMap::new();
    for part in
        text.split(&format!("--{boundary}")).filter(|part| !part.trim_matches(['-', '\r', '\n']).is_empty())
    {
        let part = part.trim_start_matches("\r\n");
        let (head, content) = part.split_once("\r\n\r\n").unwrap_or((part, ""));
        let name = head.split("name=").nth(1).unwrap_or_default();
        let name = name.split([';', '\r', '\n']).next().unwrap_or_default().trim_matches('"');
        let content = content.strip_suffix("\r\n").unwrap_or(content);
        parts.entry(name.to_owned()).or_default().push(("part", content.to_owned()));
        for line in head.lines() {
            if let Some((header, value)) = line.split_once(':') {
                let at = format!("{name} {}", header.trim().to_ascii_lowercase());
                parts.entry(at).or_default().push(("head", value.trim().to_owned()));
            }
        }
    }
    Shape::Multipart(joined(parts))
}

/// The bodies of all requests of a slot, by run and request; the judged run comes last.
pub(super) struct Bodies(HashMap<(usize, usize), Shape>);

impl Bodies {
    pub(super) fn of(runs: &Runs<'_>, slot: &Slot) -> Self {
        let mut all = HashMap::new();
        let sides = runs.before.iter().zip(&slot.before).chain([(&runs.after, &slot.after)]);
        for (number, (run, calls)) in sides.enumerate() {
            for &call in calls {
                all.insert((number, call), shape(&run.conduct.calls[call]));
            }
        }
        Bodies(all)
    }

    pub(super) fn get(&self, run: usize, call: usize) -> &Shape {
        self.0.get(&(run, call)).unwrap_or(&Shape::Nothing)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&(usize, usize), &Shape)> {
        self.0.iter()
    }
}
