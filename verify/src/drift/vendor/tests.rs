//! Renames and causes, on two recordings.

use super::seen::merged;
use super::{Asked, Judging, judge};
use crate::ask::plan::plan;
use crate::examples;
use cassettes::model::Exchange;

/// The findings between the two recordings of an example: their messages and places.
fn told(text: &str) -> Vec<(String, u32)> {
    let example = examples::parse(text).expect("an example");
    let [before, after] = example.cassettes.as_slice() else { panic!("two recordings") };
    let old: Vec<Option<&Exchange>> = before.exchanges.iter().map(Some).collect();
    let new: Vec<Option<&Exchange>> = after.exchanges.iter().map(Some).collect();
    let difference = merged(&[(before, old, new)]);
    let cassettes = std::slice::from_ref(before);
    let operations = plan(cassettes).iter().map(|plan| plan.operations.clone()).collect();
    let now = vec![after.exchanges.iter().cloned().map(Some).collect()];
    let skips = vec![vec![None; before.exchanges.len()]];
    let asked = Asked {
        cassettes,
        operations,
        now,
        skips,
        troubled: Vec::new(),
        unheard: Vec::new(),
        difference,
        sent: 0,
    };
    let judging = Judging {
        command: "drift vendor",
        subject: "it",
        noise: false,
        compatible_fails: false,
        triangle: None,
    };
    judge(&asked, &judging).findings.into_iter().map(|f| (f.message, f.places)).collect()
}

#[test]
fn what_is_renamed_everywhere_is_one_cause() {
    let text = r#"
> GET /v1/things
< 200 {"data":[{"id":"th_000001","amount":100},{"id":"th_000002","amount":200}]}
> GET /v1/things/th_000001
< 200 {"id":"th_000001","amount":100}
> GET /v1/things/th_000002
< 200 {"id":"th_000002","amount":200}
> GET /v1/things/none
< 404 {"error":{"code":"none"}}
--- now.yaml
> GET /v1/things
< 200 {"data":[{"id":"th_000002","total":200},{"id":"th_000001","total":100}]}
> GET /v1/things/th_000001
< 200 {"id":"th_000001","total":100}
> GET /v1/things/th_000002
< 200 {"id":"th_000002","total":200}
> GET /v1/things/none
< 404 {"error":{"code":"none"}}
"#;
    let [(message, places)] = told(text).try_into().expect("one cause");
    assert_eq!(
        message,
        "`amount` is renamed: it is `total` now, in 2 operations: GET /v1/things, GET /v1/things/{id}"
    );
    assert_eq!(places, 3);
}

#[test]
fn answers_of_one_call_that_became_one_are_one_cause() {
    let text = r#"
> GET /v1/things/th_000001
< 200 {"id":"th_000001"}
> GET /v1/things/th_000009
< 404 {"error":{"code":"none"}}
> GET /v1/things/th_000002?part=x
< 400 {"error":{"code":"part_unknown"}}
> GET /v1/others
< 200 {"data":[]}
--- now.yaml
> GET /v1/things/th_000001
< 501 {"error":{"code":"later"}}
> GET /v1/things/th_000009
< 501 {"error":{"code":"later"}}
> GET /v1/things/th_000002?part=x
< 501 {"error":{"code":"later"}}
> GET /v1/others
< 200 {"data":[]}
"#;
    let [(message, places)] = told(text).try_into().expect("one cause");
    assert_eq!(
        message,
        "a success (200) is an error of the class server (501) now; so is an error of the class not-found (404), an error of the class validation (400)"
    );
    assert_eq!(places, 3);
}

#[test]
fn what_is_still_there_is_told_once() {
    let text = r#"
> GET /v1/things/th_000001
< 200 {"id":"th_000001"}
> DELETE /v1/things/th_000001
< 204
> GET /v1/things/th_000001
< 404 {"error":{"code":"none"}}
--- now.yaml
> GET /v1/things/th_000001
< 200 {"id":"th_000001"}
> DELETE /v1/things/th_000001
< 204
> GET /v1/things/th_000001
< 200 {"id":"th_000001"}
"#;
    assert_eq!(told(text), [("a deleted thing is still there".to_owned(), 1)]);
}
