//! The matrix of bad tokens, recorded against a strict side and presented again a year later: each is then the
//! same fault, and a side that overlooks exactly that fault is found out.

use aws_lc_rs::{encoding::AsDer as _, rsa, signature as sig};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cassettes::{
    facets::rejection::Rejection,
    json::Json,
    jwt::{Fault, Good, Jwt, Keys},
    model::{
        Answer, Cassette, Connection, Exchange, ExchangeId, Header, Headers, RedactRules, Request, Response,
        Timestamp, Timing,
    },
    plan::settled,
    redact::{Policy, PseudonymKey},
    subject::{Boxed, NoAnswer, Observed, Subject},
};
use std::sync::Arc;
use verify::{Options, RULES, Report};
use wire::keys::TokenKey;

const THEN: Timestamp = Timestamp(1_800_000_000_000_000);
const LATER: Timestamp = Timestamp(THEN.0 + 400 * 86_400 * 1_000_000);

/// A side that checks everything, but for what it overlooks.
struct Side {
    keys: Arc<dyn Keys>,
    now: Timestamp,
    overlooks: Option<Fault>,
}

impl Side {
    fn fault(&self, token: Option<&str>) -> Option<Fault> {
        let found = |wrong: bool, fault: Fault| wrong.then_some(fault);
        let Some(token) = token else { return Some(Fault::Missing) };
        let Some(jwt) = Jwt::parse(token) else {
            let cut = Jwt::parse(&format!("{token}.")).filter(|_| token.matches('.').count() == 1);
            return Some(match cut {
                Some(cut) if cut.alg() == "none" => Fault::AlgNoneBare,
                Some(_) => Fault::MalformedTwoParts,
                None if token.matches('.').count() == 2 => Fault::MalformedPayload,
                None => Fault::Malformed,
            });
        };
        let verdict = jwt.verdict(Some(&*self.keys)).as_str();
        let number =
            |name: &str| jwt.claim(name).and_then(Json::scalar_text).and_then(|t| t.parse::<i64>().ok());
        let now = self.now.seconds();
        let aud = match jwt.claim("aud") {
            Some(Json::Array(all)) => all.iter().any(|a| a.as_str() == Some("api")),
            one => one.and_then(Json::as_str) == Some("api"),
        };
        let text = |name: &str| jwt.claim(name).and_then(Json::as_str);
        [
            found(jwt.alg() == "none", Fault::AlgNone),
            found(jwt.signature().is_empty(), Fault::NoSignature),
            found(jwt.alg() != self.keys.alg() && matches!(verdict, "good" | "confused"), Fault::AlgSwapped),
            found(jwt.kid() != Some("k1"), Fault::UnknownKid),
            found(verdict != "good" && verdict != "confused", Fault::BadSignature),
            found(number("exp").is_none(), Fault::NoExp),
            found(number("exp") == Some(0), Fault::ExpZero),
            found(number("exp").is_some_and(|exp| exp <= now), Fault::Expired),
            found(number("nbf").is_some_and(|nbf| nbf > now + 60), Fault::NotYetValid),
            found(number("iat").is_some_and(|iat| iat > now + 60), Fault::IatFuture),
            found(text("iss") != Some("https://idp.test"), Fault::WrongIss),
            found(!aud, Fault::WrongAud),
            found(text("scope").is_none(), Fault::NoScope),
            found(text("scope") == Some(""), Fault::MissingScope),
            found(jwt.header.get("typ").and_then(Json::as_str) != Some("JWT"), Fault::WrongTyp),
        ]
        .into_iter()
        .flatten()
        .next()
    }

