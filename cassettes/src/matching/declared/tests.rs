use super::*;
use crate::{
    matching::key,
    model::{RedactRules, Request, Timestamp},
    redact::Names,
};

const NOW: Timestamp = Timestamp(1_767_323_045_000_000); // 2026-01-02T03:04:05Z

fn names() -> Names {
    Names::new(&RedactRules::default()).expect("no rules of our own")
}

/// `POST /a?b|{"json": 1}`, `|form:a=b`, `|text`.
fn request(text: &str) -> Request {
    let (line, body) = text.split_once('|').unwrap_or((text, ""));
    let (method, target) = line.split_once(' ').expect("method and target");
    let mut request = Request::new(method, target);
    let body = match body.split_once(':') {
        Some(("form", form)) => {
            request.headers.push("Content-Type", "application/x-www-form-urlencoded");
            form
        }
        Some(("parts", parts)) => {
            request.headers.push("Content-Type", "multipart/form-data; boundary=x");
            parts
        }
        _ => body,
    };
    request.body = body.replace("\\r\\n", "\r\n").into();
    request
}

/// The declarations that it takes to make both equal; none if they are not.
fn equal(declared: &str, asked: &str, recorded: &str) -> Option<Vec<String>> {
    let declared: Declared = declared.parse().unwrap_or_else(|e| panic!("{declared}: {e}"));
    let (asked, recorded) = (request(asked), request(recorded));
    let (asked, recorded) = (declared.loosen(&asked, Some(NOW)), declared.loosen(&recorded, None));
    (asked.key(&names()) == recorded.key(&names()))
        .then(|| declared.words(Declared::needed(&asked.traces, &recorded.traces)))
}

