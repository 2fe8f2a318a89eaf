//! Every way to say that there is nothing.

use super::*;
use crate::model::Headers;

fn style(method: &str, status: u16, body: &str) -> Option<MissStyle> {
    let headers = Headers::from_pairs([("content-type", "application/json")]);
    miss_of(&Request::new(method, "/things/7"), &Response::new(status, headers, body.as_bytes().to_vec()))
}

#[test]
fn every_style_is_told_apart() {
    use MissStyle::*;
    let cases = [
        ("GET", 404, r#"{"error":{"code":"missing"}}"#, Some(NotFoundDocument)),
        ("GET", 404, "404 page not found", Some(NotFoundText)),
        ("HEAD", 404, "", Some(NotFoundEmpty)),
        ("GET", 410, "", Some(Gone)),
        ("POST", 400, r#"{"__type":"ResourceNotFoundException"}"#, Some(OtherStatus)),
        ("GET", 200, r#"{"success":false,"error":"not_found"}"#, Some(StatusWord)),
        ("GET", 200, r#"{"found":false,"id":"7"}"#, Some(StatusWord)),
        ("GET", 200, r#"{"results":[],"status":"ZERO_RESULTS"}"#, Some(StatusWord)),
        ("POST", 200, r#"{"data":{"thing":null}}"#, Some(GraphQlNull)),
        ("GET", 200, r#"{"ok":true,"channel":null}"#, Some(GraphQlNull)),
        ("POST", 200, r#"{"jsonrpc":"2.0","id":3,"result":null}"#, Some(GraphQlNull)),
        ("GET", 204, "", Some(NoContent)),
        ("GET", 200, "null", Some(Null)),
        ("GET", 200, "[]", Some(EmptyList)),
        ("GET", 200, r#"{"object":"list","data":[],"has_more":false}"#, Some(EmptyList)),
        ("GET", 200, r#"{"totalSize":0}"#, Some(EmptyList)),
        ("GET", 200, r#"{"count":0,"name":"a"}"#, None),
        ("GET", 200, "{}", Some(EmptyObject)),
        ("DELETE", 204, "", None),
        ("POST", 200, "{}", None),
        ("GET", 200, r#"{"id":"7","tags":[]}"#, None),
        ("GET", 200, r#"{"user":{"a":1},"tags":[]}"#, None),
        ("GET", 200, r#"{"schemaVersion":2,"layers":[]}"#, None),
        ("GET", 200, r#"{"meta":{"page":{"total":0}},"_embedded":{"users":[]}}"#, Some(EmptyList)),
        ("GET", 200, "[null]", None),
        ("GET", 401, "", None),
        ("GET", 304, "", None),
        ("GET", 200, "plain", None),
    ];
    for (method, status, body, expected) in cases {
        assert_eq!(style(method, status, body), expected, "{method} {status} {body}");
    }
}

#[test]
fn a_lookup_names_one_thing() {
    for target in ["/v1/customers/cus_1", "/users/42", "/geo?address=x", "/x?customer_id=4"] {
        assert!(is_lookup(&Request::new("GET", target)), "{target}");
    }
    for target in ["/v1/customers", "/v1", "/customers?limit=3", "/"] {
        assert!(!is_lookup(&Request::new("GET", target)), "{target}");
    }
}
