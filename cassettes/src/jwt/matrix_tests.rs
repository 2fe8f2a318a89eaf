use super::*;
use crate::jwt::HmacKey;
use crate::model::SignatureVerdict;

const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

fn json(text: &str) -> Json {
    Json::parse(text.as_bytes()).expect("JSON")
}

fn good() -> Good {
    let claims = r#"{"iss":"https://idp.test","aud":"api","sub":"u1","scope":"read write","iat":1799999990,"exp":1800003600}"#;
    Good::of(json(r#"{"kid":"k1"}"#), json(claims))
}

#[test]
fn each_token_has_its_fault_and_no_other() {
    let key = HmacKey(b"the key".to_vec());
    let keys: Option<&dyn Keys> = Some(&key);
    let whole = Jwt::parse(&good().token(keys).expect("a token")).expect("a token");
    assert_eq!(whole.header.to_string(), r#"{"kid":"k1","typ":"JWT","alg":"HS256"}"#);
    assert_eq!(whole.verdict(keys), SignatureVerdict::Good);
    for fault in Fault::ALL {
        let made = good().with(fault, NOW, keys);
        let token = match (fault, made) {
            (Fault::Missing, Ok(None)) | (Fault::Stranger, Err(Untried::Readable)) => continue,
            (_, Ok(Some(token))) => token,
            (_, other) => panic!("{fault}: {other:?}"),
        };
        let Some(jwt) = Jwt::parse(&token) else {
            let unreadable = Fault::named("malformed");
            assert!(unreadable.contains(&fault) || fault == Fault::AlgNoneBare, "{fault}");
            assert_eq!(
                Jwt::parse_cut(&token).is_some(),
                matches!(fault, Fault::MalformedTwoParts | Fault::AlgNoneBare)
            );
            continue;
        };
        let verdict = match fault {
            Fault::AlgNone | Fault::NoSignature => SignatureVerdict::Absent,
            Fault::BadSignature => SignatureVerdict::Bad,
            _ => SignatureVerdict::Good,
        };
        assert_eq!(jwt.verdict(keys), verdict, "{fault}");
        let same = |name: &str| jwt.claims.get(name) == whole.claims.get(name);
        let kept =
            ["iss", "aud", "sub", "scope", "exp", "iat"].map(|name| if same(name) { '.' } else { 'x' });
        let expected = match fault {
            Fault::NoExp | Fault::ExpZero => "....x.",
            Fault::Expired => "....xx",
            Fault::IatFuture => ".....x",
            Fault::WrongIss => "x.....",
            Fault::WrongAud | Fault::AudArray => ".x....",
            Fault::MissingScope | Fault::NoScope => "...x..",
            _ => "......",
        };
        assert_eq!(String::from_iter(kept), expected, "{fault}");
        let header = jwt.header == whole.header;
        let other = [Fault::AlgNone, Fault::AlgSwapped, Fault::UnknownKid, Fault::WrongTyp].contains(&fault);
        assert_eq!(header, !other, "{fault}");
    }
}

#[test]
fn a_wrong_time_is_the_only_one() {
    let key = HmacKey(b"the key".to_vec());
    let times = |fault, exp: i64| {
        let claims = format!(
            r#"{{"nbf":{0},"iat":{0},"exp":{1}}}"#,
            NOW.seconds() - 10,
            NOW.seconds().saturating_add(exp)
        );
        let token =
            Good::of(json("{}"), json(&claims)).with(fault, NOW, Some(&key)).expect("made").expect("a token");
        let jwt = Jwt::parse(&token).expect("a token");
        ["nbf", "iat", "exp"].map(|name| {
            let at = jwt.claims.get(name).and_then(Json::scalar_text).and_then(|at| at.parse::<i64>().ok());
            at.expect("a time") - NOW.seconds()
        })
    };
    for (exp, begin) in [(3600, 1800), (500, 330), (300, 240)] {
        assert_eq!(times(Fault::NotYetValid, exp), [begin, -10, exp]);
        assert_eq!(times(Fault::IatFuture, exp), [-10, begin, exp]);
    }
    assert_eq!(times(Fault::NotYetValid, 60), [330, -10, 390]);
    // It has lived for as long as a good one.
    assert_eq!(times(Fault::Expired, 3600), [-10810, -10810, -7200]);
    assert_eq!(times(Fault::Expired, i64::MAX)[2], -7200);
    let endless = Good::of(json("{}"), json("{}")).with(Fault::NotYetValid, NOW, Some(&key));
    let endless = Jwt::parse(&endless.expect("made").expect("a token")).expect("a token");
    assert_eq!(endless.claims.to_string(), format!(r#"{{"nbf":{}}}"#, NOW.seconds() + FAR));
}

#[test]
fn what_cannot_be_made_says_why() {
    let key = HmacKey(b"the key".to_vec());
    let given = Good::given(&good().token(Some(&key)).expect("a token"));
    let made: Vec<Fault> = Fault::ALL.into_iter().filter(|f| given.with(*f, NOW, None).is_ok()).collect();
    let unsigned = [
        Fault::Missing,
        Fault::Malformed,
        Fault::MalformedTwoParts,
        Fault::MalformedPayload,
        Fault::AlgNone,
        Fault::AlgNoneBare,
        Fault::BadSignature,
        Fault::NoSignature,
    ];
    assert_eq!(made, unsigned);
    assert_eq!(given.with(Fault::Expired, NOW, None), Err(Untried::NoKey));
    let bare = Good::of(json("{}"), json(r#"{"sub":"u1"}"#));
    assert_eq!(bare.with(Fault::NoExp, NOW, Some(&key)), Err(Untried::Nothing("exp")));
    assert_eq!(bare.with(Fault::AudArray, NOW, Some(&key)), Err(Untried::Nothing("aud in a text")));
    for opaque in
        ["sk_test_4eC39HqLyjWDarjtT1zdp7dc", "dTpvcGVuLXNlc2FtZQ==", "0f8fad5b-d9cb-469f-a165-70867728950e"]
    {
        let opaque = Good::given(opaque);
        let other = opaque.with(Fault::Stranger, NOW, None).expect("another").expect("a text");
        assert!(
            Some(&other) != opaque.given.as_ref()
                && Some(other.len()) == opaque.given.as_ref().map(String::len)
        );
        assert_eq!(opaque.with(Fault::Expired, NOW, Some(&key)), Err(Untried::Opaque));
    }
    assert_eq!(turned("sk_test_4eC3"), "sk_test_9bF8");
}
