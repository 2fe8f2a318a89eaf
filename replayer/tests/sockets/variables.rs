//! Values of a session's own, where others were recorded.

use crate::support::*;
use cassettes::model::{Answer, Headers, Response};
use replayer::{Conditions, Playback, Settings};
use std::collections::BTreeMap;
use std::sync::Arc;

fn order(value: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("order".to_owned(), value.to_owned())])
}

fn playback(default: &str, recorded: BTreeMap<String, String>) -> Arc<Playback> {
    let headers = Headers::from_pairs([("Location", "/orders/ord_1?of=ord_1"), ("X-Order", "ord_1")]);
    let made = Response::new(201, headers, r#"{"id":"ord_1","self":"https://h.test/orders/ord_1"}"#);
    let tape = tape([
        exchange(post("/orders", "application/json", "{}"), Answer::Reply(made)),
        exchange(get("/orders/ord_1"), reply(200, r#"{"id":"ord_1"}"#)),
    ]);
    let conditions = Conditions { variables: order(default), repeat: Some(true), ..Conditions::default() };
    Arc::new(Playback::new(tape, Settings { conditions, recorded, ..Settings::new(now) }))
}

fn begin(playback: &Playback, name: &str, value: &str) {
    let own = Conditions { variables: order(value), ..Conditions::default() };
    playback.begin(Some(name), own).unwrap();
}

#[test]
fn a_session_with_a_value_of_its_own_does_not_know_the_recorded_one() {
    let playback = playback("ord_1", BTreeMap::new());
    begin(&playback, "mine", "ord_mine");
    let running = serve_playback(playback, &[None]);
    let ask = |path: &str| running.get(&format!("/__truetape/session/mine{path}"));
    assert_eq!(ask("/orders/ord_mine").text(), r#"{"id":"ord_mine"}"#);
    let old = ask("/orders/ord_1");
    assert_eq!(old.status, 501, "{}", old.text());
    let misses = running.get("/__truetape/misses?session=mine").json();
    assert_eq!(misses[0]["target"], "/orders/ord_1");
    let difference = &misses[0]["nearest"][0]["differences"][0];
    assert_eq!(
        (&difference["asked"], &difference["recorded"]),
        (&"ord_1".into(), &"ord_mine".into()),
        "{misses}"
    );
    assert_eq!(running.get("/orders/ord_1").text(), r#"{"id":"ord_1"}"#);
}

#[test]
fn a_default_that_is_not_the_recorded_one_is_as_a_sessions_own() {
    let playback = playback("ord_all", order("ord_1"));
    begin(&playback, "mine", "ord_mine");
    begin(&playback, "recorded", "ord_1");
    let running = serve_playback(playback, &[None]);
    let ask = |path: &str| (running.get(path).status, running.get(path).text());
    assert_eq!(ask("/orders/ord_all"), (200, r#"{"id":"ord_all"}"#.to_owned()));
    assert_eq!(ask("/orders/ord_1").0, 501);
    assert_eq!(ask("/__truetape/session/mine/orders/ord_mine").1, r#"{"id":"ord_mine"}"#);
    assert_eq!(ask("/__truetape/session/plain/orders/ord_all").1, r#"{"id":"ord_all"}"#);
    assert_eq!(ask("/__truetape/session/recorded/orders/ord_1").1, r#"{"id":"ord_1"}"#);
}

#[test]
fn values_are_escaped_where_they_stand_in_urls() {
    let playback = playback("ord_1", BTreeMap::new());
    begin(&playback, "odd", "a b\"/ü");
    let running = serve_playback(playback, &[None]);
    let made = running.ask(
        "POST /orders HTTP/1.1\r\nHost: x\r\nTruetape-Session: odd\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    );
    let coded = "a%20b%22%2F%C3%BC";
    assert_eq!(made.header("location"), Some(format!("/orders/{coded}?of={coded}").as_str()));
    let said = format!(r#"{{"id":"a b\"/ü","self":"https://h.test/orders/{coded}"}}"#);
    assert_eq!((made.text(), made.header("x-order")), (said, Some("a b\"/ü")));
    let path = format!("/__truetape/session/odd/orders/{coded}");
    assert_eq!(running.get(&path).text(), r#"{"id":"a b\"/ü"}"#);
}
