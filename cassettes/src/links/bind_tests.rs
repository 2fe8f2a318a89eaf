use super::super::discover;
use super::*;
use crate::model::{Body, Connection, ExchangeId, Headers, Response, Timestamp, Timing};

fn exchange(asked: &str, body: &str, location: &str, given: &str) -> Exchange {
    let (method, target) = asked.split_once(' ').expect("METHOD target");
    let mut request = Request::new(method, target);
    request.body = Body::from(body.to_owned());
    Exchange {
        id: ExchangeId(1),
        at: Timestamp(0),
        upstream: "http://up.test".into(),
        request,
        answer: reply(location, given),
        timing: Timing::default(),
        connection: Connection::default(),
        redactions: Vec::new(),
        tokens: Vec::new(),
        edited: false,
    }
}

fn reply(location: &str, given: &str) -> Answer {
    let mut headers = Headers::new();
    if !location.is_empty() {
        headers.push("Location", location);
    }
    Answer::Reply(Response::new(200, headers, given.as_bytes().to_vec()))
}

fn asked(exchanges: &[Exchange], said: &[Answer]) -> Bound {
    let said: Vec<Option<Answer>> = said.iter().cloned().map(Some).collect();
    bind(said.len(), exchanges, &discover(exchanges), &said)
}

#[test]
fn what_tells_the_items_of_a_listing_apart_names_them() {
    let tape = |list: &str| {
        [exchange("GET /parts", "", "", list), exchange("GET /parts/BOLT/stock", "", "", r#"{"n":1}"#)]
    };
    let own = reply("", r#"[{"sku":"NUT","bin":"left"},{"sku":"NAIL","bin":"left"}]"#);
    let target = |list: &str| asked(&tape(list), std::slice::from_ref(&own)).request.target;
    assert_eq!(target(r#"[{"sku":"SCREW","bin":"left"},{"sku":"BOLT","bin":"left"}]"#), "/parts/NAIL/stock");
    // What several items share names none of them.
    assert_eq!(target(r#"[{"sku":"A1","bin":"BOLT"},{"sku":"A2","bin":"BOLT"}]"#), "/parts/BOLT/stock");
}

#[test]
fn the_last_item_stays_the_last() {
    let exchanges = [
        exchange("GET /c?limit=2", "", "", r#"{"data":[{"id":"cus_1"},{"id":"cus_2"}]}"#),
        exchange("GET /c?limit=2&after=cus_2", "", "", r#"{"data":[]}"#),
    ];
    let bound = |said: &str| asked(&exchanges, &[reply("", said)]);
    assert_eq!(
        bound(r#"{"data":[{"id":"a"},{"id":"b"},{"id":"c&d"}]}"#).request.target,
        "/c?limit=2&after=c%26d"
    );
    assert_eq!(bound(r#"{"data":[{"id":5}]}"#).request.target, "/c?limit=2&after=5");
    let none = bound(r#"{"data":[]}"#);
    assert_eq!(
        (none.request.target.as_str(), none.unbound, none.rebound),
        ("/c?limit=2&after=cus_2", vec![0], 0)
    );
}

#[test]
fn an_item_that_is_missing_is_the_last_there_is() {
    let exchanges = [
        exchange("GET /c", "", "", r#"[{"id":"cus_1"},{"id":"cus_2"},{"id":"cus_3"}]"#),
        exchange("GET /c/cus_2", "", "", "{}"),
    ];
    assert_eq!(asked(&exchanges, &[reply("", r#"[{"id":"x"},{"id":"y"}]"#)]).request.target, "/c/y");
    assert_eq!(asked(&exchanges, &[reply("", r#"[{"id":"x"}]"#)]).request.target, "/c/x");
}

#[test]
fn urls_of_the_subject_are_reduced_to_its_own() {
    let exchanges = [
        exchange("POST /jobs", "{}", "http://up.test/jobs/j-1000", r#"{"next":"/jobs?page=2"}"#),
        exchange("GET /jobs/j-1000", "", "", "{}"),
    ];
    for (location, want) in [
        ("http://127.0.0.1:9/jobs/77", "/jobs/77"),
        ("http://127.0.0.1:9/mock/jobs/77?x#f", "/jobs/77?x"),
        ("/jobs/77", "/jobs/77"),
        ("jobs/77", "/jobs/77"),
        ("http://up.test/jobs/j-1000", "/jobs/j-1000"),
    ] {
        assert_eq!(asked(&exchanges, &[reply(location, "{}")]).request.target, want);
    }
    assert_eq!(asked(&exchanges, &[reply("", "{}")]).unbound, [0]);
}

#[test]
fn a_url_that_a_client_can_put_together_is_bound_by_its_parts() {
    let exchanges = [
        exchange(
            "POST /jobs",
            "{}",
            "http://up.test/jobs/j-1000",
            r#"{"id":"j-1000","all":"http://up.test/jobs"}"#,
        ),
        exchange("GET /jobs/j-1000", "", "", "{}"),
        exchange("GET /jobs/j-1000/log", "", "", "{}"),
    ];
    let bound = asked(&exchanges, &[reply("", r#"{"id":7}"#)]);
    assert_eq!((bound.request.target.as_str(), bound.unbound.len(), bound.rebound), ("/jobs/7", 0, 1));
    let bound = asked(&exchanges, &[reply("/jobs/8", r#"{"id":7}"#)]);
    assert_eq!(bound.request.target, "/jobs/8", "what it gives as a URL comes first");
    let known = [
        exchange("GET /orgs/acme", "", "", r#"{"hooks_url":"http://up.test/orgs/acme/hooks"}"#),
        exchange("GET /orgs/acme/hooks", "", "", "[]"),
    ];
    let bound = asked(&known, &[reply("", "{}")]);
    assert_eq!((bound.request.target.as_str(), bound.unbound.len()), ("/orgs/acme/hooks", 0));
    let mut moved = [exchange("GET /old", "", "/new", ""), exchange("GET /new", "", "", "{}")];
    if let Answer::Reply(response) = &mut moved[0].answer {
        response.status = 302;
    }
    assert_eq!(asked(&moved, &[reply("", "{}")]).unbound, [0], "who is not sent on does not get there");
}

#[test]
fn another_place_of_the_same_value_helps_out() {
    let exchanges = [
        exchange("GET /c", "", "/c?cursor=abc123", r#"{"next":"/c?cursor=abc123"}"#),
        exchange("GET /c?cursor=abc123", "", "", "{}"),
    ];
    for said in [reply("/c?cursor=z", "{}"), reply("", r#"{"next":"/c?cursor=z"}"#)] {
        assert_eq!(asked(&exchanges, &[said]).request.target, "/c?cursor=z");
    }
}
