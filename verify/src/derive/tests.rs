//! Plans derived from examples.

use super::derive;
use crate::examples::parse;
use cassettes::json::Json;
use cassettes::model::{Cassette, Timestamp};
use cassettes::plan::{Content, Plan, names_in};

fn plan(text: &str) -> String {
    let example = parse(text).expect("reads");
    let plan = derive(&example.cassettes, Timestamp(0));
    keeps_the_law(&plan, &example.cassettes);
    let written = plan.to_yaml();
    let read = Plan::parse(written.as_bytes()).unwrap_or_else(|e| panic!("{e} at {}:\n{written}", e.line));
    assert_eq!(read.to_yaml(), written, "what is read back is written alike");
    assert_eq!(derive(&example.cassettes, Timestamp(0)).to_yaml(), written, "it is stable");
    written
}

/// What is overwritten, deleted or changed was made by an earlier lesson that nothing stands in for, is fresh, or
/// is made up.
fn keeps_the_law(plan: &Plan, cassettes: &[Cassette]) {
    let recorded: Vec<&str> = cassettes.iter().flat_map(|c| &c.exchanges).map(|e| e.request.path()).collect();
    let mut made: Vec<&str> = Vec::new();
    for lesson in plan.all() {
        let change = lesson.setting("change").and_then(Json::as_str).and_then(|c| c.split_once(' '));
        for (method, target) in change.into_iter().chain([(lesson.method.as_str(), lesson.target.as_str())]) {
            let path = target.split('?').next().unwrap_or_default();
            let step = method == "POST" && path.split('/').count() > 3;
            let empty = method == "PATCH" && lesson.content == Content::Nothing;
            if empty || !(step || ["PUT", "PATCH", "DELETE"].contains(&method)) {
                continue;
            }
            let own = |name: &&str| name.starts_with("new.") || made.contains(name);
            let made_up = names_in(path).is_empty() && !recorded.contains(&path);
            assert!(made_up || names_in(path).iter().any(own), "{method} {target} in\n{}", plan.to_yaml());
        }
        let makes = ["POST", "PUT"].contains(&lesson.method.as_str());
        let stands_in = |name: &str| lesson.setting("else").is_some_and(|others| others.get(name).is_some());
        let passing = lesson.setting("made").map(Json::members).unwrap_or_default();
        made.extend(passing.iter().map(|(name, _)| name.as_str()));
        made.extend(
            lesson.keep.iter().map(|(name, _)| name.as_str()).filter(|name| makes && !stands_in(name)),
        );
    }
}

