//! Faults that truetape.yaml declares, orders that cassettes show to be unstable, as their users meet them.

use crate::support::{Running, get, truetape};

const HEAD: &str = "truetape: 1\nrecorder: \"by hand\"\nupstreams:\n- \"https://api.test\"\nexchanges:\n";

fn exchange(id: u32, body: &str) -> String {
    format!(
        r#"- id: {id}
  at: "2026-01-02T03:04:0{id}.000000Z"
  connection: {{id: 1, reused: false}}
  request:
    method: "GET"
    target: "/v1/tags"
    headers:
    - "Host: api.test"
  reply:
    status: 200
    reason: "OK"
    headers:
    - "Content-Type: application/json"
    - "Content-Length: {}"
    framing: length
    body:
      text: |-
        {body}
  timing: {{first-byte-us: 100, end-us: 200}}
"#,
        body.len()
    )
}

fn directory(bodies: &[&str], settings: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    let exchanges: String = (1..).zip(bodies).map(|(id, body)| exchange(id, body)).collect();
    std::fs::write(directory.path().join("tags.yaml"), format!("{HEAD}{exchanges}")).expect("writes");
    std::fs::write(directory.path().join("truetape.yaml"), settings).expect("writes");
    directory
}

#[test]
fn a_declared_fault_is_met_told_and_counted() {
    let settings = "replay:\n  faults:\n  - {operation: GET /v1/{name}, at: 1, status: 503, retry-after: 2}\n  - {operation: DELETE /v1/tags, fault: reset}\n";
    let settings = settings.replace("GET /v1/{name}", "\"GET /v1/{name}\"");
    let directory = directory(&[r#"["a","b"]"#], &settings);
    let running = Running::start(&["replay", "tags.yaml", "--journal", "j"], directory.path(), 1);
    let first = get(running.url(), "/v1/tags");
    assert_eq!((first.status(), first.header("retry-after").as_deref()), (503, Some("2")));
    assert_eq!(get(running.url(), "/v1/tags").body(), br#"["a","b"]"#);
    let done = running.stop();
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stderr.contains("fault: `status 503` for `GET /v1/{name}` struck once"), "{}", done.stderr);
    assert!(done.stderr.contains("`reset` for `DELETE /v1/tags` never struck"), "{}", done.stderr);
    let journal = std::fs::read_to_string(directory.path().join("j")).expect("a journal");
    assert!(journal.contains(r#""fault":"status 503""#), "{journal}");
}

#[test]
fn a_wrong_declaration_is_named_with_its_line() {
    let settings = "replay:\n  faults:\n  - {operation: POST /v1/x, fault: explode}\n";
    let directory = directory(&["[]"], settings);
    let done = truetape(&["replay", "tags.yaml", "--", "true"], directory.path());
    assert_eq!(done.code, 2);
    let says = "the fault for `POST /v1/x`: fault: expected reset, close, stall or garbage, found `explode`";
    assert!(done.stderr.contains(says) && done.stderr.contains("truetape.yaml:3"), "{}", done.stderr);
}

#[test]
fn shuffling_says_what_it_found() {
    let directory = directory(&[r#"["a","b","c"]"#, r#"["c","a","b"]"#], "");
    let running = Running::start(&["replay", "tags.yaml", "--shuffle", "4"], directory.path(), 1);
    let mut items: Vec<char> = String::from_utf8_lossy(&get(running.url(), "/v1/tags").body())
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect();
    items.sort_unstable();
    assert_eq!(items, ['a', 'b', 'c']);
    let done = running.stop();
    assert!(done.stderr.contains("shuffling 1 list and the members of 0 objects"), "{}", done.stderr);

    let stable = self::directory(&[r#"["a","b"]"#, r#"["a","b"]"#], "");
    let done = truetape(&["replay", "tags.yaml", "--shuffle", "4", "--", "true"], stable.path());
    assert!(done.stderr.contains("--shuffle has nothing to shuffle"), "{}", done.stderr);
}
