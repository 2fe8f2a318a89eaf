//! APIs that take orders and money: nested errors, problem documents, flat errors with numbers, GraphQL.

use super::Tape;

/// An error object with type, code and parameter under `error`.
const NESTED: Tape = Tape {
    steps: &[
        [
            "GET /v1/customers/cus_1\nauthorization: Basic c2tfdGVzdDo=",
            r#"200 {"id":"cus_1","object":"customer","email":"ada@example.test"}"#,
            r#"200 {"id":"cus_77","object":"customer","email":"fake@example.test"}"#,
        ],
        [
            "GET /v1/customers/cus_nope\nauthorization: Basic c2tfdGVzdDo=",
            r#"404 {"error":{"type":"invalid_request_error","code":"resource_missing","param":"id","message":"No such customer: 'cus_nope'"}}"#,
            r#"404 {"error":{"type":"invalid_request_error","code":"resource_missing","message":"unknown"}}"#,
        ],
        [
            "POST /v1/charges\nauthorization: Basic c2tfdGVzdDo=\ncontent-type: application/x-www-form-urlencoded\n>> amount=1&source=tok_declined",
            r#"402 {"error":{"type":"card_error","code":"card_declined","decline_code":"generic_decline","charge":"ch_1","message":"Your card was declined."}}"#,
            r#"402 {"error":{"type":"card_error","code":"card_declined","decline_code":"generic_decline","charge":"ch_9","message":"No."}}"#,
        ],
        [
            "POST /v1/charges\nauthorization: Basic c2tfdGVzdDo=\ncontent-type: application/x-www-form-urlencoded\n>> amount=ten&source=tok_ok",
            r#"400 {"error":{"type":"invalid_request_error","code":"parameter_invalid_integer","param":"amount","message":"Invalid integer: ten"}}"#,
            r#"400 {"error":{"type":"invalid_request_error","code":"parameter_invalid_integer","param":"amount","message":"no"}}"#,
        ],
        [
            "POST /v1/charges\nauthorization: Basic c2tfdGVzdDo=\ncontent-type: application/x-www-form-urlencoded\n>> amount=1&source=tok_fast",
            "retry-after: 3\n429 {\"error\":{\"type\":\"rate_limit_error\",\"code\":\"rate_limit\",\"message\":\"Slow down\"}}",
            "retry-after: 1\n429 {\"error\":{\"type\":\"rate_limit_error\",\"code\":\"rate_limit\",\"message\":\"x\"}}",
        ],
        [
            "GET /v1/customers/cus_1",
            "www-authenticate: Basic realm=\"api\"\n401 {\"error\":{\"type\":\"invalid_request_error\",\"message\":\"You did not provide an API key.\"}}",
            "www-authenticate: Basic realm=\"fake\"\n401 {\"error\":{\"type\":\"invalid_request_error\",\"message\":\"no key\"}}",
        ],
        [
            "DELETE /v1/customers/cus_1\nauthorization: Basic c2tfdGVzdDo=",
            r#"200 {"id":"cus_1","object":"customer","deleted":true}"#,
            r#"200 {"id":"cus_77","object":"customer","deleted":true}"#,
        ],
    ],
};

