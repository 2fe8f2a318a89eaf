//! A replay that follows a clock, as its users run it: tokens that are signed again, and what the report says.

use crate::support::{Running, get, truetape};
use cassettes::jwt::Jwt;

/// A token and a list, recorded in another year. The token: {"sub":"u1","iat":1732226400,"exp":1732230000}.
const CASSETTE: &str = r#"truetape: 1
recorder: "by hand"
upstreams:
- "https://api.test"
exchanges:
- id: 1
  at: "2024-11-21T22:00:00.000000Z"
  connection: {id: 1, reused: false}
  request:
    method: "GET"
    target: "/token"
    headers:
    - "Host: api.test"
  reply:
    status: 200
    reason: "OK"
    headers:
    - "Date: Thu, 21 Nov 2024 22:00:00 GMT"
    - "Content-Type: application/json"
    - "Content-Length: 177"
    framing: length
    body:
      text: |-
        {"access_token":"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1MSIsImlhdCI6MTczMjIyNjQwMCwiZXhwIjoxNzMyMjMwMDAwfQ.AAAA","expires_in":3600,"issued_at":"2024-11-21T22:00:00Z"}
  timing: {first-byte-us: 100, end-us: 200}
- id: 2
  at: "2024-11-21T22:00:01.000000Z"
  connection: {id: 1, reused: true}
  request:
    method: "GET"
    target: "/bytes"
    headers:
    - "Host: api.test"
  reply:
    status: 200
    reason: "OK"
    headers:
    - "Content-Encoding: compress"
    - "Content-Length: 2"
    framing: length
    body:
      text: |-
        ab
  timing: {first-byte-us: 100, end-us: 200}
"#;

fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    std::fs::write(directory.path().join("old.yaml"), CASSETTE).expect("writes");
    directory
}

#[test]
fn a_token_of_another_year_is_signed_again_for_this_one() {
    let directory = directory();
    let arguments =
        ["replay", "old.yaml", "--clock", "2031-05-01T00:00:00Z", "--token-key", "hs256:key-of-tests"];
    let running = Running::start(&arguments, directory.path(), 1);
    let answer = get(running.url(), "/token");
    assert_eq!(answer.header("date").as_deref(), Some("Thu, 01 May 2031 00:00:00 GMT"));
    let text = String::from_utf8(answer.body()).expect("text");
    assert!(text.contains(r#""expires_in":3600,"issued_at":"2031-05-01T00:00:00Z""#), "{text}");
    let token = text.split('"').nth(3).and_then(Jwt::parse).expect("a token");
    let iat = 1_935_360_000;
    assert_eq!(token.times(), [("iat".to_owned(), iat), ("exp".to_owned(), iat + 3600)]);
    let key = cassettes::jwt::HmacKey(b"key-of-tests".to_vec());
    assert_eq!(token.verdict(Some(&key)), cassettes::model::SignatureVerdict::Good);
    assert_eq!(get(running.url(), "/bytes").body(), b"ab");
    let done = running.stop();
    let left =
        "times in the body of old.yaml#2 did not follow the clock: its content coding cannot be undone";
    assert!(done.stderr.contains(left), "{}", done.stderr);
}

#[test]
fn what_is_no_clock_is_refused_with_what_one_is() {
    let directory = directory();
    let done = truetape(&["replay", "old.yaml", "--clock", "yesterday", "--", "true"], directory.path());
    assert_eq!(done.code, 2, "{}", done.stderr);
    assert!(done.stderr.contains("expected the clock `recorded`, `now`"), "{}", done.stderr);
}
