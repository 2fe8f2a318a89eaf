//! What clients did, judged by whole commands: at the end of a replay, and from its journal.

use crate::support::{Done, Running, ask, get, truetape};
use cassettes::{
    examples,
    model::RedactRules,
    redact::{Policy, PseudonymKey},
    store,
};
use serde_json::Value;
use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    sync::Barrier,
    thread,
    time::Duration,
};

const BILLING: &str = "\
> GET /v1/subscriptions?limit=2
< 200 {\"data\":[{\"id\":\"sub_a1\"},{\"id\":\"sub_b2\"}],\"has_more\":true}
> GET /v1/subscriptions?limit=2&starting_after=sub_b2
< 200 {\"data\":[{\"id\":\"sub_c3\"}],\"has_more\":false}
> POST /v1/charges
>> {\"amount\":100}
< 504
> POST /v1/charges
>> {\"amount\":100}
< 201 {\"id\":\"ch_1\"}
> GET /v1/reports
< retry-after: 1
< 503
> GET /v1/reports
< 200 {\"rows\":1}
> GET /v1/reports/big
@ first-byte 1500000
< 200 {\"rows\":7}
";

/// Writes the cassette into a folder.
fn record(folder: &Path) {
    let policy =
        Policy::new(&RedactRules::default(), Vec::new(), PseudonymKey([1; 32]), None).expect("the defaults");
    let cassette = examples::parse(BILLING).expect("reads").cassettes.remove(0);
    let clean: Vec<_> = cassette.exchanges.into_iter().map(|exchange| policy.clean(exchange)).collect();
    store::save(&folder.join("billing.yaml"), &cassette.header, &clean, &policy).expect("saved");
}

/// The report that a run wrote, and the rules of its findings.
fn report(folder: &Path, done: &Done) -> (Value, Vec<String>) {
    let text = fs::read_to_string(folder.join("report.json")).unwrap_or_else(|e| panic!("{e}: {done:?}"));
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let rules = report["findings"].as_array().expect("findings").iter();
    let rules = rules.filter_map(|finding| finding["rule"].as_str()).map(str::to_owned).collect();
    (report, rules)
}

/// A replay with these flags, what a client does with it, and what was found.
fn audited(flags: &[&str], client: impl FnOnce(&str)) -> (tempfile::TempDir, Done, Value, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    record(folder.path());
    let arguments = [
        &["replay", "billing.yaml", "--audit", "--format", "json", "--output", "report.json"],
        flags,
        // What this client does not ask for is no matter of these tests.
        &["--skip", "exchange-unused"],
    ]
    .concat();
    let replay = Running::start(&arguments, folder.path(), 1);
    client(replay.url());
    let done = replay.stop();
    let (report, rules) = report(folder.path(), &done);
    (folder, done, report, rules)
}

fn charge(url: &str, key: Option<&str>) -> u16 {
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(key.map(|key| ("idempotency-key", key)));
    ask(url, "POST", "/v1/charges", &headers, b"{\"amount\":100}").status()
}

#[test]
fn a_buggy_client_is_told_with_the_lines_of_the_journal_and_again_from_its_file() {
    let (folder, done, report, rules) = audited(&["--journal", "run.jsonl"], |url| {
        assert_eq!(get(url, "/v1/subscriptions?limit=2").status(), 200);
        assert_eq!((charge(url, None), charge(url, None)), (504, 201));
        assert_eq!((get(url, "/v1/reports").status(), get(url, "/v1/reports").status()), (503, 200));
    });
    assert_eq!(done.code, 1, "{done:?}");
    assert_eq!(rules, ["retry-after-ignored", "next-page-never-fetched", "unsafe-retry"], "{report:#}");
    let charge = &report["findings"][2];
    assert_eq!(charge["real"]["exchange"], "billing.yaml#3");
    assert_eq!(charge["other"]["location"]["file"], "run.jsonl");
    let line = charge["other"]["location"]["line"].as_u64().expect("a line") as usize;
    let journal = fs::read_to_string(folder.path().join("run.jsonl")).expect("the journal");
    assert!(journal.lines().nth(line - 1).is_some_and(|line| line.contains("/v1/charges")), "{journal}");

    let again =
        truetape(&["audit", "run.jsonl", "--skip", "exchange-unused", "--format", "json"], folder.path());
    assert_eq!(again.code, 1, "{again:?}");
    let offline: Value = serde_json::from_str(&again.stdout).expect("JSON");
    assert_eq!(offline["findings"], report["findings"]);

    // Someone accepts one of them for a while, and changes the cassette.
    let accepted = report["findings"][1]["fingerprint"].as_str().expect("a fingerprint");
    let settings = format!("ignore:\n- {{finding: {accepted}, reason: known, until: 2999-01-01}}\n");
    fs::write(folder.path().join("truetape.yaml"), settings).expect("written");
    let cassette = folder.path().join("billing.yaml");
    let text = fs::read_to_string(&cassette).expect("the cassette");
    fs::write(&cassette, format!("{text}\n# touched\n")).expect("written");
    let ignoring = truetape(&["audit", "run.jsonl", "--only", "next-page-never-fetched"], folder.path());
    assert_eq!(ignoring.code, 0, "{ignoring:?}");
    assert!(ignoring.stderr.contains("ignored until 2999-01-01"), "{ignoring:?}");
    assert!(ignoring.stderr.contains("not as it was replayed"), "{ignoring:?}");
}

#[test]
fn an_honest_client_is_silent() {
    let (_, done, report, rules) = audited(&[], |url| {
        get(url, "/v1/subscriptions?limit=2");
        get(url, "/v1/subscriptions?limit=2&starting_after=sub_b2");
        assert_eq!((charge(url, Some("k-1")), charge(url, Some("k-1"))), (504, 201));
        get(url, "/v1/reports");
        thread::sleep(Duration::from_millis(1000));
        get(url, "/v1/reports");
    });
    assert_eq!((done.code, rules.len()), (0, 0), "{report:#}");
    assert_eq!(report["verdict"], "agreed");
}

#[test]
fn patience_is_measured_against_the_recorded_time() {
    let (_, done, report, rules) = audited(&["--speed", "recorded"], |url| {
        let request = b"GET /v1/reports/big HTTP/1.1\r\nhost: x\r\n\r\n";
        let answer = crate::support::ask_within(url, request, Duration::from_millis(300));
        assert!(answer.bytes.is_empty());
        // It leaves when its answer is dropped; the server has to see it.
        thread::sleep(Duration::from_millis(300));
    });
    assert_eq!((done.code, rules), (1, vec!["gave-up-early".to_owned()]), "{report:#}");
    let message = report["findings"][0]["message"].as_str().expect("a message");
    assert!(message.contains("gave up after 0.3") && message.contains("1.500 s"), "{message}");
}

/// One connection, kept.
fn keep(url: &str) -> TcpStream {
    TcpStream::connect(url.trim_start_matches("http://")).expect("a connection")
}

fn fetch(stream: &mut TcpStream, target: &str) {
    write!(stream, "GET {target} HTTP/1.1\r\nhost: x\r\nuser-agent: pool\r\n\r\n").expect("asked");
    let mut seen = Vec::new();
    let mut piece = [0; 4096];
    while !seen.ends_with(b"}") {
        let read = stream.read(&mut piece).expect("an answer");
        assert_ne!(read, 0, "the connection ended");
        seen.extend_from_slice(&piece[..read]);
    }
}

#[test]
fn fifty_threads_that_each_walk_on_a_connection_of_their_own_are_silent() {
    const THREADS: usize = 50;
    let barrier = Barrier::new(THREADS);
    let (_, done, report, rules) = audited(&["--repeat"], |url| {
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    let mut stream = keep(url);
                    barrier.wait();
                    fetch(&mut stream, "/v1/subscriptions?limit=2");
                    fetch(&mut stream, "/v1/subscriptions?limit=2&starting_after=sub_b2");
                    barrier.wait();
                });
            }
        });
    });
    assert_eq!((done.code, rules.len()), (0, 0), "{report:#}");
}

#[test]
fn a_replay_of_nothing_has_proven_nothing_and_flags_of_the_report_want_an_audit() {
    let (_, done, report, _) = audited(&["--only", "retry-after-ignored"], |_| {});
    assert_eq!((done.code, &report["verdict"]), (3, &Value::from("vacuous")), "{done:?}");
    let folder = tempfile::tempdir().expect("a folder");
    record(folder.path());
    let done = truetape(&["replay", "billing.yaml", "--format", "json", "--", "true"], folder.path());
    assert!(done.code == 2 && done.stderr.contains("--audit"), "{done:?}");
    let done = truetape(&["audit", "billing.yaml"], folder.path());
    assert!(done.code == 2 && done.stderr.contains("line 1 of the journal"), "{done:?}");
}
