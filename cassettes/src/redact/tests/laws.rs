//! What holds for every exchange.

use super::support::{exchange, policy, write};
use crate::model::{Exchange, Headers};

/// Values for the gaps of [`SHAPES`]: short, long, odd, repeated.
const VALUES: &[&str] = &[
    "",
    "1",
    "12",
    "abc",
    "true",
    "null",
    "hunter22",
    "a b c",
    "ünïcödé-wert",
    "9f2b7c1d4e8a6053aa",
    "x=y&z",
    "{{page-key}}",
    "named/secret value",
    "4242424242424242",
    "0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60",
    "glpat-0123456789abcdefghij",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhQGIuYyIsImV4cCI6MTc2NzIyNTYwMH0.c2lnbmF0dXJl",
    "\\u00e9\\n",
    "%41%2F",
    "acct-99",
    "https://u:p@h/?token=abc123&x=1",
    "-----BEGIN PRIVATE KEY-----",
    "Bearer abc",
    "0",
    "-1",
    "1e5",
    "10.10",
];

/// `@` is one value, `~` another.
const SHAPES: &[&str] = &[
    "POST /@/x?token=@&q=~\nX-Api-Key: @\nX-Note: see ~\nHTTP/1.1 200 ~\nSet-Cookie: s=@; Path=/\n\n{\"a\":\"~\",\"token\":\"@\",\"b\":[\"@\"]}",
    "POST /\nAuthorization: Bearer @\nCookie: a=@; b=~\n\npassword=@&other=~\nHTTP/1.1 200\n\n<a><secret>@</secret>~<b x=\"@\"/></a>",
    "POST /\nAuthorization: @\n\n{\"secret\":{\"x\":\"@\",\"@\":\"~\"},\"n\":[1,2.50]}\nHTTP/1.1 200\n\ndata: {\"token\":\"@\"}\n\ndata: ~\n",
    "GET /~\nHTTP/1.1 200\n\nNAME=~\nAPI_KEY=@\n",
    "GET /?a=~#@\nHTTP/1.1 200\n\n{\"password\":\"@\",\"x\":\"~",
    "POST /\n\n--B\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n@\r\n--B\r\n\r\n~\r\n--B--",
    "POST /services/T000000/B000000/@;token=@?v={\"password\":\"@\"}&c=~\nCookie: sid=@\n\n{\"value\":\"@\",\"name\":\"api_key\",\"run\":\"x --token @ token=@; password: '~'\",\"h\":[[\"Authorization\",\"Bearer @\"]]}",
    "POST /\nAuthorization: Basic YWRhOnh5ejEyMzQ1\n\nAuthorization: Bearer @\npassword=@ token: ~\n--secret ~\nHTTP/1.1 401\n\n<!-- token=@ --><i name='pin' value='@'/><key>secret</key><string>~</string><script>{\"password\":\"@\"}</script>",
    "POST /\n\n--B\nX-Api-Key: @\n\nAPI_KEY=~\n--B\n\nPOST /x HTTP/1.1\nAuthorization: Bearer @\n\n{\"token\":\"~\"}\n--B--",
];

fn generated() -> impl Iterator<Item = Exchange> {
    SHAPES.iter().flat_map(|shape| {
        VALUES.iter().flat_map(move |secret| {
            VALUES
                .iter()
                .step_by(2)
                .map(move |other| exchange(&shape.replace('@', secret).replace('~', other)))
        })
    })
}

#[test]
fn cleaning_twice_is_cleaning_once() {
    let (first, second) = (policy(), policy());
    for recorded in generated() {
        let once = first.clean(recorded.clone()).into_exchange();
        let twice = first.clean(once.clone()).into_exchange();
        assert_eq!(twice, once, "{}\nbecame\n{}\nthen\n{}", write(&recorded), write(&once), write(&twice));
        let elsewhere = second.clean(once.clone()).into_exchange();
        assert_eq!(elsewhere, once, "under a policy with another memory: {}", write(&recorded));
        assert!(once.redactions.is_sorted() && once.redactions.windows(2).all(|pair| pair[0] != pair[1]));
    }
}

#[test]
fn what_was_cleaned_passes_the_scan() {
    let policy = policy();
    for recorded in generated() {
        let once = policy.clean(recorded.clone()).into_exchange();
        let text = format!("{}\n{:?}", write(&once), once.redactions);
        assert_eq!(policy.scan(text.as_bytes()), [], "{}\nbecame\n{text}", write(&recorded));
    }
}

#[test]
fn a_changed_exchange_says_so() {
    let policy = policy();
    for recorded in generated() {
        let once = policy.clean(recorded.clone()).into_exchange();
        assert_eq!(write(&once) == write(&recorded), once.redactions.is_empty(), "{}", write(&recorded));
    }
}

#[test]
fn everything_else_stays_byte_for_byte() {
    let mut recorded = exchange("POST /v1/%7Euser//x?b=2&&a=%20+1&token=abc999&c");
    recorded.request.headers =
        Headers::from_pairs([("X-A", " padded "), ("x-a", "twice"), ("X-Api-Key", "1")]);
    let body = |password: &str| {
        format!(
            "{{ \"price\" : 10.10 ,\"big\":12345678901234567890123,\"e\":1E+2,\"price\":10.1,\"password\":\"{password}\",\"one\":\"1\",\"u\":\"\\u00e9\\/\",\"n\":1 }}\r\n"
        )
    };
    recorded.request.body = body("1").into();
    let done = policy().clean(recorded).into_exchange().request;
    let (start, rest) = done.target.split_at("/v1/%7Euser//x?b=2&&a=%20+1&token=".len());
    assert_eq!((start, rest.len(), &rest[6..]), ("/v1/%7Euser//x?b=2&&a=%20+1&token=", 8, "&c"));
    assert_eq!(
        done.headers.0[..2],
        [("X-A".into(), b" padded ".to_vec()), ("x-a".into(), b"twice".to_vec())]
    );
    let stand_in = done.headers.get("x-api-key").expect("kept").into_owned();
    assert_eq!(done.body, body(&stand_in).into());
}

#[test]
fn equal_values_stay_equal_and_others_differ() {
    let text = "GET /?token=s3cretvalue\nX-Api-Key: s3cretvalue\nCookie: k=s3cretvalue; l=0thervalue\n\n{\"password\":\"s3cretvalue\"}";
    let done = policy().clean(exchange(text)).into_exchange();
    let stand_in = done.request.headers.get("x-api-key").expect("kept").into_owned();
    assert_eq!(write(&done).matches(&stand_in).count(), 4, "{}", write(&done));
    assert!(!write(&done).contains("0thervalue"));
}

#[test]
fn a_request_alone_is_cleaned_alike() {
    let policy = policy();
    for recorded in generated().step_by(7) {
        let alone = policy.clean_request(&recorded.request, recorded.at);
        let twice = policy.clean_request(&recorded.request, recorded.at);
        assert_eq!(alone, twice);
    }
}
