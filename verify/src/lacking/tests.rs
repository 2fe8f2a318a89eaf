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
