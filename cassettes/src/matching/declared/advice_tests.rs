use super::*;
use crate::model::RedactRules;

/// 2026-01-02T03:04:05Z
const NOW: Timestamp = Timestamp(1_767_323_045_000_000);

fn request(text: &str) -> Request {
    let (line, body) = text.split_once('|').unwrap_or((text, ""));
    let (method, target) = line.split_once(' ').expect("method and target");
    let mut request = Request::new(method, target);
    if body.starts_with("--x") {
        request.headers.push("Content-Type", "multipart/form-data; boundary=x");
    }
    request.body = body.replace('~', "\r\n").into();
    request
}

#[test]
fn what_makes_no_difference_is_told_from_what_is_meant() {
    const ONE: &str = "0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60";
    const TWO: &str = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
    let parts = |names: [&str; 2]| {
        let part = |name: &str| format!("--x~Content-Disposition: form-data; name=\"{name}\"~~{name}~");
        format!("POST /up|{}{}--x--~", part(names[0]), part(names[1]))
    };
    let names = Names::new(&RedactRules::default()).expect("no rules of our own");
    for (asked, recorded, told) in [
        (
            format!(r#"POST /a|{{"m":{{"nonce":"{ONE}"}}}}"#),
            format!(r#"POST /a|{{"m":{{"nonce":"{TWO}"}}}}"#),
            Some("[{operation: POST /a, any: uuid, at: {json: $.m.nonce}}]"),
        ),
        (
            format!(r#"POST /a|{{"a b":[{{"request_id":"{ONE}"}}]}}"#),
            format!(r#"POST /a|{{"a b":[{{"request_id":"{TWO}"}}]}}"#),
            Some("[{operation: POST /a, any: uuid, at: {json: '$[\"a b\"][*].request_id'}}]"),
        ),
        (
            r#"POST /a|{"id":9,"at":"2026-01-02T03:04:00Z","jsonrpc":"2.0","method":"m"}"#.to_owned(),
            r#"POST /a|{"id":1,"at":"2020-05-05T05:05:05Z","jsonrpc":"2.0","method":"m"}"#.to_owned(),
            Some(
                "[{operation: POST /a, any: now ± 5m, at: {json: $.at}}, {operation: POST /a, json-rpc: id}]",
            ),
        ),
        (
            "GET /a?d=2026-01-02".to_owned(),
            "GET /a?d=2020-01-31".to_owned(),
            Some("[{operation: GET /a, any: date, at: {query: d}}]"),
        ),
        (
            "GET /a?t=1767326645".to_owned(),
            "GET /a?t=1500000000".to_owned(),
            Some("[{operation: GET /a, any: time, at: {query: t}}]"),
        ),
        (
            "GET /a?_=1795337976303676271".to_owned(),
            "GET /a?_=1795337975365621453".to_owned(),
            Some("[{operation: GET /a, any: integer, at: {query: _}}]"),
        ),
        (
            r#"POST /a|{"ids":[1,{"x":2},3]}"#.to_owned(),
            r#"POST /a|{"ids":[3,1,{"x":2}]}"#.to_owned(),
            Some("[{operation: POST /a, unordered: {json: $.ids}}]"),
        ),
        (
            "GET /a?q=1&q=2".to_owned(),
            "GET /a?q=2&q=1".to_owned(),
            Some("[{operation: GET /a, unordered: {query: q}}]"),
        ),
        (
            r#"POST /a|{"n":1}"#.to_owned(),
            r#"POST /a|{"n":1.0}"#.to_owned(),
            Some("[{operation: POST /a, numeric: {json: $.n}}]"),
        ),
        (
            r#"POST /graphql|{"query":"{ a  b }","variables":{}}"#.to_owned(),
            r#"POST /graphql|{"query":"{ a b }","variables":{}}"#.to_owned(),
            Some("[{operation: POST /graphql, graphql: document}]"),
        ),
        (parts(["a", "b"]), parts(["b", "a"]), Some("[{operation: POST /up, multipart: order}]")),
        // What says which thing is meant, or what is wanted of it.
        ("GET /v1/orders/ord_abcdef0123".to_owned(), "GET /v1/orders/ord_1234567890".to_owned(), None),
        (format!("GET /a/{ONE}"), format!("GET /a/{TWO}"), None),
        (format!("GET /a?customer_id={ONE}"), format!("GET /a?customer_id={TWO}"), None),
        ("GET /a?since=2025-02-02".to_owned(), "GET /a?since=2024-02-02".to_owned(), None),
        ("GET /a?limit=2".to_owned(), "GET /a?limit=3".to_owned(), None),
        (r#"POST /a|{"ids":[1,2]}"#.to_owned(), r#"POST /a|{"ids":[1,3]}"#.to_owned(), None),
        (
            r#"POST /graphql|{"query":"{ a c }","variables":{}}"#.to_owned(),
            r#"POST /graphql|{"query":"{ a b }","variables":{}}"#.to_owned(),
            None,
        ),
        ("GET /a".to_owned(), "POST /a".to_owned(), None),
        ("GET /a".to_owned(), "GET /a".to_owned(), None),
    ] {
        let said = advice(&request(&asked), &request(&recorded), None, (&names, NOW));
        assert_eq!(said.as_deref(), told, "{asked}");
    }
}