const SHOP: &str = "\
> GET /v1/customers?limit=2
> x-api-key: abc
< 200 {\"data\":[{\"id\":\"cus_a1b2c3\"},{\"id\":\"cus_d4e5f6\"}],\"has_more\":true}
> POST /v1/customers
> content-type: application/json
> x-api-key: abc
>> {\"name\":\"Ada\",\"email\":\"ada@example.org\",\"tier\":\"gold\"}
< 201 {\"id\":\"cus_z7y8x9\",\"name\":\"Ada\"}
> GET /v1/customers/cus_z7y8x9
> x-api-key: abc
< etag: \"7\"
< 200 {\"id\":\"cus_z7y8x9\",\"name\":\"Ada\"}
> DELETE /v1/customers/cus_z7y8x9
> x-api-key: abc
< 204
";

#[test]
fn a_happy_shop_is_asked_for_everything_unhappy() {
    let plan = plan(SHOP);
    for line in [
        "- walk: GET /v1/customers?limit=2",
        "- reject: GET /v1/customers?limit=2&starting_after=UNKNOWN",
        "- miss: GET /v1/customers/cus_m0l1k2",
        "- repeat: POST /v1/customers",
        "- conditional: GET /v1/customers/{{customer}}",
        "name: \"{{new.name}}\"",
        "- ask: DELETE /v1/customers/{{customer-2}}",
        "- miss: GET /v1/customers/{{customer-2}}",
        "- ask: DELETE /v1/customers/{{customer}}\n",
    ] {
        assert!(plan.contains(line), "{line} is not in\n{plan}");
    }
}

#[test]
fn what_lacks_nothing_gives_an_empty_plan_that_says_so() {
    let plan = plan("> GET /v1/me\n< 404 {\"error\":\"nothing\"}\n");
    assert!(
        plan.contains("nothing that could be asked is lacking") && plan.contains("lessons: []"),
        "{plan}"
    );
}

#[test]
fn a_listing_is_asked_for_nothing_and_for_what_stands_beside_its_items() {
    let plan = plan(
        "\
> GET /books?genre=novel&page=1
< 200 {\"books\":[{\"id\":\"b_1a2b\",\"status\":\"in\"},{\"id\":\"b_3c4d\",\"status\":\"out\"}]}
> GET /events
< 200 [{\"at\":\"2026-01-02T03:04:05Z\",\"n\":1},{\"at\":\"2026-01-02T03:05:05Z\",\"n\":2}]
",
    );
    for line in [
        "- miss: GET /books?page=1&genre=nosuchthing",
        "- miss: GET /books?genre=novel&page=100000",
        "- reject: GET /books?page=1\n",
        "- walk: GET /events\n  by: since",
        "- reject: GET /no-such-path",
        "headers: {Accept: application/x-no-such-type}",
    ] {
        assert!(plan.contains(line), "{line} is not in\n{plan}");
    }
}

#[test]
fn a_version_is_read_changed_and_read_again() {
    let plan = plan(
        "\
> POST /docs
> content-type: application/json
>> {\"note\":\"x\"}
< 201 {\"id\":\"a1b2c3\"}
> GET /docs/a1b2c3
< etag: \"7\"
< 200 {\"id\":\"a1b2c3\",\"note\":\"x\"}
> PATCH /docs/a1b2c3
> if-match: \"7\"
> content-type: application/json
>> {\"note\":\"y\"}
< etag: \"8\"
< 200 {\"id\":\"a1b2c3\",\"note\":\"y\"}
",
    );
    let story = "keep: {tag: header.etag}\n# Changed.\n- ask: PATCH /docs/{{doc-3}}\n  headers: {If-Match: \"{{tag}}\"}\n  json: {note: something else}\n# And read again.\n- ask: GET /docs/{{doc-3}}\n";
    assert!(plan.contains(story), "{plan}");
    // To have stated the version that there is shows nothing of a stale one.
    assert!(plan.contains("PATCH /docs/{{doc}}\"\n  unsafe: true"), "{plan}");
    assert!(plan.contains("precondition-required"), "{plan}");
}

#[test]
fn a_limit_is_looked_for_once_within_a_bound_and_last() {
    let counted = "\
> GET /cheap
< x-ratelimit-limit: 60
< x-ratelimit-remaining: 12
< 200 {\"a\":1}
> GET /dear
< x-ratelimit-limit: 1000
< 200 {\"a\":1}
";
    let last = |plan: &str| plan[plan.rfind("\n- ").unwrap_or_default()..].to_owned();
    let written = plan(counted);
    assert_eq!(written.matches("- rate:").count(), 1, "{written}");
    assert_eq!(last(&written), "\n- rate: GET /cheap\n  most: 65\n  wait: true\n");
    let high: String = counted.lines().skip(4).map(|line| format!("{line}\n")).collect();
    assert!(plan(&high).contains("#   - {rate: GET /dear, most: 1005}"), "{}", plan(&high));
    assert_eq!(
        last(&plan("> GET /a\n< 200 {\"a\":1}\n")),
        "\n- rate: GET /a\n  most: 100\n  at-once: 10\n  wait: true\n"
    );
    let told = plan("> GET /a\n< 200 {\"a\":1}\n> GET /a\n< retry-after: 1\n< 429\n");
    assert!(!told.contains("rate:"), "{told}");
}

#[test]
fn a_path_that_takes_every_method_is_probed_once() {
    let taken = plan("> GET /a/b\n< 200 {\"a\":1}\n> PATCH /a/b\n< 200 {\"a\":1}\n");
    assert!(!taken.contains("reject: PUT") && !taken.contains("reject: DELETE"), "{taken}");
}

#[test]
fn what_speaks_another_language_gets_no_lesson_in_json() {
    let grpc = plan(
        "> POST /pkg.Svc/Get\n> content-type: application/grpc\n>> \u{0}abc\n< content-type: application/grpc\n< 200 abc\n",
    );
    assert!(!grpc.contains("json") && !grpc.contains("reject"), "{grpc}");
    let soap = plan(
        "\
> POST /soap
> content-type: text/xml
>> <Env><Body><Rate><Currency>EUR</Currency></Rate></Body></Env>
< content-type: text/xml
< 200 <Env><Body><Rate>1.5</Rate></Body></Env>
",
    );
    assert!(soap.contains("<Currency>NOSUCHTHING</Currency>"), "{soap}");
    assert!(soap.contains("Content-Type: text/xml"), "{soap}");
}

/// What the plan asks of one operation, in order: kinds, targets and what is sent.
fn asked(text: &str, wanted: &[&str]) -> String {
    let plan = plan(text);
    let mut rest = plan.as_str();
    for line in wanted {
        let at = rest.find(line).unwrap_or_else(|| panic!("{line} is not, or not there, in\n{plan}"));
        rest = &rest[at + line.len()..];
    }
    plan
}

#[test]
fn the_same_is_made_twice_though_others_were_made() {
    asked(
        "> POST /books\n> content-type: application/json\n>> {\"title\":\"New Book\",\"pages\":3}\n< 201 {\"id\":\"b-1234\"}\n\
         > POST /books\n> content-type: application/json\n>> {\"title\":\"Another\",\"pages\":4}\n< 201 {\"id\":\"b-5678\"}\n",
        &["POST /books: conflict: it makes something", "- repeat: POST /books", "times: 2"],
    );
}

#[test]
fn a_state_is_taken_back_and_a_step_is_taken_again() {
    asked(
        "> POST /orders\n> content-type: application/json\n>> {\"sku\":\"a\"}\n< 201 {\"id\":\"ord_a1b2c3\",\"state\":\"open\"}\n\
         > POST /orders/ord_a1b2c3/ship\n< 200 {\"id\":\"ord_a1b2c3\",\"state\":\"shipped\"}\n\
         > POST /orders\n> content-type: application/json\n>> {\"sku\":\"b\"}\n< 201 {\"id\":\"ord_d4e5f6\",\"state\":\"open\"}\n\
         > POST /orders/ord_d4e5f6/cancel\n< 200 {\"id\":\"ord_d4e5f6\",\"state\":\"canceled\"}\n\
         > PATCH /orders/ord_d4e5f6\n> content-type: application/json\n>> {\"state\":\"closed\"}\n< 200 {\"id\":\"ord_d4e5f6\",\"state\":\"closed\"}\n",
        &[
            "- repeat: POST /orders/{{order",
            "times: 2",
            "- ask: POST /orders/{{order-",
            "/cancel",
            "- reject: POST /orders/{{order-",
            "/ship",
            "# It becomes `closed`.",
            "json: {state: closed}",
            "# And then `open`.",
            "- reject: PATCH /orders/{{order-",
            "json: {state: open}",
        ],
    );
}

#[test]
fn versions_are_followed_and_renewed_and_never_poison_others() {
    let plan = asked(
        "> POST /notes\n> content-type: application/json\n>> {\"text\":\"a\"}\n< 201 {\"id\":\"note_a1b2c3\",\"version\":1}\n\
         > PUT /notes/note_a1b2c3\n> content-type: application/json\n>> {\"text\":\"b\",\"version\":1}\n< 200 {\"id\":\"note_a1b2c3\",\"version\":2}\n",
        &[
            "- reject: PUT /notes/{{note}}",
            "version: \"{{version}}\"",
            "else: {version: \"{{version}}\"}",
            "keep: {version: $.version}",
            "- repeat: PUT /notes/{{note-2}}",
            "version: \"{{version-2}}\"",
        ],
    );
    assert!(plan.contains("keep: {note: $.id, version: $.version}"), "{plan}");
}

#[test]
fn what_clients_call_things_is_new_each_time() {
    asked(
        "> POST /jobs?jobId=nightly\n> content-type: application/json\n>> {\"label\":\"x\"}\n< 200 {\"name\":\"jobs/nightly\",\"id\":\"nightly\"}\n",
        &["- repeat: POST /jobs?jobId={{new.name}}"],
    );
    asked(
        "> PUT /boxes/apollo\n> content-type: application/json\n>> {\"size\":1}\n< etag: \"r1\"\n< 201 {\"slug\":\"apollo\"}\n\
         > GET /boxes/apollo\n< etag: \"r1\"\n< 200 {\"slug\":\"apollo\"}\n",
        &["- ask: PUT /boxes/{{new.name}}", "keep: {apollo: $.slug}", "- conditional: GET /boxes/{{apollo}}"],
    );
}

#[test]
fn other_roles_are_asked_or_asked_for() {
    let text = "> GET /p/pr_a1b2c3\n> authorization: Bearer {{reader}}\n< 200 {\"id\":\"pr_a1b2c3\"}\n\
         > POST /p\n> authorization: Bearer {{writer}}\n> content-type: application/json\n>> {\"n\":1}\n< 201 {\"id\":\"pr_d4e5f6\"}\n";
    asked(text, &["POST /p: forbidden", "- reject: POST /p", "Bearer {{reader}}"]);
    let one = text.replace("reader", "writer");
    asked(&one, &["#   - reject: POST /p", "{{other-credential}}", "upstream: "]);
}

#[test]
fn the_only_one_of_many_has_another_that_nobody_has() {
    let plan =
        plan("> GET /v2/app/manifests/latest\n< 200 {\"a\":1}\n> GET /v2/status/now\n< 200 {\"a\":1}\n");
    assert!(plan.contains("- miss: GET /v2/app/manifests/nosuchthing"), "{plan}");
    assert!(!plan.contains("/v2/status/nosuchthing"), "{plan}");
}

#[test]
fn nothing_is_touched_that_the_plan_has_not_made() {
    let bucket = "> PUT /spring-sale\n< 200\n> PUT /catalog/notes.txt\n> content-type: text/plain\n>> temporary\n< 200\n\
         > DELETE /catalog/notes.txt\n< 204\n> DELETE /spring-sale\n< 204\n";
    let written = plan(bucket);
    // What it deletes it has put there, under a name that it made up.
    assert!(!written.contains("/spring-sale\n-") && !written.contains("/notes.txt\n"), "{written}");
    assert!(written.contains("keep: {spring-sale: new.name}"), "{written}");
    assert!(written.contains("finally:\n- ask: DELETE /"), "{written}");
    let first = "> GET /orders\n< 200 {\"orders\":[{\"id\":\"ord_a1b2c3\"},{\"id\":\"ord_d4e5f6\"}]}\n\
         > POST /orders/ord_a1b2c3/cancel\n< 200 {\"id\":\"ord_a1b2c3\",\"state\":\"canceled\"}\n";
    let written = plan(first);
    assert!(!written.contains("}}/cancel") && written.contains("#   POST /orders/{id}/cancel"), "{written}");
}

#[test]
fn calls_cancel_nothing_that_was_there_and_delete_all_that_they_made() {
    let call = |query: &str, variables: &str, answer: &str| {
        format!(
            "> POST /graphql\n> content-type: application/json\n>> {{\"query\":\"{query}\",\"variables\":{variables}}}\n< 200 {{\"data\":{answer}}}\n"
        )
    };
    let text = [
        call("query Orders { a }", "{}", r#"{"orders":[{"id":"ord_a1b2c3"}]}"#),
        call("mutation Cancel { b }", r#"{"id":"ord_a1b2c3"}"#, r#"{"order":{"id":"ord_a1b2c3"}}"#),
        call("mutation Create { c }", r#"{"title":"x"}"#, r#"{"made":{"id":"prod_d4e5f6"}}"#),
        call(
            "mutation Update { e }",
            r#"{"id":"prod_d4e5f6","price":"1"}"#,
            r#"{"made":{"id":"prod_d4e5f6"}}"#,
        ),
        call("mutation Delete { d }", r#"{"id":"prod_d4e5f6"}"#, r#"{"gone":"prod_d4e5f6"}"#),
    ];
    let written = plan(&text.concat());
    let lessons = &written[written.find("lessons:").expect("lessons")..];
    assert!(written.contains("#   POST /graphql operationName=Cancel"), "{written}");
    assert!(!lessons.contains("ord_a1b2c3\\\""), "{written}");
    let finally = &written[written.find("finally:").unwrap_or_else(|| panic!("{written}"))..];
    let made = lessons.matches("$.data.made.id").count();
    assert_eq!(finally.matches("mutation Delete").count(), made, "{written}");
    assert!(made > 0, "{written}");
}

#[test]
fn a_token_that_an_answer_gave_is_asked_for_first() {
    let plan = plan(
        "> POST /oauth/token\n> content-type: application/x-www-form-urlencoded\n>> grant_type=client_credentials&client_id=abc\n\
         < 200 {\"access_token\":\"zq9f8e7d6c5b4a3f2e1d\",\"token_type\":\"Bearer\"}\n\
         > GET /v1/me\n> authorization: Bearer zq9f8e7d6c5b4a3f2e1d\n< 200 {\"id\":\"u1\"}\n",
    );
    assert!(plan.contains("keep: {access-token: $.access_token}"), "{plan}");
    assert!(plan.contains("headers: {Authorization: \"Bearer {{access-token}}\"}"), "{plan}");
    assert!(plan.contains("given: {good: \"{{access-token}}\"}"), "{plan}");
    assert!(!plan.contains("zq9f8e7d") && !plan.contains("{{credential}}"), "{plan}");
}
