//! The identity law of replay: asked one after the other what was recorded, it gives each exchange once, byte for
//! byte, whatever is declared, known of tokens or named as a session. Over every cassette at hand, and with
//! `TRUETAPE_CORPORA` over those of others.

use crate::honest_conduct::{files, read};
use crate::support::{Running, client::ask_raw};
use cassettes::{
    jwt::HmacKey,
    model::{Answer, Cassette, Exchange, Timestamp},
    redact::{Policy, PseudonymKey},
    store,
    subject::Subject as _,
};
use replayer::Replay;
use std::{path::Path, sync::Arc};

const KEY: &str = "hs256:sandbox-signing-key-0123456789abcdef";
/// As loose as can be.
const LOOSE: &str = "[{ignore: {json: '$..*'}}, {ignore: {query: '*'}}, {ignore: {form: '*'}}, {ignore: {body: true}}, \
                     {ignore: {header: [accept, range]}}, {pattern: '[0-9a-f]+'}, {graphql: operation}, {json-rpc: id}]";

fn policy() -> Arc<Policy> {
    let policy = Policy::new(&Default::default(), Vec::new(), PseudonymKey([1; 32]), None);
    Arc::new(policy.expect("the defaults"))
}

/// Cassettes of this repository, and those that others recorded, cleaned as a recording is.
pub(crate) fn cassettes() -> Vec<Cassette> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for folder in ["cassettes/library", "tests", "examples"] {
        all.extend(
            files(&root.join(folder), &["yaml"])
                .iter()
                .filter_map(|path| Some(store::load(path).ok()?.cassette)),
        );
    }
    assert!(all.len() >= 15, "the library and the gallery: {}", all.len());
    let policy = policy();
    let clean = |cassette: Cassette| Cassette {
        exchanges: cassette.exchanges.into_iter().map(|e| policy.clean(e).into_exchange()).collect(),
        ..cassette
    };
    if let Some(corpora) = std::env::var_os("TRUETAPE_CORPORA") {
        let found = files(Path::new(&corpora), &["yml", "yaml", "json", "har"]);
        all.extend(found.iter().filter_map(|path| read(path)).map(clean));
    }
    all
}

#[tokio::test]
async fn every_exchange_is_given_once_and_byte_for_byte() {
    let now = || Timestamp(1_900_000_000_000_000);
    let key =
        || -> Option<Arc<dyn cassettes::jwt::Keys>> { Some(Arc::new(HmacKey(b"another key".to_vec()))) };
    let (mut count, mut wrong) = (0, Vec::new());
    for cassette in cassettes() {
        let all = || vec![cassette.clone()];
        let replays = [
            Replay::new("default", all(), policy(), now),
            Replay::new("loose", all(), policy(), now).declaring(LOOSE.parse().expect("lawful")),
            Replay::checking("key", all(), policy(), now, key()),
            Replay::checking("both", all(), policy(), now, key()).declaring(LOOSE.parse().expect("lawful")),
        ];
        for replay in replays {
            for exchange in &cassette.exchanges {
                count += 1;
                let got = replay.answer(&exchange.request).await;
                if got.as_ref().map(|got| &got.answer) != Ok(&exchange.answer) {
                    let status = got.map(|got| got.answer.reply().map(|reply| reply.status));
                    wrong.push(format!("{} {}{}: {status:?}", replay.name(), cassette.name, exchange.id));
                }
            }
            for exchange in cassette.exchanges.iter().take(10) {
                assert!(replay.answer(&exchange.request).await.is_err(), "{}{}", cassette.name, exchange.id);
            }
        }
    }
    eprintln!("{count} asked");
    assert_eq!(wrong, Vec::<String>::new(), "{} of {count}", wrong.len());
}

/// The bytes of a recorded request, as a client of this session sends them.
fn bytes(exchange: &Exchange, prefix: &str) -> Vec<u8> {
    let request = &exchange.request;
    let mut bytes = format!("{} {prefix}{} HTTP/1.1\r\n", request.method, request.target).into_bytes();
    let framed = |name: &str| {
        ["host", "connection", "content-length", "transfer-encoding", "expect"]
            .contains(&name.to_ascii_lowercase().as_str())
    };
    for (name, value) in request.headers.iter().filter(|(name, _)| !framed(name)) {
        bytes.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    let length = request.body.bytes().len();
    bytes.extend(
        format!("host: replay\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n").into_bytes(),
    );
    bytes.extend_from_slice(request.body.bytes());
    bytes
}

#[test]
fn sessions_give_every_exchange_in_its_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let directory = tempfile::tempdir().expect("a directory");
    let paths = ["cassettes/library", "tests/boundaries"]
        .iter()
        .flat_map(|folder| files(&root.join(folder), &["yaml"]));
    for path in paths {
        let Ok(loaded) = store::load(&path) else { continue };
        let name = path.display().to_string();
        // What is no plain reply takes its own time and its own client.
        let is_plain =
            |exchange: &&Exchange| matches!(&exchange.answer, Answer::Reply(reply) if reply.status >= 200);
        let exchanges: Vec<&Exchange> = loaded.cassette.exchanges.iter().filter(is_plain).collect();
        for flags in [&[][..], &["--token-key", KEY]] {
            let arguments =
                [&["replay", &name, "--speed", "instant", "--journal", "journal.jsonl"], flags].concat();
            let replay = Running::start(&arguments, directory.path(), 1);
            for prefix in ["", "/__truetape/session/s1"] {
                for exchange in &exchanges {
                    let got = ask_raw(replay.url(), &bytes(exchange, prefix));
                    let Answer::Reply(reply) = &exchange.answer else { continue };
                    assert_eq!(got.status(), reply.status, "{name}{}: {}", exchange.id, got.text());
                    // Links lead back to the replay.
                    let leads = String::from_utf8_lossy(reply.body.bytes()).contains("://");
                    if exchange.request.method != "HEAD" && !leads {
                        assert!(got.body() == reply.body.bytes(), "{name}{}: {}", exchange.id, got.text());
                    }
                }
            }
            replay.stop();
            let journal = std::fs::read_to_string(directory.path().join("journal.jsonl")).expect("written");
            let line = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("JSON");
            let given: Vec<String> = journal
                .lines()
                .filter_map(|text| Some(line(text)["exchange"].as_str()?.to_owned()))
                .collect();
            let recorded = || exchanges.iter().map(|exchange| loaded.cassette.cite(exchange.id));
            assert_eq!(given, recorded().chain(recorded()).collect::<Vec<_>>(), "{flags:?}");
        }
    }
}
