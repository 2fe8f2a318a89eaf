use super::super::bind;
use super::*;
use crate::model::{Answer, Body, Connection, ExchangeId, Headers, Request, Response, Timestamp, Timing};

/// Exchanges in lines: `METHOD target [name: value]... [{body}] -> status [name: value]... [body]`.
pub(super) fn tape(lines: &[(&str, &str, &str, &str)]) -> Vec<Exchange> {
    let exchange = |(number, (asked, carried, answered, given)): (u32, &(&str, &str, &str, &str))| {
        let (method, target) = asked.split_once(' ').expect("METHOD target");
        let mut request = Request::new(method, target);
        let (headers, body) = fields(carried);
        request.headers = headers;
        request.body = Body::from(body);
        let (status, fields_of) = answered.split_once(' ').unwrap_or((answered, ""));
        let headers = fields(fields_of).0;
        let response = Response::new(status.parse().expect("status"), headers, given.as_bytes().to_vec());
        Exchange {
            id: ExchangeId(number + 1),
            at: Timestamp(0),
            upstream: "http://up.test:1/base".into(),
            request,
            answer: Answer::Reply(response),
            timing: Timing::default(),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        }
    };
    (0u32..).zip(lines).map(exchange).collect()
}

/// `name: value | name: value | body`.
fn fields(text: &str) -> (Headers, String) {
    let mut headers = Headers::new();
    let mut body = String::new();
    for piece in text.split(" | ").filter(|p| !p.is_empty()) {
        match piece.split_once(": ") {
            Some((name, value)) if !piece.starts_with(['{', '[', '<']) => headers.push(name, value),
            _ => body = piece.to_owned(),
        }
    }
    (headers, body)
}

pub(super) fn shown(exchanges: &[Exchange]) -> Vec<String> {
    let found = discover(exchanges);
    // Whatever is found, what the real side said binds every request to itself.
    let said: Vec<Option<Answer>> = exchanges.iter().map(|e| Some(e.answer.clone())).collect();
    for (number, exchange) in exchanges.iter().enumerate() {
        let bound = bind(number, exchanges, &found, &said);
        assert_eq!(bound.request, exchange.request);
        assert_eq!(bound.unbound, [0usize; 0], "{number} {found:?}");
    }
    found.iter().map(|l| format!("{} {} -> {} {}", l.from, l.source, l.to, l.target)).collect()
}

