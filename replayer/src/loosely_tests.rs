use super::*;
use crate::conditions::Conditions;
use crate::reel::Reel;
use crate::refusal::{Miss, Reason};
use crate::tape::Keep;
use cassettes::jwt::HmacKey;
use cassettes::matching::Declared;
use cassettes::model::{
    Answer, Cassette, Exchange, ExchangeId, Header, Headers, RedactRules, Response, Timestamp,
};
use cassettes::redact::{Policy, PseudonymKey};
use std::sync::Arc;

const NOW: Timestamp = Timestamp(1_800_000_000_000_000);

fn ask(method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let headers = Headers::from_pairs(headers.iter().copied());
    Request { headers, body: body.to_owned().into(), ..Request::new(method, target) }
}

fn tape(recorded: Vec<(Request, u16)>) -> Tape {
    let exchanges = (1..).zip(recorded).map(|(id, (request, status))| Exchange {
        id: ExchangeId(id),
        at: NOW,
        upstream: "https://api.test".to_owned(),
        answer: Answer::Reply(Response::new(status, Headers::new(), format!("{id}"))),
        ..Exchange::alone(request)
    });
    let cassette =
        Cassette { name: "a.yaml".into(), header: Header::default(), exchanges: exchanges.collect() };
    let policy = Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), None).unwrap();
    Tape::keeping(Keep::Served, vec![cassette], Arc::new(policy))
}

fn session(tape: Tape, declared: &str) -> Session {
    let matching: Option<Declared> = (!declared.is_empty()).then(|| declared.parse().unwrap());
    let tape = match &matching {
        Some(declared) if declared.requires() => tape.requiring(declared),
        _ => tape,
    };
    let conditions = Conditions { matching, ..Conditions::default() };
    Session::shared("s", Arc::new(Reel::new(Arc::new(tape), 0)), Arc::new(conditions))
}

/// The number of the exchange that answers and how it was found, or why none does.
fn answer(session: &Session, rules: Rules, asked: &Request) -> Result<(u32, String), Miss> {
    let (_, decision) = session.tape().choose(session, rules, asked, NOW);
    decision.map(|taken| (taken.entry + 1, session.words(taken).join(", ")))
}

fn next(session: &Session, asked: &Request) -> Result<(u32, String), Reason> {
    answer(session, Rules::default(), asked).map_err(|miss| miss.reason)
}

fn nonce(nonce: &str, amount: u32) -> Request {
    ask("POST", "/pay", &[], &format!("{{\"nonce\":\"{nonce}\",\"amount\":{amount}}}"))
}

const NONCE: &str = "- ignore: {json: $.nonce}";

#[test]
fn what_is_exact_goes_first_and_the_others_in_order() {
    let recorded =
        || vec![(nonce("a", 1), 200), (nonce("b", 1), 200), (nonce("c", 2), 200), (nonce("a", 1), 200)];
    let said = |number| Ok((number, "ignored json $.nonce".to_owned()));
    let session = session(tape(recorded()), NONCE);
    assert_eq!(next(&session, &nonce("b", 1)), Ok((2, String::new())));
    assert_eq!(next(&session, &nonce("x", 1)), said(1));
    assert_eq!(next(&session, &nonce("x", 2)), said(3));
    assert_eq!(next(&session, &nonce("y", 1)), said(4));
    session.reset();
    assert_eq!([1, 2, 4].map(|_| next(&session, &nonce("y", 1)).unwrap().0), [1, 2, 4], "in recorded order");
    assert_eq!(next(&session, &nonce("x", 2)), said(3));
    assert_eq!(next(&session, &nonce("y", 1)), Err(Reason::Exhausted));
    assert_eq!(next(&session, &nonce("a", 1)), Err(Reason::Exhausted));
    assert_eq!(next(&session, &nonce("a", 3)), Err(Reason::Unknown));
    assert_eq!(session.plays(), [1, 1, 1, 1]);
    let repeat = Rules { repeat: true, ..Rules::default() };
    assert_eq!(answer(&session, repeat, &nonce("z", 1)).unwrap().0, 4);
    // Another session, nothing declared.
    let plain = self::session(tape(recorded()), "");
    assert_eq!(next(&plain, &nonce("x", 1)), Err(Reason::Unknown));
}