/// What is declared, in words; two requests that it makes equal; and one that stays another.
const EACH: &[(&str, &str, &str, &str, &str)] = &[
    (
        "- ignore: {json: $.metadata.nonce}",
        "ignored json $.metadata.nonce",
        r#"POST /a|{"n":1,"metadata":{"nonce":"x"}}"#,
        r#"POST /a|{"metadata":{"nonce":"y"},"n":1}"#,
        r#"POST /a|{"n":2,"metadata":{"nonce":"x"}}"#,
    ),
    (
        "- ignore: {json: $..at}",
        "ignored json $..at",
        r#"POST /a|{"n":[{"at":1,"v":1},{"v":2}],"at":3}"#,
        r#"POST /a|{"n":[{"v":1},{"v":2,"at":9}]}"#,
        r#"POST /a|{"n":[{"v":1,"at":1},{"v":3}],"at":3}"#,
    ),
    (
        "- ignore: {json: '$.n[?@.kind==\"id\"].v'}",
        "ignored json $.n[?@.kind==\"id\"].v",
        r#"POST /a|{"n":[{"kind":"id","v":1},{"kind":"x","v":2}]}"#,
        r#"POST /a|{"n":[{"kind":"id","v":7},{"kind":"x","v":2}]}"#,
        r#"POST /a|{"n":[{"kind":"id","v":1},{"kind":"x","v":3}]}"#,
    ),
    ("- ignore: {query: _}", "ignored query _", "GET /a?_=1&b=2", "GET /a?b=2", "GET /a?b=3&_=1"),
    ("- ignore: {query: utm_*}", "ignored query utm_*", "GET /a?utm_x=1", "GET /a?utm_y=2", "GET /a?xutm_=1"),
    (
        "- ignore: {form: seed}",
        "ignored form seed",
        "POST /a|form:seed=1&a=1",
        "POST /a|form:a=1&seed=2",
        "POST /a|form:a=2",
    ),
    (
        "- {operation: 'GET /a/{id}/b', ignore: {segment: id}}",
        "ignored path segment 2",
        "GET /a/1/b",
        "GET /a/2/b",
        "GET /a/1/c",
    ),
    (
        "- {operation: POST /log, ignore: {body: true}}",
        "ignored body",
        "POST /log|x",
        r#"POST /log|{"a":1}"#,
        "PUT /log|x",
    ),
    (
        "- {any: uuid, at: {json: $.id}}",
        "any uuid at json $.id",
        r#"POST /a|{"id":"6F9619FF-8B86-D011-B42D-00C04FC964FF"}"#,
        r#"POST /a|{"id":"0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60"}"#,
        r#"POST /a|{"id":"0190f3a2"}"#,
    ),
    (
        "- {any: integer, at: {query: n}}",
        "any integer at query n",
        "GET /a?n=7",
        "GET /a?n=-12",
        "GET /a?n=seven",
    ),
    (
        "- {operation: '* /a/{id}', any: integer, at: {segment: id}}",
        "any integer at path segment 2",
        "GET /a/7",
        "GET /a/8",
        "GET /a/search",
    ),
    (
        "- {any: now ± 5m, at: {json: $.at}}",
        "any now ± 5m at json $.at",
        r#"POST /a|{"at":"2026-01-02T05:08:00+02:00"}"#,
        r#"POST /a|{"at":"2020-05-05T05:05:05Z"}"#,
        r#"POST /a|{"at":"2026-01-02T03:10:00Z"}"#,
    ),
    (
        "- {any: date, at: {query: d}}",
        "any date at query d",
        "GET /a?d=2024-02-29",
        "GET /a?d=2026-01-31",
        "GET /a?d=2026-02-29",
    ),
    (
        "- {any: now ± 90s, at: {query: t}}",
        "any now ± 90s at query t",
        "GET /a?t=1767323000",
        "GET /a?t=1500000000",
        "GET /a?t=1767322000",
    ),
    (
        "- {any: email, at: {form: to}}",
        "any email at form to",
        "POST /a|form:to=ann%40x.test",
        "POST /a|form:to=bob@y.test",
        "POST /a|form:to=bob",
    ),
    (
        "- {pattern: 'run-(\\d+)', in: path}",
        "pattern run-(\\d+) in path",
        "GET /runs/run-17/x",
        "GET /runs/run-4/x",
        "GET /runs/run-x/x",
    ),
    (
        "- {pattern: '<MessageID>[^<]*</MessageID>', in: body}",
        "pattern <MessageID>[^<]*</MessageID> in body",
        "POST /soap|<E><MessageID>1</MessageID><A>1</A></E>",
        "POST /soap|<E><MessageID>2</MessageID><A>1</A></E>",
        "POST /soap|<E><MessageID>1</MessageID><A>2</A></E>",
    ),
    (
        "- unordered: {json: $.ids}",
        "unordered json $.ids",
        r#"POST /a|{"ids":[1,{"b":2,"a":1},3]}"#,
        r#"POST /a|{"ids":[3,1,{"a":1,"b":2}]}"#,
        r#"POST /a|{"ids":[1,3,3]}"#,
    ),
    (
        "- unordered: {query: tag}",
        "unordered query tag",
        "GET /a?tag=a&tag=b",
        "GET /a?tag=b&tag=a",
        "GET /a?tag=b&tag=b",
    ),
    (
        "- caseless: {query: email}",
        "caseless query email",
        "GET /a?email=A@x",
        "GET /a?email=a@X",
        "GET /a?email=b@X",
    ),
    (
        "- numeric: {json: $.price}",
        "numeric json $.price",
        r#"POST /a|{"price":[1.0,{"x":20}]}"#,
        r#"POST /a|{"price":[1,{"x":2e1}]}"#,
        r#"POST /a|{"price":["1",{"x":20}]}"#,
    ),
    (
        "- {operation: POST /graphql, graphql: document}",
        "graphql document as it means",
        r#"POST /graphql|{"query":"query Q { a, b }"}"#,
        r#"POST /graphql|{"query":"query Q {\n  a\n  b # c\n}","operationName":"Q","variables":{}}"#,
        r#"POST /graphql|{"query":"query Q { a }"}"#,
    ),
    (
        "- graphql: variables",
        "graphql by operation and variables",
        r#"POST /graphql|{"query":"query Q { a }","variables":{"x":1}}"#,
        r#"POST /graphql|{"operationName":"Q","variables":{"x":1},"extensions":{"persistedQuery":{}}}"#,
        r#"POST /graphql|{"query":"query Q { a }","variables":{"x":2}}"#,
    ),
    (
        "- graphql: operation",
        "graphql by operation",
        "GET /graphql?query=query+Q+%7B+a+%7D&variables=%7B%7D",
        "GET /graphql?query=query+Q%7Bb%7D&operationName=Q",
        "GET /graphql?query=query+R+%7B+a+%7D",
    ),
    (
        "- json-rpc: id",
        "ignored json-rpc id",
        r#"POST /rpc|[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","id":2,"method":"b"}]"#,
        r#"POST /rpc|[{"jsonrpc":"2.0","id":"x","method":"a"},{"jsonrpc":"2.0","method":"b"}]"#,
        r#"POST /rpc|[{"jsonrpc":"2.0","id":1,"method":"a"},{"jsonrpc":"2.0","id":2,"method":"c"}]"#,
    ),
    (
        "- multipart: filenames",
        "multipart filenames",
        r#"POST /f|parts:--x\r\nContent-Disposition: form-data; name="f"; filename="a1"\r\n\r\n1\r\n--x--\r\n"#,
        r#"POST /f|parts:--x\r\nContent-Disposition: form-data; name="f"; filename="b2"\r\n\r\n1\r\n--x--\r\n"#,
        r#"POST /f|parts:--x\r\nContent-Disposition: form-data; name="f"; filename="a1"\r\n\r\n2\r\n--x--\r\n"#,
    ),
    (
        "- multipart: order",
        "multipart order",
        r#"POST /f|parts:--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name="b"\r\n\r\n2\r\n--x--\r\n"#,
        r#"POST /f|parts:--x\r\nContent-Disposition: form-data; name="b"\r\n\r\n2\r\n--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n"#,
        r#"POST /f|parts:--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n"#,
    ),
];

