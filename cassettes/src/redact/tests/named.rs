//! Named secrets go and come back.

use super::support::{everything, exchange, policy, write};
use crate::{
    codec,
    model::{Body, Headers},
};

#[test]
fn placeholders_come_back_encoded_for_their_place() {
    let policy = policy();
    for text in [
        "GET /a/named%2Fsecret%20value?k=named%2Fsecret%20value",
        "GET /\nX-Api-Key: named/secret value\nCookie: s=\"named/secret value\"",
        "POST /\nContent-Length: 31\n\n{\"n\":1.0,\"k\":\"named/secret value\"}",
        "POST /\n\na=1&k=named%2Fsecret%20value",
        "POST /\n\n<k>named/secret value</k>",
        "POST /\n\nplain named/secret value text",
        "GET /\nAuthorization: Basic bmFtZWQvc2VjcmV0IHZhbHVlOg==",
    ] {
        let recorded = exchange(text);
        let clean = policy.clean(recorded.clone()).into_exchange();
        assert!(!everything(&clean).contains("secret value"), "{}", everything(&clean));
        assert!(write(&clean).contains("{{page-key}}"), "{}", write(&clean));
        let mut again = clean.request.clone();
        assert_eq!(policy.reveal(&mut again), [""; 0]);
        assert_eq!(again, recorded.request, "{text}");
    }
}

#[test]
fn a_basic_credential_keeps_its_placeholder_readable() {
    let policy = policy();
    let text = "GET /\nAuthorization: Basic YWRhOm5hbWVkL3NlY3JldCB2YWx1ZQ==";
    let clean = policy.clean(exchange(text)).into_exchange();
    let kept = clean.request.headers.get("authorization").expect("kept").into_owned();
    assert!(kept.starts_with("Basic ") && kept.ends_with(":{{page-key}}") && !kept.contains("ada"), "{kept}");
    assert!(clean.redactions.iter().any(|r| r.by == "secret page-key"));
    let mut again = clean.request;
    policy.reveal(&mut again);
    let revealed = again.headers.get("authorization").expect("kept").into_owned();
    let credentials = crate::jwt::unbase64(&revealed["Basic ".len()..]).expect("base64");
    assert!(credentials.ends_with(b":named/secret value"));
}

#[test]
fn lengths_and_codings_follow() {
    let policy = policy();
    let plain = r#"{"k":"named/secret value"}"#;
    let gzip = ["gzip".to_owned()];
    let mut recorded = exchange("POST /\nContent-Encoding: gzip");
    recorded.request.body = Body::from(codec::encode(plain.as_bytes(), &gzip).expect("encodes"));
    recorded.request.headers.push("Content-Length", recorded.request.body.len().to_string());
    let clean = policy.clean(recorded).into_exchange();
    let told = |headers: &Headers| headers.get("content-length").map(std::borrow::Cow::into_owned);
    assert_eq!(told(&clean.request.headers), Some(clean.request.body.len().to_string()));
    assert_eq!(
        codec::decoded(&clean.request.headers, &clean.request.body).as_ref(),
        br#"{"k":"{{page-key}}"}"#
    );
    let mut again = clean.request;
    policy.reveal(&mut again);
    assert_eq!(codec::decoded(&again.headers, &again.body).as_ref(), plain.as_bytes());
    assert_eq!(told(&again.headers), Some(again.body.len().to_string()));
}

#[test]
fn a_placeholder_without_a_value_is_reported() {
    let mut request = exchange("GET /?a={{other-key}}\nX: {{page-key}}").request;
    assert_eq!(policy().reveal(&mut request), ["other-key"]);
    assert_eq!(request.target, "/?a={{other-key}}");
    assert_eq!(request.headers.get("x").as_deref(), Some("named/secret value"));
}
