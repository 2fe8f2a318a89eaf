//! Every class of token, recorded and shown again: with a key at recording or none, with a key at replay or none.

use super::*;
use cassettes::json::Json;
use cassettes::jwt::{Fault, Good, Keys, Minted, mint};
use cassettes::model::TokenFacts;

const LATER: Timestamp = Timestamp(NOW.0 + 40 * 86_400 * 1_000_000);
const KEY: &[u8] = b"the key";

fn key() -> Arc<dyn Keys> {
    Arc::new(HmacKey(KEY.to_vec()))
}

fn policy(keys: Option<Arc<dyn Keys>>) -> Policy {
    Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), keys).unwrap()
}

/// What a good token and one of every class look like at a moment; the good one comes first.
fn shown(now: Timestamp, jti: &str) -> Vec<(Option<Fault>, Option<String>)> {
    let seconds = now.seconds();
    let claims = format!(
        r#"{{"iss":"https://idp.test","aud":"api","sub":"u1","scope":"read","jti":"{jti}","iat":{},"exp":{}}}"#,
        seconds - 60,
        seconds + 3600
    );
    let good = Good::of(
        Json::parse(br#"{"alg":"HS256","kid":"k1"}"#).unwrap(),
        Json::parse(claims.as_bytes()).unwrap(),
    );
    let key = HmacKey(KEY.to_vec());
    let mut all = vec![(None, Some(good.token(Some(&key)).unwrap()))];
    let bad = Fault::ALL.into_iter().filter(|fault| !fault.is_good());
    all.extend(bad.filter_map(|fault| Some((Some(fault), good.with(fault, now, Some(&key)).ok()?))));
    all
}

fn asking(token: Option<&str>) -> Request {
    token.map_or_else(|| ask("GET", "/me", &[], ""), me)
}

/// A strict side: the good one gets 200, each other its own 401.
fn recorded(keys: Option<Arc<dyn Keys>>) -> Cassette {
    let policy = policy(keys);
    let exchange = |(id, (fault, token)): (u32, (Option<Fault>, Option<String>))| {
        let reply = Response::new(if fault.is_none() { 200 } else { 401 }, Headers::new(), format!("{id}"));
        let exchange = Exchange {
            id: ExchangeId(id),
            at: NOW,
            answer: Answer::Reply(reply),
            ..Exchange::alone(asking(token.as_deref()))
        };
        policy.clean(exchange).into_exchange()
    };
    let exchanges = (1..).zip(shown(NOW, "one")).map(exchange).collect();
    Cassette { name: "a.yaml".into(), header: Header::default(), exchanges }
}

/// Who had the key.
#[derive(Clone, Copy)]
struct Keyed {
    recording: bool,
    replaying: bool,
}

type Check<'c> = dyn Fn(&Cassette, Keyed, &dyn Fn() -> Session) + 'c;

/// For each combination of keys and declarations a cassette and sessions over it.
fn each(check: &Check<'_>) {
    for (recording, replaying) in [(true, true), (true, false), (false, true), (false, false)] {
        let cassette = recorded(recording.then(key));
        for declared in ["", "- ignore: {query: _}"] {
            check(&cassette, Keyed { recording, replaying }, &|| {
                let tape = Tape::prepare(vec![cassette.clone()], Arc::new(policy(None)));
                session(tape.checking(replaying.then(key)), declared)
            });
        }
    }
}

fn at(session: &Session, asked: &Request, now: Timestamp) -> Option<u32> {
    let (_, decision) = session.tape().choose(session, Rules::default(), asked, now);
    decision.ok().map(|taken| taken.entry + 1)
}

/// The same numbers in other orders.
fn orders(count: usize) -> [Vec<usize>; 3] {
    let (order, odd) = ((0..count).collect::<Vec<_>>(), (1..count).step_by(2));
    [order.iter().rev().copied().collect(), odd.chain((0..count).step_by(2)).collect(), order]
}

#[test]
fn the_very_text_gets_its_own_answer_in_any_order() {
    each(&|cassette, _, session| {
        // As the cassette keeps it, and as the client had it.
        let kept: Vec<Request> = cassette.exchanges.iter().map(|e| e.request.clone()).collect();
        let raw: Vec<Request> = shown(NOW, "one").iter().map(|(_, token)| asking(token.as_deref())).collect();
        for requests in [kept, raw] {
            for (order, now) in orders(requests.len()).into_iter().zip([NOW, LATER, NOW]) {
                let session = session();
                for number in order {
                    let got = at(&session, &requests[number], now);
                    assert_eq!(got, Some(number as u32 + 1), "{:?}", cassette.exchanges[number].request);
                }
            }
        }
    });
}

#[test]
fn a_fresh_token_gets_what_its_class_got() {
    each(&|cassette, keyed, session| {
        for (number, (fault, token)) in (1..).zip(shown(LATER, "two")) {
            // Without a key nobody can tell.
            let hidden = !keyed.replaying && fault == Some(Fault::BadSignature);
            let got = at(&session(), &asking(token.as_deref()), LATER).expect("an answer");
            let class = |number: u32| {
                let exchange = &cassette.exchanges[number as usize - 1];
                cassettes::facets::rejection::flaw(exchange, &[&cassette.exchanges[0]])
            };
            match fault {
                _ if hidden => assert_eq!(got, 1),
                _ if keyed.recording => assert_eq!(class(got), class(number), "{fault:?} got {got}"),
                None => assert_eq!(got, 1),
                Some(fault) => assert_ne!(got, 1, "{fault}"),
            }
        }
    });
}

#[test]
fn what_is_minted_afresh_gets_its_own_answer_in_recorded_order() {
    let key = HmacKey(KEY.to_vec());
    each(&|cassette, keyed, session| {
        if !keyed.recording {
            // Whether a signature was good is not known: it cannot be made so again.
            return;
        }
        let minted = |exchange: &Exchange| {
            let facts: Option<&TokenFacts> = exchange.tokens.first();
            let Some(facts) = facts else { return exchange.request.clone() };
            let field = exchange.request.headers.get("authorization").unwrap();
            let recorded = field.trim_start_matches("Bearer ");
            let Minted { token, .. } = mint(recorded, facts, exchange.at, LATER, Some(&key));
            me(&token)
        };
        let requests: Vec<Request> = cassette.exchanges.iter().map(minted).collect();
        let orders = orders(requests.len());
        // Where signatures cannot be told, the good one goes first.
        for order in if keyed.replaying { &orders[..] } else { &orders[2..] } {
            let session = session();
            for number in order {
                let got = at(&session, &requests[*number], LATER);
                assert_eq!(got, Some(*number as u32 + 1), "{:?}", cassette.exchanges[*number].request);
            }
        }
    });
}

#[test]
fn what_was_let_in_again_and_again_is_never_a_rejection_of_a_signature() {
    let cassette = recorded(Some(key()));
    let tape = Tape::prepare(vec![cassette], Arc::new(policy(None)));
    let session = session(tape, "");
    let repeat = Rules { repeat: true, ..Rules::default() };
    for jti in ["a", "b", "c"] {
        let good = asking(shown(NOW, jti)[0].1.as_deref());
        assert_eq!(answer(&session, repeat, &good).unwrap().0, 1);
    }
}

#[test]
fn credentials_of_other_forms_that_were_let_in_are_let_in() {
    let key = |value: &str| ask("GET", "/me", &[("X-Api-Key", value)], "");
    let good = |jti: &str| me(shown(NOW, jti)[0].1.as_deref().unwrap());
    let recorded = vec![(good("1"), 200), (key("key-one"), 200), (ask("GET", "/me", &[], ""), 401)];
    for (asked, number) in
        [(key("key-two"), 2), (good("2"), 1), (ask("GET", "/me", &[], ""), 3), (me("x"), 3)]
    {
        assert_eq!(next(&session(tape(recorded.clone()), ""), &asked).unwrap().0, number, "{asked:?}");
    }
}