    fn say(&self, request: &Request) -> Answer {
        let field = request.headers.get("authorization").map(std::borrow::Cow::into_owned);
        let fault = self.fault(field.as_deref().and_then(|value| value.strip_prefix("Bearer ")));
        let json = ("content-type", "application/json");
        Answer::Reply(match fault.filter(|fault| self.overlooks != Some(*fault)) {
            None => Response::new(200, Headers::from_pairs([json]), r#"{"id":"u1"}"#),
            Some(_) => {
                let challenge = ("www-authenticate", "Bearer error=\"invalid_token\"");
                Response::new(401, Headers::from_pairs([json, challenge]), r#"{"error":"invalid_token"}"#)
            }
        })
    }
}

impl Subject for Side {
    fn name(&self) -> &str {
        "side"
    }

    fn answer<'a>(&'a self, request: &'a Request) -> Boxed<'a, Result<Observed, NoAnswer>> {
        Box::pin(std::future::ready(Ok(Observed::of(self.say(request)))))
    }
}

fn pem(der: &[u8]) -> String {
    let label = "PRIVATE KEY";
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

fn keys() -> Vec<(&'static str, Arc<dyn Keys>)> {
    let rsa = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).expect("a key");
    let rsa: aws_lc_rs::encoding::Pkcs8V1Der<'_> = rsa.as_der().expect("DER");
    let ec = sig::EcdsaKeyPair::generate(&sig::ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
    let ec = ec.to_pkcs8v1().expect("DER");
    let key = |alg: &str, material: &[u8]| Arc::new(TokenKey::new(Some(alg), material).expect("a key"));
    vec![
        ("HS256", key("HS256", b"a shared secret of some length")),
        ("RS256", key("RS256", pem(rsa.as_ref()).as_bytes())),
        ("ES256", key("ES256", pem(ec.as_ref()).as_bytes())),
    ]
}

/// What the lesson records: the good token, every bad one, cleaned as a recorder cleans.
fn recorded(keys: &Arc<dyn Keys>) -> (Cassette, Vec<Fault>) {
    let policy = Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([7; 32]), Some(keys.clone()));
    let policy = policy.expect("lawful rules");
    let side = Side { keys: keys.clone(), now: THEN, overlooks: None };
    let claims =
        br#"{"iss":"https://idp.test","aud":"api","sub":"u1","scope":"read","iat":"-5s","exp":"+1h"}"#;
    let claims = settled(&Json::parse(claims).expect("JSON"), THEN);
    let good = Good::of(Json::parse(br#"{"kid":"k1"}"#).expect("JSON"), claims);
    let mut made = vec![Some(good.token(Some(&**keys)).expect("a token"))];
    let mut faults = Vec::new();
    for fault in Fault::ALL {
        if let Ok(token) = good.with(fault, THEN, Some(&**keys)) {
            assert_eq!(side.fault(token.as_deref()), (!fault.is_good()).then_some(fault), "{fault}");
            made.push(token);
            faults.push(fault);
        }
    }
    let exchange = |(at, token): (usize, Option<String>)| {
        let mut request = Request::new("GET", "/v1/me");
        if let Some(token) = token {
            request.headers.push("Authorization", format!("Bearer {token}"));
        }
        let answer = side.say(&request);
        let exchange = Exchange {
            id: ExchangeId(u32::try_from(at + 1).expect("few")),
            at: THEN,
            upstream: "http://api.test".to_owned(),
            request,
            answer,
            timing: Timing::default(),
            connection: Connection::default(),
            redactions: Vec::new(),
            tokens: Vec::new(),
            edited: false,
        };
        policy.clean(exchange).into_exchange()
    };
    let exchanges = made.into_iter().enumerate().map(exchange).collect();
    let header = Header { upstreams: vec!["http://api.test".to_owned()], ..Header::default() };
    (Cassette { name: "tokens.yaml".to_owned(), header, exchanges }, faults)
}

fn judged(cassette: &Cassette, keys: &Arc<dyn Keys>, overlooks: Option<Fault>) -> Report {
    let side = Side { keys: keys.clone(), now: LATER, overlooks };
    let options = Options {
        command: "verify",
        now: LATER,
        keys: Some(&**keys),
        max_age: None,
        reveal: &|_| Vec::new(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(verify::compare(std::slice::from_ref(cassette), &side, RULES, &options)).expect("asks")
}

#[test]
fn every_fault_is_itself_a_year_later() {
    for (alg, keys) in keys() {
        let (cassette, faults) = recorded(&keys);
        assert_eq!(faults.len(), Fault::ALL.len() - 1, "{alg}: all but the one for opaque credentials");
        let same = judged(&cassette, &keys, None);
        let broken: Vec<String> =
            same.findings.iter().filter(|f| f.fails()).map(|f| f.message.clone()).collect();
        assert!(broken.is_empty(), "{alg}: {broken:?}");
        let unjudged: Vec<&str> = (same.coverage.operations.iter().flat_map(|o| &o.behaviours))
            .filter(|b| b.reproduced != Some(true))
            .map(|b| b.kind.as_str())
            .collect();
        assert!(unjudged.is_empty(), "{alg}: {unjudged:?}");
        for fault in faults.into_iter().filter(|fault| !fault.is_good() && *fault != Fault::Missing) {
            let report = judged(&cassette, &keys, Some(fault));
            let why = Rejection::from(fault);
            let told = report
                .findings
                .iter()
                .any(|f| f.rule == "token-accepted" && f.message.contains(why.as_str()));
            let all: Vec<String> =
                report.findings.iter().map(|f| format!("{}: {}", f.rule, f.message)).collect();
            assert!(told, "{alg} {fault} ({why}): {all:?}");
        }
    }
}
