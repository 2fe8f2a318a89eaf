//! What is lacking, seen from outside: what stays unknown, and what is still worth asking.

use crate::derive;
use crate::examples::parse;
use crate::learned;
use cassettes::model::Timestamp;

fn plan(text: &str) -> String {
    derive(&parse(text).expect("reads").cassettes, Timestamp(0)).to_yaml()
}

fn unverified(text: &str) -> Vec<String> {
    let report = learned(&parse(text).expect("reads").cassettes, Timestamp(0), None);
    report.coverage.operations.iter().flat_map(|o| &o.unverified).map(|u| u.kind.clone()).collect()
}

#[test]
fn what_was_asked_for_in_vain_was_not_seen() {
    let happy = "> GET /v1/things/th_a1b2c3\n< 200 {\"id\":\"th_a1b2c3\",\"name\":\"Ada\"}\n";
    let vain = "> GET /v1/things/th_c4d5e6\n< 400 {\"error\":{\"code\":\"invalid_id\"}}\n\
                > GET /v1/things/not*an*id\n< 400 {\"error\":{\"code\":\"invalid_id\"}}\n";
    let found = "> GET /v1/things/th_c4d5e6\n< 404 {\"error\":{\"code\":\"not_found\"}}\n";
    let lacks = |text: &str| unverified(text).contains(&"not-found".to_owned());
    assert!(lacks(happy) && lacks(&format!("{happy}{vain}")), "{:?}", unverified(&format!("{happy}{vain}")));
    assert!(!lacks(&format!("{happy}{found}")));
    assert!(!plan(&format!("{happy}{vain}")).contains("- miss: GET"), "it is not asked again");
}

#[test]
fn choices_and_keys_are_spoilt_wherever_they_stood() {
    let plan = plan(
        "> GET /v1/things\n< 200 {\"data\":[{\"id\":\"th_a1\"},{\"id\":\"th_b2\"}]}\n\
         > GET /v1/things?sort=-name\n< 200 {\"data\":[{\"id\":\"th_b2\"},{\"id\":\"th_a1\"}]}\n\
         > POST /v1/things\n> idempotency-key: 0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60\n\
         > content-type: application/json\n>> {\"name\":\"Ada\"}\n< 201 {\"id\":\"th_c3\",\"name\":\"Ada\"}\n",
    );
    assert!(plan.contains("- reject: GET /v1/things?sort=UNKNOWN"), "{plan}");
    assert!(plan.contains("Without its key."), "{plan}");
}

#[test]
fn reads_by_post_are_safe() {
    let plan = plan(
        "> POST /rpc/tickets.get\n> content-type: application/json\n>> {\"id\":\"t_a1b2c3\"}\n\
         < 200 {\"ok\":true,\"ticket\":{\"id\":\"t_a1b2c3\"}}\n",
    );
    assert!(plan.contains("POST /rpc/tickets.get") && !plan.contains("unsafe"), "{plan}");
}

#[test]
fn one_conflict_is_not_every_conflict() {
    let text = "> POST /orders/41/refund\n< 200 {\"id\":41,\"state\":\"refunded\"}\n\
                > POST /orders/42/ship\n< 200 {\"id\":42,\"state\":\"shipped\"}\n\
                > POST /orders/43/ship\n< 409 {\"error\":{\"code\":\"unpaid\"}}\n";
    assert!(unverified(text).contains(&"conflict".to_owned()), "{:?}", unverified(text));
}

#[test]
fn what_did_not_show_stays_unknown_and_one_fault_is_not_every_fault() {
    let happy = "> POST /v1/things\n> content-type: application/json\n>> {\"size\":1}\n< 201 {\"id\":\"th_a1b2c3\"}\n";
    let refused = "> POST /v1/things\n> content-type: application/json\n>> {\"size\":\"not a number\"}\n\
                   < 422 {\"error\":{\"code\":\"bad_size\"}}\n";
    let written = plan(&format!("{happy}{refused}"));
    assert!(!written.contains("json: {size: not a number}"), "it is not asked again: {written}");
    assert!(written.contains("other-validation") && written.contains("json: {size: -1}"), "{written}");
    let vain = "> GET /v1/things\n< 200 [1]\n> GET /v1/no-such-path\n< 200 {}\n> PATCH /v1/things\n< 404\n";
    let report = learned(&parse(vain).expect("reads").cassettes, Timestamp(0), None);
    let mut all = report.coverage.operations.iter().flat_map(|o| &o.unverified);
    assert!(all.any(|u| u.kind == "method-not-allowed" && u.asked), "{:?}", report.coverage);
    assert!(!plan(vain).contains("PATCH /v1/things\n"), "{}", plan(vain));
}

