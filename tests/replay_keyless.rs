//! The identity law of replay where the key of the pseudonyms is missing, as in every clone: a client that has
//! secrets of the same forms, which other stand-ins were made of, is given each exchange once and in its order. Over
//! every cassette at hand, and with `TRUETAPE_CORPORA` over those of others.

use crate::replay_identity::cassettes;
use cassettes::{
    model::{Answer, Cassette, Exchange, ExchangeId, Header, Headers, Request, Response, Timestamp},
    redact::{Policy, PseudonymKey},
    subject::Subject as _,
};
use replayer::Replay;
use std::sync::Arc;

/// As recording cleans under one key.
fn recorded(cassette: &Cassette) -> Cassette {
    let policy = policy(cassette, PseudonymKey([3; 32]));
    let clean = |exchange: &Exchange| policy.clean(exchange.clone()).into_exchange();
    Cassette { exchanges: cassette.exchanges.iter().map(clean).collect(), ..cassette.clone() }
}

fn policy(cassette: &Cassette, key: impl Into<Option<PseudonymKey>>) -> Policy {
    Policy::new(&cassette.header.redact, Vec::new(), key, None).expect("the cassette's rules")
}

/// Requests with a secret wherever one may stand, and each with two of one form.
fn made() -> Cassette {
    let json = |body: &str| ("/a", "application/json", body.to_owned());
    let text = |body: &str| ("/b", "text/plain", body.to_owned());
    let form = "application/x-www-form-urlencoded";
    let part =
        "--b\r\nContent-Disposition: form-data; name=\"signature\"\r\n\r\n0a1b2c3d4e5f60718293\r\n--b--\r\n";
    let asked = [
        json(r#"{"signature":"0a1b2c3d4e5f60718293a4b5c6d7e8f9","n":1}"#),
        json(r#"{"signature":"0a1b2c3d4e5f60718293a4b5c6d7e8f9","n":2}"#),
        json(r#"{"signature":"f9b5c6d7e8a40a1b2c3d4e5f60718293","n":1}"#),
        json(r#"{"note":"it is ghp_aB3dE5gH7jK9mN1pQ3sT5vX7zA9cE1gH3jK5, keep it"}"#),
        json(
            r#"{"list":[{"api_key":"k9Xq2LmZ84RtAb12"},{"api_key":"Zz9Xq2LmZ84RtAb1"}],"card_number":"4111 1111 1111 1111"}"#,
        ),
        json(r#"{"at":"https://ann:s3cr3tS3ss10n@host.test/?sig=0a1b2c3d","n":1.50}"#),
        text("password: hunter22\nuser: ann"),
        text("use AKIAIOSFODNN7ABCDEFG now"),
        ("/c", form, "client_secret=7Fjfp0ZBr1KtDRbnfVdmIw&signature=0a1b2c3d4e5f60718293&a=1".to_owned()),
        ("/d?signature=aB3dE5gH7jK9mN1p&page=2", "", String::new()),
        ("/services/T0A1B2C3D/B0A1B2C3D/aBcDeFgHiJkLmNoPqRsT1234", "", String::new()),
        ("/e", "multipart/form-data; boundary=b", part.to_owned()),
        ("/f", "text/xml", "<r><Signature>0a1b2c3d4e5f60718293</Signature><N>1</N></r>".to_owned()),
    ];
    let exchanges = (1..).zip(asked).map(|(id, (target, media, body))| {
        let headers = Headers::from_pairs([("Content-Type", media), ("X-Api-Key", "k9Xq2LmZ84RtAb12")]);
        let request = Request { headers, body: body.into_bytes().into(), ..Request::new("POST", target) };
        let answer = Answer::Reply(Response::new(200, Headers::new(), format!("{id}")));
        Exchange { id: ExchangeId(id), answer, ..Exchange::alone(request) }
    });
    Cassette { name: "made".to_owned(), header: Header::default(), exchanges: exchanges.collect() }
}

/// What a client with other secrets asks.
fn redrawn(cassette: &Cassette) -> Vec<Request> {
    let policy = policy(cassette, PseudonymKey([2; 32]));
    cassette.exchanges.iter().map(|exchange| policy.clean_request(&exchange.request, exchange.at)).collect()
}

#[tokio::test]
async fn a_clone_without_the_key_gives_every_exchange_once() {
    let now = || Timestamp(1_900_000_000_000_000);
    let (mut others, mut wrong) = (0, Vec::new());
    for original in cassettes().into_iter().chain([made()]) {
        let cassette = recorded(&original);
        let as_recorded: Vec<Request> = cassette.exchanges.iter().map(|e| e.request.clone()).collect();
        // Those of what was made here are at hand; nobody knows those of what others recorded.
        let redrawn = redrawn(if original.name == "made" { &original } else { &cassette });
        let inside = |a: &Request, b: &Request| a.target != b.target || a.body != b.body;
        others += redrawn.iter().zip(&as_recorded).filter(|(a, b)| inside(a, b)).count();
        let own: Vec<Request> = original.exchanges.iter().map(|e| e.request.clone()).collect();
        let all = [("redrawn", &redrawn), ("as recorded", &as_recorded), ("who recorded it", &own)];
        for (who, requests) in all {
            let policy = Arc::new(policy(&cassette, None));
            let replay = Replay::new(who, vec![cassette.clone()], policy, now);
            for (exchange, request) in cassette.exchanges.iter().zip(requests) {
                let got = replay.answer(request).await;
                if got.as_ref().map(|got| &got.answer) != Ok(&exchange.answer) {
                    let got = got.map(|got| got.answer.reply().map(|reply| reply.status));
                    wrong.push(format!("{who} {}{}: {got:?}", cassette.name, exchange.id));
                }
            }
        }
    }
    eprintln!("{others} asked with other secrets in target or body, {} wrong", wrong.len());
    assert_eq!(wrong, Vec::<String>::new());
    assert!(others >= 15, "{others} requests have secrets in target or body");
}
