//! Signed tokens, wherever they stand.

use super::support::{everything, exchange, policy, write};
use crate::{
    json::Json,
    jwt::{HmacKey, Jwt, Keys as _, base64url},
    model::{RedactRules, SignatureVerdict, TokenFacts},
    redact::{Policy, PseudonymKey, rewrite},
};
use std::sync::Arc;

fn token(header: &str, claims: &str, signature: &str) -> String {
    format!("{}.{}.{signature}", base64url(header.as_bytes()), base64url(claims.as_bytes()))
}

const CLAIMS: &str = r#"{"sub":"u1","email":"ada@example.org","name":"Ada L","iss":"https://idp.test","exp":1767229200, "n":1.0}"#;

#[test]
fn a_token_stays_readable_without_its_signature() {
    let real = token(r#"{"alg":"HS256","kid":"k1"}"#, CLAIMS, "c2lnbmF0dXJlLW9mLXNvbWUtbGVuZ3RoLWhlcmU");
    for text in [
        format!("GET /\nAuthorization: Bearer {real}"),
        format!("GET /\nCookie: s={real}"),
        format!("GET /?id_token={real}"),
        format!("GET /\nHTTP/1.1 200 OK\n\n{{\"access_token\":\"{real}\"}}"),
        format!("GET /\nHTTP/1.1 200 OK\n\n{{\"anything\":\"{real}\"}}"),
        format!("POST /\n\nassertion={real}&x=1"),
        format!("GET /\nHTTP/1.1 200 OK\n\nit was {real}."),
    ] {
        let done = policy().clean(exchange(&text)).into_exchange();
        let all = everything(&done);
        assert!(!all.contains("c2lnbmF0dXJl"), "{all}");
        let [facts] = done.tokens.as_slice() else { panic!("{text}: {:?}", done.tokens) };
        assert_eq!(facts.times, [("exp".to_owned(), 3600)]);
        assert_eq!(facts.signature, SignatureVerdict::Unknown);
        let start = all.rfind("eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0.").expect("the header stays");
        let kept = all[start..].split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).next();
        let kept = Jwt::parse(kept.expect("a run").trim_end_matches('.')).expect("decodable");
        assert_eq!(kept.signature().len(), 39);
        assert_eq!(kept.claim("sub").and_then(Json::as_str), Some("u1"));
        assert_eq!(kept.claim("exp"), Some(&Json::Number("1767229200".into())));
        let email = kept.claim("email").and_then(Json::as_str).expect("kept");
        assert!(email != "ada@example.org" && email.len() == 15 && email.contains('@'));
        assert!(kept.payload().ends_with(br#""iss":"https://idp.test","exp":1767229200, "n":1.0}"#));
        assert_eq!(policy().scan(write(&done).as_bytes()), []);
    }
}

#[test]
fn verdicts_come_from_keys_and_never_from_guesses() {
    let key = HmacKey(b"the key".to_vec());
    let unsigned = token(r#"{"alg":"HS256"}"#, CLAIMS, "");
    let input = unsigned.trim_end_matches('.');
    let signature = base64url(&key.sign("HS256", None, input.as_bytes()).expect("signs"));
    let other = token(r#"{"alg":"XY1"}"#, CLAIMS, "AAAA");
    let none = token(r#"{"alg":"none"}"#, CLAIMS, "");
    let rules = RedactRules::default();
    let with_key =
        Policy::new(&rules, Vec::new(), PseudonymKey([7; 32]), Some(Arc::new(key))).expect("lawful");
    for (text, verdict) in [
        (format!("{input}.{signature}"), SignatureVerdict::Good),
        (format!("{input}.AAAA"), SignatureVerdict::Bad),
        (unsigned.clone(), SignatureVerdict::Absent),
        (none, SignatureVerdict::Absent),
        (other, SignatureVerdict::Unknown),
    ] {
        let done = with_key.clean(exchange(&format!("GET /\nAuthorization: Bearer {text}"))).into_exchange();
        assert_eq!(done.tokens.iter().map(|t| t.signature).collect::<Vec<_>>(), [verdict], "{text}");
        let kept = done.request.headers.get("authorization").expect("kept").into_owned();
        assert_eq!(kept.ends_with('.'), text.ends_with('.'), "an absent signature stays absent");
    }
    // What a lesson knows stands.
    let mut told = exchange(&format!("GET /\nAuthorization: Bearer {input}.{signature}"));
    let place = crate::model::Place::of("request", "header", "authorization");
    told.tokens = vec![TokenFacts { place, signature: SignatureVerdict::Bad, times: Vec::new() }];
    let done = with_key.clean(told).into_exchange();
    assert_eq!((done.tokens.len(), done.tokens[0].signature), (1, SignatureVerdict::Bad));
    assert_eq!(done.tokens[0].times.len(), 1);
}

#[test]
fn opaque_and_malformed_tokens_keep_their_look() {
    for (given, shape) in
        [("a.b.c", "a.a.a"), ("AbC-123_x", "AaA-999_a"), ("not.a.real.jwt", "aaa.a.aaaa.aaa")]
    {
        let done = policy().clean(exchange(&format!("GET /\nAuthorization: Bearer {given}"))).into_exchange();
        let kept = done.request.headers.get("authorization").expect("kept").into_owned();
        let look: String = kept["Bearer ".len()..]
            .chars()
            .map(|c| match c {
                '0'..='9' => '9',
                'a'..='z' => 'a',
                'A'..='Z' => 'A',
                c => c,
            })
            .collect();
        assert_eq!(look, shape);
        assert_eq!(done.tokens, []);
    }
}

#[test]
fn a_kept_token_is_reached_by_its_place() {
    let real = token(r#"{"alg":"HS256"}"#, CLAIMS, "AAAA");
    let mut request = exchange(&format!("GET /?a={real}\nAuthorization: Bearer {real}")).request;
    let place = crate::model::Place::of("request", "header", "authorization");
    rewrite(&mut request, &place, &mut |_| Some("fresh".into()));
    assert_eq!(request.headers.get("authorization").as_deref(), Some("Bearer fresh"));
    assert!(request.target.ends_with(&real));
}