#[test]
fn listings_of_every_style() {
    let page = r#"{"data":[{"id":"cus_1"},{"id":"cus_2"}],"has_more":true}"#;
    let last_id = tape(&[
        ("GET /c?limit=2", "", "200", page),
        ("GET /c?limit=2&starting_after=cus_2", "", "200", r#"{"data":[{"id":"cus_3"}],"has_more":false}"#),
    ]);
    assert_eq!(shown(&last_id), ["0 json /data/1/id -> 1 query starting_after"]);

    let link = tape(&[
        (
            "GET /v2/_catalog?n=2",
            "",
            "200 Link: </base/v2/_catalog?last=demo%2fb&n=2>; rel=\"next\"",
            r#"{"repositories":["demo/a","demo/b"]}"#,
        ),
        ("GET /v2/_catalog?last=demo%2Fb&n=2", "", "200", r#"{"repositories":["zeta"]}"#),
        ("GET /v2/zeta/tags/list", "", "200", "{}"),
    ]);
    assert_eq!(shown(&link), ["0 link next -> 1 target", "1 json /repositories/0 -> 2 path segment 2"]);

    let body_url = tape(&[
        ("GET /items", "", "200", r#"{"next":"http://up.test:1/base/items?page=2"}"#),
        ("GET /items?page=2", "", "200", r#"{"next":"?page=3"}"#),
        ("GET /items?page=3&extra=1", "", "200", r#"{"next":null}"#),
    ]);
    assert_eq!(shown(&body_url), ["0 json /next -> 1 target", "1 json /next query page -> 2 query page"]);

    let token = tape(&[
        (
            "POST /graphql",
            r#"{"query":"q","variables":{"after":null}}"#,
            "200",
            r#"{"data":{"c":{"pageInfo":{"endCursor":"Y3Vyc29yOjI="}}}}"#,
        ),
        ("POST /graphql", r#"{"query":"q","variables":{"after":"Y3Vyc29yOjI="}}"#, "200", "{}"),
    ]);
    assert_eq!(shown(&token), ["0 json /data/c/pageInfo/endCursor -> 1 json /variables/after"]);

    let header = tape(&[
        ("GET /t", "", "200 x-ms-continuation-NextKey: k7", "[]"),
        ("GET /t", "x-ms-continuation-NextKey: k7", "200", "[]"),
    ]);
    assert_eq!(shown(&header), ["0 header x-ms-continuation-nextkey -> 1 header x-ms-continuation-nextkey"]);

    let xml = tape(&[
        ("GET /b?comp=list", "", "200", "<R><Name>a</Name><Name>b</Name><NextMarker>b</NextMarker></R>"),
        ("GET /b?comp=list&marker=b", "", "200", "<R><NextMarker/></R>"),
    ]);
    assert_eq!(shown(&xml), ["0 element NextMarker -> 1 query marker"]);

    let keyset = tape(&[
        ("GET /e", "", "200", r#"[{"created":1700000000},{"created":1700000500}]"#),
        ("GET /e?created[lt]=1700000500", "", "200", "[]"),
    ]);
    assert_eq!(shown(&keyset), ["0 json /1/created -> 1 query created[lt]"]);

    let number = tape(&[
        ("GET /n", "", "200", r#"{"page":1,"next_page":2,"total":3,"limit":2}"#),
        ("GET /n?page=2", "", "200", r#"{"page":2,"next_page":3,"total":3,"limit":2}"#),
        ("GET /n?page=3", "", "200", r#"{"page":3,"next_page":null,"total":3,"limit":2}"#),
    ]);
    assert_eq!(shown(&number), ["0 json /next_page -> 1 query page", "1 json /next_page -> 2 query page"]);
}

#[test]
fn what_the_client_chose_is_no_link() {
    let offsets = tape(&[
        ("GET /o?limit=2", "", "200", r#"{"offset":0,"limit":2,"total":4,"items":[{"id":2},{"id":4}]}"#),
        ("GET /o?limit=2&offset=2", "", "200", r#"{"offset":2,"limit":2,"total":4}"#),
        ("GET /o?limit=2&offset=4", "", "200", r#"{"offset":4,"limit":2,"total":4}"#),
    ]);
    assert_eq!(shown(&offsets), [""; 0]);

    let own = tape(&[
        (
            "PUT /things/my-own-42",
            r#"{"note":"ref-2024-77"}"#,
            "201",
            r#"{"id":"my-own-42","note":"ref-2024-77"}"#,
        ),
        ("GET /things/my-own-42", "", "200", r#"{"id":"my-own-42","status":"active","kind":"things"}"#),
        ("GET /things?status=active&kind=things&note=ref-2024-77", "", "200", "[]"),
        ("GET /v1/active", "", "200", "[]"),
    ]);
    assert_eq!(shown(&own), [""; 0]);

    let two = tape(&[
        ("GET /a?page=1", "", "200", r#"{"next_page":2}"#),
        ("GET /b?page=2", "", "200", r#"{"next_page":3}"#),
        ("GET /a?page=2", "", "200", "{}"),
        ("GET /a?page=3", "", "200", "{}"),
    ]);
    assert_eq!(shown(&two), ["0 json /next_page -> 2 query page"], "each listing turns its own pages");

    let words = tape(&[
        (
            "GET /a",
            "",
            "200",
            r#"{"object":"list","url":"/v1/b","id":7,"quantity":3,"enabled":true,"version":"2024-06-20"}"#,
        ),
        ("GET /list?enabled=true&quantity=3", "Api-Version: 2024-06-20", "200", "{}"),
        ("POST /b", r#"{"quantity":7,"count":3}"#, "200", "{}"),
    ]);
    assert_eq!(shown(&words), [""; 0]);
}

#[test]
fn chains_of_every_kind() {
    let created = tape(&[
        (
            "POST /customers",
            r#"{"name":"Ann"}"#,
            "201 Location: /base/customers/7 | ETag: \"v1\"",
            r#"{"id":7,"name":"Ann"}"#,
        ),
        ("GET /customers/7", "", "200 ETag: \"v1\"", r#"{"id":7}"#),
        ("GET /customers/7", "If-None-Match: \"v1\"", "304", ""),
        ("GET /customers/7/orders?x=1", "", "200", "[]"),
        ("POST /charges", r#"{"customer_id":7,"amount":7}"#, "200", "{}"),
    ]);
    assert_eq!(
        shown(&created),
        [
            "0 header location -> 1 target",
            "0 header location -> 2 target",
            "1 header etag -> 2 header if-none-match",
            "0 header location segment -1 -> 3 path segment 2",
            "0 json /id -> 4 json /customer_id",
        ]
    );

    let redirects = tape(&[
        ("GET /old", "", "302 Location: http://up.test:1/base/new?a=1", ""),
        ("GET /new?a=1", "", "307 Location: ../base/newest", ""),
        ("GET /base/newest", "", "200", "ok"),
    ]);
    assert_eq!(shown(&redirects), ["0 header location -> 1 target", "1 header location -> 2 target"]);

    let upload = tape(&[
        ("POST /up/", "", "202 Location: http://up.test:1/base/up/9b2f?_state=aa11bb", ""),
        ("PATCH /up/9b2f?_state=aa11bb", "", "202 Location: http://up.test:1/base/up/9b2f?_state=cc22dd", ""),
        ("PUT /up/9b2f?_state=cc22dd&digest=sha256%3Aab", "", "201", ""),
    ]);
    assert_eq!(
        shown(&upload),
        [
            "0 header location -> 1 target",
            "0 header location path -> 2 path",
            "1 header location query _state -> 2 query _state"
        ]
    );

    let login = tape(&[
        (
            "POST /login",
            r#"{"user":"ann"}"#,
            "200 Set-Cookie: sid=s; Path=/",
            r#"{"access_token":"eyJh.eyJz.c2ln","csrf":"q9-x7"}"#,
        ),
        (
            "POST /me",
            "Authorization: Bearer eyJh.eyJz.c2ln | Cookie: a=1; sid=s | X-CSRF: q9-x7",
            "200",
            "{}",
        ),
    ]);
    assert_eq!(
        shown(&login),
        [
            "0 json /access_token -> 1 header authorization",
            "0 json /csrf -> 1 header x-csrf",
            "0 set-cookie sid -> 1 cookie sid"
        ]
    );
}

#[expect(clippy::disallowed_methods, reason = "how long it takes is what is asked")]
/// What an answer says over and over is looked up a few times, and not as often as it is said.
#[test]
fn repeated_values_take_time_in_proportion() {
    let time = |lines: usize| {
        let text = "x\n".repeat(lines);
        let exchanges = tape(&[("GET /a/x", "", "200", &text), ("GET /a/x", "", "200", &text)]);
        let run = |_| {
            let begun = std::time::Instant::now();
            discover(&exchanges);
            begun.elapsed()
        };
        (0..3).map(run).min().unwrap_or_default()
    };
    // A busy machine stalls now one, now the other measurement; what is quadratic fails every time.
    let mut last = Default::default();
    let good = (0..6).any(|_| {
        last = (time(1000), time(8000));
        last.1 < last.0 * 32 + std::time::Duration::from_millis(5)
    });
    assert!(good, "small, then large: {last:?}");
}
