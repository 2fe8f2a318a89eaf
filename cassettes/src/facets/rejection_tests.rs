use super::*;
use crate::model::{
    Answer, Connection, ExchangeId, Headers, Place, Request, Response, Timestamp, Timing, TokenFacts,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

const NOW: i64 = 1_800_000_000;

fn exchange(status: u16, authorization: Option<&str>, signature: SignatureVerdict) -> Exchange {
    let mut request = Request::new("GET", "/me");
    if let Some(value) = authorization {
        request.headers.push("Authorization", value);
    }
    let place = Place::of("request", "header", "authorization");
    Exchange {
        id: ExchangeId(1),
        at: Timestamp(NOW * 1_000_000),
        upstream: "http://x.test".into(),
        request,
        answer: Answer::Reply(Response::new(status, Headers::new(), Vec::new())),
        timing: Timing::default(),
        connection: Connection::default(),
        redactions: Vec::new(),
        tokens: vec![TokenFacts { place, signature, times: Vec::new() }],
        edited: false,
    }
}

fn token(header: &str, claims: &str) -> String {
    format!("Bearer {}.{}.c2ln", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
}

fn claims(exp: &str, rest: &str) -> String {
    format!(r#"{{"iss":"i","aud":["api"],"scope":"read write"{exp}{rest}}}"#)
}

#[test]
fn each_bad_token_has_its_reason() {
    let hs = r#"{"alg":"HS256","kid":"k1"}"#;
    let soon = format!(r#","exp":{}"#, NOW + 60);
    let good = exchange(200, Some(&token(hs, &claims(&soon, ""))), SignatureVerdict::Good);
    let past = format!(r#","exp":{}"#, NOW - 60);
    let nbf = format!(r#","nbf":{}"#, NOW + 600);
    let cases = [
        (None, Rejection::Missing),
        (Some("Bearer".to_owned()), Rejection::Malformed),
        (Some("Bearer not.a.token".to_owned()), Rejection::Malformed),
        (Some("Basic dTpw".to_owned()), Rejection::Malformed),
        (Some(token(r#"{"alg":"none"}"#, &claims(&soon, ""))), Rejection::AlgNone),
        (Some(token(r#"{"alg":"RS256","kid":"k1"}"#, &claims(&soon, ""))), Rejection::AlgSwapped),
        (Some(token(hs, &claims("", ""))), Rejection::NoExp),
        (Some(token(hs, &claims(&past, ""))), Rejection::Expired),
        (Some(token(hs, &claims(&soon, &nbf))), Rejection::NotYetValid),
        (Some(token(hs, &claims(&soon, "").replace("[\"api\"]", "\"other\""))), Rejection::WrongAud),
        (Some(token(hs, &claims(&soon, "").replace("\"i\"", "\"j\""))), Rejection::WrongIss),
        (Some(token(r#"{"alg":"HS256","kid":"k2"}"#, &claims(&soon, ""))), Rejection::UnknownKid),
        (Some(token(hs, &claims(&soon, "").replace("read write", "read"))), Rejection::MissingScope),
        (Some(token(hs, &claims(r#","exp":0"#, ""))), Rejection::ExpZero),
        (Some(token(hs, &claims(&soon, &nbf.replace("nbf", "iat")))), Rejection::IatFuture),
        (Some(token(r#"{"alg":"HS256","kid":"k1","typ":"x+jwt"}"#, &claims(&soon, ""))), Rejection::WrongTyp),
        (Some(token(r#"{"alg":"none"}"#, &claims(&soon, "")).replace(".c2ln", "")), Rejection::AlgNone),
        (Some(token(hs, &claims(&soon, "")).replace(".c2ln", "")), Rejection::Malformed),
        (Some(token(hs, &claims(&soon, ""))), Rejection::Unknown),
    ];
    for (authorization, reason) in cases {
        let bad = exchange(401, authorization.as_deref(), SignatureVerdict::Unknown);
        assert_eq!(rejection(&bad, &[&good]), Some(reason), "{authorization:?}");
    }
    let bad = exchange(401, Some(&token(hs, &claims(&soon, ""))), SignatureVerdict::Bad);
    assert_eq!(rejection(&bad, &[&good]), Some(Rejection::BadSignature));
    assert_eq!(rejection(&good, &[]), None);
}

#[test]
fn without_a_credential_on_either_side_it_was_not_that() {
    let open = exchange(200, None, SignatureVerdict::Unknown);
    let refused = exchange(403, None, SignatureVerdict::Unknown);
    assert_eq!(rejection(&refused, &[&open]), Some(Rejection::Unknown));
    assert_eq!(rejection(&refused, &[]), Some(Rejection::Missing));
}