#[test]
fn an_exact_answer_used_up_by_another_is_made_up_for() {
    let session = session(tape(vec![(nonce("a", 1), 200), (nonce("b", 1), 200)]), NONCE);
    assert_eq!(next(&session, &nonce("x", 1)).unwrap().0, 1);
    assert_eq!(next(&session, &nonce("a", 1)), Ok((2, "ignored json $.nonce".to_owned())));
}

#[test]
fn the_nearest_of_those_left_is_taken() {
    let at = |nonce: &str, t: u32| ask("POST", "/pay", &[], &format!("{{\"nonce\":\"{nonce}\",\"t\":{t}}}"));
    let session = session(
        tape(vec![(at("a", 1), 200), (at("b", 2), 200), (at("c", 2), 200)]),
        "[{ignore: {json: $.nonce}}, {ignore: {json: $.t}}]",
    );
    assert_eq!(next(&session, &at("x", 2)), Ok((2, "ignored json $.nonce".to_owned())));
    assert_eq!(next(&session, &at("a", 9)), Ok((1, "ignored json $.t".to_owned())));
    assert_eq!(next(&session, &at("y", 9)), Ok((3, "ignored json $.nonce, ignored json $.t".to_owned())));
}

#[test]
fn a_miss_leaves_out_what_is_ignored() {
    let session = session(tape(vec![(nonce("a", 1), 200)]), NONCE);
    let miss = answer(&session, Rules::default(), &nonce("x", 2)).unwrap_err();
    let told: Vec<String> = miss.nearest[0].differences.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["json /amount: asked 2, recorded 1"]);
}

#[test]
fn among_ten_thousand_few_are_compared() {
    let session = session(tape((0..10_000).map(|n| (nonce(&n.to_string(), 1), 200)).collect()), NONCE);
    let (group, traces) = session.loose().unwrap().find(session.tape(), &nonce("x", 1), false, NOW).unwrap();
    assert_eq!((group.members.len(), group.traits.len()), (10_000, 1));
    assert_eq!(traces.len(), 1);
    for turn in 1..=10_000 {
        assert_eq!(next(&session, &nonce("x", 1)).unwrap().0, turn);
        assert!(
            session.lens.get().unwrap().spent(group) + 1 >= turn as usize,
            "what is used up is not looked at again"
        );
    }
    session.reset();
    assert_eq!((session.lens.get().unwrap().spent(group), next(&session, &nonce("x", 1)).unwrap().0), (0, 1));
    assert!(Arc::ptr_eq(
        &session.tape().loose(&NONCE.parse().unwrap()),
        &session.tape().loose(&NONCE.parse().unwrap())
    ));
}

#[test]
fn headers_are_ignored_where_they_select_and_required_where_they_do_not() {
    let get = |accept: &str, range: &str, version: &str| {
        ask("GET", "/a", &[("Accept", accept), ("Range", range), ("X-Api-Version", version)], "")
    };
    let recorded = || {
        vec![
            (get("a", "bytes=0-1", "1"), 206),
            (get("a", "bytes=2-3", "1"), 206),
            (get("a", "bytes=0-1", "2"), 200),
        ]
    };
    let ignoring = session(tape(recorded()), "- ignore: {header: accept}");
    assert_eq!(next(&ignoring, &get("b", "bytes=2-3", "1")), Ok((2, "ignored header accept".to_owned())));
    let two = vec![(get("a", "", "1"), 200), (get("b", "", "1"), 200)];
    let ignoring = session(tape(two), "- ignore: {header: Accept}");
    assert_eq!(next(&ignoring, &get("b", "", "1")), Ok((1, "ignored header Accept".to_owned())), "in order");
    let requiring = session(tape(recorded()), "- require: {header: X-Api-Version}");
    assert_eq!(next(&requiring, &get("a", "bytes=0-1", "2")), Ok((3, String::new())));
    assert_eq!(next(&requiring, &get("a", "bytes=0-1", "2")), Err(Reason::Exhausted));
    assert_eq!(next(&requiring, &get("a", "bytes=0-1", "3")), Err(Reason::Unknown));
    assert_eq!(requiring.plays(), [0, 0, 1]);
    let miss = requiring.misses().pop().map(|miss| miss.detail()).unwrap_or_default();
    assert!(miss.contains("header X-Api-Version: asked 3, recorded 1"), "{miss}");
}