#[test]
fn each_makes_equal_what_it_names_and_nothing_else() {
    for (declared, words, asked, recorded, another) in EACH {
        assert_ne!(
            key(&request(asked), &names()),
            key(&request(recorded), &names()),
            "{declared}: not exactly"
        );
        assert_eq!(equal(declared, asked, recorded), Some(vec![(*words).to_owned()]), "{declared}");
        assert_eq!(equal(declared, asked, asked), Some(Vec::new()), "{declared}: nothing is needed");
        // What is recorded may be of any moment.
        assert_eq!(equal(declared, another, recorded), None, "{declared}: another");
    }
}

#[test]
fn only_what_is_needed_is_said() {
    let all = "[{ignore: {json: $.nonce}}, {ignore: {query: _}}, {any: uuid, at: {json: $.id}}, {unordered: {json: $.l}}]";
    let recorded = r#"POST /a?_=1|{"nonce":1,"id":"6f9619ff-8b86-d011-b42d-00c04fc964ff","l":[1,2],"v":1}"#;
    for (asked, words) in [
        (recorded.to_owned(), &[][..]),
        (recorded.replace("_=1", "_=2"), &["ignored query _"][..]),
        (
            recorded.replace("[1,2]", "[2,1]").replace("\"nonce\":1,", ""),
            &["ignored json $.nonce", "unordered json $.l"][..],
        ),
    ] {
        assert_eq!(
            equal(all, &asked, recorded).as_deref(),
            Some(&words.iter().map(ToString::to_string).collect::<Vec<_>>()[..])
        );
    }
    assert_eq!(equal(all, &recorded.replace("\"v\":1", "\"v\":2"), recorded), None);
}

