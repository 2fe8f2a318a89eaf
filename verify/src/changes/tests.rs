//! Two recordings, and what their difference says.

use super::{Kind, Weight, between};
use crate::examples;

/// The telling changes between the two cassettes of an example.
pub(super) fn told(text: &str) -> Vec<(Kind, Weight)> {
    let example = examples::parse(text).expect("an example");
    let [before, after] = example.cassettes.as_slice() else { panic!("two cassettes") };
    between(before, after).telling().map(|change| (change.kind, change.weight)).collect()
}

#[test]
fn what_differs_in_any_two_recordings_is_not_told() {
    let text = r#"
> POST /v1/orders
>> {"note":"a"}
< etag: "1"
< 201 {"id":"ord_83hf93jf01","at":"2026-01-02T03:04:05Z","seq":17}
> GET /v1/orders/ord_83hf93jf01
< 200 {"id":"ord_83hf93jf01","at":"2026-01-02T03:04:05Z","seq":17}
> GET /v1/tags
< 200 ["red","green","blue","grey","pink","teal","gold"]
> GET /v1/tags
< 200 ["teal","gold","red","green","blue","grey","pink"]
> GET /v1/jobs/1
< 200 {"state":"running"}
> GET /v1/jobs/1
< 200 {"state":"done"}
> GET /v1/flaky
< 503 {"error":"busy"}
> GET /v1/flaky
< 200 {"ok":true}
--- new.yaml
> POST /v1/orders
>> {"note":"a"}
< etag: "9"
< 201 {"id":"ord_11kk22pp77","at":"2026-03-05T07:08:09Z","seq":99}
> GET /v1/orders/ord_11kk22pp77
< 200 {"id":"ord_11kk22pp77","at":"2026-03-05T07:08:09Z","seq":99}
> GET /v1/tags
< 200 ["grey","pink","teal","gold","red","green","blue"]
> GET /v1/tags
< 200 ["green","blue","gold","grey","red","pink","teal"]
> GET /v1/jobs/1
< 200 {"state":"running"}
> GET /v1/jobs/1
< 200 {"state":"running"}
> GET /v1/jobs/1
< 200 {"state":"done"}
> GET /v1/flaky
< 200 {"ok":true}
"#;
    assert_eq!(told(text), []);
}

#[test]
fn ids_that_a_vendor_gave_pair_what_was_asked_with_them() {
    let text = r#"
> POST /v1/orders
>> {"note":"a"}
< 201 {"id":"ord_83hf93jf01","total":"1.00"}
> GET /v1/orders/ord_83hf93jf01
< 200 {"id":"ord_83hf93jf01","total":"1.00"}
> GET /v1/orders/none
< 404 {"error":{"code":"no_such_order"}}
--- new.yaml
> POST /v1/orders
>> {"note":"a"}
< 201 {"id":"ord_11kk22pp77","total":"1.00"}
> GET /v1/orders/none
< 404 {"error":{"code":"no_such_order"}}
> GET /v1/orders/ord_11kk22pp77
< 200 {"id":"ord_11kk22pp77","total":"1.00"}
"#;
    let example = examples::parse(text).expect("an example");
    let difference = between(&example.cassettes[0], &example.cassettes[1]);
    let pairs: Vec<_> =
        difference.pairs.iter().map(|p| (p.before.map(|id| id.0), p.after.map(|id| id.0))).collect();
    assert_eq!(pairs, [(Some(1), Some(1)), (Some(2), Some(3)), (Some(3), Some(2))]);
    assert_eq!(difference.changes, []);
}