#[test]
fn many_threads_share_what_is_left() {
    let session = session(tape((0..400).map(|n| (nonce(&n.to_string(), 1), 200)).collect()), NONCE);
    let given = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..101 {
                    if let Ok((number, _)) = next(&session, &nonce("x", 1)) {
                        given.lock().unwrap().push(number);
                    }
                }
            });
        }
    });
    let mut given = given.into_inner().unwrap();
    given.sort_unstable();
    assert_eq!(given, (1..=400).collect::<Vec<u32>>());
}

const HEAD: &str = r#"{"alg":"HS256"}"#;

fn token(head: &str, claims: &str, key: &[u8]) -> String {
    use cassettes::jwt::Keys as _;
    let base64 = |bytes: &[u8]| {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let bits: String = bytes.iter().map(|b| format!("{b:08b}")).collect();
        let six = bits
            .as_bytes()
            .chunks(6)
            .map(|six| six.iter().fold(0, |n, b| n * 2 + usize::from(b - b'0')) << (6 - six.len()));
        six.map(|n| char::from(DIGITS[n])).collect::<String>()
    };
    let input = format!("{}.{}", base64(head.as_bytes()), base64(claims.as_bytes()));
    let signature = HmacKey(key.to_vec()).sign("HS256", None, input.as_bytes()).unwrap();
    format!("{input}.{}", base64(&signature))
}

fn me(token: &str) -> Request {
    ask("GET", "/me", &[("Authorization", &format!("Bearer {token}"))], "")
}

