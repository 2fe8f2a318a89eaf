//! Plans as a whole: what is checked before anything is sent, and what flows between lessons.

use super::script::Script;
use super::{Outcome, check};
use cassettes::plan::Plan;

fn wrong(text: &str) -> (u32, String) {
    let plan = Plan::parse(text.as_bytes()).expect(text);
    let error = check(&plan, &["card".to_owned()]).expect_err(text);
    (error.line, format!("{error} ({})", error.hint.clone().unwrap_or_default()))
}

#[test]
fn what_cannot_be_taught_is_said_before_anything_is_sent() {
    for (text, line, what) in [
        ("lessons:\n- wlak: GET /x\n", 2, "unknown kind of lesson `wlak` (did you mean `walk`?)"),
        (
            "lessons:\n- walk: GET /x\n  believe:\n    page: 3\n",
            4,
            "unknown belief of `walk` `page` (did you mean `pages`?)",
        ),
        (
            "lessons:\n- repeat: GET /x\n  time: 3\n",
            3,
            "unknown setting of `repeat` `time` (did you mean `times`?)",
        ),
        (
            "lessons:\n- repeat: GET /x\n  times: three\n",
            3,
            "`times`: expected a whole number from 2 to 1000, got \"three\" ()",
        ),
        ("lessons:\n- ask: GET /x\n  believe: {class: vaildation}\n", 3, "`class`: expected one of auth"),
        ("lessons:\n- rate: GET /x\n", 2, "`rate` without `most`"),
        ("lessons:\n- walk: POST /x\n", 2, "`walk` would send POST"),
        ("lessons:\n- conditional: GET /x\n  change: PUT /x\n", 3, "`conditional` would send PUT"),
        ("lessons:\n- ask: GET /x/{{id}}\n  keep: {id: $.id}\n", 2, "the target names {{id}}"),
        ("lessons:\n- ask: GET /x\n  headers: {A: \"{{crad}}\"}\n", 3, "(did you mean `card`?)"),
        ("lessons:\n- ask: GET /x\n  unsafe: true\n", 3, "unknown setting of `ask` `unsafe`"),
    ] {
        let (at, said) = wrong(text);
        assert!(at == line && said.contains(what), "{text}{at}: {said}");
    }
    let fine = "lessons:\n- walk: POST /x\n  unsafe: true\n- ask: DELETE /x/{{card}}/{{new.uuid}}\n";
    assert_eq!(check(&Plan::parse(fine.as_bytes()).expect("a plan"), &["card".to_owned()]), Ok(()));
}

async fn outcomes(text: &str) -> Vec<String> {
    let told = Script::read(text).teach(None).await;
    told.iter()
        .map(|told| match &told.outcome {
            Outcome::CouldNotAsk(why) | Outcome::NotShown(why) => format!("{}: {why}", told.outcome.as_str()),
            Outcome::Shown | Outcome::Disagrees => told.outcome.as_str().to_owned(),
        })
        .collect()
}

#[tokio::test]
async fn values_flow_and_what_cleans_up_is_always_taught() {
    let text = r#"lessons:
- ask: POST /v1/things
  json: {name: "{{new.name}}"}
  keep: {id: $.id, place: header.location}
- ask: PATCH {{place}}
  json: {same: "{{id}}"}
- ask: GET /v1/things/{{id}}
  keep: {nope: $.nope}
- miss: GET /v1/things/{{nope}}
finally:
- ask: DELETE /v1/things/{{nope}}
- ask: DELETE /v1/things/{{id}}
> POST /v1/things
> Content-Type: application/json
>> {"name":"tta3c5e7g9k3"}
< location: https://api.example.test/v1/things/7?v=1
< 201 {"id":7}
> PATCH /v1/things/7?v=1
> Content-Type: application/json
>> {"same":7}
< 200 {}
> GET /v1/things/7
< 200 {"id":7}
> DELETE /v1/things/7
< 204
"#;
    let nope = "could not ask: nothing is known as {{nope}}: no lesson before this one kept it";
    assert_eq!(outcomes(text).await, ["shown", "shown", "disagrees", nope, nope, "shown"]);
}

#[tokio::test]
async fn a_limit_is_waited_out_once_and_never_taken_for_the_answer() {
    let text = "- reject: GET /v1/me\n  believe: {class: auth}\n> GET /v1/me\n< retry-after: 1\n< 429\n> GET /v1/me\n< 401\n";
    assert_eq!(outcomes(text).await, ["shown"]);
    let text = "- reject: GET /v1/me\n> GET /v1/me\n< 429\n";
    assert_eq!(outcomes(text).await, ["disagrees"]);
    let text = "- reject: GET /v1/me\n  believe: {status: 429}\n> GET /v1/me\n< 429\n";
    assert_eq!(outcomes(text).await, ["shown"]);
}