#[test]
fn every_kind_of_change_is_told_once() {
    let cases = [
        (r#"< 200 {"id":1,"a":"x"}"#, r#"< 200 {"id":1}"#, Kind::FieldGone, Weight::Breaking),
        (r#"< 200 {"id":1}"#, r#"< 200 {"id":1,"a":"x"}"#, Kind::FieldNew, Weight::Compatible),
        (r#"< 200 {"id":1,"a":[1]}"#, r#"< 200 {"id":1,"a":{"b":1}}"#, Kind::ValueKind, Weight::Breaking),
        (r#"< 200 {"id":1,"a":"1.50"}"#, r#"< 200 {"id":1,"a":1.5}"#, Kind::ValueKind, Weight::Breaking),
        (r#"< 200 {"id":1,"a":true}"#, r#"< 200 {"id":1,"a":null}"#, Kind::ValueKind, Weight::Breaking),
        (
            r#"< 200 {"id":1,"created":"2026-01-02T03:04:05Z"}"#,
            r#"< 200 {"id":1,"created":1767323045}"#,
            Kind::TimeForm,
            Weight::Breaking,
        ),
        (r#"< 200 {"id":1}"#, r#"< 201 {"id":1}"#, Kind::Status, Weight::Breaking),
        (r#"< 200 {"id":1}"#, r#"< 422 {"error":{"code":"bad"}}"#, Kind::Class, Weight::Breaking),
        (r#"< 422 {"error":{"code":"bad"}}"#, r#"< 200 {"id":1}"#, Kind::Class, Weight::Breaking),
        (
            r#"< 422 {"error":{"code":"bad"}}"#,
            r#"< 422 {"error":{"code":"worse"}}"#,
            Kind::Code,
            Weight::Breaking,
        ),
        (r#"< 200 {"id":1}"#, r#"< 503 {"error":"busy"}"#, Kind::Class, Weight::Breaking),
    ];
    for (then, now, kind, weight) in cases {
        let text = format!("> GET /v1/things/1\n{then}\n--- new.yaml\n> GET /v1/things/1\n{now}\n");
        assert_eq!(told(&text), [(kind, weight)], "{text}");
    }
}

#[test]
fn questions_come_and_go() {
    let text = "> GET /v1/a\n< 200 {\"id\":1}\n> GET /v1/b\n< 200 {\"n\":1}\n\
                --- new.yaml\n> GET /v1/a\n< 200 {\"id\":1}\n> GET /v1/c\n< 404 {\"error\":\"none\"}\n";
    assert_eq!(told(text), [(Kind::Lost, Weight::Breaking), (Kind::Added, Weight::Compatible)]);
}

#[test]
fn a_token_that_is_turned_away_now_is_told_as_one() {
    let asked =
        "> GET /v1/me\n> authorization: Bearer jwt({\"alg\":\"HS256\"}{\"sub\":\"a\",\"exp\":1767399999})\n";
    let text = format!("{asked}< 200 {{\"id\":1}}\n--- new.yaml\n{asked}< 401 {{\"error\":\"no\"}}\n");
    assert_eq!(told(&text), [(Kind::Token, Weight::Breaking)]);
}

#[test]
fn an_order_that_is_lost_is_told() {
    let list = |names: &str| format!("> GET /v1/things\n< 200 [{names}]\n");
    let of =
        |names: &[&str]| names.iter().map(|n| format!("{{\"id\":\"{n}\"}}")).collect::<Vec<_>>().join(",");
    let sorted = of(&["aa", "bb", "cc", "dd", "ee", "ff", "gg"]);
    let mixed = of(&["dd", "bb", "gg", "aa", "ff", "cc", "ee"]);
    let text = format!("{}--- new.yaml\n{}", list(&sorted), list(&mixed));
    assert_eq!(told(&text), [(Kind::Order, Weight::Breaking)]);
}

#[test]
fn what_passes_is_told_only_where_it_stays() {
    let asked = "> GET /v1/flaky\n";
    let case = |then: &[&str], now: &[&str]| {
        let side = |answers: &[&str]| answers.iter().map(|a| format!("{asked}< {a}\n")).collect::<String>();
        told(&format!("{}--- new.yaml\n{}", side(then), side(now)))
    };
    let (busy, ok) = (r#"503 {"error":"busy"}"#, r#"200 {"id":1}"#);
    let (limited, bad) = (r#"429 {"error":"slow down"}"#, r#"422 {"error":{"code":"bad"}}"#);
    assert_eq!(case(&[ok], &[busy, ok]), [], "asked again, it is what it was");
    assert_eq!(case(&[busy, ok], &[ok]), []);
    assert_eq!(case(&[busy], &[ok]), [], "over");
    assert_eq!(case(&[ok], &[busy]), [(Kind::Class, Weight::Breaking)], "nothing else comes");
    assert_eq!(case(&[busy], &[limited]), [], "either is over soon");
    assert_eq!(case(&[busy], &[bad]), [(Kind::Class, Weight::Breaking)]);
}

#[test]
fn a_bad_credential_is_not_judged_by_the_good_one_beside_it() {
    let side = |refused: &str| {
        format!(
            "> GET /v1/me\n> authorization: Bearer good\n< 200 {{\"id\":1}}\n\
             > GET /v1/me\n> authorization: Bearer bad\n< {refused}\n> GET /v1/me\n< {refused}\n"
        )
    };
    let text = format!("{}--- new.yaml\n{}", side(r#"401 {"error":"no"}"#), side(r#"200 {"id":1}"#));
    assert_eq!(told(&text), [(Kind::Token, Weight::Breaking)]);
}

#[test]
fn nulls_of_other_things_are_chance_and_those_of_the_same_are_not() {
    let list = |items: &str| format!("> GET /v1/things\n< 200 [{items}]\n");
    let case = |then: &str, now: &str| told(&format!("{}--- new.yaml\n{}", list(then), list(now)));
    let old = r#"{"id":"a1","n":1,"v":"x","w":2},{"id":"b1","n":2,"v":"y","w":3}"#;
    let others = r#"{"id":"c1","n":7,"v":null,"w":5},{"id":"d1","n":8,"v":"z","w":6}"#;
    let same = r#"{"id":"a1","n":1,"v":null,"w":2},{"id":"b1","n":2,"v":"y","w":3}"#;
    assert_eq!(case(old, others), []);
    assert_eq!(case(old, same), [(Kind::ValueKind, Weight::Breaking)]);
}

#[test]
fn what_a_lost_answer_would_have_led_to_is_not_told_again() {
    let text = r#"
> POST /v1/orders
>> {"note":"a"}
< 201 {"id":"ord_83hf93jf01","total":"1.00"}
> GET /v1/orders/ord_83hf93jf01
< 200 {"id":"ord_83hf93jf01","total":"1.00"}
--- new.yaml
> POST /v1/orders
>> {"note":"a"}
< 403 {"error":{"code":"forbidden"}}
"#;
    assert_eq!(told(text), [(Kind::Class, Weight::Breaking)]);
}