#[test]
fn a_token_is_judged_as_its_like_was() {
    let claims = |rest: &str| format!(r#"{{"sub":"u1","aud":"api","iss":"https://idp.test"{rest}}}"#);
    let good =
        |key: &[u8], jti: u32| token(HEAD, &claims(&format!(r#","exp":1800003600,"jti":"{jti}""#)), key);
    let key = b"the key";
    let recorded = vec![
        (me(&good(key, 1)), 200),
        (me(&token(HEAD, &claims(""), key)), 401),
        (me(&token(HEAD, &claims(r#","exp":1799990000"#), key)), 401),
        (
            me(&token(HEAD, r#"{"sub":"u1","aud":"else","iss":"https://idp.test","exp":1800003600}"#, key)),
            401,
        ),
        (me(&token(r#"{"alg":"none"}"#, &claims(r#","exp":1800003600"#), key)), 401),
        (ask("GET", "/me", &[], ""), 401),
    ];
    let shown = [
        // Minted afresh, with claims that no recorded one had.
        (me(&token(HEAD, &claims(r#","exp":1800000060,"iat":1799999999,"sid":"9""#), key)), 1),
        (me(&token(HEAD, r#"{"sub":"u2","aud":"api","iss":"https://idp.test","iat":1799999999}"#, key)), 2),
        (me(&token(HEAD, &claims(r#","exp":1799999999,"iat":1799990000,"x":1"#), key)), 3),
        (me(&token(HEAD, r#"{"aud":"third","iss":"https://idp.test","exp":1800003600,"jti":"4"}"#, key)), 4),
        (me(&token(r#"{"alg":"NONE","typ":"JWT"}"#, &claims(r#","exp":1800003600"#), key)), 5),
        (ask("GET", "/me", &[], ""), 6),
    ];
    for (request, number) in &shown {
        let session = session(tape(recorded.clone()), "");
        assert_eq!(next(&session, request), Ok((*number, String::new())), "{request:?}");
    }
    // A class that was never recorded is turned away as its nearest was, never let in.
    let session = self::session(tape(recorded.clone()), "");
    let other_issuer =
        me(&token(HEAD, r#"{"sub":"u1","aud":"api","iss":"https://evil.test","exp":1800003600}"#, key));
    assert_ne!(next(&session, &other_issuer).unwrap().0, 1);
    assert_ne!(next(&session, &me("no-token")).unwrap().0, 1);
}

#[test]
fn a_signature_is_judged_where_its_key_is_known() {
    let claims = r#"{"sub":"u1","exp":1800003600,"jti":"1"}"#;
    let mut bad = Exchange::alone(me(&token(HEAD, claims, b"other")));
    bad.at = NOW;
    let record = |keys: Option<Arc<dyn cassettes::jwt::Keys>>| {
        let key: Arc<dyn cassettes::jwt::Keys> = Arc::new(HmacKey(b"the key".to_vec()));
        let policy =
            Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), Some(key)).unwrap();
        let exchange = |id, secret: &[u8], status| {
            let exchange = Exchange {
                id: ExchangeId(id),
                at: NOW,
                upstream: "https://api.test".to_owned(),
                answer: Answer::Reply(Response::new(status, Headers::new(), "")),
                ..Exchange::alone(me(&token(HEAD, claims, secret)))
            };
            policy.clean(exchange).into_exchange()
        };
        let exchanges = vec![exchange(1, b"the key", 200), exchange(2, b"other", 401)];
        let cassette = Cassette { name: "a.yaml".into(), header: Header::default(), exchanges };
        let plain = Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), None).unwrap();
        Tape::prepare(vec![cassette], Arc::new(plain)).checking(keys)
    };
    let fresh = claims.replace("\"1\"", "\"2\"");
    let known: Arc<dyn cassettes::jwt::Keys> = Arc::new(HmacKey(b"the key".to_vec()));
    for (keys, secret, number) in [
        (Some(&known), &b"the key"[..], 1),
        (Some(&known), b"a third", 2),
        // Nobody can tell: what was let in is given.
        (None, b"a third", 1),
    ] {
        let session = session(record(keys.cloned()), "");
        assert_eq!(next(&session, &me(&token(HEAD, &fresh, secret))).unwrap().0, number);
    }
}

#[test]
fn credentials_count_among_exchanges_that_are_loosened() {
    let claims = |rest: &str| format!(r#"{{"sub":"u1"{rest}}}"#);
    let pay = |n: u32, claims: &str| {
        let token = format!("Bearer {}", token(HEAD, claims, b"k"));
        ask("POST", "/pay", &[("Authorization", &token)], &format!("{{\"nonce\":{n}}}"))
    };
    let recorded = vec![
        (pay(1, &claims("")), 401),
        (pay(2, &claims(r#","exp":1800003600,"jti":"1""#)), 200),
        (pay(3, &claims(r#","exp":1800003600,"jti":"2""#)), 201),
    ];
    let session = session(tape(recorded), NONCE);
    let good = claims(r#","exp":1800000100,"iat":1799999999"#);
    assert_eq!(next(&session, &pay(7, &good)).unwrap().0, 2);
    assert_eq!(next(&session, &pay(8, &claims(r#","iat":1799999999"#))).unwrap().0, 1);
    assert_eq!(next(&session, &pay(9, &good)).unwrap().0, 3);
    assert_eq!(next(&session, &pay(10, &good)), Err(Reason::Exhausted));
}

#[path = "judged_tests.rs"]
mod judged;