#[tokio::test]
async fn nothing_is_asked_of_another_host() {
    let text = "lessons:\n- ask: GET /a\n  keep: {to: header.location}\n- ask: GET {{to}}\n> GET /a\n< location: https://evil.test/x\n< 302\n";
    let said = outcomes(text).await;
    assert!(said[1].contains("leads to another host"), "{said:?}");
}

#[tokio::test]
async fn a_value_that_was_not_given_is_the_plans_and_is_never_cleaned_up() {
    let text = r#"lessons:
- ask: POST /v1/things
  keep: {id: $.id}
  else: {id: 42}
- ask: PUT /v1/things/{{id}}
  json: {version: 1}
  keep: {version: $.version}
  else: {version: 1}
- ask: PUT /v1/things/{{id}}
  json: {version: "{{version}}"}
  keep: {version: $.version}
  else: {version: "{{version}}"}
finally:
- ask: DELETE /v1/things/{{id}}
> POST /v1/things
< 409
> PUT /v1/things/42
> Content-Type: application/json
>> {"version":1}
< 200 {"version":2}
> PUT /v1/things/42
> Content-Type: application/json
>> {"version":2}
< 422
"#;
    let nope = "could not ask: nothing is known as {{id}}: no lesson before this one kept it";
    assert_eq!(outcomes(text).await, ["shown", "shown", "shown", nope]);
    let told = Script::read(text).teach(None).await;
    assert!(told[0].seen.ends_with("; id not given, as the plan has it"), "{}", told[0].seen);
    assert!(!told[2].seen.contains("not given"), "what stays is no news: {}", told[2].seen);
}

#[tokio::test]
async fn a_refusal_gives_no_id_to_delete() {
    let text = r#"lessons:
- ask: POST /v1/things
  json: {name: a}
  keep: {id: $.id}
finally:
- ask: DELETE /v1/things/{{id}}
> POST /v1/things
> Content-Type: application/json
>> {"name":"a"}
< 409 {"id":"somebody-elses"}
"#;
    let told = outcomes(text).await;
    assert!(told[1].starts_with("could not ask"), "{told:?}");
}

#[tokio::test]
async fn a_refused_credential_ends_what_comes_with_it() {
    let script = Script::read(
        "headers: {Authorization: Bearer stale}\nlessons:\n- walk: GET /a\n- miss: GET /b\n- ask: GET /c\n  headers: {Authorization: null}\n\
         - repeat: GET /d\n  times: 2\n\
         > GET /a\n> Authorization: Bearer stale\n< 401 {\"error\":{\"code\":\"expired\"}}\n> GET /c\n< 200 {\"id\":1}\n",
    );
    let told = script.teach(None).await;
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(
        matches!(&told[0].outcome, Outcome::CouldNotAsk(why) if why.contains("refused (401 auth)") && why.contains("2 more lessons")),
        "{told:#?}"
    );
    assert_eq!(told[1].outcome, Outcome::Shown);
}

#[tokio::test]
async fn what_was_made_in_passing_is_cleaned_up_and_nothing_else() {
    let script = Script::read(
        "lessons:\n- reject: POST /a\n  made: {one: $.id}\n- reject: POST /b\n  made: {two: $.id}\n\
         finally:\n- ask: DELETE /a/{{one}}\n- ask: DELETE /b/{{two}}\n\
         > POST /a\n< 409 {\"error\":\"taken\",\"id\":\"x\"}\n> POST /b\n< 201 {\"id\":\"y\"}\n> DELETE /b/y\n< 204\n",
    );
    assert_eq!(script.teach(None).await.len(), 3);
}

#[tokio::test]
async fn all_that_a_lesson_has_made_is_cleaned_up() {
    let script = Script::read(
        "lessons:\n- repeat: POST /a\n  times: 3\n  made: {one: $.id}\nfinally:\n- ask: DELETE /a/{{one}}\n\
         > POST /a\n< 201 {\"id\":\"x\"}\n> POST /a\n< 201 {\"id\":\"y\"}\n> POST /a\n< 409 {\"id\":\"z\"}\n\
         > DELETE /a/x\n< 204\n> DELETE /a/y\n< 204\n",
    );
    let told = script.teach(None).await;
    assert!(told.len() == 2 && told[1].asked == 2 && told[1].outcome == Outcome::Shown, "{told:#?}");
}
