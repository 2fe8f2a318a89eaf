//! Recorded fixtures: a JSON array, as the recorder and `nock.back` write it.

use super::interceptor::{Answer, Interceptor, body, headers, hex};
use super::value::Js;
use crate::mocks::placed::{Placed, Value};
use crate::mocks::{MockFile, Unknown};
use cassettes::json::Json;
use cassettes::subject::Spot;

/// Whether a document is such a list.
pub(super) fn is_fixture(root: &Placed) -> bool {
    let definition = |item: &Placed| item.str_of("scope").is_some() && item.str_of("method").is_some();
    root.items().first().is_some_and(definition)
}

/// Every definition of a file.
pub(super) fn read(file: &MockFile, root: &Placed) -> Vec<Interceptor> {
    root.items().iter().map(|item| definition(&file.path, item)).collect()
}

fn definition(file: &str, item: &Placed) -> Interceptor {
    let at = |node: &Placed| Spot { file: file.to_owned(), line: node.line };
    let mut one = Interceptor::new(at(item));
    let doubt = |what: &str| Unknown { spot: at(item), what: what.to_owned() };
    one.method = item.str_of("method").unwrap_or("GET").to_ascii_uppercase();
    let scope = item.str_of("scope").unwrap_or_default();
    match item.str_of("path") {
        Some(path) => one.at(base(scope), path),
        None => one.unknown.push(doubt("a definition without a path")),
    }
    one.body = item.get("body").map(Js::of);
    let wanted = item.get("reqheaders").map(Js::of).unwrap_or(Js::Null);
    one.headers = wanted.members().to_vec();
    let bad = item.get("badheaders").map(Placed::items).unwrap_or_default();
    one.bad_headers = bad.iter().filter_map(Placed::as_str).map(str::to_owned).collect();
    for name in ["filteringRequestBody", "filteringPath"] {
        if item.get(name).is_some() {
            one.unknown.push(doubt(name));
        }
    }
    let options = item.get("options").map(Placed::members).unwrap_or_default();
    for option in options {
        match option.name.as_str() {
            "reqheaders" | "badheaders" | "allowUnmocked" | "encodedQueryParams" => {}
            name => one.unknown.push(doubt(&format!("options.{name}"))),
        }
    }
    one.answer = match answer(item) {
        Ok((status, headers, body)) => {
            let spot = at(item.get("response").unwrap_or(item));
            Answer::Reply { status, headers, body, spot, lines: item.get("response").and_then(Placed::lines) }
        }
        Err(what) => Answer::Unknown(doubt(&what)),
    };
    one
}

/// The path of a scope's URL.
pub(super) fn base(scope: &str) -> &str {
    let rest = scope.split_once("://").map_or(scope, |(_, rest)| rest);
    let path = rest.find('/').map_or("", |at| &rest[at..]);
    path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/')
}

fn answer(item: &Placed) -> Result<(u16, cassettes::model::Headers, Vec<u8>), String> {
    let given = item.get("status").filter(|s| !s.is_null()).or_else(|| item.get("reply"));
    let status = given.map_or(Some("200"), Placed::text).and_then(|text| text.parse::<u16>().ok());
    let status = status.map(|status| if status == 0 { 200 } else { status });
    let status = status.filter(|s| (100..=999).contains(s)).ok_or("a status that is none")?;
    let raw = item.get("rawHeaders").or_else(|| item.get("headers")).map_or(Js::Undefined, Js::of);
    let mut headers = headers(&raw)?;
    let encoded = !headers.codings().is_empty();
    let response = item.get("response");
    let binary = item.is_true("responseIsBinary");
    let (bytes, json) = match response.map(|r| &r.value) {
        Some(Value::Scalar(Json::String(text))) if binary => {
            (hex(text).ok_or("a binary response that is no hex")?, false)
        }
        None => (Vec::new(), false),
        // What is empty in any way is no body at all.
        Some(Value::Scalar(Json::Null | Json::Bool(false))) => (Vec::new(), false),
        Some(Value::Scalar(Json::String(text))) if !encoded => match Json::parse(text.as_bytes()) {
            Ok(Json::String(inner)) => (inner.into_bytes(), false),
            // A document in a string is read, and written anew.
            Ok(json) => body(&Js::of_json(&json), false)?,
            Err(_) => (text.clone().into_bytes(), false),
        },
        Some(_) => body(&response.map_or(Js::Undefined, Js::of), encoded)?,
    };
    if json && !headers.contains("content-type") {
        headers.push("Content-Type", "application/json");
    }
    Ok((status, headers, bytes))
}
