//! Coverage against what findings say, and what evidence lacks.

use crate::examples::{parse, play, play_identity};
use crate::report::Report;
use crate::rules::RULES;

fn of(text: &str) -> Report {
    play(&parse(text).expect("reads"), RULES).expect("asks")
}

/// `kind yes`, `kind no` or `kind ?` for each behaviour of the only operation, then what it lacks.
fn told(report: &Report, operation: &str) -> (Vec<String>, Vec<String>) {
    let one = report.coverage.operations.iter().find(|o| o.operation == operation).expect("seen");
    let word = |did: Option<bool>| did.map_or("?", |did| if did { "yes" } else { "no" });
    let seen = one.behaviours.iter().map(|b| format!("{} {}", b.kind, word(b.reproduced))).collect();
    (seen, one.unverified.iter().map(|u| u.lesson.clone()).collect())
}

const CUSTOMERS: &str = "\
> GET /v1/customers?limit=2
< 200 {\"data\":[{\"id\":\"cus_a1b2c3\"},{\"id\":\"cus_d4e5f6\"}],\"has_more\":true}
~ 200 {\"data\":[{\"id\":\"cus_000001\"},{\"id\":\"cus_000002\"}],\"has_more\":true}
> GET /v1/customers?limit=2&starting_after=cus_d4e5f6
< 200 {\"data\":[{\"id\":\"cus_g7h8i9\"}],\"has_more\":false}
~ 200 {\"data\":[{\"id\":\"cus_000003\"}],\"has_more\":false}
> GET /v1/customers/cus_a1b2c3
< 200 {\"id\":\"cus_a1b2c3\"}
~ 200 {\"id\":\"cus_000001\"}
";

#[test]
fn what_was_never_provoked_is_unverified_with_its_lesson() {
    let happy = of(CUSTOMERS);
    assert_eq!(
        told(&happy, "GET /v1/customers"),
        (
            vec!["last-page yes".into(), "next-page yes".into(), "success yes".into()],
            vec![
                "reject: GET /v1/customers?limit=2&starting_after=UNKNOWN".into(),
                "repeat: GET /v1/customers?limit=2".into(),
                "reject: PATCH /v1/customers".into(),
                "miss: GET /v1/customers?limit=2&page=100000".into(),
                "reject: GET /v1/no-such-path".into(),
                "{reject: GET /v1/customers?limit=2, headers: {Accept: application/x-no-such-type}}".into(),
                "rate: GET /v1/customers?limit=2".into()
            ]
        )
    );
    assert_eq!(
        told(&happy, "GET /v1/customers/{id}"),
        (
            vec!["echo yes".into(), "success yes".into()],
            vec![
                "miss: GET /v1/customers/cus_c4d5e6".into(),
                "reject: PATCH /v1/customers/cus_c4d5e6".into()
            ]
        )
    );
    assert_eq!(happy.coverage.unverified, 9);
    let unhappy = format!(
        "{CUSTOMERS}> GET /v1/customers/cus_z9z9z9\n< 404 {{\"error\":{{\"code\":\"not_found\"}}}}\n\
         ~ 404 {{\"error\":{{\"code\":\"not_found\"}}}}\n"
    );
    let (seen, lacks) = told(&of(&unhappy), "GET /v1/customers/{id}");
    assert!(seen.contains(&"not-found yes".to_owned()), "{seen:?}");
    assert_eq!(lacks, ["reject: PATCH /v1/customers/cus_c4d5e6"]);
}

#[test]
fn a_page_that_nobody_turned_is_lacking() {
    let first: String = CUSTOMERS.lines().take(3).map(|line| format!("{line}\n")).collect();
    let (_, lacks) = told(&of(&first), "GET /v1/customers");
    assert!(lacks.contains(&"walk: GET /v1/customers?limit=2".to_owned()), "{lacks:?}");
}

#[test]
fn no_behaviour_is_reproduced_that_a_finding_denies() {
    // One rejection is kept, another is answered with success.
    let report = of("\
> POST /v1/charges
>> {\"amount\":\"ten\"}
< 422 {\"error\":{\"code\":\"invalid_amount\"}}
~ 422 {\"error\":{\"code\":\"invalid_amount\"}}
> POST /v1/charges
>> {\"amount\":-1}
< 422 {\"error\":{\"code\":\"negative_amount\"}}
~ 201 {\"id\":\"ch_1\"}
");
    assert!(report.findings.iter().any(|f| f.rule == "error-accepted"));
    let seen = &report.coverage.operations[0].behaviours;
    assert!(seen.iter().all(|b| b.kind != "validation" || b.reproduced == Some(false)), "{seen:?}");
}

#[test]
fn every_example_reproduces_itself() {
    for rule in RULES {
        for text in rule.meta.examples("Fires").iter().chain(&rule.meta.examples("Quiet")) {
            let example = parse(text).expect("reads");
            let report = play_identity(&example, RULES).expect("asks");
            for operation in &report.coverage.operations {
                let not = operation.behaviours.iter().filter(|b| b.reproduced == Some(false));
                let kinds: Vec<&str> = not.map(|b| b.kind.as_str()).collect();
                assert!(kinds.is_empty(), "{}: {} {kinds:?}", rule.meta.name, operation.operation);
            }
        }
    }
}

#[test]
fn a_rejection_is_read_beside_what_was_let_in() {
    let report = of("\
> GET /v1/me
> authorization: Bearer jwt({\"alg\":\"HS256\"}{\"sub\":\"u1\",\"aud\":\"me\"})
@ token request header authorization good exp=3600
< 200 {\"id\":\"u1\"}
~ 200 {\"id\":\"u1\"}
> GET /v1/me
> authorization: Bearer jwt({\"alg\":\"HS256\"}{\"sub\":\"u1\",\"aud\":\"other\"})
@ token request header authorization good exp=3600
< 401 {\"error\":\"unauthorized\"}
~ 200 {\"id\":\"u1\"}
> GET /v1/me
> authorization: Bearer gibberish
< 401 {\"error\":\"unauthorized\"}
~ 401 {\"error\":\"unauthorized\"}
");
    let (seen, _) = told(&report, "GET /v1/me");
    assert_eq!(seen, ["auth no", "rejected-malformed yes", "rejected-wrong-aud no", "success yes"]);
    let unverified = &report.coverage.operations[0].unverified;
    let lacking: Vec<&str> = unverified.iter().map(|u| u.kind.as_str()).collect();
    assert!(lacking.contains(&"rejected-expired"), "{lacking:?}");
    assert!(
        !lacking.contains(&"rejected-malformed") && !lacking.contains(&"rejected-wrong-aud"),
        "{lacking:?}"
    );
}

#[test]
fn what_a_finding_is_about_is_a_behaviour_that_was_not_reproduced() {
    // Of a list that the mock sorts in place.
    let report = of("\
> GET /v1/scores
< 200 [{\"id\":\"a\"},{\"id\":\"b\"}]
~ 200 [{\"id\":\"a\"},{\"id\":\"b\"}]
> GET /v1/scores
< 200 [{\"id\":\"a\"},{\"id\":\"b\"}]
~ 200 [{\"id\":\"b\"},{\"id\":\"a\"}]
");
    assert!(report.findings.iter().any(|f| f.rule == "read-changes-state"));
    let (seen, _) = told(&report, "GET /v1/scores");
    assert!(seen.contains(&"read-twice-same no".to_owned()), "{seen:?}");
    // Of every rule: no operation with a finding that breaks runs is said to be wholly reproduced.
    for rule in RULES {
        for text in rule.meta.examples("Fires") {
            let report = of(&text);
            for finding in report.findings.iter().filter(|f| f.fails()) {
                let name = finding.operation.to_string();
                let Some(one) = report.coverage.operations.iter().find(|o| o.operation == name) else {
                    continue;
                };
                let denied = one.behaviours.iter().any(|b| b.reproduced == Some(false));
                assert!(denied, "{}: {} {:?}", finding.rule, name, one.behaviours);
            }
        }
    }
}

#[test]
fn keys_are_known_wherever_they_stand() {
    let report = of("\
> POST /v1/stacks
> content-type: application/json
>> {\"ClientToken\":\"k1\",\"name\":\"a\"}
< 200 {\"id\":\"st_a\"}
~ 200 {\"id\":\"st_1\"}
> POST /v1/stacks
> content-type: application/json
>> {\"ClientToken\":\"k1\",\"name\":\"a\"}
< 200 {\"id\":\"st_a\"}
~ 200 {\"id\":\"st_1\"}
");
    let (seen, _) = told(&report, "POST /v1/stacks");
    assert!(seen.contains(&"idempotent-replay yes".to_owned()), "{seen:?}");
    let lacking: Vec<&str> =
        report.coverage.operations[0].unverified.iter().map(|u| u.kind.as_str()).collect();
    assert!(
        lacking.contains(&"idempotency-conflict") && !lacking.contains(&"idempotent-replay"),
        "{lacking:?}"
    );
}
