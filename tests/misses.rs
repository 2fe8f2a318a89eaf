//! A request that was not recorded explains itself: in the body, in a header, in the admin API and at the end.

use crate::support::{Running, Upstream, ask, get, truetape};
use std::path::Path;

fn recorded(directory: &Path) {
    let vendor = Upstream::json(|_| (201, r#"{"id":"ch_1"}"#.into()));
    let recorder =
        Running::start(&["record", "--upstream", &vendor.url, "--cassette", "c.yaml"], directory, 1);
    let json = [("Content-Type", "application/json")];
    assert_eq!(
        ask(recorder.url(), "POST", "/charges", &json, br#"{"amount": 10.10, "currency": "eur"}"#).status(),
        201
    );
    assert_eq!(get(recorder.url(), "/charges?limit=2&state=open").status(), 201);
    assert_eq!(recorder.stop().code, 0);
}

#[test]
fn a_changed_post_body_is_a_miss_with_the_field_that_differs() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    let json = [("Content-Type", "application/json")];
    for same in [r#"{"currency":"eur","amount":10.10}"#, r#"{ "amount" : 10.10 , "currency" : "eur" }"#] {
        let answer = ask(replay.url(), "POST", "/__truetape/session/same/charges", &json, same.as_bytes());
        if same.starts_with("{ ") {
            assert_eq!(answer.status(), 501, "the same request once more is exhausted, not unknown");
            assert!(answer.header("truetape-miss").expect("header").starts_with("exhausted"));
        } else {
            assert_eq!(answer.status(), 201, "{}", answer.text());
        }
    }
    let answer = ask(replay.url(), "POST", "/charges", &json, br#"{"amount": 10.1, "currency": "eur"}"#);
    assert_eq!(answer.status(), 501, "10.1 is not 10.10");
    assert_eq!(answer.header("content-type").as_deref(), Some("application/problem+json"));
    let header = answer.header("truetape-miss").expect("a header");
    assert!(header.contains("c.yaml#1") && header.contains("/amount"), "{header}");
    let problem: serde_json::Value = serde_json::from_slice(&answer.body()).expect("a problem document");
    let difference = &problem["nearest"][0]["differences"][0];
    assert_eq!(problem["nearest"][0]["exchange"], "c.yaml#1");
    assert_eq!(
        (difference["asked"].as_str(), difference["recorded"].as_str()),
        (Some("10.1"), Some("10.10")),
        "{problem}"
    );
    let admin: serde_json::Value =
        serde_json::from_slice(&get(replay.url(), "/__truetape/misses").body()).expect("json");
    assert!(admin.to_string().contains("/amount"), "{admin}");
    let done = replay.stop();
    assert_eq!(done.code, 1);
    assert!(done.stderr.contains("/amount") && done.stderr.contains("10.10"), "{}", done.stderr);
}

#[test]
fn a_query_in_another_order_is_the_same_and_another_value_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let replay =
        Running::start(&["replay", "c.yaml", "--repeat", "--miss-status", "599"], directory.path(), 1);
    assert_eq!(get(replay.url(), "/charges?state=open&limit=2").status(), 201);
    let miss = get(replay.url(), "/charges?state=open&limit=3");
    assert_eq!(miss.status(), 599);
    assert!(miss.header("truetape-miss").expect("a header").contains("query limit"), "{}", miss.text());
    let elsewhere = get(replay.url(), "/nowhere");
    assert_eq!(elsewhere.status(), 599);
    assert_eq!(replay.stop().code, 1);
}

#[test]
fn a_wrapped_command_gets_the_url_and_its_status_passes_through() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let run = |script: &str| truetape(&["replay", "c.yaml", "--", "sh", "-c", script], directory.path());
    let done = run("test -n \"$TRUETAPE_URL\" && exit 7");
    assert_eq!(done.code, 7, "{done:?}");
    let done = run("true");
    assert_eq!(done.code, 3, "a suite that asked nothing tested nothing: {done:?}");
    assert!(done.stderr.contains("unused: c.yaml#1 POST /charges"), "{done:?}");
    let done = truetape(&["replay", "c.yaml", "--", "no-such-program-anywhere"], directory.path());
    assert_eq!(done.code, 2, "{done:?}");
    assert!(done.stderr.contains("cannot start `no-such-program-anywhere`"), "{done:?}");
}
