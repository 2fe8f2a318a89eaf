//! Places that are easily overlooked, and what must not be damaged for their sake.

use super::support::{everything, exchange, policy, write};
use crate::{
    codec,
    model::{Answer, Body, Exchange, FailureKind, Headers, Response, TransportFailure},
};

const SECRET: &str = "hunter2hunter2";

fn clean(exchange: Exchange) -> Exchange {
    let policy = policy();
    let once = policy.clean(exchange).into_exchange();
    assert_eq!(policy.clean(once.clone()).into_exchange(), once, "cleaning twice");
    once
}

fn replied(headers: &[(&str, &str)], body: Vec<u8>) -> Exchange {
    let mut exchange = exchange("GET /");
    exchange.answer =
        Answer::Reply(Response::new(200, Headers::from_pairs(headers.iter().copied()), Body::from(body)));
    exchange
}

fn body(exchange: &Exchange) -> &Body {
    &exchange.answer.head().expect("a reply").body
}

#[test]
fn a_quoted_head_is_cleaned_as_a_head() {
    let head = format!(
        "HTTP/1.1 200 OK\r\nSet-Cookie: session={SECRET}; Path=/\r\nX-Api-Key:{SECRET}\r\n\r\n{{\"password\":\"{SECRET}\""
    );
    let mut recorded = exchange("GET /");
    let message = format!("expected the rest of the head after \"{}\"", head.as_bytes().escape_ascii());
    recorded.answer =
        Answer::Failed(TransportFailure { kind: FailureKind::Truncated, message, partial: None });
    let done = clean(recorded);
    let Answer::Failed(failure) = &done.answer else { panic!("it failed") };
    assert!(!failure.message.contains("hunter2"), "{}", failure.message);
    assert!(
        failure.message.contains("\\r\\nSet-Cookie: session=") && failure.message.contains("; Path=/\\r\\n")
    );
}

#[test]
fn an_upstream_has_one_spelling() {
    let policy = policy();
    for upstream in [
        "http://h/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1",
        "https://u:hunter2hunter2@h",
        "https://h/services/T00000000/B00000000/aBcDeFgHiJkLmNoPqRsT1234",
        "https://h/x/named%2Fsecret%20value",
    ] {
        let mut recorded = exchange("GET /?token=aBcDeFgHiJkLmNoPqRsT1234\nX-Api-Key: hunter2hunter2");
        recorded.upstream = upstream.to_owned();
        let alone = policy.clean_upstream(upstream);
        assert_ne!(alone, upstream);
        assert_eq!(policy.clean(recorded).into_exchange().upstream, alone);
    }
    for upstream in ["http://127.0.0.1:9000", "https://api.test/v2"] {
        assert_eq!(policy.clean_upstream(upstream), upstream);
    }
}

#[test]
fn other_scripts_are_read_by_name() {
    let json = |name: &[u8]| [b"{\"name\":\"", name, b"\",\"password\":\"hunter2hunter2\",\"x\":\""].concat();
    for text in [
        json(b"Zo\xeb"),
        [json(b"Zo"), b"caf\xc3".to_vec()].concat(),
        b"<a>\xe9<password>hunter2hunter2</password></a>".to_vec(),
        b"caf\xe9\nAPI_KEY=hunter2hunter2\n".to_vec(),
        b"\x01\x02\x00{\"password\":\"hunter2hunter2\"}\x00\xff".to_vec(),
        b"{\"password\":\"hunter2hunter2\",\"b\":\"\x00\xff\"}".to_vec(),
    ] {
        let done = clean(replied(&[], text.clone()));
        assert!(!everything(&done).contains("hunter2"), "{}", everything(&done));
        let end = text.len() - 1;
        assert_eq!((body(&done).len(), body(&done).bytes()[end]), (text.len(), text[end]));
    }
}

#[test]
fn codings_that_nobody_named_hide_nothing() {
    let text = format!("{{\"password\":\"{SECRET}\"}}").into_bytes();
    let coded = |bytes: &[u8], coding: &str| codec::encode(bytes, &[coding.to_owned()]).expect("encodes");
    let gzip = coded(&text, "gzip");
    for (headers, sent, layers) in [
        (&[("Content-Encoding", "br")][..], gzip.clone(), 1),
        (&[("Content-Type", "application/gzip")], gzip.clone(), 1),
        (&[("Content-Encoding", "gzip")], coded(&gzip, "gzip"), 2),
        (&[("Content-Encoding", "aws-chunked,gzip")], gzip.clone(), 1),
        (&[("Content-Encoding", "gzip")], [&gzip[..], &[0; 32]].concat(), 1),
    ] {
        let done = clean(replied(headers, sent.clone()));
        let mut plain = body(&done).bytes().to_vec();
        for _ in 0..layers {
            plain = codec::decode(&plain, &["gzip".to_owned()]).expect("a whole stream");
        }
        assert!(plain.len() == text.len() && !plain.windows(7).any(|w| w == b"hunter2"));
        assert_eq!(body(&done).bytes().ends_with(&[0; 32]), sent.ends_with(&[0; 32]));
    }
}