#[test]
fn many_operations_are_read() {
    // Each is another operation, and each asks about all: what is asked of all must be known once and for all.
    let text: String = (0..3000).map(|n| format!("> GET /calm/0-{n}\n< 200 well\n")).collect();
    let cassettes = parse(&text).expect("reads").cassettes;
    let report = learned(&cassettes, Timestamp(0), None);
    assert!(report.coverage.operations.len() > 1000, "{}", report.coverage.operations.len());
}

#[test]
fn steps_follow_each_other_on_one_thing() {
    let text = "> POST /orders\n> content-type: application/json\n>> {\"sum\":\"2.00\"}\n< location: /orders/41\n< 201 {\"id\":\"41\"}\n\
                > POST /orders/41/ship\n< 200 {\"state\":\"shipped\"}\n\
                > POST /orders\n> content-type: application/json\n>> {\"sum\":\"3.00\"}\n< location: /orders/42\n< 201 {\"id\":\"42\"}\n\
                > POST /orders/42/cancel\n< 200 {\"state\":\"cancelled\"}\n";
    let written = plan(text);
    let after = |first: &str, then: &str| {
        let mut pairs = written.split("That step is taken.\n").skip(1).filter_map(|rest| {
            let mut lines = rest.lines().filter(|line| line.starts_with("- "));
            Some((lines.next()?.to_owned(), lines.next()?.to_owned()))
        });
        let name = |line: &str| line.split("{{").nth(1)?.split("}}").next().map(str::to_owned);
        pairs.any(|(a, b)| a.ends_with(first) && b.ends_with(then) && name(&a) == name(&b))
    };
    assert!(after("/cancel", "/ship") && after("/ship", "/cancel"), "{written}");
    // What was there before is not cancelled to see what comes then.
    let found = plan("> POST /orders/41/ship\n< 200 {}\n> POST /orders/42/cancel\n< 200 {}\n");
    assert!(!found.contains("- ask: POST /orders/"), "{found}");
}

#[test]
fn names_of_the_clients_own_are_asked_for_and_spoilt() {
    let text = "> PUT /boxes-of/spring\n< 201\n> GET /boxes-of/spring\n< 200 {\"n\":1}\n> DELETE /boxes-of/spring\n< 204\n";
    let written = plan(text);
    for line in ["- reject: PUT /boxes-of/{{new.name}}*", "- miss: DELETE /boxes-of/nosuchthing", "/{{made-"]
    {
        assert!(written.contains(line), "{line}: {written}");
    }
    assert!(written.contains("*\n") && written.contains("- ask: DELETE /boxes-of/{{made-1}}*"), "{written}");
    let refused =
        format!("{text}> PUT /boxes-of/tta3c5e7g9k3*\n< 400 {{\"error\":{{\"code\":\"bad_name\"}}}}\n");
    assert!(!unverified(&refused).contains(&"malformed-name".to_owned()), "{:?}", unverified(&refused));
}

#[test]
fn whoever_passes_where_all_do_is_nobody_else() {
    let known = |token: &str| format!("> authorization: Bearer {token}\n");
    let text = format!(
        "> GET /open\n{}< 200 {{\"a\":1}}\n> GET /open\n< 200 {{\"a\":1}}\n> DELETE /things/42\n{}< 204\n",
        known("bad-a1b2c3d4"),
        known("good-e5f6a7b8"),
    );
    assert!(!unverified(&text).contains(&"forbidden".to_owned()), "{:?}", unverified(&text));
    let other = text.replace("> GET /open\n< 200 {\"a\":1}\n", "");
    assert!(unverified(&other).contains(&"forbidden".to_owned()), "{:?}", unverified(&other));
}
