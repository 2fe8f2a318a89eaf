use super::*;
use crate::model::{Answer, Connection, ExchangeId, Headers, Response, Timestamp, Timing};

fn exchange(asked: &str, status: u16, body: &str) -> Exchange {
    let (method, target) = asked.split_once(' ').expect("method and target");
    Exchange {
        id: ExchangeId(1),
        at: Timestamp(0),
        upstream: "http://h".into(),
        request: Request::new(method, target),
        answer: Answer::Reply(Response::new(status, Headers::new(), body.as_bytes().to_vec())),
        timing: Timing::default(),
        connection: Connection::default(),
        redactions: Vec::new(),
        tokens: Vec::new(),
        edited: false,
    }
}

fn shown(exchanges: &[Exchange], asked: &[&str]) -> Vec<String> {
    let operations = Operations::learn(exchanges);
    let one = |text: &&str| {
        let (method, target) = text.split_once(' ').expect("method and target");
        operations.of(&Request::new(method, target)).to_string()
    };
    asked.iter().map(one).collect()
}

#[test]
fn ids_misses_and_words() {
    let customer = r#"{"id":"cus_1","name":"Ann","email":null}"#;
    let list = r#"{"data":[],"has_more":false}"#;
    let exchanges = [
        exchange("GET /v1/customers?limit=2", 200, list),
        exchange("GET /v1/customers/cus_1", 200, customer),
        exchange("GET /v1/customers/bob", 200, r#"{"id":"bob","name":"Bob","email":"b"}"#),
        exchange("GET /v1/customers/nope", 404, r#"{"error":"x"}"#),
        exchange("GET /v1/customers/search", 200, list),
        exchange("POST /v1/customers/cus_1/orders", 201, "{}"),
        exchange("GET /v1/customers/export/csv", 404, ""),
    ];
    let asked = [
        "GET /v1/customers?limit=9",
        "HEAD /v1/customers/cus_77",
        "GET /v1/customers/nope",
        "GET /v1/customers/bob",
        "GET /v1/customers/search",
        "POST /v1/customers/carol/orders",
        "GET /v1/customers/export/csv",
        "GET /v1/customers/cus_1/orders/42:cancel",
        "GET /v1/never/seen/7.json",
        "GET /",
        "OPTIONS *",
    ];
    assert_eq!(
        shown(&exchanges, &asked),
        [
            "GET /v1/customers",
            "HEAD /v1/customers/{id}",
            "GET /v1/customers/{id}",
            "GET /v1/customers/{id}",
            "GET /v1/customers/search",
            "POST /v1/customers/{id}/orders",
            "GET /v1/customers/export/csv",
            "GET /v1/customers/{id}/orders/{id2}:cancel",
            "GET /v1/never/seen/{id}.json",
            "GET /",
            "OPTIONS *",
        ]
    );
}

#[test]
fn what_an_answer_gave_varies() {
    let exchanges = [
        exchange("GET /v2/_catalog", 200, r#"{"repositories":["alpha","zeta"]}"#),
        exchange("GET /v2/zeta/tags/list", 200, r#"{"name":"zeta","tags":["1"]}"#),
        exchange("GET /v2/nope/tags/list", 404, r#"{"errors":[]}"#),
    ];
    assert_eq!(
        shown(&exchanges, &["GET /v2/_catalog", "GET /v2/alpha/tags/list", "GET /v2/nope/tags/list"]),
        ["GET /v2/_catalog", "GET /v2/{id}/tags/list", "GET /v2/{id}/tags/list"]
    );
}

#[test]
fn a_version_that_is_a_date_stays() {
    let exchanges = [exchange("GET /2010-04-01/Accounts/AC0123456789abcdef", 200, "{}")];
    assert_eq!(
        shown(&exchanges, &["GET /2010-04-01/Accounts/AC0123456789abcdef"]),
        ["GET /2010-04-01/Accounts/{id}"]
    );
    let deep = "/x".repeat(100_000);
    let exchanges = [exchange(&format!("GET {deep}"), 200, "{}")];
    assert_eq!(shown(&exchanges, &[&format!("GET {deep}")]), [format!("GET {deep}")]);
}