#[test]
fn digests_fit_what_is_kept() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use sha2::{Digest as _, Sha256};
    let told = |body: &[u8]| format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(body)));
    let text = format!("{{\"password\":\"{SECRET}\"}}").into_bytes();
    let headers = [("Content-Digest", told(&text)), ("Content-MD5", "Q2hlY2sgSW50ZWdyaXR5IQ==".to_owned())];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let done = clean(replied(&headers, text));
    let kept = &done.answer.head().expect("a reply").headers;
    assert_eq!(kept.get("content-digest").as_deref(), Some(told(body(&done).bytes()).as_str()));
    assert_ne!(kept.get("content-md5").as_deref(), Some("Q2hlY2sgSW50ZWdyaXR5IQ=="));
    assert!(done.redactions.iter().filter(|r| r.by == "digest").count() == 2);
    let untouched = replied(&headers, b"{}".to_vec());
    assert_eq!(clean(untouched.clone()), untouched);
}

#[test]
fn texts_within_texts_hide_nothing() {
    for text in [
        "GET /?variables={\"password\":\"hunter2hunter2\"}",
        "GET /?query={login(password:\"hunter2hunter2\"){id}}",
        "POST /graphql\n\n{\"query\":\"mutation{login(mail:\\\"a\\\",password:\\\"hunter2hunter2\\\"){id}}\"}",
        "POST /graphql\nContent-Type: application/graphql\n\nmutation { login(password: \"hunter2hunter2\") { id } }",
        "POST /\n\n{\"headers\":[\"Authorization: Bearer hunter2hunter2\"]}",
        "POST /\n\n{\"log\":\"a\\nPOST /x\\nAuthorization: Bearer hunter2hunter2\\n\"}",
        "POST /\n\n--B\nContent-Disposition: form-data; name=f; filename=.env\n\nMODE=a\nAPI_KEY=hunter2hunter2\n--B--\n",
        "POST /\n\n--B\r\nContent-Type: application/http\r\n\r\nPOST /x HTTP/1.1\r\nAuthorization: Bearer hunter2hunter2\r\n\r\n{\"n\":1}\r\n--B--",
        "POST /\n\n--B\r\nX-Api-Key: hunter2hunter2\r\n\r\nx\r\n--B--",
        "POST /\n\n<p><!-- password=hunter2hunter2 --></p>",
        "POST /\n\n<script>if (a<b) { password = \"hunter2hunter2\" }</script>",
        "POST /\n\n<x>run --password=hunter2hunter2</x>",
    ] {
        let done = clean(exchange(text));
        assert!(!everything(&done).contains("hunter2"), "{text}\n{}", write(&done));
        assert!(!done.redactions.is_empty());
    }
}

#[test]
fn what_stands_beside_a_value_names_it() {
    for (text, gone) in [
        (r#"{"value":"hunter2","name":"API_KEY"}"#, true),
        (r#"{"field":"password","oldValue":null,"newValue":"hunter2"}"#, true),
        (r#"{"Operations":[{"op":"replace","path":"urn:x:User:password","value":"hunter2"}]}"#, true),
        (r#"[{"op":"add","path":"/a/clientSecret","value":"hunter2"}]"#, true),
        (r#"{"h":[["Authorization","Bearer hunter2"],["Accept","*/*"]]}"#, true),
        (r#"{"Item":{"api_key":{"S":"hunter2"}}}"#, true),
        (r#"{"fields":{"apiKey":{"stringValue":"hunter2"}}}"#, true),
        (r#"{"kty":"oct","k":"hunter2","kid":"k1"}"#, true),
        (r#"{"d":"hunter2","kty":"EC"}"#, true),
        (r#"{"value":"hunter2","name":"API_KEY","#, true),
        (r#"{"value":"hunter2","name":"city"}"#, false),
        (r#"{"path":"/password","value":"hunter2"}"#, false),
        (r#"{"required":["password","hunter2"]}"#, false),
        (r#"[["password","nickname"],["a","b"]]"#, false),
        (r#"{"d":"hunter2","k":"x"}"#, false),
    ] {
        let done = clean(exchange(&format!("POST /\n\n{text}")));
        assert_eq!(write(&done).ends_with(text), !gone, "{text}\n{}", write(&done));
        assert!(!gone || !everything(&done).contains("hunter2"));
    }
}
