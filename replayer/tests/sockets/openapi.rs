//! The API's description against the API itself: every path with every method is asked, and status, media type and
//! body must be as described.

use crate::support::*;
use replayer::{Auditor, Settings};
use serde_json::{Value, json};
use std::sync::Arc;

const BASE: &str = "/__truetape";

fn described() -> Value {
    serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap()
}

/// Whether a document is as the schema at a place of the description says.
fn assert_fits(described: &Value, at: &str, body: &Value, asked: &str) {
    let mut schema = described.clone();
    // A reference is a URI: braces cannot stand in it as they are (RFC 6901 §6).
    schema["$ref"] = json!(format!("#{}", at.replace('{', "%7B").replace('}', "%7D")));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(body).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{asked}: {errors:?} in {body}");
}

fn escaped(part: &str) -> String {
    part.replace('~', "~0").replace('/', "~1")
}

/// Asks, and holds the answer against what is described for its status.
fn check(running: &Running, described: &Value, (path, method): (&str, &str), query: &str, body: &str) -> u16 {
    let target = format!("{BASE}{}{query}", path.replace("{name}", "s1"));
    let asked = format!("{} {target} {body}", method.to_uppercase());
    let mut client = running.connect();
    client.send(&format!(
        "{} {target} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        method.to_uppercase(),
        running.address,
        body.len()
    ));
    let got = client.answer(false);
    let at = format!("/paths/{}/{method}/responses/{}", escaped(path), got.status);
    let mut at = at;
    let mut response =
        described.pointer(&at).unwrap_or_else(|| panic!("{asked}: {} is not described", got.status));
    if let Some(reference) = response["$ref"].as_str() {
        at = reference.trim_start_matches('#').to_owned();
        response = described.pointer(&at).unwrap();
    }
    let media = got.header("content-type").map(|media| media.split(';').next().unwrap().to_owned());
    match (&media, response["content"].as_object()) {
        (None, None) => assert!(got.body.is_empty(), "{asked}"),
        (Some(media), Some(content)) => {
            assert!(content.contains_key(media), "{asked}: {media} is not described");
            if media.ends_with("json") && media != "application/x-ndjson" {
                let schema = format!("{at}/content/{}/schema", escaped(media));
                assert_fits(described, &schema, &got.json(), &asked);
            }
        }
        other => panic!("{asked}: described and given are {other:?}"),
    }
    for header in response["headers"].as_object().into_iter().flat_map(|headers| headers.keys()) {
        assert!(got.header(header).is_some(), "{asked}: {header} is missing");
    }
    got.status
}

fn running() -> Running {
    let auditor: Auditor = Arc::new(|journal, format| match format {
        "json" => Ok((
            "application/json".into(),
            json!({ "schema": 1, "command": "replay", "verdict": "agreed", "findings": [],
                    "checks": { "total": journal.lines().count(), "by_rule": {} } })
            .to_string()
            .into_bytes(),
        )),
        other => Err(format!("expected a format that there is, found {other}")),
    });
    let page = |target: &str, next: &str| {
        exchange(get(target), reply(200, &format!("{{\"data\":[{{\"id\":1}}],\"next_cursor\":{next}}}")))
    };
    let exchanges = vec![page("/things", "\"c2\""), page("/things?cursor=c2", "null")];
    serve(tape(exchanges), Settings { auditor: Some(auditor), ..Settings::new(now) }, &[None])
}

#[test]
fn every_operation_answers_as_described() {
    let described = described();
    let running = running();
    let clock = r#"{"name":"s1","conditions":{"clock":"now"}}"#;
    assert_eq!(check(&running, &described, ("/sessions", "post"), "", clock), 201);
    assert_eq!(running.get("/__truetape/session/s1/things").status, 200);
    assert_eq!(running.get("/things?cursor=c3").status, 501);
    let paths = described["paths"].as_object().unwrap();
    let mut operations: Vec<(&str, &str)> = paths
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(|m| (path.as_str(), m.as_str())))
        .collect();
    // What only looks comes first, and what ends things last.
    operations.sort_by_key(|(path, method)| {
        (["get", "post", "delete"].iter().position(|m| m == method), *path == "/shutdown")
    });
    for operation in operations {
        let body = match operation {
            ("/sessions", "post") => r#"{"name":"s2","conditions":{"speed":"x10"}}"#,
            ("/sessions/{name}/clock", "post") => r#"{"advance":"1h"}"#,
            _ => "",
        };
        let status = check(&running, &described, operation, "", body);
        assert!((200..300).contains(&status), "{operation:?}: {status}");
    }
}

#[test]
fn what_is_wrong_is_answered_as_described() {
    let described = described();
    let running = running();
    for (operation, query, body, expected) in [
        (("/exchanges", "get"), "?session=no/ne", "", 400),
        (("/misses", "get"), "?session=none", "", 200),
        (("/chains", "get"), "?sesion=none", "", 400),
        (("/unused", "get"), "?session=a&session=b", "", 400),
        (("/events", "get"), "?last=many", "", 400),
        (("/audits", "get"), "?format=nope", "", 422),
        (("/sessions/{name}", "get"), "", "", 404),
        (("/sessions/{name}", "delete"), "", "", 404),
        (("/sessions", "post"), "", "{", 400),
        (("/sessions", "post"), "", r#"{"name":""}"#, 422),
        (("/sessions", "post"), "", r#"{"name":"default"}"#, 409),
    ] {
        assert_eq!(
            check(&running, &described, operation, query, body),
            expected,
            "{operation:?}{query} {body}"
        );
    }
    for (method, target, expected) in [
        ("GET", "/nope", 404),
        ("PUT", "/sessions", 405),
        ("DELETE", "/health", 405),
        ("POST", "/events", 405),
        ("GET", "/sessions/%ff", 400),
    ] {
        let got =
            running.ask(&format!("{method} {BASE}{target} HTTP/1.1\r\nHost: {}\r\n\r\n", running.address));
        assert_eq!(got.status, expected, "{method} {target}: {}", got.text());
        assert_fits(&described, "/components/schemas/Problem", &got.json(), target);
    }
}