#[test]
fn nested_errors() {
    let failed = r#"500 {"error":{"message":"failed"}}"#;
    NESTED.check(&[
        (&[(1, r#"200 {"id":"cus_nope","object":"customer"}"#)], &["not-found-invented"]),
        (&[(1, "200 null")], &["not-found-restyled"]),
        (&[(1, "404")], &["not-found-restyled"]),
        (&[(1, r#"404 {"error":{"message":"x"}}"#)], &["error-code-missing"]),
        (&[(1, r#"404 {"code":"resource_missing","type":"invalid_request_error"}"#)], &["error-shape-changed"]),
        (&[(2, r#"200 {"id":"ch_1","paid":true}"#)], &["error-accepted"]),
        (&[(2, r#"402 {"error":{"type":"card_error","code":"declined","decline_code":"generic_decline","message":"x"}}"#)], &["error-code-changed"]),
        (&[(2, r#"503 {"error":{"type":"api_error","message":"x"}}"#)], &["retryability-swapped"]),
        (&[(2, r#"200 {"error":{"type":"card_error","code":"card_declined","message":"x"}}"#)], &["success-shaped-failure"]),
        (&[(2, failed), (3, failed), (4, failed)], &["error-class-collapsed"]),
        (&[(1, failed), (2, failed), (3, failed), (4, failed), (5, failed)], &["error-class-collapsed", "error-class-collapsed"]),
        (&[(3, r#"200 {"id":"ch_1","paid":true}"#)], &["error-accepted", "validation-never"]),
        (&[(4, r#"200 {"id":"ch_1","paid":true}"#)], &["rate-limit-never"]),
        (&[(4, r#"429 {"error":{"type":"rate_limit_error","code":"rate_limit","message":"x"}}"#)], &["retry-hint-missing"]),
        (&[(5, r#"200 {"id":"cus_77","object":"customer"}"#)], &["credential-not-needed"]),
        (&[(5, r#"401 {"error":{"type":"invalid_request_error","message":"x"}}"#)], &["challenge-missing"]),
        (&[(6, "204")], &["delete-restyled"]),
    ]);
}

/// RFC 9457 problem documents with a type of their own.
const PROBLEM: Tape = Tape {
    steps: &[
        [
            "POST /orders\ncontent-type: application/json\n>> {\"sku\":\"a\",\"n\":1}",
            "location: /orders/1\n201 {\"id\":1,\"sku\":\"a\"}",
            "location: /orders/9\n201 {\"id\":9,\"sku\":\"b\"}",
        ],
        [
            "POST /orders\ncontent-type: application/json\n>> {\"sku\":\"a\",\"n\":0}",
            "content-type: application/problem+json\n422 {\"type\":\"https://api.example.test/problems/out-of-range\",\"title\":\"Out of range\",\"status\":422,\"detail\":\"n must be positive\",\"errors\":[{\"pointer\":\"/n\",\"reason\":\"minimum\"}]}",
            "content-type: application/problem+json\n422 {\"type\":\"http://127.0.0.1:9/problems/out-of-range\",\"title\":\"x\",\"status\":422,\"detail\":\"y\",\"errors\":[{\"pointer\":\"/n\",\"reason\":\"minimum\"}]}",
        ],
        [
            "POST /orders\ncontent-type: application/json\n>> {\"sku\":\"sold-out\",\"n\":1}",
            "content-type: application/problem+json\n409 {\"type\":\"https://api.example.test/problems/sold-out\",\"title\":\"Sold out\",\"status\":409}",
            "content-type: application/problem+json\n409 {\"type\":\"https://api.example.test/problems/sold-out\",\"title\":\"gone\",\"status\":409}",
        ],
        [
            "PUT /orders",
            "allow: POST, GET\ncontent-type: application/problem+json\n405 {\"type\":\"about:blank\",\"title\":\"Method Not Allowed\",\"status\":405}",
            "allow: GET, POST\ncontent-type: application/problem+json\n405 {\"title\":\"no\",\"status\":405}",
        ],
        [
            "GET /orders/4711",
            "content-type: application/problem+json\n410 {\"type\":\"about:blank\",\"title\":\"Gone\",\"status\":410}",
            "content-type: application/problem+json\n410 {\"title\":\"Gone\",\"status\":410}",
        ],
        [
            "GET /orders/9999",
            "content-type: application/problem+json\n404 {\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"instance\":\"/orders/9999\"}",
            "content-type: application/problem+json\n404 {\"title\":\"nope\",\"status\":404}",
        ],
    ],
};

#[test]
fn problem_documents() {
    PROBLEM.check(&[
        (&[(1, "201 {\"id\":9,\"sku\":\"b\"}")], &["error-accepted", "validation-never"]),
        (
            &[(1, "content-type: application/json\n422 {\"type\":\"https://x.test/problems/out-of-range\",\"title\":\"x\",\"errors\":[{\"reason\":\"minimum\"}]}")],
            &["media-type-changed"],
        ),
        (
            &[(1, "content-type: application/problem+json\n422 {\"type\":\"https://x.test/problems/invalid\",\"title\":\"x\",\"errors\":[{\"reason\":\"minimum\"}]}")],
            &["error-code-changed"],
        ),
        (&[(2, "201 {\"id\":9,\"sku\":\"b\"}")], &["error-accepted"]),
        (
            &[(2, "content-type: application/problem+json\n422 {\"type\":\"about:blank\",\"title\":\"x\",\"errors\":[{\"reason\":\"minimum\"}]}")],
            &["error-class-collapsed"],
        ),
        (&[(3, "200 {\"id\":9}")], &["method-accepted"]),
        (&[(4, "content-type: application/problem+json\n404 {\"title\":\"nope\"}")], &["gone-collapsed"]),
        (&[(5, "200 {\"id\":9999}")], &["not-found-invented"]),
    ]);
}

/// GraphQL: failures in a 200, misses as null.
const GRAPH: Tape = Tape {
    steps: &[
        [
            "POST /graphql\ncontent-type: application/json\n>> {\"query\":\"query($id:ID!){user(id:$id){name}}\",\"variables\":{\"id\":\"1\"}}",
            r#"200 {"data":{"user":{"name":"Ada"}}}"#,
            r#"200 {"data":{"user":{"name":"Fake"}}}"#,
        ],
        [
            "POST /graphql\ncontent-type: application/json\n>> {\"query\":\"query($id:ID!){user(id:$id){name}}\",\"variables\":{\"id\":\"nope\"}}",
            r#"200 {"data":{"user":null}}"#,
            r#"200 {"data":{"user":null}}"#,
        ],
        [
            "POST /graphql\ncontent-type: application/json\n>> {\"query\":\"mutation{pay(n:0){id}}\"}",
            r#"200 {"data":null,"errors":[{"message":"n must be positive","path":["pay"],"extensions":{"code":"BAD_USER_INPUT"}}]}"#,
            r#"200 {"errors":[{"message":"bad n","path":["pay"],"extensions":{"code":"BAD_USER_INPUT"}}],"data":null}"#,
        ],
        [
            "POST /graphql\ncontent-type: application/json\n>> {\"query\":\"mutation{drop{id}}\"}",
            r#"200 {"data":null,"errors":[{"message":"no","path":["drop"],"extensions":{"code":"FORBIDDEN"}}]}"#,
            r#"200 {"data":null,"errors":[{"message":"never","path":["drop"],"extensions":{"code":"FORBIDDEN"}}]}"#,
        ],
    ],
};

#[test]
fn graphql() {
    let plain = r#"200 {"data":null,"errors":[{"message":"failed","path":["x"]}]}"#;
    GRAPH.check(&[
        (&[(1, r#"200 {"data":{"user":{"name":"Fake"}}}"#)], &["not-found-invented"]),
        (&[(2, r#"200 {"data":{"pay":{"id":"p1"}}}"#)], &["error-accepted", "validation-never"]),
        (
            &[(2, r#"400 {"errors":[{"message":"n","extensions":{"code":"BAD_USER_INPUT"}}]}"#)],
            &["success-shaped-failure"],
        ),
        (&[(2, plain), (3, plain)], &["error-class-collapsed"]),
        (&[(3, r#"200 {"data":{"drop":{"id":"p1"}}}"#)], &["error-accepted"]),
    ]);
}
