//! Mocks that were only heard: archives, lines, and the calls of a fake that has no address.

use crate::{mock_kinds::recorded, support::truetape};
use std::{fs, path::Path};

fn findings(directory: &Path, more: &[&str]) -> (i32, Vec<(String, String)>) {
    let arguments = [&["verify", "c.yaml", "--format", "json"], more].concat();
    let done = truetape(&arguments, directory);
    let report: serde_json::Value =
        serde_json::from_str(&done.stdout).unwrap_or_else(|e| panic!("{e}: {done:?}"));
    let list = report["findings"].as_array().expect("findings").iter().map(|finding| {
        let place = &finding["other"]["location"];
        let file = place["file"].as_str().map_or(String::new(), |file| format!("{file}:{}", place["line"]));
        (finding["rule"].as_str().expect("a rule").to_owned(), file)
    });
    (done.code, list.collect())
}

const LINES: &str = r#"{"request": {"method": "POST", "path": "/v1/things", "body": "{\"name\": \"a\"}"}, "response": {"status": 201, "headers": [["content-type", "application/json"]], "body": "{\"id\":\"th_7\",\"name\":\"a\"}"}}

{"request": {"method": "GET", "path": "/v1/things/th_7"}, "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": "{\"id\":\"th_7\",\"name\":\"a\"}"}}
"#;

#[test]
fn lines_are_asked_with_their_own_ids_and_what_nobody_asked_stays_open() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    fs::write(directory.join("heard.jsonl"), LINES).expect("written");
    let (code, list) = findings(directory, &["--mock", "heard.jsonl"]);
    assert_eq!(code, 0, "{list:?}");
    assert!(list.iter().all(|(rule, _)| rule == "unanswerable"), "nobody asked for the miss: {list:?}");
    fs::write(directory.join("heard.jsonl"), LINES.replace(r#"\"name\":\"a\""#, r#"\"title\":\"a\""#))
        .expect("written");
    let (code, list) = findings(directory, &["--mock", "transcript:heard.jsonl"]);
    assert_eq!(code, 1);
    assert!(list.contains(&("field-missing".to_owned(), "heard.jsonl:1".to_owned())), "{list:?}");
    assert!(list.contains(&("field-missing".to_owned(), "heard.jsonl:3".to_owned())), "{list:?}");
    // A transcript of something else proves nothing.
    fs::write(
        directory.join("other.jsonl"),
        r#"{"request": {"method": "GET", "path": "/x"}, "response": {"status": 200}}"#,
    )
    .expect("written");
    let (code, _) = findings(directory, &["--mock", "other.jsonl"]);
    assert_eq!(code, 3);
}

#[test]
fn an_archive_is_a_mock() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    let archive = r#"{"log": {"entries": [
      {"_resourceType": "fetch", "request": {"method": "POST", "url": "http://h:1/v1/things", "headers": [],
         "postData": {"mimeType": "application/json", "text": "{\"name\":\"a\"}"}},
       "response": {"status": 201, "headers": [{"name": "Content-Type", "value": "application/json"}],
         "content": {"size": 26, "text": "eyJpZCI6InRoXzIiLCJuYW1lIjoiYSJ9", "encoding": "base64"}}},
      {"request": {"method": "GET", "url": "http://h:1/v1/things/th_2", "headers": []},
       "response": {"status": 200, "headers": [{"name": "Content-Type", "value": "application/json"}],
         "content": {"text": "{\"id\":\"th_2\"}"}}}
    ]}}"#;
    fs::write(directory.join("session.har"), archive).expect("written");
    let (code, list) = findings(directory, &["--mock", "session.har"]);
    assert_eq!(code, 1);
    let failing: Vec<_> = list.iter().filter(|(rule, _)| rule != "unanswerable").collect();
    assert!(!failing.is_empty() && failing.iter().all(|(_, place)| place == "session.har:6"), "{list:?}");
}

const BINDINGS: &str = r"bindings:
  CreateThing:
    operation: POST /v1/things
    args: {name: body $.name, timeout: none}
    returned: {status: 201, body: $}
  GetThing:
    operation: GET /v1/things/{id}
    args: {id: path id}
    returned: {body: $}
    raised: {NotFound: {status: 404, body: {error: {code: no_such_thing}}}}
    unasked: {status: 404, body: {error: {code: no_such_thing}}}
";

const CALLS: &str = r#"{"call": "CreateThing", "args": {"name": "a", "timeout": 30}, "returned": {"id": "th_3", "name": "a"}}
{"call": "GetThing", "args": {"id": "th_3"}, "returned": {"id": "th_3", "name": "a"}}
{"call": "GetThing", "args": {"id": "zz"}, "raised": {"type": "NotFound", "message": "zz"}}
"#;

#[test]
fn calls_of_a_fake_are_bound_to_operations() {
    let directory = tempfile::tempdir().expect("a directory");
    let directory = directory.path();
    recorded(directory, "c.yaml");
    fs::write(directory.join("calls.jsonl"), CALLS).expect("written");
    let done = truetape(&["verify", "c.yaml", "--mock", "calls.jsonl"], directory);
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.stderr.contains("calls.jsonl:1: expected bindings"), "{done:?}");
    assert!(done.stderr.contains("--bindings FILE"), "{done:?}");
    fs::write(directory.join("b.yaml"), BINDINGS).expect("written");
    let (code, list) = findings(directory, &["--mock", "calls.jsonl", "--bindings", "b.yaml"]);
    assert_eq!((code, list.len()), (0, 0), "{list:?}");
    // Beside the transcript it is found.
    fs::rename(directory.join("b.yaml"), directory.join("bindings.yaml")).expect("renamed");
    fs::write(
        directory.join("calls.jsonl"),
        CALLS.replace(r#""returned": {"id": "th_3", "name": "a"}"#, r#""returned": {"id": "th_3"}"#),
    )
    .expect("written");
    let (code, list) = findings(directory, &["--mock", "transcript:calls.jsonl"]);
    assert_eq!(code, 1);
    assert!(list.contains(&("field-missing".to_owned(), "calls.jsonl:2".to_owned())), "{list:?}");
    for (bad, text) in [
        ("bindings: {X: {args: {}}}\n", "bindings.yaml:1: X: expected `operation:"),
        ("bindings:\n  X:\n    operation: GET /a/{b}\n", "expected an argument at `path b`"),
        (
            "bindings:\n  X:\n    operation: GET /a\n    args: {q: q}\n",
            "bindings.yaml:4: X: expected a place",
        ),
        ("bindings:\n  X:\n    operation: GET /a\n    returned: {body: $nope}\n", "found `$nope`"),
        ("bindings: [\n", "bindings.yaml:"),
    ] {
        fs::write(directory.join("bindings.yaml"), bad).expect("written");
        let done = truetape(&["verify", "c.yaml", "--mock", "transcript:calls.jsonl"], directory);
        assert_eq!(done.code, 2, "{bad}: {done:?}");
        assert!(done.stderr.contains(text), "{bad}: expected `{text}` in {}", done.stderr);
    }
}
