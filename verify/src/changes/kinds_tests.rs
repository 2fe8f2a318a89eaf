//! The table of kinds and weights in `docs/guides/changes.md`, row by row.

use super::tests::told;
use super::{Kind, Weight};

/// The same question answered in this way then and in that way now.
fn once(asked: &str, then: &str, now: &str) -> Vec<(Kind, Weight)> {
    told(&format!("{asked}\n{then}\n--- new.yaml\n{asked}\n{now}\n"))
}

/// A list of so many items, each made of its number.
fn list(count: usize, item: impl Fn(usize) -> String) -> String {
    let items: Vec<String> = (1..=count).map(item).collect();
    format!("< 200 [{}]", items.join(","))
}

fn is(changes: &[(Kind, Weight)], kind: Kind, weight: Weight) {
    assert_eq!(changes, [(kind, weight)]);
}

#[test]
fn members_that_come_and_go() {
    let with = |n: usize| format!(r#"{{"id":"a{n}","n":{n},"note":"x{n}"}}"#);
    let some = |n: usize| {
        if n.is_multiple_of(2) { with(n + 50) } else { format!(r#"{{"id":"a{}","n":{n}}}"#, n + 50) }
    };
    let asked = "> GET /v1/things";
    is(&once(asked, &list(20, with), &list(20, some)), Kind::FieldOptional, Weight::Breaking);
    is(&once(asked, &list(20, some), &list(20, with)), Kind::FieldOptional, Weight::Compatible);
    assert_eq!(once(asked, &list(3, with), &list(3, some)), [], "chance");
    assert_eq!(once(asked, &list(3, some), &list(3, with)), [], "chance");
}

#[test]
fn forms_of_values() {
    let asked = "> GET /v1/things";
    let prices =
        |form: fn(usize) -> String| list(6, move |n| format!(r#"{{"id":"a{n}","price":{}}}"#, form(n)));
    let fixed = prices(|n| format!("{n}.50"));
    is(&once(asked, &fixed, &prices(|n| format!("{n}.5"))), Kind::NumberForm, Weight::Breaking);
    let ids = |form: fn(usize) -> String| list(6, move |n| format!(r#"{{"id":"{}","n":{n}}}"#, form(n)));
    let numbers = ids(|n| format!("{}", 4_711_000 + n * 97));
    let uuids = ids(|n| format!("9f31ab0{n}-1c2d-4e3f-a4b5-c6d7e8f90a1{n}"));
    is(&once(asked, &numbers, &uuids), Kind::IdForm, Weight::Breaking);
    let states = |word: fn(usize) -> &'static str| {
        list(8, move |n| format!(r#"{{"id":"a{n}","status":"{}"}}"#, word(n)))
    };
    let two = |n: usize| if n.is_multiple_of(2) { "paid" } else { "open" };
    let three = |n: usize| {
        if n == 3 {
            "disputed"
        } else if n.is_multiple_of(2) {
            "paid"
        } else {
            "open"
        }
    };
    is(&once(asked, &states(two), &states(three)), Kind::Word, Weight::Compatible);
}

#[test]
fn errors_and_misses() {
    let asked = "> GET /v1/things/none";
    let error = r#"< 422 {"error":{"code":"bad","message":"it is bad"}}"#;
    is(
        &once(asked, error, r#"< 422 {"code":"bad","detail":"it is bad"}"#),
        Kind::ErrorShape,
        Weight::Breaking,
    );
    let miss = r#"< 404 {"error":{"code":"no_such_thing","message":"no"}}"#;
    is(&once(asked, miss, "< 404 {}"), Kind::Code, Weight::Breaking);
    is(&once(asked, r#"< 404 {"detail":"Not found"}"#, "< 404"), Kind::Miss, Weight::Breaking);
    is(
        &once(asked, error, r#"< 400 {"error":{"code":"bad","message":"it is bad"}}"#),
        Kind::Status,
        Weight::Breaking,
    );
}

#[test]
fn heads() {
    let asked = "> POST /v1/things\n>> {\"n\":1}";
    let made = "< location: /v1/things/1\n< 201 {\"id\":1}";
    is(&once(asked, made, "< 201 {\"id\":1}"), Kind::Header, Weight::Breaking);
    is(&once(asked, "< 201 {\"id\":1}", made), Kind::Header, Weight::Compatible);
    let limited = |head: &str| format!("{head}< 429 {{\"error\":{{\"code\":\"slow_down\"}}}}");
    is(&once(asked, &limited("< retry-after: 5\n"), &limited("")), Kind::RetryHint, Weight::Breaking);
    is(&once(asked, &limited(""), &limited("< retry-after: 5\n")), Kind::RetryHint, Weight::Compatible);
}

#[test]
fn listings_and_what_lasts() {
    let page = |ids: &str, next: &str| {
        let items: Vec<String> = ids.split(' ').map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
        format!("< 200 {{\"data\":[{}],\"next\":{next}}}\n", items.join(","))
    };
    let asked = "> GET /v1/things?limit=2";
    let then = format!(
        "{}> GET /v1/things?limit=2&cursor=c2k9f8s7\n{}",
        page("a1 b1", "\"c2k9f8s7\""),
        page("c1 d1", "null")
    );
    let now = page("a1 b1", "null");
    let told = once(asked, &then, &now);
    assert!(told.contains(&(Kind::Pages, Weight::Breaking)), "{told:?}");
    let gone = "< 204\n> GET /v1/things/t9x8c7v6\n< 404 {\"error\":{\"code\":\"none\"}}";
    let there = "< 204\n> GET /v1/things/t9x8c7v6\n< 200 {\"id\":\"t9x8c7v6\"}";
    let told = once("> DELETE /v1/things/t9x8c7v6", gone, there);
    assert!(told.iter().all(|(_, weight)| *weight == Weight::Breaking) && !told.is_empty(), "{told:?}");
}

#[test]
fn another_answer_is_named_by_what_it_says() {
    let named = |asked: &str, then: &str, now: &str| -> Vec<(&'static str, Weight)> {
        let text = format!("{asked}\n{then}\n--- new.yaml\n{asked}\n{now}\n");
        let example = crate::examples::parse(&text).expect("an example");
        let difference = super::between(&example.cassettes[0], &example.cassettes[1]);
        difference.telling().map(|change| (change.rule, change.weight)).collect()
    };
    let with_key = "> GET /v1/things/none\n> x-api-key: abc";
    let (refused, missing) = (r#"< 401 {"error":"who"}"#, r#"< 404 {"error":"not_found"}"#);
    let checked = [("check-order-changed", Weight::Breaking)];
    assert_eq!(named(with_key, refused, missing), checked);
    assert_eq!(named(with_key, missing, refused), checked);
    // A thing that is hidden is no other order of checks.
    let hidden = named(with_key, r#"< 403 {"error":"not_yours"}"#, missing);
    assert_eq!(hidden, [("error-class-changed", Weight::Breaking)]);
    let (asked, failed) = ("> PUT /v1/things", r#"{"nr":405,"text":"this cannot be done"}"#);
    let shaped = named(asked, &format!("< 405 {failed}"), &format!("< 200 {failed}"));
    assert_eq!(shaped, [("success-shaped-failure", Weight::Breaking)]);
    let nothing = named("> GET /v1/places?name=x", "< 200 null", r#"< 422 {"error":{"code":"bad_name"}}"#);
    assert_eq!(nothing, [("not-found-restyled", Weight::Breaking)]);
    // One trouble in the place of another; the same under a status that does not say so is none.
    let slow = |status: u16, code: &str| format!(r#"< {status} {{"error":{{"code":"{code}"}}}}"#);
    assert_eq!(named(asked, &slow(400, "throttling"), &slow(503, "service_unavailable")), []);
    assert_eq!(named(asked, &slow(503, "service_unavailable"), "< 500 {\"error\":\"oops\"}"), []);
    let other = named(asked, &slow(400, "throttling"), &slow(429, "throttling"));
    assert_eq!(other, [("status-changed", Weight::Breaking)]);
}
