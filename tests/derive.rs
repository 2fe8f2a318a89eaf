//! From a happy path to everything unhappy: a plan is derived from a recording of a vendor, taught, and what the
//! vendor can do wrong is in the cassette.

use crate::support::{Running, truetape_with};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const KEY: &str = "hs256:sandbox-signing-key-0123456789abcdef";
const VARIABLES: [(&str, &str); 1] = [("TT_ACCOUNT_KEY", "sk_sandbox_0123456789abcdef")];

const HAPPY: &str = r#"
lessons:
- ask: GET /v1/customers?limit=3
  headers: {Authorization: null}
- ask: POST /v1/customers
  headers: {Authorization: null}
  json: {name: Zoe Tester, email: zoe@mail.example}
  keep: {id: $.id}
- ask: GET /v1/customers/{{id}}
  headers: {Authorization: null}
- ask: DELETE /v1/customers/{{id}}
  headers: {Authorization: null}
- ask: GET /v1/events
  headers: {Authorization: null}
- ask: GET /v1/tags
  headers: {Authorization: null}
- ask: POST /v1/charges
  headers: {Authorization: null, Idempotency-Key: "{{new.uuid}}"}
  json: {amount: 1010, currency: eur, source: tok_ok}
- ask: GET /v1/account
  headers: {Authorization: null, X-Api-Key: "{{account-key}}"}
- ask: GET /v1/me
token:
  claims: {iss: "https://idp.test", aud: api, sub: u1, scope: "profile:read", iat: -1m, exp: +1h}
  header: {kid: sandbox-1}
"#;

/// What was seen of each operation.
fn learned(directory: &std::path::Path, cassette: &str) -> BTreeMap<String, BTreeSet<String>> {
    let done = truetape_with(&["inspect", cassette, "--format", "json"], directory, &VARIABLES);
    let report: serde_json::Value = serde_json::from_str(&done.stdout).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let kinds = |o: &serde_json::Value| {
        let all = o["behaviours"].as_array().expect("a list");
        (text(&o["operation"]), all.iter().map(|b| text(&b["kind"])).collect())
    };
    report["learned"].as_array().expect("a list").iter().map(kinds).collect()
}

#[test]
fn a_happy_path_leads_to_everything_unhappy() {
    let directory = tempfile::tempdir().expect("a folder");
    let at = directory.path();
    fs::write(at.join("truetape.yaml"), "secrets: {account-key: \"env:TT_ACCOUNT_KEY\"}\n").expect("written");
    let vendor = Running::start(&["sandbox"], at, 1);
    let run = |arguments: &[&str]| truetape_with(arguments, at, &VARIABLES);
    fs::write(at.join("happy.plan.yaml"), format!("upstream: {}{HAPPY}", vendor.url())).expect("written");
    let done = run(&["learn", "happy.plan.yaml", "--cassette", "happy.yaml", "--token-key", KEY]);
    assert_eq!(done.code, 0, "{done:?}");

    let done = run(&["learn", "--derive", "happy.yaml", "--output", "plan.yaml"]);
    assert_eq!(done.code, 0, "{done:?}");
    let plan = fs::read_to_string(at.join("plan.yaml")).expect("a plan");
    let again = run(&["learn", "--derive", "happy.yaml"]);
    assert_eq!(again.stdout, plan, "it is stable");

    fs::copy(at.join("happy.yaml"), at.join("got.yaml")).expect("copied");
    let done = run(&["learn", "plan.yaml", "--cassette", "got.yaml", "--add", "--token-key", KEY]);
    assert_eq!(done.code, 0, "{done:?}\n{plan}");
    let got = learned(at, "got.yaml");
    for (operation, kinds) in [
        ("GET /v1/customers", "last-page next-page validation"),
        ("GET /v1/customers/{id}", "not-found gone not-modified"),
        ("DELETE /v1/customers/{id}", "not-found"),
        ("POST /v1/customers", "validation"),
        ("GET /v1/events", "last-page validation"),
        ("GET /v1/tags", "order-unstable"),
        ("POST /v1/charges", "validation idempotency-conflict"),
        ("GET /v1/account", "auth rejected-missing"),
        (
            "GET /v1/me",
            "auth forbidden rejected-missing rejected-malformed rejected-no-exp rejected-exp-zero rejected-expired \
             rejected-not-yet-valid rejected-wrong-iss rejected-wrong-aud rejected-alg-none rejected-alg-swapped \
             rejected-unknown-kid rejected-bad-signature rejected-missing-scope",
        ),
    ] {
        let seen = got.get(operation).unwrap_or_else(|| panic!("{operation}: {got:?}"));
        for kind in kinds.split_whitespace() {
            assert!(seen.contains(kind), "{operation} lacks {kind}: {seen:?}\n{}\n{plan}", done.stdout);
        }
    }
    let rest = run(&["learn", "--derive", "got.yaml"]);
    assert!(
        rest.code == 0 && rest.stdout.contains("nothing that could be asked is lacking"),
        "{}",
        rest.stdout
    );
    vendor.kill();
}
