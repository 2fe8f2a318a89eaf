//! What a request made or changed: the thing inside of its wrappers, and the ids by which it is known.

use crate::case::{Case, Said};
use cassettes::codec;
use cassettes::facets::words::words;
use cassettes::json::{Json, Pointer};
use cassettes::model::Request;

/// Wrappers are no deeper: `/data/createIssue/issue`.
const DEEPEST: usize = 4;

/// The thing that an answer is about, without the wrappers around it: `{"Job":{..}}`, `{"data":{..}}`,
/// `{"data":{"createIssue":{"issue":{..},"userErrors":[]}}}`.
pub(crate) fn thing(json: &Json) -> (Pointer, &Json) {
    let (mut at, mut here) = (Pointer::root(), json);
    for _ in 0..DEEPEST {
        if here.members().iter().any(|(name, _)| is_id(name)) {
            break;
        }
        let empty = |value: &Json| match value {
            Json::Null | Json::Bool(_) => true,
            Json::String(text) => text.is_empty(),
            Json::Array(items) => items.is_empty(),
            Json::Object(members) => members.is_empty(),
            Json::Number(_) => false,
        };
        let full: Vec<&(String, Json)> = here.members().iter().filter(|(_, v)| !empty(v)).collect();
        let wrapped = match full.as_slice() {
            [one] => Some(*one),
            _ => full.iter().copied().find(|(name, _)| {
                matches!(name.to_ascii_lowercase().as_str(), "data" | "result" | "item" | "object")
            }),
        };
        let Some((name, inner @ Json::Object(_))) = wrapped else { break };
        at = at.member(name);
        here = inner;
    }
    (at, here)
}

/// Names under which a thing says which one it is.
fn is_id(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "id" | "uid" | "uuid" | "guid" | "ulid" | "number" | "reference"
    )
}

/// The ids of the thing that an answer is about: `id`, and `JobId` of a `Job`.
pub(crate) fn ids(case: &Case<'_>, said: &Said<'_>) -> Vec<(Pointer, String)> {
    let Some(json) = &said.json else { return Vec::new() };
    let (at, thing) = thing(json);
    let wrapper = at.name().map(words).unwrap_or_default();
    let path = case.operation.template.rsplit(['/', ' ', '.', '=']);
    let about: Vec<String> = path
        .take(3)
        .flat_map(words)
        .chain(wrapper)
        .map(|word| word.strip_suffix('s').map_or(word.clone(), str::to_owned))
        .collect();
    let own = |name: &str| {
        let mut words = words(name);
        let last = words.pop();
        is_id(name)
            || (matches!(last.as_deref(), Some("id" | "uuid" | "guid" | "arn" | "number"))
                && !words.is_empty()
                && words.iter().all(|w| about.contains(&w.strip_suffix('s').unwrap_or(w).to_owned())))
    };
    let named = thing.members().iter().filter(|(name, _)| own(name));
    named.filter_map(|(name, value)| Some((at.member(name), value.scalar_text()?.to_owned()))).collect()
}

/// The values in the body of a request, each with its name: the members of a JSON document at any depth,
/// or the fields of a form.
pub(crate) fn sent(request: &Request) -> Vec<(Pointer, Json)> {
    let Some(json) = document(request) else { return Vec::new() };
    let mut values = Vec::new();
    Pointer::walk(&json, &mut |at, value| {
        if value.scalar_text().is_some() && !at.0.is_empty() {
            values.push((at.clone(), value.clone()));
        }
    });
    values
}

/// The body of a request as a document: JSON, or a form.
pub(crate) fn document(request: &Request) -> Option<Json> {
    if request.headers.media_type().as_deref() == Some("application/x-www-form-urlencoded") {
        // A form is spelt as a query is.
        let form = format!("/?{}", String::from_utf8_lossy(request.body.bytes()));
        let form = Request::new("POST", form).query_pairs();
        return Some(Json::Object(form.into_iter().map(|(n, v)| (n, Json::String(v))).collect()));
    }
    codec::json_of(&request.headers, &request.body).or_else(|| Json::parse(request.body.bytes()).ok())
}

/// Whether a request says a value: in its path, its query or its body.
pub(crate) fn says(request: &Request, value: &str) -> bool {
    request.segments().iter().any(|segment| segment == value)
        || request.query_pairs().iter().any(|(_, v)| v == value)
        || sent(request).iter().any(|(_, v)| v.scalar_text() == Some(value))
}

/// Whether a name says which thing is meant.
pub(crate) fn is_key(name: &str) -> bool {
    let last = words(name).pop();
    matches!(
        last.as_deref(),
        Some("id" | "ids" | "uuid" | "guid" | "key" | "name" | "number" | "slug" | "ref" | "arn" | "handle")
    )
}
