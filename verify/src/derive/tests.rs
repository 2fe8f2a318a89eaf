//! Plans derived from examples.

use super::derive;
use crate::examples::parse;
use cassettes::model::Timestamp;
use cassettes::plan::Plan;

fn plan(text: &str) -> String {
    let example = parse(text).expect("reads");
    let plan = derive(&example.cassettes, Timestamp(0));
    let written = plan.to_yaml();
    let read = Plan::parse(written.as_bytes()).unwrap_or_else(|e| panic!("{e} at {}:\n{written}", e.line));
    assert_eq!(read.to_yaml(), written, "what is read back is written alike");
    assert_eq!(derive(&example.cassettes, Timestamp(0)).to_yaml(), written, "it is stable");
    written
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
        "finally:\n- ask: DELETE /v1/customers/{{customer}}",
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