#[test]
fn declarations_are_for_their_operation() {
    let scope = |text: &str| text.parse::<Scope>().unwrap_or_else(|e| panic!("{e}"));
    for (text, yes, no) in [
        ("POST /v1/charges", "POST /v1/charges", "GET /v1/charges"),
        ("* /v1/{a}/x", "GET /v1/7/x", "GET /v1/7/8/x"),
        ("/v1/**", "PUT /v1/a/b", "PUT /v2/a/b"),
        ("GET *", "GET /a", "POST /a"),
        ("GET /a%7eb/", "GET /a~b/", "GET /a~b"),
    ] {
        let holds =
            |line: &str| line.split_once(' ').is_some_and(|(method, path)| scope(text).holds(method, path));
        assert!(holds(yes) && !holds(no), "{text}");
    }
    let declared = "- {operation: POST /b, ignore: {query: _}}";
    assert_eq!(equal(declared, "POST /a?_=1", "POST /a?_=2"), None);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (text, says) in [
        ("- ignore: {json: nonce}", "[0].ignore.json: expected a JSON path such as"),
        ("- ignore: {json: '$['}", "expected a JSON path"),
        ("- any: uid\n  at: {json: $.a}", "expected a type, uuid, integer"),
        ("- any: now\n  at: {json: $.a}", "now ± 5m, found \"now\""),
        ("- any: uuid", "expected `at:` beside `any:`"),
        (
            "- {require: {header: X-V}, ignore: {header: x-v}}",
            "required or ignored, found header X-V as both",
        ),
        ("- at: {json: $.a}", "expected `any:` beside `at:`"),
        ("- pattern: '.*'", "it matches the empty text"),
        ("- pattern: '.+'", "it matches everything"),
        ("- pattern: '('", "expected a regular expression, found \"(\""),
        ("- {operation: charges, ignore: {query: a}}", "expected an operation such as POST /v1/charges"),
        ("- {operation: 'GET /a', ignore: {segment: id}}", "a path that has {id}, found GET /a"),
        ("- ignore: {segment: 0}", "the number of a path segment from 1 on"),
        ("- ignore: {}", "expected places under `ignore:`"),
        ("- ignore: {query: []}", "found an empty list"),
        ("- ignored: {query: a}", "unknown field `ignored`"),
        ("- unordered: {segment: 1}", "found path segment 1"),
        ("- {}", "expected a declaration such as"),
        ("- a", "a declaration such as ignore"),
    ] {
        let error = text.parse::<Declared>().expect_err(text);
        assert!(error.contains(says), "{text}: {error}");
    }
    let error = "- ignore: {query: _}\n- any: uuid\n  at:\n    json: [$.a, $b]\n"
        .parse::<Declared>()
        .expect_err("not a path");
    assert!(error.ends_with("at line 4 column 17"), "{error}");
    let many: String = (0..65).map(|n| format!("- ignore: {{query: q{n}}}\n")).collect();
    assert!(many.parse::<Declared>().expect_err("too many").contains("at most 64 places"));
}

#[test]
fn declarations_are_written_as_they_are_read() {
    for (text, ..) in EACH {
        let declared: Declared = text.parse().expect("lawful");
        let json = serde_json::to_string(&declared).expect("written");
        assert_eq!(serde_json::from_str::<Declared>(&json).expect("read"), declared, "{json}");
    }
    let both =
        "- ignore: {header: Accept}\n- require: {header: X-Api-Version}".parse::<Declared>().expect("lawful");
    assert_eq!(
        serde_json::to_string(&both).expect("written"),
        r#"[{"ignore":{"header":"Accept"}},{"require":{"header":"X-Api-Version"}}]"#
    );
    let mut request = Request::new("GET", "/a");
    request.headers.push("x-api-version", " 2 ");
    assert!(both.requires() && both.required(&request) == b"x-api-version:2\n");
}

#[test]
fn odd_bodies_harm_nobody() {
    let all: String = EACH.iter().map(|(text, ..)| format!("{text}\n")).collect();
    let declared: Declared = all.parse().expect("lawful");
    let deep = format!("{}1{}", "[".repeat(400), "]".repeat(400));
    for body in [
        "",
        "{",
        "null",
        "[]",
        "\u{0}",
        "form:%ff=%ff&&=",
        "parts:--x",
        &deep,
        r#"{"query":{"query":1}}"#,
        r#"{"method":"a"}"#,
    ] {
        for target in ["*", "/", "//", "/a//b", "/é?%=&=", "/graphql?query=%7B"] {
            let request = request(&format!("POST {target}|{body}"));
            let (once, again) = (declared.loosen(&request, Some(NOW)), declared.loosen(&request, Some(NOW)));
            assert_eq!((once.key(&names()), once.traces), (again.key(&names()), again.traces));
        }
    }
}
