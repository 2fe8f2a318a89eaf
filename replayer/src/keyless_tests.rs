use super::*;
use crate::conditions::Conditions;
use crate::reel::Reel;
use cassettes::model::{
    Answer, Cassette, Exchange, ExchangeId, Header, Headers, RedactRules, Response, Timestamp,
};
use cassettes::redact::{Policy, PseudonymKey};
use std::sync::Arc;

const NOW: Timestamp = Timestamp(1_800_000_000_000_000);
const VEILED: &str = "secrets by their form: the key of the pseudonyms is missing";

fn ask(target: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let headers = Headers::from_pairs(headers.iter().copied());
    Request { headers, body: body.to_owned().into(), ..Request::new("POST", target) }
}

fn signed(signature: &str, amount: u32) -> Request {
    ask("/pay", &[], &format!("{{\"signature\":\"{signature}\",\"amount\":{amount}}}"))
}

fn policy(key: Option<u8>) -> Policy {
    let key = key.map(|key| PseudonymKey([key; 32]));
    Policy::new(&RedactRules::default(), Vec::new(), key, None).unwrap()
}

/// What was recorded under a key, replayed with one or without.
fn session(recorded: &[Request], key: Option<u8>, declared: &str) -> Session {
    let made = policy(Some(1));
    let exchanges = (1..).zip(recorded).map(|(id, request)| {
        let exchange = Exchange {
            id: ExchangeId(id),
            at: NOW,
            upstream: "https://api.test".to_owned(),
            answer: Answer::Reply(Response::new(200, Headers::new(), format!("{id}"))),
            ..Exchange::alone(request.clone())
        };
        made.clean(exchange).into_exchange()
    });
    let cassette =
        Cassette { name: "a.yaml".into(), header: Header::default(), exchanges: exchanges.collect() };
    let tape = Tape::prepare(vec![cassette], Arc::new(policy(key)));
    let matching = (!declared.is_empty()).then(|| declared.parse().unwrap());
    let conditions = Conditions { matching, ..Conditions::default() };
    Session::shared("s", Arc::new(Reel::new(Arc::new(tape), 0)), Arc::new(conditions))
}

/// The number of the exchange that answers and how it was found, or why none does.
fn next(session: &Session, asked: &Request) -> Result<(u32, String), Reason> {
    let (_, decision) = session.tape().choose(session, Rules::default(), asked, NOW);
    decision.map(|taken| (taken.entry + 1, session.words(taken).join(", "))).map_err(|miss| miss.reason)
}

const ONE: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const OTHER: &str = "a01b2c3d4e5f60718293a4b5c6d7e8f9";

#[test]
fn with_the_key_and_without_it_the_same_is_found() {
    let recorded = [signed(ONE, 1), signed(OTHER, 1), signed(ONE, 2)];
    for key in [Some(1), None] {
        let session = session(&recorded, key, "");
        let how = if key.is_some() { "" } else { VEILED };
        // Whoever asks in another order gets what is his.
        for number in [1, 0, 2] {
            assert_eq!(next(&session, &recorded[number]), Ok((number as u32 + 1, how.to_owned())));
        }
        assert_eq!(next(&session, &recorded[0]), Err(Reason::Exhausted));
        assert_eq!(next(&session, &signed("00000000000000000000000000000000", 1)), Err(Reason::Unknown));
        assert_eq!(next(&session, &signed(ONE, 3)), Err(Reason::Unknown));
    }
    let other = session(&recorded, Some(2), "");
    assert_eq!(next(&other, &recorded[0]), Err(Reason::Unknown), "another key is not noticed");
}

#[test]
fn secrets_of_one_form_are_told_apart_by_their_order() {
    let (one, other) = (signed(ONE, 1), signed(&ONE.replace('8', "9"), 1));
    let session = session(&[one.clone(), other.clone()], None, "");
    assert_eq!(next(&session, &other).map(|found| found.0), Ok(1));
    assert_eq!(next(&session, &one).map(|found| found.0), Ok(2));
    assert_eq!(next(&session, &one), Err(Reason::Exhausted));
    // A stand-in that a client was given is the very text.
    session.reset();
    let recorded = session.tape().request(1);
    assert_eq!(next(&session, &recorded), Ok((2, String::new())));
}

#[test]
fn what_is_declared_holds_under_the_veil() {
    let session = session(&[signed(ONE, 1), signed(OTHER, 2)], None, "- ignore: {json: $.amount}");
    assert_eq!(next(&session, &signed(OTHER, 7)), Ok((2, format!("ignored json $.amount, {VEILED}"))));
    assert_eq!(next(&session, &signed(ONE, 1)), Ok((1, VEILED.to_owned())));
}

#[test]
fn who_asks_is_known_by_the_form_of_the_credential() {
    let who = |token: &str| ask("/me", &[("Authorization", token)], "");
    let (ann, ben) = (who("Bearer kA1bZ2c3D4e5F6g7"), who("Bearer 9kq2xw83jv7r1mzb"));
    for key in [Some(1), None] {
        let session = session(&[ann.clone(), ben.clone(), ann.clone()], key, "");
        let given: Vec<u32> =
            [&ben, &ann, &ann].iter().filter_map(|asked| Some(next(&session, asked).ok()?.0)).collect();
        assert_eq!(given, [2, 1, 3], "{key:?}");
    }
}

#[test]
fn who_reads_of_it_sees_the_recorded_stand_ins() {
    let recorded = [signed(ONE, 1)];
    let session = session(&recorded, None, "");
    let (cleaned, _) = session.tape().choose(&session, Rules::default(), &recorded[0], NOW);
    assert_eq!(cleaned.body, session.tape().request(0).body);
}

#[test]
fn a_miss_does_not_tell_of_stand_ins() {
    let session = session(&[signed(ONE, 1)], None, "");
    let (_, decision) = session.tape().choose(&session, Rules::default(), &signed(ONE, 2), NOW);
    let told: Vec<String> =
        decision.unwrap_err().nearest[0].differences.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["json /amount: asked 2, recorded 1"]);
}
