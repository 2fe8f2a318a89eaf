use super::*;
use crate::model::Headers;

/// Names and values.
type Pairs = [(&'static str, &'static str)];

fn read(status: u16, headers: &[(&str, &str)], body: &str) -> Option<ErrorFacts> {
    let response =
        Response::new(status, Headers::from_pairs(headers.iter().copied()), body.as_bytes().to_vec());
    error_of(&response, None)
}

fn class_of(status: u16, headers: &[(&str, &str)], body: &str) -> Class {
    read(status, headers, body).map_or(Class::Other, |facts| facts.class)
}

#[test]
fn a_status_with_several_meanings_is_read_by_its_code() {
    let cases: &[(u16, &Pairs, &str, Class)] = &[
        (400, &[], r#"{"__type":"x#ThrottlingException"}"#, Class::RateLimit),
        (400, &[], r#"{"__type":"ResourceNotFoundException","message":"m"}"#, Class::NotFound),
        (400, &[], r#"{"error":"invalid_grant"}"#, Class::Auth),
        (400, &[], r#"{"error":"invalid_request"}"#, Class::Validation),
        (400, &[], "", Class::Validation),
        (400, &[("WWW-Authenticate", "Bearer error=\"invalid_request\"")], "", Class::Auth),
        (402, &[], r#"{"error":{"type":"card_error","code":"card_declined"}}"#, Class::Terminal),
        (403, &[], "", Class::Forbidden),
        (403, &[("Retry-After", "60")], "", Class::RateLimit),
        (403, &[("X-RateLimit-Remaining", "0")], r#"{"message":"m"}"#, Class::RateLimit),
        (403, &[("X-RateLimit-Remaining", "12")], r#"{"message":"m"}"#, Class::Forbidden),
        (
            403,
            &[],
            r#"{"error":{"errors":[{"reason":"userRateLimitExceeded"}],"code":403}}"#,
            Class::RateLimit,
        ),
        (403, &[], "<Error><Code>SignatureDoesNotMatch</Code></Error>", Class::Auth),
        (
            404,
            &[],
            r#"{"error":{"type":"invalid_request_error","code":"resource_missing"}}"#,
            Class::NotFound,
        ),
        (404, &[], r#"{"error":"wrong_password"}"#, Class::Auth),
        (412, &[], r#"{"error":{"code":"user_not_found"}}"#, Class::NotFound),
        (
            422,
            &[],
            r#"{"message":"Validation Failed","errors":[{"code":"already_exists"}]}"#,
            Class::Validation,
        ),
        (500, &[], r#"{"error":"boom"}"#, Class::Server),
        (500, &[("Retry-After", "3")], "", Class::Retryable),
        (503, &[], "<Error><Code>SlowDown</Code></Error>", Class::RateLimit),
        (504, &[], "gateway", Class::Retryable),
        (405, &[], "", Class::Terminal),
        (451, &[], "", Class::Terminal),
    ];
    for (status, headers, body, class) in cases {
        assert_eq!(class_of(*status, headers, body), *class, "{status} {headers:?} {body}");
    }
}

#[test]
fn a_success_that_says_error_is_one_and_a_failed_resource_is_not() {
    let errors = [
        (r#"{"data":null,"errors":[{"message":"no","extensions":{"code":"NOT_FOUND"}}]}"#, Class::NotFound),
        (
            r#"{"data":{"me":null,"ok":1},"errors":[{"message":"no","path":["me"],"type":"FORBIDDEN"}]}"#,
            Class::Forbidden,
        ),
        (r#"{"ok":false,"error":"channel_not_found"}"#, Class::NotFound),
        (r#"{"ok":false,"error":"missing_argument","argument":"id"}"#, Class::Validation),
        (r#"{"ok":false,"error":"invalid_arguments","fields":["id"]}"#, Class::Validation),
        (r#"{"ok":false,"error":"revision_conflict","current_rev":3}"#, Class::Conflict),
        (r#"{"ok":false,"error":"stale_revision","current_rev":3}"#, Class::Conflict),
        (r#"{"success":false,"code":"unknown_ticket","ticket":"T1"}"#, Class::NotFound),
        (r#"{"ok":false,"error":"boom","at":"kitchen"}"#, Class::Other),
        (
            r#"{"data":{"rename":{"thing":{"id":"1"},"userErrors":[{"field":["name"],"message":"m m"}]}}}"#,
            Class::Validation,
        ),
        (
            r#"{"success":false,"errors":[{"code":1003,"message":"m"}],"messages":[],"result":null}"#,
            Class::Other,
        ),
        (r#"{"results":[],"status":"REQUEST_DENIED","error_message":"m m"}"#, Class::Forbidden),
        (r#"{"status":"fail","data":{"title":"A title is required"}}"#, Class::Other),
        ("<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>", Class::Forbidden),
    ];
    for (body, class) in errors {
        let facts = read(200, &[], body);
        assert_eq!(facts.as_ref().map(|f| f.class), Some(class), "{body}");
        assert!(facts.is_some_and(|f| f.hides_in_success()));
    }
    for body in [
        r#"{"id":"job_1","status":"failed","error":{"code":"timeout","message":"m"}}"#,
        r#"{"data":{"a":1},"errors":[]}"#,
        r#"{"ok":true,"error":null}"#,
        r#"{"success":false}"#,
        r#"{"id":"try_1","success":false,"error":"timeout","at":"2026-01-01"}"#,
        r#"{"data":{"rename":{"thing":{"id":"1"},"userErrors":[]}}}"#,
        r#"{"status":"ok","data":[{"error":"x"}]}"#,
        r#"[{"error":"x"}]"#,
        r#"{"responses":[{"status":404,"body":{"code":404}}]}"#,
        r#"{"errors":0}"#,
        "<List><Error>none</Error></List>",
        "<html><body>Error</body></html>",
        "",
    ] {
        assert_eq!(read(200, &[], body), None, "{body}");
    }
    assert_eq!(read(302, &[], r#"{"error":"x"}"#), None);
}

#[test]
fn envelopes_are_told_apart() {
    let json: &Pairs = &[("content-type", "application/json")];
    let cases: &[(&Pairs, &str, Envelope)] = &[
        (&[("content-type", "application/problem+json")], r#"{"type":"a","title":"b"}"#, Envelope::Problem),
        (json, r#"{"error":{"code":"a"}}"#, Envelope::Nested),
        (json, r#"{"error":"a","error_description":"b"}"#, Envelope::Flat),
        (json, r#"{"errors":[{"code":"A"}]}"#, Envelope::Listed),
        (json, r#"{"message":"m","errors":[{"code":"A"}]}"#, Envelope::Flat),
        (json, r#"{"data":null,"errors":[{"message":"A"}]}"#, Envelope::GraphQl),
        (json, "{}", Envelope::OtherJson),
        (json, "", Envelope::Empty),
        (&[], "<a><b>1</b></a>", Envelope::Xml),
        (&[], "<!doctype html><p>", Envelope::Html),
        (&[], "no such page", Envelope::Text),
    ];
    for (headers, body, envelope) in cases {
        assert_eq!(read(404, headers, body).map(|f| f.envelope), Some(*envelope), "{body}");
    }
}

#[test]
fn a_code_can_stand_in_a_header_alone() {
    let facts = read(404, &[("x-ms-error-code", "BlobNotFound")], "").expect("an error");
    assert_eq!(facts.codes[0].at.to_string(), "header x-ms-error-code");
    assert_eq!((facts.class, facts.envelope), (Class::NotFound, Envelope::Empty));
    let facts =
        read(400, &[("x-amzn-errortype", "NotFound:http://internal.test/coral")], "{}").expect("an error");
    assert_eq!(facts.codes[0].key(), "NotFound");
    assert_eq!(facts.class, Class::NotFound);
}

#[test]
fn no_answer_makes_any_facet_panic() {
    let pieces: [&[u8]; 26] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"error\"",
        b"\"code\"",
        b":",
        b",",
        b"\"",
        b"\\",
        b"null",
        b"404",
        b"<",
        b">",
        b"/",
        b"<Error>",
        b"</Error>",
        b"<![CDATA[",
        b"=",
        b" ",
        b"Bearer",
        "\u{e9}".as_bytes(),
        b"\xff",
        b"data",
        b".",
        b"-",
    ];
    let mut seed: u32 = 7;
    let mut next = move |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below
    };
    let names =
        ["www-authenticate", "retry-after", "ratelimit", "content-type", "x-error-code", "authorization"];
    for _ in 0..4_000 {
        let mut text = || (0..next(9)).flat_map(|_| pieces[next(pieces.len())].to_vec()).collect::<Vec<u8>>();
        let mut headers = Headers::new();
        for name in names {
            headers.push(name, text());
        }
        let request =
            Request { headers: headers.clone(), body: text().into(), ..Request::new("GET", "/a?b=%zz") };
        let response = Response::new([200, 204, 401, 403, 404, 422, 503][text().len() % 7], headers, text());
        let _ = (error_of(&response, Some(&request)), retry_hint::retry_hint(&response));
        let _ = (
            super::super::not_found::miss_of(&request, &response),
            rate_limit_counters::counters(&response.headers),
        );
        let _ =
            (super::super::challenge::challenges(&response), super::super::credential::credentials(&request));
    }
}
