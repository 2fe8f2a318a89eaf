//! Requests that differ in what is declared to make no difference: declared in truetape.yaml and for one session,
//! told in the journal, explained where they are misses all the same; and tokens, judged as their like were.

use crate::support::{Running, Upstream, ask, get, truetape};
use cassettes::{examples, model::Cassette};
use std::{fs, path::Path};

const JSON: [(&str, &str); 1] = [("Content-Type", "application/json")];

fn recorded(directory: &Path) {
    let vendor = Upstream::json(|_| (201, r#"{"id":"ch_1"}"#.into()));
    let recorder =
        Running::start(&["record", "--upstream", &vendor.url, "--cassette", "c.yaml"], directory, 1);
    for (path, body) in [
        ("/pay", r#"{"amount": 10, "nonce": "0190f3a2-7c11-7d4e-8f0a-1c2b3d4e5f60"}"#),
        ("/pay", r#"{"amount": 10, "nonce": "6f9619ff-8b86-d011-b42d-00c04fc964ff"}"#),
        ("/orders?_=1", r#"{"at": "2026-01-02T03:04:05Z"}"#),
    ] {
        assert_eq!(ask(recorder.url(), "POST", path, &JSON, body.as_bytes()).status(), 201);
    }
    assert_eq!(recorder.stop().code, 0);
}

fn journal(directory: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(directory.join("j.jsonl")).expect("a journal");
    let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
    lines.filter(|line| line.get("method").is_some()).collect()
}

#[test]
fn what_is_declared_makes_no_difference_and_the_journal_says_so() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let yaml = "matching:\n- operation: POST /pay\n  any: uuid\n  at: {json: $.nonce}\n- ignore: {query: _}\n\
                replay:\n  matching:\n  - {any: now ± 5m, at: {json: $.at}}\n";
    fs::write(directory.path().join("truetape.yaml"), yaml).expect("written");
    let replay = Running::start(&["replay", "c.yaml", "--journal", "j.jsonl"], directory.path(), 1);
    let pay = |nonce: &str| format!(r#"{{"nonce":"{nonce}","amount":10}}"#);
    let post = |path: &str, body: &str| ask(replay.url(), "POST", path, &JSON, body.as_bytes());
    assert_eq!(post("/pay", &pay("6f9619ff-8b86-d011-b42d-00c04fc964ff")).status(), 201);
    assert_eq!(post("/pay", &pay("00000000-0000-4000-8000-000000000000")).status(), 201);
    assert_eq!(post("/pay", &pay("00000000-0000-4000-8000-000000000000")).status(), 501, "both were given");
    let wrong = post("/pay", &pay("not-a-uuid"));
    assert_eq!(wrong.status(), 501);
    assert!(wrong.text().contains("<any uuid>"), "{}", wrong.text());
    let old = post("/orders?_=2", r#"{"at": "2020-01-01T00:00:00Z"}"#);
    assert!(old.status() == 501 && !old.text().contains("query _"), "{}", old.text());
    let now = cassettes::model::Timestamp(
        i64::try_from(std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_micros()).expect("in our time"),
    );
    assert_eq!(post("/orders?_=2", &format!(r#"{{"at": "{now}"}}"#)).status(), 201);
    assert_eq!(replay.stop().code, 1, "there were misses");
    let lines = journal(directory.path());
    let loosened: Vec<String> = lines.iter().map(|line| line["loosened"].to_string()).collect();
    assert_eq!(
        loosened,
        [
            "null",
            r#"["any uuid at json $.nonce"]"#,
            "null",
            "null",
            "null",
            r#"["ignored query _","any now ± 5m at json $.at"]"#
        ]
    );
    assert_eq!(lines[0]["exchange"], "c.yaml#2");
    assert_eq!(lines[1]["exchange"], "c.yaml#1");
}

#[test]
fn a_session_declares_for_itself_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    let replay = Running::start(&["replay", "c.yaml"], directory.path(), 1);
    let begin = |body: &str| ask(replay.url(), "POST", "/__truetape/sessions", &JSON, body.as_bytes());
    let begun = begin(r#"{"name":"loose","conditions":{"matching":[{"ignore":{"json":"$.nonce"}}]}}"#);
    assert!(begun.status() < 300, "{}", begun.text());
    let refused = begin(r#"{"name":"odd","conditions":{"matching":[{"any":"uid","at":{"json":"$.a"}}]}}"#);
    assert!(refused.status() >= 400 && refused.text().contains("expected a type"), "{}", refused.text());
    let pay = br#"{"amount":10,"nonce":"x"}"#;
    assert_eq!(ask(replay.url(), "POST", "/__truetape/session/loose/pay", &JSON, pay).status(), 201);
    let exact = ask(replay.url(), "POST", "/pay", &JSON, pay);
    assert_eq!(exact.status(), 501);
    // A nonce of the recorded form would be told how to declare it.
    let drawn = br#"{"amount":10,"nonce":"00000000-0000-4000-8000-000000000000"}"#;
    let hint = ask(replay.url(), "POST", "/pay", &JSON, drawn).text();
    assert!(hint.contains("matching: [{operation: POST /pay, any: uuid, at: {json: $.nonce}}]"), "{hint}");
    replay.stop();
}

#[test]
fn a_declaration_that_cannot_be_followed_is_refused_with_its_place() {
    let directory = tempfile::tempdir().expect("a directory");
    recorded(directory.path());
    for (yaml, place, says) in [
        ("matching:\n- ignore: {json: nonce}\n", "truetape.yaml:2:18", "expected a JSON path"),
        ("matching:\n- pattern: '.*'\n", "truetape.yaml:2:12", "it matches the empty text"),
        (
            "replay:\n  matching:\n  - any: uuids\n    at: {query: a}\n",
            "truetape.yaml:3:10",
            "expected a type",
        ),
        (
            "matching:\n- operation: GET /a\n  ignore: {segment: id}\n",
            "truetape.yaml:2:3",
            "a path that has {id}",
        ),
    ] {
        fs::write(directory.path().join("truetape.yaml"), yaml).expect("written");
        let done = truetape(&["replay", "c.yaml", "--", "true"], directory.path());
        assert_eq!(done.code, 2, "{}", done.stderr);
        assert!(done.stderr.contains(place) && done.stderr.contains(says), "{}", done.stderr);
    }
}

/// The cassettes of the real services that are kept, and those of this machine's corpora.
fn cassettes_at_hand() -> Vec<Cassette> {
    let mut all = Vec::new();
    let mut places = vec![
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"),
        Path::new(env!("CARGO_MANIFEST_DIR")).join("cassettes/library"),
    ];
    places.extend(std::env::var_os("TRUETAPE_CORPORA").map(Into::into));
    let mut files = Vec::new();
    while let Some(place) = places.pop() {
        for entry in fs::read_dir(&place).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                places.push(path);
            } else if path.extension().is_some_and(|e| e == "yaml")
                && entry.metadata().is_ok_and(|m| m.len() < 4 << 20)
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files.truncate(60);
    for path in files {
        all.extend(cassettes::store::load(&path).map(|loaded| loaded.cassette));
    }
    all
}

#[tokio::test]
async fn declarations_never_change_what_an_exact_match_gets() {
    use cassettes::{
        model::{RedactRules, Timestamp},
        redact::{Policy, PseudonymKey},
        subject::Subject as _,
    };
    use replayer::Replay;
    use std::sync::Arc;
    let declared = "[{ignore: {json: '$..*'}}, {ignore: {query: '*'}}, {ignore: {form: '*'}}, {ignore: {body: true}}, \
                    {pattern: '[0-9a-f]+'}, {graphql: operation}, {json-rpc: id}]";
    let declared: cassettes::matching::Declared = declared.parse().expect("lawful");
    let example = "> POST /a?x=1\n> content-type: application/json\n>> {\"n\":1}\n< 200 {\"a\":1}\n> POST /a?x=2\n> content-type: application/json\n>> {\"n\":2}\n< 201 {\"a\":2}\n";
    let mut all = cassettes_at_hand();
    all.extend(examples::parse(example).expect("reads").cassettes);
    let mut asked = 0;
    for cassette in all {
        let policy = || {
            Arc::new(
                Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), None)
                    .expect("the defaults"),
            )
        };
        let now = || Timestamp(1_767_323_045_000_000);
        let exact = Replay::new("exact", vec![cassette.clone()], policy(), now);
        let loose = Replay::new("loose", vec![cassette.clone()], policy(), now).declaring(declared.clone());
        for exchange in &cassette.exchanges {
            // Only what is asked exactly: a looser answer uses up somebody else's.
            if let Ok(exact) = exact.answer(&exchange.request).await {
                asked += 1;
                let loose = loose.answer(&exchange.request).await;
                let loose =
                    loose.unwrap_or_else(|e| panic!("{}#{}: {}", cassette.name, exchange.id, e.reason));
                assert_eq!(exact.answer, loose.answer, "{}{}", cassette.name, exchange.id);
            }
        }
    }
    assert!(asked > 1, "{asked} asked");
}

#[test]
fn a_token_that_was_turned_away_is_turned_away_again() {
    let directory = tempfile::tempdir().expect("a directory");
    let token = |claims: &str, signature: &str| {
        let part = |text: &str| {
            use base64::Engine as _;
            base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
        };
        format!("Bearer {}.{}.{signature}", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(claims))
    };
    let vendor = Upstream::json(|asked| {
        let good = asked.header("authorization").is_some_and(|token| token.contains(".good-"));
        if good { (200, r#"{"id":"u1"}"#.into()) } else { (401, r#"{"error":"unauthorized"}"#.into()) }
    });
    let later = |seconds: u64| std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_secs() + seconds;
    let recorder =
        Running::start(&["record", "--upstream", &vendor.url, "--cassette", "t.yaml"], directory.path(), 1);
    let me = |url: &str, token: &str| ask(url, "GET", "/me", &[("Authorization", token)], b"").status();
    let good = |jti: &str, seconds: u64| format!(r#"{{"sub":"u1","jti":"{jti}","exp":{}}}"#, later(seconds));
    assert_eq!(me(recorder.url(), &token(&good("1", 3600), "good-AAAA")), 200);
    assert_eq!(me(recorder.url(), &token(r#"{"sub":"u1","jti":"2"}"#, "bad-AAAAA")), 401);
    assert_eq!(me(recorder.url(), &token(r#"{"sub":"u1","jti":"3","exp":1700000000}"#, "bad-AAAAA")), 401);
    assert_eq!(recorder.stop().code, 0);
    let replay = Running::start(&["replay", "t.yaml", "--repeat"], directory.path(), 1);
    assert_eq!(me(replay.url(), &token(&good("9", 60), "BBBBBBBBB")), 200, "minted afresh");
    assert_eq!(me(replay.url(), &token(r#"{"sub":"u7","iat":1700000000}"#, "BBBBBBBBB")), 401, "without exp");
    assert_eq!(
        me(replay.url(), &token(r#"{"sub":"u1","exp":1600000000,"iat":1}"#, "BBBBBBBBB")),
        401,
        "expired"
    );
    assert_eq!(get(replay.url(), "/me").status(), 401, "none at all");
    replay.stop();
}
